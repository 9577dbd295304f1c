import { Refusal } from '../domain/refusal.ts'
import { ownerOf } from '../store/accounts.ts'
import type { Incoming } from '../store/incoming.ts'
import { assignIncoming } from '../store/incoming-tasks.ts'
import type { Session } from '../store/session.ts'
import { listUnclaimed, type Unclaimed } from '../store/unclaimed.ts'

const LIST_MAX = 1_000

export interface UnclaimedParts {
  readonly session: Session
  readonly nextId: () => number
  readonly now: () => number
  /** Accounts whose handlers are told of incoming messages. */
  readonly tell: () => readonly number[]
  /** What came to an account is to be told, and acted upon. */
  readonly told: (incoming: Incoming) => void
}

/** Messages from handsets that are nobody's: to a number that no account has, or to a shared one where nobody was found for them. */
export const createUnclaimed = ({ session, nextId, now, tell, told }: UnclaimedParts) => ({
  /** The latest first. */
  list: (beforeId = Number.MAX_SAFE_INTEGER): Promise<Unclaimed[]> => listUnclaimed(session, beforeId, LIST_MAX),

  /** Gives one to an account, as if it had come to it just now. Resolves with the id it has there. */
  async assign(id: number, login: string): Promise<number> {
    const account = await ownerOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    const newId = nextId()
    const given = await assignIncoming(session, [{ id, newId, accountId: account.id, answeredId: 0 }], tell(), now())
    if (given.assigned === 0) {
      throw new Refusal('not_found', {
        field: 'id',
        reason: `No unclaimed message has the number ${id}: heliogram incoming unclaimed.`,
      })
    }
    told(given)
    return newId
  },
})

export type UnclaimedDesk = ReturnType<typeof createUnclaimed>

export const presentUnclaimed = ({ id, atMs, sender, recipient, body }: Unclaimed) => ({
  id,
  at: new Date(atMs).toISOString(),
  from: sender,
  to: recipient,
  text: body,
})
