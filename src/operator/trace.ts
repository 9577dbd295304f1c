import { type Attempt, unpackTrace } from '../domain/attempts.ts'
import { timeOfId } from '../domain/message-id.ts'
import { type LookUp, lookUp } from '../domain/number/plan.ts'
import { foldId, otherForms } from '../domain/receipt.ts'
import { Refusal } from '../domain/refusal.ts'
import { WAITING } from '../domain/waiting.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { capturesOfMessage, unreadableOf } from '../store/captures.ts'
import { type CarrierRow, readCarriers } from '../store/catalogue.ts'
import { readWhyHeld } from '../store/guard-cases.ts'
import type { Session } from '../store/session.ts'
import { readActive } from '../store/shaping.ts'
import { findTraced, readTrace, type TraceRow } from '../store/trace.ts'
import type { Kinds } from './carrier-settings.ts'
import type { LiveRouting } from './route-explain.ts'
import { whyBarred } from './trace-barred.ts'
import { type NotificationSource, tellNotifications } from './trace-notifications.ts'
import { partOf } from './trace-parts.ts'
import { present } from './trace-present.ts'
import { postingsOf, priceSource } from './trace-price.ts'
import { receiptsOf } from './trace-receipts.ts'
import { routeSource, routingOf } from './trace-routes.ts'
import { wireOf } from './trace-wire.ts'

const WRITTEN_MAX = 100
const CAPTURES_MAX = 600
const KEYS_MAX = 1_000
/** What a carrier says of a message after its end. */
const AFTERWARDS_MS = 60_000

export interface TraceParts {
  readonly session: Session
  readonly kinds: Kinds
  readonly now: () => number
  /** The numbering plan in force; without it the shipped one. */
  readonly lookUp?: LookUp
  /** Routing as messages are sent by it. */
  readonly live: () => Promise<Pick<LiveRouting, 'table' | 'facts' | 'wishOf'>>
  /** What the account's handler was told of a message. */
  readonly notificationsOf?: NotificationSource
}

/**
 * A message's whole life. `written` is the store's id (int_id), or a customer's number or text: then the newest message with
 * it, of one account where a login is given. What is not stored is made again from what is, and says `rebuilt`.
 */
export const createTrace = (parts: TraceParts) => {
  const { session, kinds, now } = parts
  const price = priceSource(session)
  const routes = routeSource(parts.live)

  async function find(written: string, login?: string): Promise<TraceRow> {
    const account = login === undefined ? undefined : await readDetailsOf(session, login)
    if (login !== undefined && !account) {
      throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    }
    const usable = written.length <= WRITTEN_MAX && !written.includes('\0')
    const found = usable ? await findTraced(session, written, account?.id ?? 0) : undefined
    const row = found && (await readTrace(session, found.accountId, found.id))
    if (row) return row
    const where = login === undefined ? '' : ` of ${login}`
    throw new Refusal('not_found', { field: 'id', reason: `There is no message ${written.slice(0, WRITTEN_MAX)}${where}.` })
  }

  return async (written: string, login?: string): Promise<ReturnType<typeof present>> => {
    const row = await find(written, login)
    const carriers = new Map((await readCarriers(session)).map((carrier) => [carrier.id, carrier]))
    const attempts = row.trace ? unpackTrace(row.trace) : []
    const involved = [...new Set([row.carrierId, ...attempts.map(({ carrierId }) => carrierId)])].filter((id) => id > 0)
    const captures = await capturesOfMessage(
      session,
      {
        id: row.id,
        accountId: row.accountId,
        ref: String(row.refText ?? row.ref),
        carrierIds: involved,
        keys: keysOf(row),
        acceptedAtMs: timeOfId(row.id),
      },
      CAPTURES_MAX,
    )
    const nameOf = (id: number) => carriers.get(id)?.name ?? `carrier ${id}`
    const plan = (parts.lookUp ?? lookUp)(row.recipient)
    const told = await routes(row, plan)
    const wire = wireOf(row, attempts, captures, carriers, kinds)
    return present({
      row,
      plan,
      attempts,
      captures,
      wire,
      nameOf,
      statusOf: (carrierId, status) => statusOf(carriers.get(carrierId), kinds, status),
      price: await price(row, plan),
      routing: await routingOf(session, row, told, attempts, nameOf),
      receipts: receiptsOf(row, wire.pdus),
      postings: await postingsOf(session, row, (id) => new Date(timeOfId(id)).toISOString()),
      notifications: tellNotifications((await parts.notificationsOf?.(session, row.accountId, row.id)) ?? []),
      part: await partOf(session, row),
      unreadable: await unreadableIn(session, row, attempts, involved, now()),
      pauses: (await readActive(session, now())).pauses,
      whyBarred: await whyBarred(session, row),
      whyHeld: row.due?.reason === WAITING.guarded.code ? await readWhyHeld(session, row.accountId, row.recipient) : undefined,
    })
  }
}

/** The carrier's ids of a message, in all notations a receipt may write them in. */
function keysOf({ carrierIds }: TraceRow): string[] {
  const folded = (carrierIds?.split('\n') ?? []).map(foldId).filter((key) => key !== '')
  return [...new Set([...folded, ...folded.flatMap(otherForms)])].slice(0, KEYS_MAX)
}

function statusOf(carrier: CarrierRow | undefined, kinds: Kinds, status: number): string {
  if (status === 0 || !carrier || !Object.hasOwn(kinds, carrier.kind)) return ''
  return kinds[carrier.kind]?.statusName?.(status) ?? ''
}

/** PDUs that nobody could read, of the carriers that had the message while they had it. */
async function unreadableIn(
  session: Session,
  row: TraceRow,
  attempts: readonly Attempt[],
  carrierIds: readonly number[],
  nowMs: number,
): Promise<number> {
  const first = attempts[0]
  if (!first) return 0
  const fromMs = timeOfId(row.id) + first.afterMs - first.flightMs
  const toMs = row.state > 0 && row.stateAtMs > 0 ? row.stateAtMs + AFTERWARDS_MS : nowMs
  return unreadableOf(session, carrierIds, fromMs, toMs)
}
