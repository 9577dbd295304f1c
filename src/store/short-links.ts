import { boolArray, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A short link as a visit needs it. */
export interface VisitedLink {
  readonly id: number
  readonly url: string
  readonly accountId: number
  readonly messageId: number // the message it was made for; 0: made by hand
  readonly expiresAtMs: number // 0: never
  readonly clicksMax: number // 0: any number
}

const VISITED: Statement = {
  name: 'short_link',
  text: `
select id, url, account_id, message_id, expires_at, clicks_max from short_links l
where code = $1 and (
  not exists (select from accounts where settings ->> 'link_host' = any(array['http://' || $2, 'https://' || $2]))
  or (select settings ->> 'link_host' from accounts where id = l.account_id) = any(array['http://' || $2, 'https://' || $2]))`,
}

/** As a visitor finds it at a host: at one that is an account's own there are no links of others, who would speak in its name. */
export async function readShortLink(session: Session, code: string, host: string): Promise<VisitedLink | undefined> {
  const [row] = await session.run(VISITED, [code, host])
  if (!row) return undefined
  const [id, url, accountId, messageId, expiresAt, clicksMax] = row
  return {
    ...{ id: Number(id), url: url as string, accountId: accountId as number },
    ...{ messageId: Number(messageId), expiresAtMs: Number(expiresAt), clicksMax: Number(clicksMax) },
  }
}

// Who has just come may come again, though a link that ends with so many clicks is over: it was his click that ended it.
const CLICK: Statement = {
  name: 'short_link_click',
  text: `
with repeat as (
  select count(*) > 0 as again from clicks where link_id = $1 and visitor = $4 and at > $2::bigint - 10000 and not machine
), counted as (
  update short_links set clicks = clicks + case when $3 or r.again then 0 else 1 end,
    machine_clicks = machine_clicks + case when $3 or r.again then 1 else 0 end
  from repeat r where id = $1 and (clicks_max = 0 or clicks < clicks_max or r.again)
  returning $3 or r.again as machine
), stored as (
  insert into clicks (link_id, at, machine, visitor) select $1, $2, machine, $4 from counted
)
select machine from counted`,
}

/**
 * Notes a visit of a link that ends with so many clicks; true when it counts as a person's (a repeat by one visitor within 10 s does not), undefined when the link has had all
 * the clicks it was made for, or is gone.
 */
export async function storeClick(
  session: Session,
  linkId: number,
  atMs: number,
  machine: boolean,
  visitor: Uint8Array,
): Promise<boolean | undefined> {
  const [row] = await session.run(CLICK, [linkId, atMs, machine, Buffer.from(visitor)])
  return row && row[0] === false
}

/** A visit that was answered. */
export interface Click {
  readonly linkId: number
  readonly atMs: number
  readonly machine: boolean
  readonly visitor: Uint8Array
}

/* Links are locked in the order of their ids, so that two nodes do not wait for each other. */
const CLICKS: Statement = {
  name: 'short_link_clicks',
  text: `
with visits as materialized (
  select v.link_id, v.at, v.machine, decode(v.visitor, 'hex') as visitor, v.ordinal
  from unnest($1::int8[], $2::int8[], $3::bool[], $4::text[]) with ordinality as v(link_id, at, machine, visitor, ordinal)
), judged as materialized (
  select link_id, at, visitor, ordinal, machine or at < before + 10000 or exists (
    select from clicks c where c.link_id = j.link_id and c.visitor = j.visitor and c.at > j.at - 10000 and not c.machine
  ) as machine
  from (select *, lag(at, 1, 0) over (partition by link_id, visitor, machine order by ordinal) as before from visits) j
), there as materialized (
  select id from short_links where id in (select link_id from judged) order by id for update
), counted as (
  update short_links l set clicks = clicks + j.people, machine_clicks = machine_clicks + j.machines
  from (
    select link_id, count(*) filter (where not machine) as people, count(*) filter (where machine) as machines from judged group by 1
  ) j where l.id = j.link_id and l.id in (select id from there)
), stored as (
  insert into clicks (link_id, at, machine, visitor) select link_id, at, machine, visitor from judged where link_id in (select id from there)
)
select not machine from judged order by ordinal`,
}

/**
 * Notes visits of links that do not end with their clicks: of a few moments, for a visitor who comes twice in them is one. Answers for
 * each whether it is a person's. A link that is gone counts nothing.
 */
export async function storeClicks(session: Session, clicks: readonly Click[]): Promise<boolean[]> {
  const rows = await session.run(CLICKS, [
    int8Array(clicks.map(({ linkId }) => linkId)),
    int8Array(clicks.map(({ atMs }) => atMs)),
    boolArray(clicks.map(({ machine }) => machine)),
    textArray(clicks.map(({ visitor }) => Buffer.from(visitor).toString('hex'))),
  ])
  return rows.map(([isPerson]) => isPerson === true)
}

const PRUNE: Statement = {
  name: 'clicks_prune',
  text: `
with gone as (delete from clicks where ctid = any(array(select ctid from clicks where at < $1 limit 10000)) returning 1)
select count(*)::int4 from gone`,
}

/** Forgets visits before a moment, some thousands at a time; what links count of them in all stays. */
export async function pruneClicks(session: Session, beforeMs: number): Promise<void> {
  for (let gone = 1; gone > 0; ) gone = Number((await session.run(PRUNE, [beforeMs]))[0]?.[0] ?? 0)
}
