import type { PauseKind } from '../domain/throttle/pause.ts'
import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'
import type { PauseRow } from './shaping.ts'

export type UnknownPolicy = 'auto' | 'hold' | 'resend'

/** A carrier as its operator sees it; routes and the state of its links beside it. */
export interface CarrierDetails {
  readonly id: number
  readonly name: string
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly enabled: boolean
  readonly unknown: UnknownPolicy
  readonly queryAfterMinutes: number
  readonly receiptLimitMinutes: number
  readonly link: string
  readonly reason: string
  readonly node: number | undefined
  readonly since: Date | undefined
  readonly routes: number
  readonly waiting: number // messages in its due queue, counted up to WAITING_SHOWN
  readonly window: number // parts that may be unanswered, as its owner has learned; 0: nobody owns it
  readonly windowMax: number
  readonly pushedUntilMs: number // the carrier pushed back, and nothing is sent before; 0: it did not
  readonly pauses: readonly CarrierPause[] // by rules for what it answers
}

/** Something held back at the carrier; see domain/throttle/pause.ts. */
export type CarrierPause = Pick<PauseRow, 'id' | 'kind' | 'key' | 'rate' | 'reason' | 'untilMs'>
type PauseCells = readonly [id: number, kind: PauseKind, key: string, rate: number, reason: string, untilMs: number]

export const WAITING_SHOWN = 10_000

const DETAILS = `
select c.id, c.name, c.kind, c.settings, c.enabled, c.unknown, c.query_after_minutes, c.receipt_limit_minutes,
  case when l.until >= now() then l.link else 'down' end,
  case when l.until is null then 'no node has taken it yet' when l.until < now() then 'its node is gone' else l.reason end,
  case when l.until >= now() then l.node end, l.since,
  (select count(*) from routes r where r.carrier_id = c.id and r.enabled)::int4,
  (select count(*) from (select from due_queue d where d.carrier_id = c.id limit ${WAITING_SHOWN}) q)::int4,
  case when l.until >= now() then l.window_now else 0 end, case when l.until >= now() then l.window_max else 0 end,
  case when l.until >= now() then l.pushed_until else 0 end,
  coalesce((
    select jsonb_agg(jsonb_build_array(p.id, p.kind, p.key, p.rate, p.reason, p.until_at) order by p.id) from shaping_pauses p
    where p.carrier_id = c.id and p.lifted_at = 0 and p.until_at > extract(epoch from now()) * 1000
  ), '[]')
from carriers c left join carrier_leases l on l.carrier_id = c.id`

const LIST: Statement = { name: 'carrier_list', text: `${DETAILS} order by c.name limit 1000` }
const ONE: Statement = { name: 'carrier_details', text: `${DETAILS} where c.name = $1` }

const read = (row: readonly unknown[]): CarrierDetails => ({
  id: row[0] as number,
  name: row[1] as string,
  kind: row[2] as string,
  settings: row[3] as Record<string, unknown>,
  enabled: row[4] as boolean,
  unknown: row[5] as UnknownPolicy,
  queryAfterMinutes: row[6] as number,
  receiptLimitMinutes: row[7] as number,
  link: row[8] as string,
  reason: row[9] as string,
  node: (row[10] as number | null) ?? undefined,
  since: (row[11] as Date | null) ?? undefined,
  routes: row[12] as number,
  waiting: row[13] as number,
  window: row[14] as number,
  windowMax: row[15] as number,
  pushedUntilMs: Number(row[16]),
  pauses: (row[17] as PauseCells[]).map(([id, kind, key, rate, reason, untilMs]) => ({ id, kind, key, rate, reason, untilMs })),
})

export const listCarriers = async (session: Session): Promise<CarrierDetails[]> => (await session.run(LIST, [])).map(read)

export async function readCarrier(session: Session, name: string): Promise<CarrierDetails | undefined> {
  const [row] = await session.run(ONE, [name])
  return row && read(row)
}

export type CarrierSettings = Pick<
  CarrierDetails,
  'kind' | 'name' | 'settings' | 'enabled' | 'unknown' | 'queryAfterMinutes' | 'receiptLimitMinutes'
>

const ADD: Statement = {
  name: 'carrier_add',
  text: `
with changed as (
  insert into carriers (name, kind, settings, enabled, unknown, query_after_minutes, receipt_limit_minutes)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (name) do nothing
  returning id
), ${BUMP}
select id from changed`,
}

/** Undefined when the name is taken. */
export async function addCarrier(session: Session, carrier: CarrierSettings): Promise<number | undefined> {
  const { name, kind, settings, enabled, unknown, queryAfterMinutes, receiptLimitMinutes } = carrier
  const values = [name, kind, JSON.stringify(settings), enabled, unknown, queryAfterMinutes, receiptLimitMinutes]
  const [row] = await session.run(ADD, values)
  return row?.[0] as number | undefined
}

const CHANGE: Statement = {
  name: 'carrier_change',
  text: `
with changed as (
  update carriers set settings = $2, enabled = $3, unknown = $4, query_after_minutes = $5, receipt_limit_minutes = $6
  where id = $1
  returning id
), ${BUMP}
select id from changed`,
}

export async function changeCarrier(
  session: Session,
  id: number,
  carrier: Omit<CarrierSettings, 'name' | 'kind'>,
): Promise<void> {
  const { settings, enabled, unknown, queryAfterMinutes, receiptLimitMinutes } = carrier
  await session.run(CHANGE, [id, JSON.stringify(settings), enabled, unknown, queryAfterMinutes, receiptLimitMinutes])
}

/** Only a carrier that is switched off and that no message waits for. */
const REMOVE: Statement = {
  name: 'carrier_remove',
  text: `
with changed as (
  delete from carriers c where c.id = $1 and not c.enabled and not exists (select from due_queue d where d.carrier_id = c.id)
  returning id
), ${BUMP}
select id from changed`,
}

export const removeCarrier = async (session: Session, id: number): Promise<boolean> =>
  (await session.run(REMOVE, [id])).length === 1
