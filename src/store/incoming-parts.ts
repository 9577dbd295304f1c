import { int2Array, int4Array, int8Array, textArray } from './binary.ts'
import { type Incoming, OWED, readTold, TOLD } from './incoming.ts'
import type { Session, Statement } from './session.ts'

export interface IncomingPart {
  readonly carrierId: number
  readonly sender: string
  readonly recipient: string
  readonly reference: number
  readonly total: number
  readonly number: number
  readonly body: string
  readonly atMs: number
}

const STORE_PARTS: Statement = {
  name: 'incoming_parts_store',
  text: `
insert into incoming_parts (carrier_id, sender, recipient, reference, total, number, body, at)
select distinct on (p.carrier_id, p.sender, p.recipient, p.reference, p.total, p.number) p.*
from unnest($1::int4[], $2::text[], $3::text[], $4::int4[], $5::int2[], $6::int2[], $7::text[], $8::int8[])
  as p(carrier_id, sender, recipient, reference, total, number, body, at)
on conflict (carrier_id, sender, recipient, reference, total, number)
  do update set body = excluded.body, at = excluded.at, joined = false
  where incoming_parts.joined and incoming_parts.body <> excluded.body`,
}

/**
 * Parts are durable before the carrier is told that we have them; whoever completes a message joins it.
 */
export async function storeIncomingParts(session: Session, parts: readonly IncomingPart[]): Promise<void> {
  await session.run(STORE_PARTS, [
    int4Array(parts.map((p) => p.carrierId)),
    textArray(parts.map((p) => p.sender)),
    textArray(parts.map((p) => p.recipient)),
    int4Array(parts.map((p) => p.reference)),
    int2Array(parts.map((p) => p.total)),
    int2Array(parts.map((p) => p.number)),
    textArray(parts.map((p) => p.body)),
    int8Array(parts.map((p) => p.atMs)),
  ])
}

/** Where the halves of a character (surrogates), which no text in the database can have, stand while a message waits for its parts. */
const HALVES = 0xf_0000
const SURROGATES = 0xd800

/** A part's text that can be stored: half a character at its beginning or end waits for the other half. */
export const withHalves = (text: string): string =>
  text.replace(/\p{Surrogate}/gu, (half) => String.fromCodePoint(HALVES + half.charCodeAt(0) - SURROGATES))

const [FIRST, SECOND] = ['\\U000F0000-\\U000F03FF', '\\U000F0400-\\U000F07FF']

/** A text in which two halves that have met are a character, and those that have not are none. */
const HEALED = (text: string): string => `case when ${text} !~ '[${FIRST}${SECOND}]' then ${text} else (
    select string_agg(case
      when m[1] is not null then chr(65536 + (ascii(m[1]) - ${HALVES}) * 1024 + ascii(substr(m[1], 2)) - ${HALVES + 1024})
      when m[2] is not null then chr(65533) else m[3] end, '' order by n)
    from regexp_matches(${text}, '([${FIRST}][${SECOND}])|([${FIRST}${SECOND}])|([^${FIRST}${SECOND}]+)', 'g') with ordinality as r(m, n)
  ) end`

/**
 * Joins messages whose parts are all there, or whose first part is older than `giveUpBeforeMs` (shown incomplete).
 * Parts are marked and the whole arrives in one statement. They are locked in the order of their key: of two nodes that
 * find the same message complete, one waits at its first part and then finds nothing left of it. Joined parts stay as long
 * as incomplete ones: the same part again is a repetition, another text under the same reference a new message.
 */
const JOIN: Statement = {
  name: 'incoming_join',
  text: `
with ready as materialized (
  select carrier_id, sender, recipient, reference, total
  from incoming_parts where not joined group by carrier_id, sender, recipient, reference, total
  having count(*) >= total or min(at) < $1
  limit cardinality($2::int8[])
), locked as materialized (
  select carrier_id, sender, recipient, reference, total, number from incoming_parts
  where not joined and (carrier_id, sender, recipient, reference, total) in (select * from ready)
  order by carrier_id, sender, recipient, reference, total, number
  for update
), forgotten as (
  delete from incoming_parts
  where ctid = any(array(select ctid from incoming_parts where joined and at < $1 for update skip locked))
), taken as materialized (
  update incoming_parts p set joined = true
  where (carrier_id, sender, recipient, reference, total, number) in (select * from locked)
  returning p.*
), whole as materialized (
  select carrier_id, sender, recipient, string_agg(body, '' order by number) as body, count(*) = total as complete, min(at) as at,
    row_number() over (order by min(at)) as ordinal
  from taken group by carrier_id, sender, recipient, reference, total
), kept as (
  insert into incoming (id, carrier_id, account_id, sender, recipient, body, complete, at)
  select ($2::int8[])[w.ordinal], w.carrier_id, coalesce(n.account_id, 0), w.sender, w.recipient, ${HEALED('w.body')}, w.complete, w.at
  from whole w left join numbers n on n.number = w.recipient and not n.shared
  returning id, account_id, at, recipient
), ${OWED('$3', '$4')}
select ${TOLD}, (select count(*) from kept)::int4`,
}

/** Makes at most as many messages as there are ids. Answers how many were made whole, or given up, and who is told. */
export async function joinIncoming(
  session: Session,
  giveUpBeforeMs: number,
  ids: readonly number[],
  tell: readonly number[],
  nowMs: number,
): Promise<Incoming & { joined: number }> {
  const [row] = await session.run(JOIN, [giveUpBeforeMs, int8Array(ids), int4Array(tell), nowMs])
  return { ...readTold(row), joined: (row?.[3] as number | undefined) ?? 0 }
}
