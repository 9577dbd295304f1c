import type { PartResult } from '../connectors/connector.ts'
import { noteAnswer } from '../domain/attempts.ts'
import { countIn, newParts, overall, PART, partCount, setPart, unsentParts } from '../domain/parts.ts'
import { refundOf } from '../domain/refund.ts'
import { onUnknown, retryPauseMs } from '../domain/retry.ts'
import { CLASSES, classOf } from '../domain/throttle/classes.ts'
import { WAITING } from '../domain/waiting.ts'
import { isPartlyTaken } from './expire.ts'
import type { Item } from './item.ts'

/**
 * Step 3: what a carrier answered. Works on messages in memory and says what comes next; the settle commit
 * (settle-commit.ts) writes it. A message's attempt ends when every part it was sent with is answered.
 */

export interface AttemptEnd {
  /** Not taken, or not all: back to the front of its carrier's queue. */
  readonly putBack: (item: Item) => void
  /** Refused here: to the next candidate. False: nobody is left. */
  readonly nextCandidate: (item: Item) => boolean
  readonly unknownSetting: (carrierId: number) => 'auto' | 'hold' | 'resend'
  /** What a carrier's "no" means (a code of domain/throttle/classes.ts). Absent: what the connector says. */
  readonly judge?: (item: Item, result: PartResult) => number
  /** What the carrier takes for one part, in the payer's currency; 0: nothing is known of its costs. */
  readonly costOf: (item: Item) => bigint
  readonly now: () => number
}

/** Notes one part's answer. True when the attempt has ended and `endAttempt` is due. */
export function noteResult(item: Item, result: PartResult, judge?: AttemptEnd['judge']): boolean {
  if (item.unanswered === 0) return false // an answer nobody waits for any more
  if (item.unanswered < 0) beginAttempt(item, result)
  item.unanswered -= 1
  const outcome = result.outcome === 'taken' ? 'taken' : judged(item, result, judge)
  if (item.sentAtMs === 0 && outcome !== 'busy') item.sentAtMs = result.atMs
  noteAnswer(item.trace, item.carrierId, outcome === result.outcome ? result : { ...result, outcome })

  const { err } = outcome === 'rejected' ? classOf(item.lastRefusal) : TAKEN
  if (item.partStates) setPart(item.partStates, result.part, PART_OF[outcome], err)
  else item.state = SINGLE[outcome]
  if (outcome === 'taken') {
    item.carrierIds[result.part - 1] = result.carrierId
    item.newIds.push(result.part)
  }
  return item.unanswered === 0
}

/** What a part that was not taken comes to. A status of 0 is our own doing, about which there are no rules. */
function judged(item: Item, result: PartResult, judge: AttemptEnd['judge']): PartResult['outcome'] {
  const { outcome, status } = result
  if (outcome === 'unknown' || (outcome === 'busy' && (status === 0 || !judge))) return outcome
  item.lastRefusal = status === 0 ? CLASSES['rejected-here'].code : judge ? judge(item, result) : classOfStatus(status)
  const { fate } = classOf(item.lastRefusal)
  return fate === 'again' || fate === 'later' ? 'busy' : 'rejected'
}

const classOfStatus = (status: number): number =>
  status === 0x0a ? CLASSES.sender.code : status === 0x0b ? CLASSES.number.code : CLASSES['rejected-here'].code

/** The connector's count of parts is the true one: its alphabet may cut a text otherwise than we charge it. */
function beginAttempt(item: Item, result: PartResult): void {
  if (result.of > 1 && item.partStates?.length !== result.of * 2) item.partStates = newParts(result.of)
  if (result.of === 1) item.partStates = undefined
  item.unanswered = item.parts?.length ?? result.of
  item.attempts += 1
  item.lastRefusal = 0
}

/** All parts are answered: taken, refused, pushed back or unknown. True: the message changed and must be written. */
export function endAttempt(item: Item, next: AttemptEnd): boolean {
  if (item.partStates) return endOfParts(item, item.partStates, next)
  switch (item.state) {
    case BUSY:
      item.state = -1
      return notTaken(item, next)
    case UNKNOWN:
      item.state = -1
      return resolveUnknown(item, next)
    case REFUSED:
      item.state = -1
      return refused(item, next)
    default:
      item.stateAtMs = item.sentAtMs
      return true
  }
}

function endOfParts(item: Item, parts: Uint8Array, next: AttemptEnd): boolean {
  const counts = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let at = 0; at < parts.length; at += 2) counts[parts[at] ?? 0] = (counts[parts[at] ?? 0] ?? 0) + 1
  const [unsent = 0, , unknown = 0] = counts
  if (unsent > 0) {
    item.parts = unsentParts(parts)
    return notTaken(item, next) || item.newIds.length > 0
  }
  if (unknown > 0) return resolveUnknown(item, next)
  if (counts[PART.rejected] === parts.length / 2) {
    item.partStates = newParts(parts.length / 2)
    item.parts = undefined
    return refused(item, next)
  }
  const { state, err } = overall(parts)
  item.state = state
  item.err = err
  item.stateAtMs = next.now()
  if (state > 0) item.refunded = refundOf(item, true)
  return true
}

/** At once again, or after a pause where the carrier has troubles of its own; when it has them again and again, elsewhere. */
function notTaken(item: Item, next: AttemptEnd): boolean {
  if (classOf(item.lastRefusal).fate !== 'later') {
    next.putBack(item)
    return false
  }
  const { partStates } = item
  const stays = item.bound || isPartlyTaken(item) || (partStates !== undefined && countIn(partStates, PART.unknown) > 0)
  if (!stays && partStates) {
    // Whoever takes it next takes all of it.
    item.partStates = newParts(partCount(partStates))
    item.parts = undefined
  }
  if (!stays && item.attempts >= TRIES_HERE) {
    const tried = item.tried
    item.tried = [...tried, item.carrierId]
    item.marked = false
    if (next.nextCandidate(item)) return item.move !== undefined
    item.tried = tried
  }
  const dueAtMs = Math.min(next.now() + retryPauseMs(item.attempts - 1), item.expiresAtMs)
  item.move = { carrierId: stays ? item.carrierId : 0, dueAtMs, reason: WAITING.retry.code }
  return true
}

const TRIES_HERE = 3

function refused(item: Item, next: AttemptEnd): boolean {
  const end = classOf(item.lastRefusal)
  item.tried = [...item.tried, item.carrierId]
  item.marked = false
  if (end.fate !== 'end' && next.nextCandidate(item)) return item.move !== undefined
  item.state = end.state
  item.err = end.err
  item.stateAtMs = next.now()
  item.refunded = item.price
  return true
}

/** Sent and never answered: held until a receipt or its end, or sent once more with a mark that is stored first. */
function resolveUnknown(item: Item, next: AttemptEnd): boolean {
  const again = onUnknown(next.unknownSetting(item.carrierId), item.lane, item.duplicates) === 'resend'
  if (again) item.duplicates += 1
  item.move = again
    ? { carrierId: item.carrierId, dueAtMs: next.now(), reason: WAITING.again.code }
    : { carrierId: item.carrierId, dueAtMs: item.expiresAtMs, reason: WAITING.held.code }
  return true
}

// While an attempt of a message of one part is under way, state tells its answer.
const BUSY = -10
const UNKNOWN = -11
const REFUSED = -12
const SINGLE = { taken: 0, rejected: REFUSED, busy: BUSY, unknown: UNKNOWN } as const
const TAKEN = { err: 0 } as const
const PART_OF = { taken: PART.taken, rejected: PART.rejected, busy: PART.unsent, unknown: PART.unknown } as const
