import { handsetAddress } from '../domain/number/handset-address.ts'
import { type NumberProfile, parseNumber } from '../domain/number/parse.ts'
import type { Session } from '../store/session.ts'
import { storeCallThatCame } from '../store/wait-calls.ts'

/**
 * A call came to one of our numbers: what a voice carrier reports, whether it was answered or not. Resolves with whether somebody had
 * waited for it; the account's handler is told, once however often the call is reported, when that is stored.
 */
export type CallReceived = (from: string, to: string) => Promise<boolean>

export const makeCallReceived =
  (parts: {
    readonly session: Session
    readonly takeId: () => number
    readonly now: () => number
    readonly profile: NumberProfile
    readonly wake: (accountIds: Iterable<number>) => void
  }): CallReceived =>
  async (from, to) => {
    const parsed = parseNumber(from, parts.profile)
    if (!('number' in parsed)) return false // withheld, or a switchboard's
    const call = {
      id: parts.takeId(),
      phone: parsed.number,
      called: handsetAddress(to.replace(/[^\d+]/g, ''), parts.profile),
      atMs: parts.now(),
    }
    const accountId = await storeCallThatCame(parts.session, call)
    if (accountId === undefined) return false
    parts.wake([accountId])
    return true
  }
