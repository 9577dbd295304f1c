import { DAY_MS, HOUR_MS } from '../domain/calendar.ts'
import { idOfTime } from '../domain/message-id.ts'
import { forgetMessages, readForgetful } from '../store/forget-messages.ts'
import type { Session } from '../store/session.ts'
import { readSweep, writeSweep } from '../store/sweeps.ts'

const SLICE = 2_000

/**
 * Accounts that keep their messages for some days only (users.php, ktm): what is older leaves the history and loses its text. How far it
 * has come is kept for each account, so every message is looked at once.
 */
export const createForgetting = (session: Session) => async (nowMs: number, ending?: AbortSignal) => {
  for (const { accountId, days } of await readForgetful(session)) {
    const toId = idOfTime(nowMs - days * DAY_MS)
    const range = { accountId, toId, textsBefore: idOfTime(nowMs - days * DAY_MS - HOUR_MS) }
    const name = `forgotten_until:${accountId}`
    let fromId = await readSweep(session, name)
    if (fromId >= toId) continue
    for (let full = true; full && !ending?.aborted; ) {
      const { count, lastId } = await forgetMessages(session, { ...range, fromId }, SLICE)
      full = count === SLICE
      fromId = full ? lastId + 1 : toId
      await writeSweep(session, name, fromId)
    }
  }
}
