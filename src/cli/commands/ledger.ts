import { type AdminClient, path } from '../admin-client.ts'
import type { Args, Command, Option } from '../command.ts'
import { table } from '../print.ts'

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const
const AMOUNT = { name: 'AMOUNT', meaning: 'money, like 100 or 99.50; negative takes it off' } as const
const PURSE: Option = { value: '1|2', meaning: '1 the main purse (the default), 2 the electronic one' }

interface Posted {
  readonly login: string
  readonly purse: number
  readonly amount: string
  readonly balance: string
  readonly currency: string
}

interface Transferred {
  readonly login: string
  readonly from: number
  readonly amount: string
  readonly balance: string
  readonly balance2: string
  readonly currency: string
}

interface Statement {
  readonly login: string
  readonly purse: number
  readonly currency: string
  readonly from: string
  readonly to: string
  readonly opening: string
  readonly closing: string
  readonly cut: boolean
  readonly lines: readonly {
    readonly date: string
    readonly what: string
    readonly note: string
    readonly postings: number
    readonly amount: string
    readonly balance: string
  }[]
  readonly sums: readonly { readonly what: string; readonly postings: number; readonly amount: string }[]
}

interface Closing {
  readonly login: string
  readonly purse: number
  readonly month: string
  readonly currency: string
  readonly opening: string
  readonly topped_up: string
  readonly charged: string
  readonly refunded: string
  readonly corrected: string
  readonly fees: string
  readonly transferred: string
  readonly balance: string
  readonly messages: number
  readonly apart: string
}

export const ledgerCommands: readonly Command[] = [
  {
    name: 'account topup',
    summary: 'Add money to an account’s balance; a negative amount takes it off.',
    positionals: [LOGIN, AMOUNT],
    options: { note: { value: 'TEXT', meaning: 'kept with the posting' }, purse: PURSE },
    ask: (centre, args) => postTo(centre, args, 'topup', 'note'),
  },
  {
    name: 'account correct',
    summary: 'Correct a balance by hand, up or down, with a reason that the statement shows.',
    details: 'It may take a balance below its credit limit. A correction stays for ever; a wrong one is corrected by another.',
    positionals: [LOGIN, AMOUNT],
    options: { reason: { value: 'TEXT', meaning: 'why; the customer reads it too', required: true }, purse: PURSE },
    examples: ['heliogram account correct alex -12.50 --reason invoice-17-was-entered-twice'],
    ask: (centre, args) => postTo(centre, args, 'correct', 'reason'),
  },
  {
    name: 'account transfer',
    summary: 'Move money from one purse of an account to its other one.',
    positionals: [LOGIN, { name: 'AMOUNT', meaning: 'money, like 100 or 99.50' }],
    options: {
      from: { value: '1|2', meaning: 'the purse it is taken from: 1 main, 2 electronic', required: true },
      note: { value: 'TEXT', meaning: 'kept with the postings' },
    },
    ask: async (centre, args) => {
      const body = { amount: args.at('AMOUNT'), from: args.whole('from'), ...note(args, 'note') }
      const done = (await centre.request('POST', path`/accounts/${args.at('LOGIN')}/transfer`, body)) as Transferred
      const { login, from, amount, balance, balance2, currency } = done
      const text = `Moved ${amount} ${currency} of ${login} from purse ${from} to purse ${3 - from}: ${balance} and ${balance2} now.`
      return { json: done, text }
    },
  },
  {
    name: 'account statement',
    summary: 'Show what moved an account’s balance, with a running balance and the sums.',
    details: 'What messages cost and what was refunded is summed up by day, in the account’s own time zone.',
    positionals: [LOGIN],
    options: {
      from: { value: 'DAY', meaning: 'the first day, like 2026-11-01; without it the first of this month' },
      to: { value: 'DAY', meaning: 'the last day, itself included; without it today' },
      purse: PURSE,
      each: { meaning: 'show every posting by itself' },
    },
    ask: async (centre, args) => {
      const query = new URLSearchParams()
      for (const name of ['from', 'to', 'purse']) if (args.text(name) !== undefined) query.set(name, args.text(name) ?? '')
      if (args.flag('each')) query.set('each', '1')
      const statement = await centre.request('GET', `${path`/accounts/${args.at('LOGIN')}/statement`}?${query}`)
      return { json: statement, text: showStatement(statement as Statement) }
    },
  },
  {
    name: 'closing list',
    summary: 'List the books of the months that have ended, the newest first.',
    details:
      'A month is closed by itself about two hours after its end. What is posted later, also for its messages, belongs to the later month.',
    positionals: [{ name: 'LOGIN', meaning: 'of this account only', optional: true }],
    options: { month: { value: 'MONTH', meaning: 'of this month only, like 2026-11' } },
    ask: async (centre, args) => {
      const query = new URLSearchParams({ login: args.at('LOGIN'), month: args.text('month') ?? '' })
      const closings = (await centre.request('GET', `/closings?${query}`)) as Closing[]
      return { json: closings, text: showClosings(closings) }
    },
  },
]

const note = (args: Args, name: string): Readonly<Record<string, string>> =>
  args.text(name) === undefined ? {} : { [name]: args.text(name) ?? '' }

async function postTo(centre: AdminClient, args: Args, what: string, noteName: string) {
  const purse = args.whole('purse')
  const body = { amount: args.at('AMOUNT'), ...note(args, noteName), ...(purse !== undefined && { purse }) }
  const done = (await centre.request('POST', `${path`/accounts/${args.at('LOGIN')}`}/${what}`, body)) as Posted
  const { login, amount, balance, currency } = done
  const whose = done.purse === 1 ? 'Its balance' : 'Its electronic purse'
  return { json: done, text: `Posted ${amount} ${currency} to ${login}. ${whose} is ${balance} ${currency}.` }
}

function showStatement(statement: Statement): string {
  const { login, purse, currency, from, to, opening, closing, lines, sums, cut } = statement
  const whose = purse === 1 ? login : `${login}, electronic purse`
  const head = `${whose}, from ${from} to ${to}, in ${currency}.`
  const rows = [
    [from, 'opening balance', ' ', opening],
    ...lines.map((line) => [line.date, line.note === '' ? line.what : `${line.what}: ${line.note}`, line.amount, line.balance]),
    [to, 'closing balance', ' ', closing],
  ]
  const more = cut ? '\nThere is more: ask for a shorter time.' : ''
  const totals = sums.map((sum) => [sum.what, sum.amount, sum.postings])
  const body = table(['DAY', 'WHAT', 'AMOUNT', 'BALANCE'], rows, '', ['AMOUNT', 'BALANCE'])
  const foot = table(['SUM OF', 'AMOUNT', 'POSTINGS'], totals, 'Nothing moved the balance.', ['AMOUNT'])
  return `${head}\n\n${body}${more}\n\n${foot}`
}

function showClosings(closings: readonly Closing[]): string {
  const has = (of: (closing: Closing) => string): boolean => closings.some((each) => Number(of(each)) !== 0)
  const [anyFees, anyMoved] = [has(({ fees }) => fees), has(({ transferred }) => transferred)]
  const rows = closings.map((each) => [
    each.month,
    each.purse === 1 ? each.login : `${each.login} (2)`,
    each.opening,
    each.topped_up,
    each.charged,
    each.refunded,
    each.corrected,
    ...(anyFees ? [each.fees] : []),
    ...(anyMoved ? [each.transferred] : []),
    each.balance,
    each.messages,
  ])
  const headings = [
    'MONTH',
    'ACCOUNT',
    'OPENING',
    'TOPPED UP',
    'CHARGED',
    'REFUNDED',
    'CORRECTED',
    ...(anyFees ? ['FEES'] : []),
    ...(anyMoved ? ['MOVED'] : []),
    'BALANCE',
    'MESSAGES',
  ]
  const wrong = closings.filter(({ apart }) => Number(apart) !== 0)
  const complaints = wrong.map(
    ({ login, month, apart, currency }) =>
      `\n${month}, ${login}: its messages and its postings are ${apart} ${currency} apart. See: heliogram audit`,
  )
  const none = 'No month has been closed yet: the first is closed two hours after its end.'
  return `${table(headings, rows, none, headings.slice(2))}${complaints.join('')}`
}
