import { int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** How long a lease holds without renewal; renewed every 2 s, so four renewals may fail. */
export const LEASE_MS = 10_000

/** What an earlier run of this installation still holds is given up: nobody else can be it. */
const GIVE_UP_OWN: Statement = {
  name: 'give_up_own',
  text: `
with gone as (update nodes set until = now() - interval '1 ms' where instance = $1 and until >= now() returning node)
update carrier_leases l set until = now() - interval '1 ms', link = 'down', reason = 'its node was restarted'
from gone where l.node = gone.node`,
}

/**
 * Takes a free node number, best one whose ids are all in the past, so that a quick restart neither repeats an id
 * nor begins in the future. `firstId` is above every id the number's holders can have made. Undefined: all 32 are in use.
 */
const TAKE_NODE: Statement = {
  name: 'take_node',
  text: `
with free as (
  select g.node::int2 as node from generate_series(0, 31) as g(node) left join nodes l on l.node = g.node
  where l.node is null or l.until < now()
  order by coalesce(l.ids_until, 0) > $3, l.instance is distinct from $1, l.ids_until nulls first, g.node
  limit 1
)
insert into nodes (node, instance, until, ids_until)
select node, $1, now() + $2 * interval '1 ms', $3 from free
on conflict (node) do update set instance = excluded.instance, until = excluded.until, started_at = now(),
  ids_until = greatest(nodes.ids_until, excluded.ids_until)
  where nodes.until < now()
returning node, ids_until, (extract(epoch from clock_timestamp()) * 1000)::int8`,
}

export async function takeNode(
  session: Session,
  instance: string,
  nowId: number,
): Promise<{ node: number; firstId: number; databaseNowMs: number } | undefined> {
  await session.run(GIVE_UP_OWN, [instance])
  for (let attempt = 0; attempt < 5; attempt++) {
    const [row] = await session.run(TAKE_NODE, [instance, LEASE_MS, nowId])
    if (row) return { node: row[0] as number, firstId: Number(row[1]), databaseNowMs: Number(row[2]) }
  }
  return undefined
}

/** Gives the number back at an orderly stop; its unfinished journal has been moved before. */
const LEAVE: Statement = {
  name: 'leave',
  text: `with left_carriers as (update carrier_leases set until = now(), link = 'down', reason = 'the node was stopped' where node = $1)
update nodes set until = now(), ids_until = $3 where node = $1 and instance = $2`,
}

export const leaveNode = async (session: Session, node: number, instance: string, idsUntil: number): Promise<void> => {
  await session.run(LEAVE, [node, instance, idsUntil])
}

export interface LinkReport {
  readonly carrierId: number
  readonly epoch: number
  readonly link: string
  readonly reason: string
  readonly window?: number // parts that may be unanswered, learned from the answers
  readonly windowMax?: number
  readonly pushedUntilMs?: number // the carrier pushed back; 0: it did not
}

export interface Renewal {
  /** False: somebody else holds our number. Nothing may be written any more. */
  readonly alive: boolean
  /** Carriers this node holds now, with the epoch to write under. */
  readonly held: readonly { readonly carrierId: number; readonly epoch: number }[]
}

/** Keeps the node and its carriers, reports its links, and takes carriers that nobody holds. */
const RENEW: Statement = {
  name: 'renew',
  text: `
with alive as materialized (
  update nodes set until = now() + $3 * interval '1 ms', ids_until = greatest(ids_until, $4) where node = $1 and instance = $2
  returning node
), kept as (
  update carrier_leases l set until = now() + $3 * interval '1 ms', link = r.link, reason = r.reason,
    since = case when l.link = r.link then l.since else now() end,
    window_now = r.window_now, window_max = r.window_max, pushed_until = r.pushed_until
  from unnest($5::int4[], $6::int8[], $7::text[], $8::text[], $9::int4[], $10::int4[], $11::int8[])
    as r(carrier_id, epoch, link, reason, window_now, window_max, pushed_until)
  where l.carrier_id = r.carrier_id and l.epoch = r.epoch and l.node = $1 and exists (select from alive)
  returning l.carrier_id, l.epoch
), taken as (
  insert into carrier_leases (carrier_id, node, until, link, reason)
  select c.id, $1, now() + $3 * interval '1 ms', 'connecting', '' from carriers c
  where c.enabled and c.id <> all($5::int4[]) and exists (select from alive)
    and not exists (select from carrier_leases l where l.carrier_id = c.id and l.until >= now() and l.node <> $1)
  on conflict (carrier_id) do update set node = excluded.node, epoch = carrier_leases.epoch + 1, until = excluded.until,
    link = excluded.link, reason = excluded.reason, since = now()
    where carrier_leases.until < now() or carrier_leases.node = excluded.node
  returning carrier_id, epoch
)
select (select count(*) from alive)::int4, carrier_id, epoch from (select * from kept union all select * from taken) held
union all select (select count(*) from alive)::int4, 0, 0`,
}

export async function renewLeases(
  session: Session,
  renewal: { node: number; instance: string; idsUntil: number; links: readonly LinkReport[] },
): Promise<Renewal> {
  const { links } = renewal
  const rows = await session.run(RENEW, [
    renewal.node,
    renewal.instance,
    LEASE_MS,
    renewal.idsUntil,
    int4Array(links.map((link) => link.carrierId)),
    int8Array(links.map((link) => link.epoch)),
    textArray(links.map((link) => link.link)),
    textArray(links.map((link) => link.reason)),
    int4Array(links.map((link) => link.window ?? 0)),
    int4Array(links.map((link) => link.windowMax ?? 0)),
    int8Array(links.map((link) => link.pushedUntilMs ?? 0)),
  ])
  return {
    alive: rows.some(([alive]) => alive === 1),
    held: rows
      .filter(([, carrierId]) => carrierId !== 0)
      .map(([, carrierId, epoch]) => ({ carrierId: carrierId as number, epoch: Number(epoch) })),
  }
}

/** Gives carriers back at once: they were disabled, removed, or the node stops. */
const RELEASE: Statement = {
  name: 'release_carriers',
  text: `update carrier_leases l set until = now(), link = 'down', reason = $4
from unnest($2::int4[], $3::int8[]) as r(carrier_id, epoch) where l.carrier_id = r.carrier_id and l.epoch = r.epoch and l.node = $1`,
}

export async function releaseCarriers(
  session: Session,
  node: number,
  carriers: readonly { carrierId: number; epoch: number }[],
  reason: string,
): Promise<void> {
  await session.run(RELEASE, [node, int4Array(carriers.map((c) => c.carrierId)), int8Array(carriers.map((c) => c.epoch)), reason])
}
