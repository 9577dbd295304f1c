/**
 * The text of a delivery receipt (SMPP 3.4, appendix B), which the standard calls vendor specific, and it is:
 *
 *     id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E text: .....
 *
 * Every field may be missing, in any order, in any case, with any length.
 */
export interface ReceiptText {
  id: string
  sub: string
  dlvrd: string
  submitDate: string
  doneDate: string
  stat: string
  err: string
  text: string // the message's beginning, with whatever octets it has
}

export type ReceiptState =
  | 'enroute'
  | 'delivered'
  | 'read'
  | 'expired'
  | 'deleted'
  | 'undelivered'
  | 'accepted'
  | 'unknown'
  | 'rejected'

/** Words for stat: those of appendix B, then those that carriers use. A word that is not here stays unknown. */
const STATES: ReadonlyMap<string, ReceiptState> = new Map([
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'expired'],
  ['DELETED', 'deleted'],
  ['UNDELIV', 'undelivered'],
  ['ACCEPTD', 'accepted'],
  ['UNKNOWN', 'unknown'],
  ['REJECTD', 'rejected'],
  ['ENROUTE', 'enroute'],
  ['DELIVERED', 'delivered'],
  ['UNDELIVERED', 'undelivered'],
  ['UNDELIVERABLE', 'undelivered'],
  ['UNDELIVRD', 'undelivered'],
  ['FAILED', 'undelivered'],
  ['SKIPPED', 'undelivered'],
  ['REJECTED', 'rejected'],
  ['ACCEPTED', 'accepted'],
  ['ACKED', 'accepted'],
  ['BUFFRED', 'enroute'],
  ['BUFFERD', 'enroute'],
  ['BUFFERED', 'enroute'],
  ['SCHEDULED', 'enroute'],
  ['READ', 'read'],
  ['SEEN', 'read'],
])

/** What a stat says; a word that nobody explained is 'unknown', never a failure. */
export const stateOfStat = (stat: string): ReceiptState => STATES.get(stat) ?? STATES.get(stat.toUpperCase()) ?? 'unknown'

/** message_state by its number (SMPP 5.0, 4.7.15), in the words of stat. */
const MESSAGE_STATES = [
  'SCHEDULED',
  'ENROUTE',
  'DELIVERED',
  'EXPIRED',
  'DELETED',
  'UNDELIVERABLE',
  'ACCEPTED',
  'UNKNOWN',
  'REJECTED',
  'SKIPPED',
] as const

/** The word for a message_state; a number without a word is written as it is. */
export const messageStateName = (state: number): string => MESSAGE_STATES[state] ?? String(state)

type Key = Exclude<keyof ReceiptText, 'text'>
const KEYS: ReadonlyMap<string, Key> = new Map([
  ['id', 'id'],
  ['sub', 'sub'],
  ['dlvrd', 'dlvrd'],
  ['stat', 'stat'],
  ['err', 'err'],
  ['submit_date', 'submitDate'],
  ['submitdate', 'submitDate'],
  ['done_date', 'doneDate'],
  ['donedate', 'doneDate'],
])

const isSpace = (unit: number): boolean => unit <= 0x20 // NUL too: some carriers end the text with one
const isLetter = (unit: number): boolean => ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a) || unit === 0x5f

/**
 * Finds the fields of a receipt. Undefined when there is neither an id nor a stat, so that it is no receipt at all.
 * What follows `text:` is the subscriber's, and is looked at only when nothing before it made sense.
 */
export function parseReceiptText(source: string): ReceiptText | undefined {
  const found: ReceiptText = { id: '', sub: '', dlvrd: '', submitDate: '', doneDate: '', stat: '', err: '', text: '' }
  let at = 0
  for (let colon = source.indexOf(':'); colon >= 0; colon = source.indexOf(':', at)) {
    let start = colon
    while (start > at && isLetter(source.charCodeAt(start - 1))) start--
    const word = source.slice(start, colon).toLowerCase()
    at = colon + 1
    if (word === 'text') {
      if (found.text === '') found.text = source.slice(at)
      if (found.id !== '' || found.stat !== '') break
      continue
    }
    const key = word === 'date' ? dateKey(source, start) : KEYS.get(word)
    if (key === undefined) continue
    const from = valueStart(source, at)
    at = valueEnd(source, from)
    if (found[key] === '') found[key] = source.slice(from, at)
  }
  return found.id === '' && found.stat === '' ? undefined : found
}

/** `submit date:` and `done date:` are two words, with one space or more between them. */
function dateKey(source: string, dateAt: number): Key | undefined {
  let end = dateAt
  while (end > 0 && isSpace(source.charCodeAt(end - 1))) end--
  const before = source.slice(Math.max(0, end - 6), end).toLowerCase()
  return before === 'submit' ? 'submitDate' : before.endsWith('done') ? 'doneDate' : undefined
}

/** A value may stand behind spaces (`stat: DELIVRD`), unless the next word is a field of its own (`err: text:`). */
function valueStart(source: string, at: number): number {
  if (!isSpace(source.charCodeAt(at))) return at
  let from = at
  while (from < source.length && isSpace(source.charCodeAt(from))) from++
  const word = source.slice(from, valueEnd(source, from)).toLowerCase()
  return word.includes(':') || word === 'submit' || word === 'done' ? at : from
}

function valueEnd(source: string, from: number): number {
  let end = from
  while (end < source.length && !isSpace(source.charCodeAt(end))) end++
  return end
}
