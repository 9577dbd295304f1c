import { handsetAddress } from '../domain/number/handset-address.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Session } from '../store/session.ts'
import { setCalls } from '../store/wait-calls.ts'

/** Which of the centre's numbers subscribers are asked to call, to show that a phone is theirs. */
export const createCallNumbers = (session: Session, profile: NumberProfile) => ({
  async set(written: string, asked: string): Promise<{ number: string; calls: boolean }> {
    if (asked !== 'on' && asked !== 'off') {
      throw new Refusal('bad_request', { field: 'calls', reason: `'${asked.slice(0, 20)}' is neither on nor off.` })
    }
    const [number, calls] = [handsetAddress(written, profile), asked === 'on']
    if (await setCalls(session, number, calls)) return { number, calls }
    const reason = `There is no number ${number.slice(0, 30)}: add it first, with heliogram number add.`
    throw new Refusal('not_found', { field: 'number', reason })
  },
})

export type CallNumbers = ReturnType<typeof createCallNumbers>
