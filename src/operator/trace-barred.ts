import { timeOfId } from '../domain/message-id.ts'
import { readOptOut } from '../store/opt-outs.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'

/** Why a message was refused by the blacklist (23, 250), where its recipient had asked for that; undefined: he had not. */
export async function whyBarred(session: Session, row: TraceRow): Promise<string | undefined> {
  if (row.state !== 23 || row.err !== 250) return undefined
  const optOut = await readOptOut(session, row.accountId, row.recipient)
  if (!optOut || optOut.atMs > timeOfId(row.id)) return undefined
  const { atMs, text, number } = optOut
  return `The subscriber had asked for no more messages: '${text.slice(0, 100)}' to ${number} at ${new Date(atMs).toISOString()}.`
}
