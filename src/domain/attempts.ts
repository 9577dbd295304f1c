import { timeOfId } from './message-id.ts'

/** One answer of a carrier, as a message's row keeps it. */
export interface Attempt {
  readonly afterMs: number // since acceptance
  readonly carrierId: number
  readonly outcome: Outcome
  readonly status: number // command_status, or the carrier's own number
  readonly sequence: number // sequence number of the PDU; 0: not known
  readonly flightMs: number // from the wire to the answer; 0: not known, or faster than that
  readonly part: number // 1-based; 0: not known
  readonly times: number // so often in a row; more than 1 only where the carrier pushed back
}

type Outcome = 'busy' | 'taken' | 'rejected' | 'unknown'

/** What an answer says of itself. */
export interface Answer {
  readonly outcome: Outcome
  readonly status: number
  readonly part: number
  readonly atMs: number // Unix ms
  readonly sequence?: number
  readonly sentAtMs?: number // when it was written to the wire, Unix ms
}

const OUTCOMES = ['busy', 'taken', 'rejected', 'unknown'] as const
const CODE = { busy: 0, taken: 1, rejected: 2, unknown: 3 } as const

/**
 * In memory an answer is six numbers in a row: Unix ms, carrier, status, outcome and part × 4, sequence number (how often in a
 * row, where the carrier pushed back), ms in flight. Flat, since every message has one and nobody looks at most of them.
 */
const NUMBERS = 6
const ANSWERS_MAX = 300

/** How many answers these are, as they are in memory. */
export const answersIn = (trace: readonly number[]): number => trace.length / NUMBERS

/** Adds an answer to those of a message. A carrier that pushes back again and again is one entry, the latest time in it. */
export function noteAnswer(trace: number[], carrierId: number, answer: Answer): void {
  const { outcome, status, part, atMs, sequence = 0, sentAtMs = 0 } = answer
  if (outcome === 'busy') {
    if (status > 0) notePushBack(trace, carrierId, status, part, atMs)
    return
  }
  if (trace.length >= ANSWERS_MAX * NUMBERS) return
  const flightMs = sentAtMs > 0 && atMs > sentAtMs ? atMs - sentAtMs : 0
  trace.push(atMs, carrierId, status, CODE[outcome] + part * 4, sequence, flightMs)
}

function notePushBack(trace: number[], carrierId: number, status: number, part: number, atMs: number): void {
  const last = trace.length - NUMBERS
  if (last >= 0 && trace[last + 1] === carrierId && trace[last + 2] === status && (trace[last + 3] ?? 0) % 4 === CODE.busy) {
    trace[last] = atMs
    trace[last + 4] = (trace[last + 4] ?? 0) + 1
  } else if (trace.length < ANSWERS_MAX * NUMBERS) trace.push(atMs, carrierId, status, CODE.busy + part * 4, 1, 0)
}

/** Begins what is packed as below. Rows of version 0.1 have entries of ten octets, and none of theirs begins so (49 days). */
const PACKED = 0xfe
const OLD_ENTRY = 10 // octets: ms since acceptance, carrier, status with the outcome in its upper bits

/** Answers as they are in memory, packed for the row: for most messages ten octets, numbers of seven bits each. */
export function packTrace(id: number, trace: readonly number[]): Buffer {
  const acceptedAt = timeOfId(id)
  let size = 1
  for (let at = 0; at < trace.length; at++) size += lengthOf(packed(trace, at, acceptedAt))
  const out = Buffer.allocUnsafe(size)
  out[0] = PACKED
  let to = 1
  for (let at = 0; at < trace.length; at++) {
    let left = packed(trace, at, acceptedAt)
    while (left > 0x7f) {
      out[to++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    out[to++] = left
  }
  return out
}

const packed = (trace: readonly number[], at: number, acceptedAt: number): number => {
  const value = trace[at] ?? 0
  return Math.max(0, at % NUMBERS === 0 ? value - acceptedAt : value)
}

function lengthOf(value: number): number {
  let length = 1
  for (let left = value; left > 0x7f; left = Math.floor(left / 128)) length += 1
  return length
}

/** The answers that were packed, as they are in memory. What is cut off or spoiled ends where it stops making sense. */
export function readTrace(id: number, trace: Uint8Array): number[] {
  const acceptedAt = timeOfId(id)
  const numbers = unpackNumbers(trace)
  for (let at = 0; at < numbers.length; at += NUMBERS) numbers[at] = (numbers[at] ?? 0) + acceptedAt
  return numbers
}

/** As in memory, but for the times, which count from acceptance. */
const unpackNumbers = (trace: Uint8Array): number[] => (trace[0] === PACKED ? readPacked(trace) : readOld(trace))

function readPacked(trace: Uint8Array): number[] {
  const numbers: number[] = []
  let value = 0
  let weight = 1
  for (let at = 1; at < trace.length; at++) {
    const octet = trace[at] ?? 0
    value += (octet & 0x7f) * weight
    weight *= 128
    if (octet > 0x7f) continue
    numbers.push(value)
    value = 0
    weight = 1
  }
  return numbers.slice(0, numbers.length - (numbers.length % NUMBERS))
}

function readOld(trace: Uint8Array): number[] {
  const view = new DataView(trace.buffer, trace.byteOffset, trace.length)
  const numbers: number[] = []
  for (let at = 0; at + OLD_ENTRY <= trace.length; at += OLD_ENTRY) {
    const status = view.getUint32(at + 6)
    numbers.push(view.getUint32(at), view.getUint16(at + 4), status & 0x0fff_ffff, status >>> 28, 0, 0)
  }
  return numbers
}

/** The same for reading. */
export function unpackTrace(trace: Uint8Array): Attempt[] {
  const numbers = unpackNumbers(trace)
  const attempts: Attempt[] = []
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const [afterMs = 0, carrierId = 0, status = 0, kind = 0, sequence = 0, flightMs = 0] = numbers.slice(at, at + NUMBERS)
    const outcome = OUTCOMES[kind % 4] ?? 'unknown'
    const part = Math.floor(kind / 4)
    const pushedBack = outcome === 'busy'
    attempts.push({
      afterMs,
      carrierId,
      outcome,
      status,
      sequence: pushedBack ? 0 : sequence,
      flightMs,
      part,
      times: pushedBack ? sequence : 1,
    })
  }
  return attempts
}
