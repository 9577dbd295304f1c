import { path } from '../admin-client.ts'
import type { Args, Command, Option, Output } from '../command.ts'
import { fields, table } from '../print.ts'

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const

/** An account as the admin API shows it. */
interface Account {
  readonly id: number
  readonly login: string
  readonly parent: string | null
  readonly payer: string
  readonly tariff: string
  readonly balance: string
  readonly balance2: string
  readonly credit: string
  readonly currency: string
  readonly blocked: boolean
  readonly deleted_at: string | null
  readonly ips: readonly string[]
  readonly keys: number
  readonly smpp_password: boolean
  readonly settings: Readonly<Record<string, unknown>>
  readonly created_at: string
}

interface Request {
  readonly at: string
  readonly script: string
  readonly ip: string
  readonly parameters: readonly string[]
  readonly error: number
  readonly ms: number
}

interface Limit {
  readonly name: string
  readonly value: number
  readonly own: boolean
  readonly meaning: string
}

const LIMITS: Readonly<Record<string, Option>> = Object.fromEntries(
  Object.entries({
    concurrent: 'requests at the same time; the N-th is refused',
    identical: 'identical send requests a minute',
    'identical-cost': 'identical price requests a minute',
    status: 'status requests for one message a minute',
    'status-mass': 'status requests for several messages a minute',
    balance: 'balance requests a minute',
    'identical-other': 'identical requests of any other script a minute',
    jobs: 'identical requests for mailings a minute',
    history: 'requests for the history an hour',
    statistics: 'requests for statistics a minute',
    operator: 'requests for operators of numbers a minute',
    events: 'event notifications a minute',
    subclients: 'sub-clients added a minute, and changes of the same one',
    documents: 'invoices and acts printed a minute',
    subscriber: 'messages to one number with less than 30 s between them',
    throughput: 'SMPP messages a second',
    binds: 'SMPP sessions at the same time',
    receipts: 'receipts sent over SMPP and not yet acknowledged',
  }).map(([name, meaning]) => [name, { value: 'N', meaning }]),
)

export const accountCommands: readonly Command[] = [
  {
    name: 'account add',
    summary: 'Open an account.',
    options: {
      login: { value: 'LOGIN', meaning: 'how it signs in', required: true },
      password: { value: 'PASSWORD', meaning: 'its password, printable ASCII', required: true },
      balance: { value: 'N', meaning: 'money it begins with' },
      tariff: { value: 'NAME', meaning: 'what it pays by; without it the tariff named default' },
      parent: { value: 'LOGIN', meaning: 'the account it is a sub-client of' },
      type: {
        value: '0-4',
        meaning: '0 own tariff and balance, 1 own balance, 2 parent’s both, 3 own tariff, 4 another login of the parent',
      },
    },
    examples: ['heliogram account add --login alex --password s3cret --balance 500'],
    ask: async (centre, args) => {
      const type = args.whole('type')
      const body = { ...texts(args, ['login', 'password', 'balance', 'tariff', 'parent']), ...(type !== undefined && { type }) }
      return showAccount(await centre.request('POST', '/accounts', body))
    },
  },
  {
    name: 'account list',
    summary: 'List the accounts, by login.',
    ask: async (centre) => {
      const accounts: Account[] = []
      for (let page: Account[] | undefined; page === undefined || page.length > 0; accounts.push(...page)) {
        page = (await centre.request('GET', path`/accounts?after=${accounts.at(-1)?.login ?? ''}`)) as Account[]
      }
      const rows = accounts.map((each) => [each.login, each.balance, each.currency, each.tariff, each.parent, each.blocked])
      return {
        json: accounts,
        text: table(['LOGIN', 'BALANCE', 'CURRENCY', 'TARIFF', 'PARENT', 'BLOCKED'], rows, 'There are no accounts.'),
      }
    },
  },
  {
    name: 'account show',
    summary: 'Show an account.',
    positionals: [LOGIN],
    ask: async (centre, args) => showAccount(await centre.request('GET', path`/accounts/${args.at('LOGIN')}`)),
  },
  {
    name: 'account limits',
    summary: 'Show or change the limits of an account.',
    details: '0 switches a limit off, the word default gives the centre’s own back.',
    positionals: [LOGIN],
    options: LIMITS,
    examples: ['heliogram account limits demo --identical 0'],
    ask: async (centre, args) => {
      const names = Object.keys(LIMITS).filter((name) => args.text(name) !== undefined)
      const body = Object.fromEntries(
        names.map((name) => [name.replace('-', '_'), args.text(name) === 'default' ? null : args.whole(name)]),
      )
      const done = await centre.request('PATCH', path`/accounts/${args.at('LOGIN')}/limits`, body)
      const { limits } = done as { limits: readonly Limit[] }
      const rows = limits.map((limit) => [limit.name, limit.value === 0 ? 'none' : String(limit.value), limit.own, limit.meaning])
      return { json: done, text: table(['LIMIT', 'VALUE', 'OWN', 'MEANING'], rows, '') }
    },
  },
  {
    name: 'account set',
    summary: 'Change settings of an account, by the names of users.php.',
    details:
      'fl2[27]=1 is test mode: nothing is sent, nothing is charged. A name alone sets a flag; a name with = and nothing behind it clears.',
    positionals: [LOGIN, { name: 'NAME=VALUE', meaning: 'a setting and its value', many: true }],
    examples: ["heliogram account set demo 'fl2[27]=1'", 'heliogram account set demo sender=Shop tz=15 credit=100'],
    ask: async (centre, args) => {
      const body = Object.fromEntries(
        args.rest().map((word) => {
          const mark = word.indexOf('=')
          return mark < 0 ? [word, true] : [word.slice(0, mark), word.slice(mark + 1)]
        }),
      )
      return showAccount(await centre.request('PATCH', path`/accounts/${args.at('LOGIN')}/settings`, body))
    },
  },
  {
    name: 'account requests',
    summary: 'Show the last requests of an account over HTTP, for accounts with the setting fl[30].',
    details:
      'The last 20, kept for ten minutes after the last one, in the memory of the node that answered them. Passwords, keys and texts are not in them.',
    positionals: [LOGIN],
    examples: ['heliogram account requests demo'],
    ask: async (centre, args) => {
      const json = await centre.request('GET', path`/accounts/${args.at('LOGIN')}/requests`)
      const { login, kept, requests } = json as { login: string; kept: boolean; requests: readonly Request[] }
      const off = `No requests of ${login} are kept: heliogram account set ${login} 'fl[30]=1' begins.`
      const none = kept ? `${login} has asked nothing in the last ten minutes.` : off
      return { json, text: requests.length === 0 ? none : requests.map(sayRequest).join('\n\n') }
    },
  },
  {
    name: 'account ips',
    summary: 'Show or change the addresses an account may be used from.',
    details: 'With an empty list it may be used from anywhere.',
    positionals: [LOGIN],
    options: {
      add: { value: 'CIDR', meaning: 'allow an address or a block', many: true },
      remove: { value: 'CIDR', meaning: 'take one out of the list', many: true },
      clear: { meaning: 'empty the list, before anything is added' },
    },
    ask: async (centre, args) => {
      const body = { add: args.list('add'), remove: args.list('remove'), clear: args.flag('clear') }
      const done = await centre.request('PATCH', path`/accounts/${args.at('LOGIN')}/ips`, body)
      const { login, ips } = done as { login: string; ips: readonly string[] }
      return { json: done, text: ips.length === 0 ? `${login} may be used from any address.` : ips.join('\n') }
    },
  },
  {
    name: 'account password',
    summary: 'Give an account a new password. It holds at once.',
    positionals: [LOGIN, { name: 'PASSWORD', meaning: 'the new password, printable ASCII' }],
    ask: async (centre, args) => {
      const done = await centre.request('PUT', path`/accounts/${args.at('LOGIN')}/password`, { password: args.at('PASSWORD') })
      return { json: done, text: `${args.at('LOGIN')} has a new password.` }
    },
  },
  {
    name: 'account smpp-password',
    summary: 'Make an 8-character password for SMPP binds, and open SMPP access. It is shown once.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const done = await centre.request('POST', path`/accounts/${args.at('LOGIN')}/smpp-password`)
      const { system_id, password, ips } = done as { system_id: string; password: string; ips: readonly string[] }
      const advice = `Eight characters can be guessed: allow known addresses only (heliogram account ips ${system_id} --add CIDR).`
      const text = fields([
        ['system_id', system_id],
        ['password', password],
      ])
      return { json: done, text: ips.length === 0 ? `${text}\n${advice}` : text }
    },
  },
  {
    name: 'account block',
    summary: 'Keep an account from signing in, or let it again.',
    positionals: [LOGIN],
    options: { off: { meaning: 'let it sign in again' } },
    ask: async (centre, args) => {
      const blocked = !args.flag('off')
      const done = await centre.request('PUT', path`/accounts/${args.at('LOGIN')}/blocked`, { blocked })
      return { json: done, text: `${args.at('LOGIN')} ${blocked ? 'is blocked.' : 'may sign in.'}` }
    },
  },
  {
    name: 'account delete',
    summary: 'Delete a sub-client that has no money left. Its history stays, its login is not given again.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/accounts/${args.at('LOGIN')}`)
      return { json: done, text: `${args.at('LOGIN')} is deleted.` }
    },
  },
]

function sayRequest({ at, script, ip, parameters, error, ms }: Request): string {
  const outcome = error === 0 ? 'answered' : `error ${error}`
  return [`${at} ${script} from ${ip}: ${outcome} in ${ms} ms`, ...parameters.map((parameter) => `  ${parameter}`)].join('\n')
}

/** Those of the options that were given. */
function texts(args: Args, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (args.text(name) === undefined ? [] : [[name, args.text(name) ?? '']])))
}

function showAccount(json: unknown): Output {
  const account = json as Account
  const settings = Object.entries(account.settings).map(([name, value]) => `${name}=${value}`)
  const text = fields([
    ['login', account.login],
    ['id', account.id],
    ...(account.parent === null ? [] : ([['parent', account.parent]] as const)),
    ['balance', `${account.balance} ${account.currency}${account.payer === account.login ? '' : `, of ${account.payer}`}`],
    ...(Number(account.balance2) === 0 ? [] : ([['electronic purse', `${account.balance2} ${account.currency}`]] as const)),
    ...(Number(account.credit) === 0 ? [] : ([['credit', `${account.credit} ${account.currency}`]] as const)),
    ['tariff', account.tariff],
    ['blocked', account.blocked],
    ...(account.deleted_at === null ? [] : ([['deleted', account.deleted_at]] as const)),
    ['addresses', account.ips.length === 0 ? 'any' : account.ips.join(' ')],
    ['API keys', account.keys],
    ['SMPP password', account.smpp_password],
    ['settings', settings.join(' ')],
    ['opened', account.created_at],
  ])
  return { json, text }
}
