/**
 * Checking a carrier before customers' messages go to it: a series of marked messages to one telephone, and what their
 * fate says of the carrier's settings. Everything here is plain data, kept as JSON until the check is read.
 */

/** To whom and, where the operator says so, from whom. */
export interface CheckAsk {
  readonly to: string
  readonly from: string // '': what the carrier's settings or the check itself suggest
}

/** One message of the series. */
export interface Probe {
  readonly name: string // once in a series
  readonly title: string // for people, in a few words
  readonly from: string
  readonly text: string
  /** Settings of the kind that hold for this message alone. */
  readonly form?: Readonly<Record<string, unknown>>
}

/** What became of one part on the carrier's wire. */
export interface ProbePart {
  readonly number: number // 1-based
  readonly of: number
  readonly outcome: 'taken' | 'rejected' | 'busy' | 'unknown'
  readonly status: number
  readonly reason: string
  readonly carrierId: string
  readonly atMs: number
}

export interface ProbeReceipt {
  readonly part: number // 0: any
  readonly ids: readonly string[] // as the carrier wrote them
  readonly state: string
  readonly stat: string
  readonly err: string
  readonly text: string // what it repeats of the message; '': nothing
  readonly atMs: number
  readonly doneAtMs: number // the carrier's own date; 0: none
  /** Found by its id, or only by the telephone's number and the moment. */
  readonly by: 'id' | 'number'
}

export interface ObservedProbe extends Probe {
  readonly id: number // ours
  readonly sentAtMs: number // 0: never sent
  readonly parts: readonly ProbePart[]
  readonly receipts: readonly ProbeReceipt[]
  /** How often it was pushed back before this outcome, and by which status last. */
  readonly pushedBack: number
  readonly pushedBackBy: string
  readonly note: string // why it has no outcome; '' when it has
}

/** seen: the carrier said so · likely: it fits, look at the telephone · look: only a person can tell. */
export type Certainty = 'seen' | 'likely' | 'look'

export interface Finding {
  readonly sure: Certainty
  readonly says: string // a sentence
}

/** A setting of the carrier that would fit better than the one it has. */
export interface Proposal {
  readonly setting: string // by its name in the kind's schema
  readonly value: string
  readonly because: string // a sentence
  readonly sure: Exclude<Certainty, 'look'>
}

/** Words to compare on the telephone. */
export interface Look {
  readonly probe: string // its name
  readonly expect: string
  readonly otherwise: string // what it means when it reads otherwise, and what to set
}

export interface Conclusions {
  readonly findings: readonly Finding[]
  readonly proposals: readonly Proposal[]
  readonly looks: readonly Look[]
}

/** How carriers of one kind are checked. Both are functions of what was observed so far and nothing else. */
export interface CheckPlan<Settings> {
  /** The next message; undefined: there is nothing more to learn. */
  next(settings: Settings, ask: CheckAsk, observed: readonly ObservedProbe[]): Probe | undefined
  conclude(settings: Settings, ask: CheckAsk, observed: readonly ObservedProbe[]): Conclusions
}

/** Begins every message of a check, in letters that all alphabets share. */
export const mark = (number: number): string => `Heliogram test ${String(number).padStart(2, '0')}: `

export const isTaken = ({ parts }: ObservedProbe): boolean =>
  parts.length > 0 && parts.every(({ outcome }) => outcome === 'taken')
export const isRefused = ({ parts }: ObservedProbe): boolean => parts.some(({ outcome }) => outcome === 'rejected')

/** States after which no other receipt is waited for. */
export const isFinalState = (state: string): boolean => !['enroute', 'accepted', 'unknown'].includes(state)

/** Whether all receipts that a message can have are there. */
export const isComplete = ({ parts, receipts }: ObservedProbe): boolean => {
  const taken = parts.filter(({ outcome }) => outcome === 'taken').length
  return receipts.filter(({ state }) => isFinalState(state)).length >= taken
}

export const PLAIN_TEXT = 'letters and digits, Az 0123456789'
export const CYRILLIC_TEXT = 'Съешь ещё этих булок ЁёЪъЭэ'
/** More than one part and less than three, in letters that every alphabet has. */
export const LONG_TEXT =
  'ALPHA begins one long message that has to arrive as ONE. It goes on and on, past the one hundred and sixtieth letter ' +
  'where the first part ends, then some words more of the second part, and its very last word is OMEGA'

/** For kinds of carriers without a plan of their own: what any of them can show. */
export const basicPlan: CheckPlan<unknown> = {
  next: (_, { from }, observed) => {
    const texts = [
      ['plain', 'letters and digits', PLAIN_TEXT],
      ['cyrillic', 'a Russian text', CYRILLIC_TEXT],
      ['long', 'a long text', LONG_TEXT],
    ] as const
    const next = texts[observed.length]
    return next && { name: next[0], title: next[1], from, text: mark(observed.length + 1) + next[2] }
  },
  conclude: (_, __, observed) => ({
    findings: concludeReceipts(observed),
    proposals: [],
    looks: observed.filter(isTaken).map(({ name, text }) => ({
      probe: name,
      expect: text,
      otherwise: 'the carrier changes texts: show it what arrived',
    })),
  }),
}

const SECOND_MS = 1_000

/** What can be said of receipts whatever the carrier speaks. */
export function concludeReceipts(observed: readonly ObservedProbe[]): Finding[] {
  const taken = observed.filter(isTaken)
  const receipts = taken.flatMap((probe) => probe.receipts.map((receipt) => ({ probe, receipt })))
  if (observed.length > 0 && taken.length === 0) {
    const says = observed.some(({ parts }) => parts.length > 0)
      ? 'The carrier took none of the messages: see its answers above.'
      : 'The carrier answered none of the messages: ask it whether this access may send.'
    return [{ sure: 'seen', says }]
  }
  if (taken.length === 0) return []
  if (receipts.length === 0) {
    return [
      {
        sure: 'seen',
        says: 'No receipt came. Try a longer --wait; then ask the carrier whether receipts are switched on for this account.',
      },
    ]
  }
  const delays = receipts.map(({ probe, receipt }) => receipt.atMs - probe.sentAtMs).sort((a, b) => a - b)
  const seconds = (ms: number): string => `${(ms / SECOND_MS).toFixed(1)} s`
  const without = taken.filter((probe) => probe.receipts.length === 0)
  const undecided = taken.filter(({ receipts: all }) => all.length > 0 && !all.some(({ state }) => isFinalState(state)))
  const altered = receipts.find(({ probe, receipt }) => isAltered(probe.text, receipt.text.trim()))
  const twice = taken.filter(({ parts, receipts: all }) => all.filter(({ state }) => isFinalState(state)).length > parts.length)
  return [
    {
      sure: 'seen',
      says: `Receipts came ${seconds(delays[0] ?? 0)} to ${seconds(delays.at(-1) ?? 0)} after the message was sent.`,
    },
    ...(without.length === 0
      ? []
      : [{ sure: 'seen' as const, says: `${without.length} of ${taken.length} messages that were taken have no receipt yet.` }]),
    ...(undecided.length === 0
      ? []
      : [
          {
            sure: 'seen' as const,
            says: `${undecided.length} have only a receipt that decides nothing (${undecided[0]?.receipts[0]?.stat || 'no stat'}): ask the carrier what it means.`,
          },
        ]),
    ...(altered
      ? [
          {
            sure: 'likely' as const,
            says: `Receipts repeat "${altered.receipt.text.trim().slice(0, 40)}" of what was sent as "${altered.probe.text.slice(0, 40)}": texts may be changed on the way.`,
          },
        ]
      : []),
    ...(twice.length === 0 ? [] : [{ sure: 'seen' as const, says: 'Some receipts came more than once; that does no harm.' }]),
  ]
}

/** Only of letters that every alphabet has at the same place. */
const isAltered = (sent: string, repeated: string): boolean =>
  repeated !== '' && /^[\x20-\x7e]*$/.test(sent) && !/[@$_[\]{}\\|~^`]/.test(sent) && !sent.includes(repeated)
