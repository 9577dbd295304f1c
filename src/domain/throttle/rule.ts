import { CLASSES, type ClassName } from './classes.ts'
import { foldErr, type TextPattern, textPattern } from './text-pattern.ts'

/** What is done beside what becomes of the message itself. */
export const ACTIONS = {
  none: 'nothing more',
  'pause-link': 'nothing is sent to the carrier',
  'pause-destination': 'messages to this network wait',
  'pause-sender': 'messages from this sender wait',
  'halve-rate': 'half as many parts a second are sent',
  'other-route': 'messages to this network go to other carriers',
} as const

export type Action = keyof typeof ACTIONS

export const isAction = (name: string): name is Action => Object.hasOwn(ACTIONS, name)

/** Which answers of carriers a rule is for. Conditions that are empty hold for everything. */
export interface Conditions {
  readonly on: 'answer' | 'receipt' // the response to a submit, or a delivery receipt
  readonly carrierId: number // 0: all
  readonly mccmnc: string // a network, or an MCC alone
  readonly status: number // of an answer: command_status, or the carrier's own number; -1: any
  readonly text: string // of an answer: what the vendor wrote beside it; * stands for anything
  readonly stat: string // of a receipt, in any case
  readonly err: string // of a receipt; leading zeros do not count
}

/** A rule of the operator, or of the built-in table (id 0). */
export interface Rule extends Conditions {
  readonly id: number
  readonly class: ClassName
  readonly action: Action
  readonly seconds: number // how long the action holds; 0 where there is none
  readonly after: number // so many such answers within an hour; 0: at once
}

/** What a carrier said about a part or a message. */
export interface Said {
  readonly on: Conditions['on']
  readonly carrierId: number
  readonly mccmnc: string
  readonly status: number
  readonly text: string
  readonly stat: string
  readonly err: string
}

export interface Rules {
  /** The most specific rule for what was said; undefined: none fits. */
  find(said: Said): Rule | undefined
  /** All that fit, the one that counts first. */
  findAll(said: Said): Rule[]
  /** Whether the operator has rules for receipts: without any nobody needs to look. */
  readonly forReceipts: boolean
}

interface Compiled {
  readonly rule: Rule
  readonly text: TextPattern
  readonly stat: string
  readonly err: string
}

/**
 * Compiles a table of rules. The operator's come before the built-in ones; then the rule that names the carrier, then the
 * longer network, then the one that names the status (err), then the longer text (stat), then the older rule.
 */
export function compileRules(rules: Iterable<Rule>): Rules {
  const sorted = [...rules].sort(byRank)
  const answers = new Map<number, Compiled[]>() // by status; -1: those that name none
  const receipts: Compiled[] = []
  for (const rule of sorted) {
    if (rule.on === 'receipt') receipts.push(compile(rule))
    else if (!answers.has(rule.status)) answers.set(rule.status, [])
  }
  for (const [status, list] of answers) {
    for (const rule of sorted) if (rule.on === 'answer' && (rule.status === status || rule.status < 0)) list.push(compile(rule))
  }
  const candidates = (said: Said): readonly Compiled[] =>
    said.on === 'receipt' ? receipts : (answers.get(said.status) ?? answers.get(-1) ?? [])

  return {
    find: (said) => candidates(said).find((each) => fits(each, said))?.rule,
    findAll: (said) => candidates(said).flatMap((each) => (fits(each, said) ? [each.rule] : [])),
    forReceipts: receipts.some(({ rule }) => rule.id > 0),
  }
}

const compile = (rule: Rule): Compiled => ({
  rule,
  text: textPattern(rule.text),
  stat: rule.stat.toUpperCase(),
  err: foldErr(rule.err),
})

const fits = ({ rule, text, stat, err }: Compiled, said: Said): boolean =>
  (rule.carrierId === 0 || rule.carrierId === said.carrierId) &&
  (rule.mccmnc === '' || isWithin(said.mccmnc, rule.mccmnc)) &&
  text(said.text) &&
  (stat === '' || stat === said.stat.toUpperCase()) &&
  (err === '' || err === foldErr(said.err))

/**
 * The class of an answer. A carrier's settings may call a status busy: they are believed, unless the operator has a rule for it.
 * No rule, no better knowledge: refused here.
 */
export function classOfAnswer(rule: Rule | undefined, connectorSays: 'taken' | 'rejected' | 'busy' | 'unknown'): ClassName {
  const name = rule?.class ?? 'rejected-here'
  if (rule && rule.id > 0) return name
  const { fate } = CLASSES[name]
  return connectorSays === 'busy' && fate !== 'again' && fate !== 'later' ? 'busy' : name
}

const MCC_DIGITS = 3

/** Whether a network is the one meant, or in the country meant. */
export const isWithin = (mccmnc: string, wanted: string): boolean =>
  mccmnc === wanted || (wanted.length === MCC_DIGITS && mccmnc.startsWith(wanted))

/** Negative: the first rule counts where both fit. */
export function byRank(one: Rule, other: Rule): number {
  return (
    Number(one.id === 0) - Number(other.id === 0) ||
    Number(other.carrierId > 0) - Number(one.carrierId > 0) ||
    other.mccmnc.length - one.mccmnc.length ||
    Number(other.status >= 0) - Number(one.status >= 0) ||
    Number(other.err !== '') - Number(one.err !== '') ||
    other.text.length - one.text.length ||
    Number(other.stat !== '') - Number(one.stat !== '') ||
    one.id - other.id
  )
}

/** Why `winner` counts where `other` fits too. */
export function whyFirst(winner: Rule, other: Rule): string {
  if (other.id === 0 && winner.id > 0) return 'your rules come before the built-in ones'
  if (winner.carrierId > 0 && other.carrierId === 0) return 'it names the carrier'
  if (winner.mccmnc.length !== other.mccmnc.length)
    return other.mccmnc === '' ? 'it names the network' : 'its network is the narrower'
  if (winner.status >= 0 && other.status < 0) return 'it names the status'
  if (winner.err !== '' && other.err === '') return 'it names the err'
  if (winner.text.length !== other.text.length) return other.text === '' ? 'it names a text' : 'its text is the longer'
  if (winner.stat !== '' && other.stat === '') return 'it names the stat'
  return 'it is the older'
}
