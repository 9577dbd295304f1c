import { channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { timeOfId } from '../domain/message-id.ts'
import { Refusal } from '../domain/refusal.ts'
import { deliveryErrorName, isFinal, statusName } from '../domain/status.ts'
import { WAITING } from '../domain/waiting.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { readWhyHeld } from '../store/guard-cases.ts'
import type { Session } from '../store/session.ts'
import { carrierNames, findTraced, readTrace, type TraceRow } from '../store/trace.ts'
import { amount, type Moment, money, partsOf, storyOf, waitingFor } from './trace-story.ts'

const WRITTEN_MAX = 100

/**
 * Everything that is stored of a message's life, in words. `written` is the store's id (int_id), or a customer's
 * number or text: then the newest message with it, of one account where a login is given.
 */
export const createTrace =
  (session: Session) =>
  async (written: string, login?: string): Promise<ReturnType<typeof present>> => {
    const account = login === undefined ? undefined : await readDetailsOf(session, login)
    if (login !== undefined && !account) {
      throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    }
    const usable = written.length <= WRITTEN_MAX && !written.includes('\0')
    const found = usable ? await findTraced(session, written, account?.id ?? 0) : undefined
    const row = found && (await readTrace(session, found.accountId, found.id))
    if (!row) {
      const where = login === undefined ? '' : ` of ${login}`
      throw new Refusal('not_found', { field: 'id', reason: `There is no message ${written.slice(0, WRITTEN_MAX)}${where}.` })
    }
    const names = await carrierNames(session)
    const why = row.due?.reason === WAITING.guarded.code ? await readWhyHeld(session, found.accountId, row.recipient) : undefined
    return present(row, (id) => names.get(id) ?? `carrier ${id}`, why)
  }

const instant = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString())

function present(row: TraceRow, nameOf: (id: number) => string, why: string | undefined) {
  const waiting = waitingFor(row, nameOf)
  return {
    id: row.id,
    ref: row.refText ?? row.ref,
    account: row.account,
    payer: row.payer,
    channel: channelOf(row.channel),
    sender: row.sender,
    recipient: row.recipient,
    mccmnc: row.mccmnc,
    text: row.body ?? (row.octets ? `0x${row.octets.toString('hex')}` : ''),
    comment: row.comment ?? '',
    parts: row.parts,
    part_states: partsOf(row) ?? null,
    state: row.state,
    state_name: statusName(row.state, 'en'),
    err: row.err,
    err_name: row.err === 0 ? '' : deliveryErrorName(row.err, 'en'),
    final: isFinal(row.state),
    waits: (waiting && [waiting.says, why && `It saw ${why}.`].filter((part) => part).join(' ')) ?? null,
    waits_until: waiting ? instant(waiting.untilMs) : null,
    price: amount(row.price),
    refunded: amount(row.refunded),
    currency: row.currency,
    carrier: row.carrierId === 0 ? null : nameOf(row.carrierId),
    route_version: row.routeVersion,
    carrier_ids: row.carrierIds === null ? [] : row.carrierIds.split('\n'),
    receipt: row.receipt,
    hlr: row.hlr,
    attempts: row.attempts,
    possible_duplicates: row.duplicates,
    clicks: row.clicks,
    accepted_at: instant(timeOfId(row.id)),
    due_at: instant(row.dueAtMs),
    sent_at: instant(row.sentAtMs),
    state_at: instant(row.stateAtMs),
    expires_at: instant(row.expiresAtMs),
    story: [...storyOf(row, nameOf), ...afterwards(row)].map(({ atMs, says }) => ({ at: instant(atMs), says })),
  }
}

/** What is known without its moment, or only as a sum. */
function afterwards(row: TraceRow): Moment[] {
  return [
    ...(row.refunded > 0n ? [`${money(row, row.refunded)} of it was given back to ${row.payer}.`] : []),
    ...(row.duplicates > 0
      ? [
          `It was sent again ${row.duplicates === 1 ? 'once' : `${row.duplicates} times`} after no answer came: the subscriber may have it twice.`,
        ]
      : []),
    ...((row.flags & FLAG.removed) === 0 ? [] : ['The customer took it out of the history.']),
    ...(row.clicks > 0 ? [`Its short link was opened ${row.clicks === 1 ? 'once' : `${row.clicks} times`}.`] : []),
  ].map((says) => ({ atMs: 0, says }))
}
