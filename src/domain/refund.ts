import { FLAG } from './message.ts'
import { countIn, PART, partCount } from './parts.ts'

/**
 * What of a message's price goes back, in all, given how it ended (core of the tariff's rule):
 * never handed over, or refused before any part was taken: everything. Some parts refused, or never sent: those parts.
 * Not delivered after it was taken: everything where the tariff charges for delivered messages only, else nothing.
 */
export function refundOf(
  message: {
    readonly price: bigint
    readonly flags: number
    readonly state: number // its final state
    readonly partStates: Uint8Array | null | undefined
  },
  taken: boolean, // a carrier took at least one part
): bigint {
  const { price, state, partStates } = message
  const failed = state !== 1 && state !== 2 && state !== 4
  if (!taken) return failed ? price : 0n
  if (failed && (message.flags & FLAG.refundUndelivered) !== 0) return price
  if (!partStates) return 0n
  const kept = countIn(partStates, PART.rejected) + countIn(partStates, PART.unsent)
  return kept === 0 ? 0n : (price * BigInt(kept)) / BigInt(partCount(partStates))
}
