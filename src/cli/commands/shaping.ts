import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Option } from '../command.ts'
import { fields, table, WIDTH_MAX, wrap } from '../print.ts'

interface Rule {
  readonly id: number | null // null: built in
  readonly on: 'answer' | 'receipt'
  readonly carrier: string | null
  readonly mccmnc: string
  readonly status: number | null
  readonly status_name: string | null
  readonly text: string
  readonly stat: string
  readonly err: string
  readonly class: string
  readonly class_says: string
  readonly action: string
  readonly for: string | null
  readonly after: number
  readonly does: string
}

interface Pause {
  readonly id: number
  readonly says: string
  readonly reason: string
  readonly rule: number | null
  readonly waiting: number // counted up to 10,000
  readonly until: string
}

interface Verdict {
  readonly class: string
  readonly class_says: string
  readonly message: string
  readonly customer: string | null
  readonly action: string
  readonly rule: Rule | null
  readonly by_settings: boolean
  readonly others: readonly (Rule & { readonly lost: string })[]
}

const ANSWER: Readonly<Record<string, Option>> = {
  status: { value: 'S', meaning: 'command_status of the answer to a submit: 0x58, 88 or ESME_RTHROTTLED' },
  text: { value: 'T', meaning: 'what the vendor wrote beside it; in a rule, words it must have, * for anything between' },
  stat: { value: 'S', meaning: 'stat of a receipt: UNDELIV, REJECTD …' },
  err: { value: 'E', meaning: 'err of a receipt; leading zeros do not count' },
}
const MCCMNC: Option = { value: 'M', meaning: 'a network (25001) or a country (250)' }

export const shapingCommands: readonly Command[] = [
  {
    name: 'shaping rules',
    summary: 'List what the answers of carriers mean and what they set off, the first that fits first.',
    details: 'Your own rules come before the built-in ones, which can’t be changed, only overruled.',
    ask: async (centre) => {
      const rules = (await centre.request('GET', '/shaping/rules')) as Rule[]
      return { json: rules, text: showRules(rules) }
    },
  },
  {
    name: 'shaping rule add',
    summary: 'Say what certain answers of carriers mean, and what they set off.',
    details:
      'Of the rules that fit an answer the most specific counts: the one that names the carrier, then the network, then the status or err, then the longer text. ' +
      'The classes: busy, temporary, rejected-here, rejected, sender, number, unknown-subscriber, absent-subscriber, blocked-subscriber, no-service, handset, unsupported, spam, opted-out, template. ' +
      'The actions: pause-link, pause-destination, pause-sender, halve-rate, other-route.',
    options: {
      class: { value: 'NAME', meaning: 'what it means for the message and its customer', required: true },
      ...ANSWER,
      carrier: { value: 'NAME', meaning: 'of this carrier only' },
      mccmnc: MCCMNC,
      action: { value: 'NAME', meaning: 'what else is done' },
      for: { value: 'TIME', meaning: 'how long: 30s, 10m, 2h, 1d' },
      after: { value: 'N', meaning: 'only after so many within an hour; without it at once' },
    },
    examples: [
      'heliogram shaping rule add --carrier mts --status 0x45 --text spam --class spam --action pause-sender --for 1h --after 20',
      'heliogram shaping rule add --carrier mts --status 0x464 --class rejected-here --action other-route --for 10m',
    ],
    ask: async (centre, args) => {
      const after = args.whole('after')
      const body = {
        ...texts(args, ['class', ...Object.keys(ANSWER), 'carrier', 'mccmnc', 'action', 'for']),
        ...(after !== undefined && { after }),
      }
      const rule = (await centre.request('POST', '/shaping/rules', body)) as Rule & { readonly warnings: readonly string[] }
      const warnings = rule.warnings.flatMap((warning) => wrap(`Note: ${warning}`, WIDTH_MAX))
      return { json: rule, text: [showRules([rule]), ...warnings].join('\n') }
    },
  },
  {
    name: 'shaping rule remove',
    summary: 'Remove a rule of yours. What it has paused stays paused until its end, or until it is lifted.',
    positionals: [{ name: 'ID', meaning: 'its number, as listed' }],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/shaping/rules/${numberOf(args, 'heliogram shaping rules')}`)
      return { json: done, text: `The rule ${args.at('ID')} is removed.` }
    },
  },
  {
    name: 'shaping pauses',
    summary: 'List what is held back now by what carriers have answered, with the reason and the end.',
    ask: async (centre) => {
      const pauses = (await centre.request('GET', '/shaping/pauses')) as Pause[]
      return { json: pauses, text: pauses.length === 0 ? 'Nothing is held back.' : pauses.map(showPause).join('\n') }
    },
  },
  {
    name: 'shaping lift',
    summary: 'End a pause now. What waits for it goes on within seconds.',
    positionals: [{ name: 'ID', meaning: 'its number, as listed by `shaping pauses`' }],
    ask: async (centre, args) => {
      const number = numberOf(args, 'heliogram shaping pauses')
      const lifted = (await centre.request('DELETE', path`/shaping/pauses/${number}`)) as Pause & { readonly released: number }
      const waited =
        lifted.released === 0 ? '' : ` ${lifted.released} waiting ${lifted.released === 1 ? 'message goes' : 'messages go'} on.`
      return { json: lifted, text: `Lifted: ${lifted.says}.${waited}` }
    },
  },
  {
    name: 'shaping test',
    summary: 'Tell what would happen if a carrier answered so, and by which rule. Nothing is sent.',
    options: { carrier: { value: 'NAME', meaning: 'which carrier', required: true }, ...ANSWER, mccmnc: MCCMNC },
    examples: [
      'heliogram shaping test --carrier mts --status 0x58',
      'heliogram shaping test --carrier mts --stat UNDELIV --err 045',
    ],
    ask: async (centre, args) => {
      const verdict = (await centre.request(
        'POST',
        '/shaping/test',
        texts(args, ['carrier', ...Object.keys(ANSWER), 'mccmnc']),
      )) as Verdict
      return { json: verdict, text: showVerdict(verdict) }
    },
  },
]

const texts = (args: Args, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => (args.text(name) === undefined ? [] : [[name, args.text(name) ?? '']])))

const instant = (iso: string): string => iso.slice(0, 19).replace('T', ' ')

function numberOf(args: Args, list: string): string {
  const written = args.at('ID')
  if (!/^\d{1,9}$/.test(written)) throw new Complaint(`'${written}' is no number of one: ${list}.`, 2)
  return written
}

const hex = (status: number): string => `0x${status.toString(16).padStart(2, '0')}`

/** Which answers: `0x58 ESME_RTHROTTLED`, `0x45 "spam"`, `receipt UNDELIV err 045`. */
function saidOf({ on, status, status_name, text, stat, err }: Rule): string {
  const name = status_name?.startsWith('ESME_') ? ` ${status_name}` : ''
  const answer = [status === null ? '' : `${hex(status)}${name}`, text && `"${text}"`]
  const receipt = [stat, err && `err ${err}`]
  const words = (on === 'answer' ? answer : receipt).filter((word) => word !== '').join(' ')
  return on === 'answer' ? words || 'any other status' : `receipt: ${words || 'any other'}`
}

const whichOf = (rule: Rule): string => `${rule.id === null ? 'the built-in rule' : `rule ${rule.id}`} for ${saidOf(rule)}`

const INDENT = 4
const indented = (text: string): string[] => wrap(text, WIDTH_MAX - INDENT).map((line) => ' '.repeat(INDENT) + line)

function showPause({ id, says, until, rule, reason, waiting }: Pause): string {
  const many = waiting === 0 ? '' : `; ${waiting === 1 ? '1 message waits' : `${waiting} messages wait`} for it`
  return [
    `${String(id).padEnd(INDENT)}${says}`,
    ...indented(`until ${instant(until)} UTC, by rule ${rule}: ${reason}${many}`),
  ].join('\n')
}

const nameOf = (rule: Rule): string => (rule.id === null ? 'built-in' : String(rule.id))

const showRules = (rules: readonly Rule[]): string =>
  table(
    ['ID', 'CARRIER', 'NETWORK', 'ANSWER', 'CLASS', 'ACTION', 'FOR', 'AFTER'],
    rules.map((rule) => [
      nameOf(rule),
      rule.carrier ?? 'all',
      rule.mccmnc || 'all',
      saidOf(rule),
      rule.class,
      rule.action === 'none' ? '' : rule.action,
      rule.for,
      rule.after === 0 ? '' : `${rule.after}/h`,
    ]),
    'There are no rules.',
  )

function showVerdict(verdict: Verdict): string {
  const { rule } = verdict
  const settings = verdict.by_settings ? '; the settings of the carrier call this status busy' : ''
  const which = rule === null ? 'none fits' : whichOf(rule)
  const about = fields([
    ['class', `${verdict.class}: ${verdict.class_says}`],
    ['message', verdict.message],
    ['customer', verdict.customer ?? 'hears nothing yet'],
    ['also', verdict.action],
    ['by', `${which}${settings}`],
  ])
  if (verdict.others.length === 0) return about
  const others = verdict.others.flatMap((other) =>
    indented(
      `${whichOf(other)}: ${other.class}${other.action === 'none' ? '' : `, ${other.action}`}. The one above counts: ${other.lost}.`,
    ),
  )
  return [about, '', 'These fit too:', ...others].join('\n')
}
