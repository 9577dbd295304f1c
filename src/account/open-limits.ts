import { idOfTime, timeOfId } from '../domain/message-id.ts'
import { recentHashes } from '../store/history.ts'
import type { Session } from '../store/session.ts'
import { createLimits } from './limits.ts'

const WINDOW_MS = 60_000

/** The limits of a node that starts: it knows the requests of the last minute, whoever took them. */
export async function openLimits(session: Session, now: () => number) {
  const limits = createLimits()
  const recent = await recentHashes(session, idOfTime(now() - WINDOW_MS))
  limits.refill(recent.map(({ accountId, hash, id }) => ({ accountId, hash, atMs: timeOfId(id) })))
  return limits
}
