import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** What became of messages that a carrier took, to one network. */
export interface QualityRow {
  readonly carrierId: number
  readonly mccmnc: string
  readonly delivered: number
  readonly failed: number
  readonly latencyMs: number // of the delivered ones together
}

const ADD: Statement = {
  name: 'quality_add',
  text: `
with old as (
  delete from carrier_quality where hour < $1::int4 - $7::int4
)
insert into carrier_quality as q (hour, carrier_id, mccmnc, delivered, failed, latency_ms)
select $1::int4, w.* from unnest($2::int4[], $3::text[], $4::int4[], $5::int4[], $6::int8[]) as w(carrier_id, mccmnc, delivered, failed, latency_ms)
where exists (select from carriers c where c.id = w.carrier_id)
on conflict (hour, carrier_id, mccmnc) do update
set delivered = q.delivered + excluded.delivered, failed = q.failed + excluded.failed, latency_ms = q.latency_ms + excluded.latency_ms`,
}

const KEPT_HOURS = 24 * 8

/** Adds counts to an hour (of Unix time), one for each carrier and network, and drops what is older than eight days. */
export async function addQuality(session: Session, hour: number, rows: readonly QualityRow[]): Promise<void> {
  await session.run(ADD, [
    hour,
    int4Array(rows.map((row) => row.carrierId)),
    textArray(rows.map((row) => row.mccmnc)),
    int4Array(rows.map((row) => row.delivered)),
    int4Array(rows.map((row) => row.failed)),
    int8Array(rows.map((row) => row.latencyMs)),
    KEPT_HOURS,
  ])
}

const READ: Statement = {
  name: 'quality_read',
  text: `
select carrier_id, mccmnc, sum(delivered)::int4, sum(failed)::int4, sum(latency_ms)::int8
from carrier_quality where hour > $1 group by carrier_id, mccmnc order by carrier_id, mccmnc limit 20000`,
}

/** Sums of the hours after `hour`. */
export const readQuality = async (session: Session, hour: number): Promise<QualityRow[]> =>
  (await session.run(READ, [hour])).map(([carrierId, mccmnc, delivered, failed, latencyMs]) => ({
    carrierId: carrierId as number,
    mccmnc: mccmnc as string,
    delivered: delivered as number,
    failed: failed as number,
    latencyMs: Number(latencyMs),
  }))
