import type { PartResult } from '../connectors/connector.ts'
import { newParts, overall, PART, setPart, unsentParts } from '../domain/parts.ts'
import { refundOf } from '../domain/refund.ts'
import { endOfRejection, onUnknown } from '../domain/retry.ts'
import { WAITING } from '../domain/waiting.ts'
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
  /** What the carrier takes for one part, in the payer's currency; 0: nothing is known of its costs. */
  readonly costOf: (item: Item) => bigint
  readonly now: () => number
}

/** Notes one part's answer. True when the attempt has ended and `endAttempt` is due. */
export function noteResult(item: Item, result: PartResult): boolean {
  if (item.unanswered === 0) return false // an answer nobody waits for any more
  if (item.unanswered < 0) beginAttempt(item, result)
  item.unanswered -= 1
  if (item.sentAtMs === 0 && result.outcome !== 'busy') item.sentAtMs = result.atMs
  if (result.outcome !== 'busy') item.trace.push(result.atMs, item.carrierId, TRACE[result.outcome] | result.status)

  const { err } = result.outcome === 'rejected' ? endOfRejection(result.status) : TAKEN
  if (item.partStates) setPart(item.partStates, result.part, PART_OF[result.outcome], err)
  else item.state = SINGLE[result.outcome]
  if (result.outcome === 'taken') {
    item.carrierIds[result.part - 1] = result.carrierId
    item.newIds.push(result.part)
  } else if (result.outcome === 'rejected') item.lastRefusal = result.status
  return item.unanswered === 0
}

/** The connector's count of parts is the true one: its alphabet may cut a text otherwise than we charge it. */
function beginAttempt(item: Item, result: PartResult): void {
  if (result.of > 1 && item.partStates?.length !== result.of * 2) item.partStates = newParts(result.of)
  if (result.of === 1) item.partStates = undefined
  item.unanswered = item.parts?.length ?? result.of
  item.attempts += 1
}

/** All parts are answered: taken, refused, pushed back or unknown. True: the message changed and must be written. */
export function endAttempt(item: Item, next: AttemptEnd): boolean {
  if (item.partStates) return endOfParts(item, item.partStates, next)
  switch (item.state) {
    case BUSY:
      item.state = -1
      next.putBack(item)
      return false
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
    next.putBack(item)
    return item.newIds.length > 0
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

function refused(item: Item, next: AttemptEnd): boolean {
  item.tried = [...item.tried, item.carrierId]
  item.marked = false
  if (next.nextCandidate(item)) return item.move !== undefined
  const end = endOfRejection(item.lastRefusal)
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

/** The upper bits of a trace entry's status. */
const TRACE = { taken: 0x1000_0000, rejected: 0x2000_0000, unknown: 0x3000_0000, busy: 0 } as const
