import { int8Array, textArray } from './binary.ts'
import { LEASE_MS } from './leases.ts'
import type { Session, Statement } from './session.ts'

/** A check as it is asked for and kept. Instants in Unix ms. */
export interface CheckRow {
  readonly id: number
  readonly carrierId: number
  readonly carrier: string
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly enabled: boolean
  readonly to: string
  readonly from: string
  readonly waitSeconds: number
  readonly state: 'asked' | 'running' | 'done' | 'failed'
  readonly reason: string
  readonly node: number | undefined
  readonly askedAtMs: number
  readonly report: unknown
}

const COLUMNS = `c.id, c.carrier_id, k.name, k.kind, k.settings, k.enabled, c.recipient, c.sender, c.wait_seconds, c.state, c.reason, c.node,
  c.asked_at, c.report`

const read = (row: readonly unknown[]): CheckRow => ({
  id: Number(row[0]),
  carrierId: row[1] as number,
  carrier: row[2] as string,
  kind: row[3] as string,
  settings: row[4] as Record<string, unknown>,
  enabled: row[5] as boolean,
  to: row[6] as string,
  from: row[7] as string,
  waitSeconds: row[8] as number,
  state: row[9] as CheckRow['state'],
  reason: row[10] as string,
  node: (row[11] as number | null) ?? undefined,
  askedAtMs: Number(row[12]),
  report: row[13],
})

/** Of one carrier so many ended checks are kept: their messages' receipts are still told from others'. */
const KEPT = 20

const ASK: Statement = {
  name: 'check_ask',
  text: `
with old as (
  delete from carrier_checks where id in (
    select id from carrier_checks where carrier_id = $1 and state in ('done', 'failed') order by id desc offset ${KEPT})
)
insert into carrier_checks (carrier_id, recipient, sender, wait_seconds, asked_at) values ($1, $2, $3, $4, $5)
on conflict do nothing
returning id`,
}

/** Undefined: a check of this carrier is under way. */
export async function askCheck(
  session: Session,
  check: { carrierId: number; to: string; from: string; waitSeconds: number; atMs: number },
): Promise<number | undefined> {
  const [row] = await session.run(ASK, [check.carrierId, check.to, check.from, check.waitSeconds, check.atMs])
  return row && Number(row[0])
}

const READ: Statement = {
  name: 'check_read',
  text: `select ${COLUMNS} from carrier_checks c join carriers k on k.id = c.carrier_id where c.id = $1`,
}
const OPEN: Statement = {
  name: 'check_open',
  text: `select ${COLUMNS} from carrier_checks c join carriers k on k.id = c.carrier_id
where c.carrier_id = $1 and c.state in ('asked', 'running')`,
}

export const readCheck = async (session: Session, id: number): Promise<CheckRow | undefined> => {
  const [row] = await session.run(READ, [id])
  return row && read(row)
}

const LAST: Statement = {
  name: 'check_last',
  text: `select ${COLUMNS} from carrier_checks c join carriers k on k.id = c.carrier_id where c.carrier_id = $1 order by c.id desc limit 1`,
}

export const lastCheck = async (session: Session, carrierId: number): Promise<CheckRow | undefined> => {
  const [row] = await session.run(LAST, [carrierId])
  return row && read(row)
}

/** The check of a carrier that is under way. */
export const openCheck = async (session: Session, carrierId: number): Promise<CheckRow | undefined> => {
  const [row] = await session.run(OPEN, [carrierId])
  return row && read(row)
}

/**
 * Checks that this node is to run: of carriers it owns, and of carriers that are switched off and that nobody holds. Those whose
 * node has gone, and those that nobody took, end here.
 */
const CLAIM: Statement = {
  name: 'check_claim',
  text: `
with gone as (
  update carrier_checks set state = 'failed',
    reason = case when state = 'asked' then 'No node has taken the carrier: is its connector broken, or the centre stopping?'
      else 'The node that ran the check has ended.' end
  where (state = 'asked' and asked_at < $2::int8 - 30000) or (state = 'running' and beat_at < $2::int8 - 30000)
), claimed as (
  update carrier_checks c set state = 'running', node = $1, beat_at = $2
  from carriers k left join carrier_leases l on l.carrier_id = k.id and l.until >= now()
  where c.state = 'asked' and c.asked_at >= $2::int8 - 30000 and k.id = c.carrier_id
    and (l.node = $1 or (l.node is null and not k.enabled))
  returning c.id
)
select id from claimed`,
}

export const claimChecks = async (session: Session, node: number, nowMs: number): Promise<number[]> =>
  (await session.run(CLAIM, [node, nowMs])).map(([id]) => Number(id))

const SAVE: Statement = {
  name: 'check_save',
  text: `update carrier_checks set report = $3, state = $4, reason = $5, beat_at = $6 where id = $1 and node = $2 and state = 'running'`,
}

export const saveCheck = async (
  session: Session,
  check: { id: number; node: number; report: unknown; state: CheckRow['state']; reason: string; nowMs: number },
): Promise<void> => {
  await session.run(SAVE, [check.id, check.node, JSON.stringify(check.report), check.state, check.reason, check.nowMs])
}

/** The lease of a carrier that is switched off, for the time of a check. Undefined: somebody has it. */
const BORROW: Statement = {
  name: 'check_borrow',
  text: `
insert into carrier_leases (carrier_id, node, until, link, reason)
select id, $2, now() + $3 * interval '1 ms', 'connecting', 'for a check' from carriers where id = $1 and not enabled
on conflict (carrier_id) do update set node = excluded.node, epoch = carrier_leases.epoch + 1, until = excluded.until,
  link = excluded.link, reason = excluded.reason, since = now()
  where carrier_leases.until < now()
returning epoch`,
}
const KEEP: Statement = {
  name: 'check_keep',
  text: `update carrier_leases set until = now() + $4 * interval '1 ms'
where carrier_id = $1 and node = $2 and epoch = $3 and until >= now() returning epoch`,
}

export const borrowLease = async (session: Session, carrierId: number, node: number): Promise<number | undefined> => {
  const [row] = await session.run(BORROW, [carrierId, node, LEASE_MS])
  return row && Number(row[0])
}

export const keepLease = async (session: Session, carrierId: number, node: number, epoch: number): Promise<boolean> =>
  (await session.run(KEEP, [carrierId, node, epoch, LEASE_MS])).length === 1

const PROBE: Statement = {
  name: 'check_probe',
  text: `insert into carrier_probes (id, check_id, carrier_id, recipient, keys) values ($1, $2, $3, $4, $5)
on conflict (id) do update set keys = excluded.keys`,
}

/** The ids by which a probe's receipts are known. */
export const storeProbe = async (
  session: Session,
  probe: { id: number; checkId: number; carrierId: number; to: string; keys: readonly string[] },
): Promise<void> => {
  await session.run(PROBE, [probe.id, probe.checkId, probe.carrierId, probe.to, textArray(probe.keys)])
}

/** A receipt that found no message. */
export interface StrayReceipt {
  readonly id: number
  readonly ids: readonly string[]
  readonly state: string
  readonly stat: string
  readonly err: string
  readonly to: string
  readonly from: string
  readonly atMs: number
  readonly doneAtMs: number
}

const STRAY: Statement = {
  name: 'check_stray',
  text: `select id, carrier_raw, state, stat, err, recipient, sender, at, done_at from parked_receipts
where matched_id = 0 and at >= $2 and carrier_id = $1 order by at limit 200`,
}

/** Receipts of a carrier that came since the check began and found nobody. */
export const strayReceipts = async (session: Session, carrierId: number, sinceMs: number): Promise<StrayReceipt[]> =>
  (await session.run(STRAY, [carrierId, sinceMs])).map(([id, ids, state, stat, err, to, from, at, doneAt]) => ({
    id: Number(id),
    ids: ids as string[],
    state: state as string,
    stat: stat as string,
    err: err as string,
    to: to as string,
    from: from as string,
    atMs: Number(at),
    doneAtMs: Number(doneAt),
  }))

const TAKE_STRAY: Statement = {
  name: 'check_take_stray',
  text: `update parked_receipts p set matched_id = t.probe from unnest($1::int8[], $2::int8[]) as t(id, probe)
where p.id = t.id and p.matched_id = 0 returning p.id`,
}

/** They are a check's from now on. Answers those that nobody else has found meanwhile. */
export const takeStray = async (
  session: Session,
  taken: readonly { readonly id: number; readonly probe: number }[],
): Promise<Set<number>> => {
  const rows = await session.run(TAKE_STRAY, [int8Array(taken.map(({ id }) => id)), int8Array(taken.map(({ probe }) => probe))])
  return new Set(rows.map(([id]) => Number(id)))
}

/**
 * Walks receipts that were parked lately, and gives those of ended checks to them. The walk goes by the receipts' numbers, a little
 * back each time, since commits do not come in their order.
 */
const LATE: Statement = {
  name: 'check_late',
  text: `
with walked as materialized (
  select p.id, p.carrier_id, p.keys, p.at, p.stat, p.err, p.matched_id from parked_receipts p
  where p.id > $1 and exists (select from carrier_checks where asked_at >= $3) order by p.id limit $2
), taken as (
  update parked_receipts p set matched_id = q.id
  from walked w
  join carrier_probes q on q.carrier_id = w.carrier_id and q.keys && w.keys
  join carrier_checks c on c.id = q.check_id and c.asked_at >= $3
  where p.id = w.id and p.matched_id = 0 and w.matched_id = 0
  returning q.id, p.at, p.stat, p.err
), noted as (
  update carrier_probes q set late = q.late || t.list
  from (select id, jsonb_agg(jsonb_build_array(at, stat, err)) as list from taken group by id) t
  where q.id = t.id and jsonb_array_length(q.late) < 20
)
select (select max(id) from walked), (select count(*) from taken)::int4`,
}

/** `sinceMs`: of checks that were asked for since then; without one, nothing is looked at. */
export async function takeLate(
  session: Session,
  look: { afterId: number; limit: number; sinceMs: number },
): Promise<{ upTo: number; taken: number }> {
  const [row] = await session.run(LATE, [look.afterId, look.limit, look.sinceMs])
  return { upTo: Number(row?.[0] ?? 0), taken: (row?.[1] as number | undefined) ?? 0 }
}

const LATE_OF: Statement = {
  name: 'check_late_of',
  text: `select id, late from carrier_probes where check_id = $1 and late <> '[]'`,
}

export const lateReceipts = async (session: Session, checkId: number): Promise<Map<number, [number, string, string][]>> =>
  new Map((await session.run(LATE_OF, [checkId])).map(([id, late]) => [Number(id), late as [number, string, string][]]))

/** The first receipt that may be of a check that is kept: where the walk begins after a start. */
const FIRST: Statement = {
  name: 'check_late_first',
  text: `select coalesce((select min(id) from parked_receipts
  where matched_id = 0 and at >= (select min(asked_at) from carrier_checks)), (select max(id) from parked_receipts), 0)::int8`,
}

export const firstLate = async (session: Session): Promise<number> =>
  Math.max(0, Number((await session.run(FIRST, []))[0]?.[0] ?? 0) - 1)
