import type { CarrierState } from './receipt.ts'

/**
 * What is known of each part of a long message: two octets a part, its state and its err.
 * A message has one state, that of its worst part (SMSC API: one status per message).
 */
export const PART = {
  unsent: 0,
  taken: 1, // waits for its receipt
  unknown: 2, // sent, never answered
  delivered: 3,
  read: 4,
  expired: 5,
  undelivered: 6,
  rejected: 7, // refused by the carrier when it was submitted
} as const

export type PartState = (typeof PART)[keyof typeof PART]

export const newParts = (count: number): Uint8Array => new Uint8Array(count * 2)
export const partCount = (parts: Uint8Array): number => parts.length / 2
export const partState = (parts: Uint8Array, part: number): number => parts[(part - 1) * 2] ?? PART.unsent
export const setPart = (parts: Uint8Array, part: number, state: PartState, err = 0): void => {
  parts[(part - 1) * 2] = state
  parts[(part - 1) * 2 + 1] = err
}

/** Parts, 1-based, that a carrier has never been asked to take or has handed back. */
export function unsentParts(parts: Uint8Array): number[] {
  const unsent: number[] = []
  for (let part = 1; part <= partCount(parts); part++) if (partState(parts, part) === PART.unsent) unsent.push(part)
  return unsent
}

export const countIn = (parts: Uint8Array, state: PartState): number => {
  let count = 0
  for (let at = 0; at < parts.length; at += 2) if (parts[at] === state) count++
  return count
}

/** The message's state and err from its parts: not final while a part is unanswered, else the worst part's. */
export function overall(parts: Uint8Array): { state: number; err: number } {
  let waiting = false
  let taken = false
  let worst = 0
  let err = 0
  for (let at = 0; at < parts.length; at += 2) {
    const state = parts[at] ?? 0
    if (state === PART.unsent || state === PART.unknown) waiting = true
    else if (state === PART.taken) taken = true
    else if (state > worst) {
      worst = state
      err = parts[at + 1] ?? 0
    }
  }
  if (waiting) return { state: -1, err: 0 }
  if (taken) return { state: 0, err: 0 }
  return { state: STATUS_OF[worst] ?? 0, err }
}

const STATUS_OF: Readonly<Record<number, number>> = {
  [PART.delivered]: 1,
  [PART.read]: 2,
  [PART.expired]: 3,
  [PART.undelivered]: 20,
  [PART.rejected]: 20,
}

const STATUS_OF_PART: Readonly<Record<number, number>> = { ...STATUS_OF, [PART.unsent]: -1, [PART.taken]: 0, [PART.unknown]: -1 }

/** status.php's code and err of each part, in words for a field: `1:1:0,2:20:6` is part, status and err. Empty: it has one part. */
export function sayParts(parts: Uint8Array | null | undefined): string {
  if (!parts || partCount(parts) < 2) return ''
  const said: string[] = []
  for (let at = 0; at < parts.length; at += 2) {
    said.push(`${at / 2 + 1}:${STATUS_OF_PART[parts[at] ?? PART.unsent] ?? -1}:${parts[at + 1] ?? 0}`)
  }
  return said.join(',')
}

/** The part state that a receipt brings; undefined: it decides nothing. */
export function partOfReceipt(state: CarrierState): PartState | undefined {
  if (state === 'delivered') return PART.delivered
  if (state === 'read') return PART.read
  if (state === 'expired') return PART.expired
  if (state === 'undelivered' || state === 'rejected' || state === 'deleted') return PART.undelivered
  return undefined
}

/** How many of a message's charged parts arrived, by its state and what is known of each. */
export function arrivedParts(state: number, charged: number, parts: Uint8Array | null | undefined): number {
  if (state === 1 || state === 2 || state === 4) return charged
  return parts ? Math.min(charged, countIn(parts, PART.delivered) + countIn(parts, PART.read)) : 0
}
