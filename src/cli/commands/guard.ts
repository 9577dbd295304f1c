import { readFile, stat } from 'node:fs/promises'
import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Option } from '../command.ts'
import { fields, table, WIDTH_MAX, wrap } from '../print.ts'

interface Status {
  readonly mode: string
  readonly actions: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, number>>
  readonly accounts: Readonly<Record<string, string>>
  readonly trusted: readonly { readonly what: string; readonly value: string; readonly note: string }[]
  readonly held: number
  readonly cases: readonly {
    readonly rule: string
    readonly cases: number
    readonly messages: number
    readonly held: number
    readonly refused: number
  }[]
  readonly node: { readonly watched: number; readonly prefixes: number }
}

interface Case {
  readonly id: number
  readonly account: string
  readonly rule: string
  readonly says: string
  readonly last_at: string
  readonly messages: number
  readonly held: number
  readonly refused: number
  readonly decided: string
}

interface Simulated {
  readonly source: string
  readonly cut: boolean
  readonly bad_lines: number
  readonly problems: readonly string[]
  readonly messages: number
  readonly accounts: number
  readonly suspicious: number
  readonly found: readonly {
    readonly account: string
    readonly rule: string
    readonly action: string
    readonly says: string
    readonly from: string
    readonly messages: number
    readonly price: string
    readonly currency: string
  }[]
}

/** Options of the thresholds, as the admin API names them. */
const LIMITS: Readonly<Record<string, { readonly name: string; readonly meaning: string }>> = {
  velocity: { name: 'velocity', meaning: 'messages of an account to one prefix' },
  window: { name: 'windowMinutes', meaning: 'within so many minutes' },
  sequence: { name: 'sequence', meaning: 'numbers of a prefix in a row' },
  codes: { name: 'codes', meaning: 'codes to one prefix before their share is looked at' },
  'confirmed-percent': { name: 'confirmedPercent', meaning: 'of which fewer than this were entered' },
  'country-messages': { name: 'countryMessages', meaning: 'messages to a country in a half-day, at least' },
  deviations: { name: 'deviations', meaning: 'and so many standard deviations above the usual' },
}
const LIMIT_OPTIONS: Readonly<Record<string, Option>> = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { meaning }]) => [name, { value: 'N', meaning: `${meaning}; 0 switches the rule off` }]),
)
const RULES = ['velocity', 'sequence', 'unconfirmed', 'country']
const CSV_MAX = 900_000 // octets
const CASE = { name: 'CASE', meaning: 'the number of a case: heliogram guard cases', optional: true } as const
const MESSAGE: Option = { value: 'ID', meaning: 'one message (its int_id) instead of a case' }

export const guardCommands: readonly Command[] = [
  {
    name: 'guard status',
    summary: 'Show what the guard against traffic pumping does, and what it noticed in the last day.',
    ask: async (centre) => {
      const status = (await centre.request('GET', '/guard')) as Status
      return { json: status, text: showStatus(status) }
    },
  },
  {
    name: 'guard set',
    summary: 'Change what the guard does: its mode, what each rule does in mode act, and the thresholds.',
    details:
      'off looks at nothing, monitor notes and does nothing else, act does what is set for each rule: note, alert, hold or refuse (not sent, not charged).',
    options: {
      mode: { value: 'MODE', meaning: 'off, monitor or act' },
      account: { value: 'LOGIN', meaning: 'the mode of this account only; default gives the centre’s back' },
      on: { value: 'RULE=ACTION', meaning: `${RULES.join(', ')} = note, alert, hold or refuse`, many: true },
      ...LIMIT_OPTIONS,
    },
    examples: [
      'heliogram guard set --mode act --on sequence=refuse --velocity 80',
      'heliogram guard set --account shop --mode off',
    ],
    ask: async (centre, args) => {
      const actions = Object.fromEntries(args.list('on').map(readAction))
      const account = args.text('account')
      const mode = args.text('mode')
      const body = { ...(mode && { mode }), ...(account && { account }), actions, limits: limitsOf(args) }
      const status = (await centre.request('PATCH', '/guard', body)) as Status
      return { json: status, text: showStatus(status) }
    },
  },
  {
    name: 'guard cases',
    summary: 'List what the guard noticed, the latest first, and what waits for a decision.',
    options: {
      account: { value: 'LOGIN', meaning: 'of this account only' },
      days: { value: 'N', meaning: 'of so many days; without it 7' },
    },
    ask: async (centre, args) => {
      const query = new URLSearchParams({ account: args.text('account') ?? '', days: String(args.whole('days') ?? 7) })
      const cases = (await centre.request('GET', `/guard/cases?${query}`)) as Case[]
      return { json: cases, text: cases.length === 0 ? 'The guard has noticed nothing.' : cases.map(showCase).join('\n\n') }
    },
  },
  {
    name: 'guard release',
    summary: 'Send the messages that are held for a case, or one of them.',
    positionals: [CASE],
    options: { message: MESSAGE },
    ask: (centre, args) => decide(centre, args, 'release', 'released and will be sent'),
  },
  {
    name: 'guard drop',
    summary: 'End the messages that are held for a case, or one of them: denied (status 23, err 253), and given back.',
    positionals: [CASE],
    options: { message: MESSAGE },
    ask: (centre, args) => decide(centre, args, 'drop', 'dropped and given back'),
  },
  {
    name: 'guard trust',
    summary: 'Let a number, all numbers that begin so, or an account pass unlooked at.',
    positionals: [{ name: 'NUMBER', meaning: 'a number or the beginning of numbers', optional: true }],
    options: {
      account: { value: 'LOGIN', meaning: 'an account instead of a number' },
      note: { value: 'TEXT', meaning: 'why' },
      off: { meaning: 'trust it no longer' },
    },
    examples: ['heliogram guard trust 79161234567 --note tests', 'heliogram guard trust --account shop'],
    ask: async (centre, args) => {
      const [number, account, note] = [args.at('NUMBER'), args.text('account'), args.text('note')]
      const body = { ...(number && { number }), ...(account && { account }), ...(note && { note }), off: args.flag('off') }
      const done = (await centre.request('POST', '/guard/trust', body)) as { value: string; trusted: boolean }
      return { json: done, text: `${done.value} is ${done.trusted ? '' : 'no longer '}trusted.` }
    },
  },
  {
    name: 'guard confirm',
    summary: 'Tell that codes an account sent to these numbers were entered.',
    details: 'Replies and clicks on short links are seen without it. An account that never tells is never suspected for it.',
    positionals: [
      { name: 'LOGIN', meaning: 'the account that sent them' },
      { name: 'NUMBER', meaning: 'the subscribers, with their country codes', many: true },
    ],
    ask: async (centre, args) => {
      const body = { account: args.at('LOGIN'), phones: args.rest() }
      const done = (await centre.request('POST', '/guard/confirmations', body)) as { confirmed: number }
      return { json: done, text: `Noted: ${done.confirmed} ${done.confirmed === 1 ? 'code was' : 'codes were'} entered.` }
    },
  },
  {
    name: 'guard simulate',
    summary: 'Let the rules look at traffic that is over, and tell what they would have stopped. Nothing is changed.',
    details:
      'A CSV has a heading with time, account, phone and, if known, text and kind (message, bulk, or confirmed for a code that was entered).',
    options: {
      hours: { value: 'N', meaning: 'the stored messages of so many hours; without it 24, at most 336' },
      csv: { value: 'FILE', meaning: 'recorded traffic instead, at most 900 kB' },
      ...LIMIT_OPTIONS,
    },
    ask: async (centre, args) => {
      const hours = args.whole('hours')
      const file = args.text('csv')
      const csv = file === undefined ? undefined : await readCsv(file)
      const body = { ...(hours !== undefined && { hours }), ...(csv !== undefined && { csv }), limits: limitsOf(args) }
      const done = (await centre.request('POST', '/guard/simulate', body)) as Simulated
      return { json: done, text: showSimulated(done) }
    },
  },
]

const limitsOf = (args: Args): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(LIMITS).flatMap(([option, { name }]) => {
      const value = args.whole(option)
      return value === undefined ? [] : [[name, value]]
    }),
  )

function readAction(written: string): [string, string] {
  const [, rule, action] = /^([a-z]+)=([a-z]+)$/.exec(written) ?? []
  if (rule === undefined || action === undefined)
    throw new Complaint(`--on takes a rule and an action, like sequence=refuse, not '${written}'.`, 2)
  return [rule, action]
}

async function readCsv(file: string): Promise<string> {
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === undefined) throw new Complaint(`There is no file ${file}.`)
  if (size > CSV_MAX) throw new Complaint(`${file} has more than ${CSV_MAX} octets: give a shorter time of it.`)
  const text = new TextDecoder('utf-8', { fatal: true })
  try {
    return text.decode(await readFile(file))
  } catch {
    throw new Complaint(`${file} is not UTF-8: save it as UTF-8.`)
  }
}

async function decide(centre: Parameters<NonNullable<Command['ask']>>[0], args: Args, what: string, says: string) {
  const message = args.text('message')
  const number = args.at('CASE')
  for (const written of [message, number])
    if (written && !/^\d{1,16}$/.test(written))
      throw new Complaint(`'${written}' is no number of a case or message. See: heliogram guard cases`, 2)
  const body = { ...(number !== '' && { case: Number(number) }), ...(message !== undefined && { message: Number(message) }) }
  const done = (await centre.request('POST', path`/guard/${what}`, body)) as { messages: number }
  const count = done.messages === 1 ? '1 message is' : `${done.messages} messages are`
  return { json: done, text: done.messages === 0 ? 'Nothing is held for it any more.' : `${count} ${says}.` }
}

function showStatus(status: Status): string {
  const { limits, actions } = status
  const thresholds: Readonly<Record<string, string>> = {
    velocity:
      limits.velocity === 0
        ? 'off'
        : `more than ${limits.velocity} messages to one prefix within ${limits.windowMinutes} minutes`,
    sequence: limits.sequence === 0 ? 'off' : `${limits.sequence} numbers of a prefix in a row`,
    unconfirmed:
      limits.codes === 0 ? 'off' : `${limits.codes} codes to a prefix, fewer than ${limits.confirmedPercent} % of them entered`,
    country:
      limits.countryMessages === 0
        ? 'off'
        : `more than ${limits.countryMessages} a half-day and ${limits.deviations} deviations above the usual`,
  }
  const head = fields([
    ['mode', `${status.mode}${MEANING[status.mode] ?? ''}`],
    ['held now', status.held === 0 ? 'nothing' : `${status.held} messages. See: heliogram guard cases`],
    ['watched', `${status.node.watched} messages and ${status.node.prefixes} prefixes, by this node since its start`],
    ...Object.entries(status.accounts).map(([login, mode]) => [`mode of ${login}`, mode] as const),
    ...status.trusted.map(({ what, value, note }) => [`trusted ${what}`, note === '' ? value : `${value} (${note})`] as const),
  ])
  const rows = RULES.map((rule) => {
    const seen = status.cases.find((each) => each.rule === rule)
    return [
      rule,
      status.mode === 'act' ? actions[rule] : `note (${actions[rule]})`,
      thresholds[rule],
      seen?.cases ?? 0,
      seen?.messages ?? 0,
    ]
  })
  return `${head}\n\n${table(['RULE', 'DOES', 'WHEN', 'CASES', 'MESSAGES'], rows, '')}`
}

const MEANING: Readonly<Record<string, string>> = {
  off: ': nothing is looked at',
  monitor: ': what is suspicious is noted, nothing else is done',
  act: ': each rule does what is set for it',
}

function showCase(found: Case): string {
  const held = found.held === 0 ? '' : `, ${found.held} held`
  const refused = found.refused === 0 ? '' : `, ${found.refused} refused`
  const decided = found.decided === '' ? '' : `; ${found.decided}`
  const when = found.last_at.slice(0, 16).replace('T', ' ')
  return [
    `case ${found.id}  ${found.account}  ${found.rule}  ${when} UTC  ${found.messages} suspicious${held}${refused}${decided}`,
    ...wrap(found.says, WIDTH_MAX - 2).map((line) => `  ${line}`),
  ].join('\n')
}

function showSimulated(done: Simulated): string {
  const counts = `${done.messages} messages of ${done.accounts} accounts, ${done.suspicious} of them suspicious`
  const head = `In ${done.source}: ${counts}.${done.cut ? ' There were more: ask for fewer hours.' : ''}`
  const found = done.found.map((each) =>
    [
      `${each.account}  ${each.rule} would ${each.action}  from ${each.from.slice(0, 16).replace('T', ' ')} UTC  ${each.messages} messages${
        each.currency === '' ? '' : `, ${each.price} ${each.currency}`
      }`,
      ...wrap(each.says, WIDTH_MAX - 2).map((line) => `  ${line}`),
    ].join('\n'),
  )
  const bad =
    done.bad_lines === 0 ? [] : [`${done.bad_lines} lines could not be read and are left out:\n${done.problems.join('\n')}`]
  return [head, ...found, ...bad].join('\n\n')
}
