import { int4Array, int8Array, textArray } from './binary.ts'
import { OF_SLICE } from './mailing-runs.ts'
import type { Session, Statement } from './session.ts'

export interface MailingCounts {
  readonly taken: number // recipients
  readonly waiting: number
  readonly sent: number
  readonly delivered: number
  readonly notDelivered: number
}

/** More messages of a slice than this that have not ended are not named: the slice is counted whole again. */
const OPEN_MAX = 100

/*
 * A slice that was counted before says how many of its messages have ended and which have not: only these are looked at. The
 * conditions on `open` are known before a row of messages is read, and nothing here can become a join with all of them.
 */
const COUNTS: Statement = {
  name: 'mailing_counts',
  text: `
select now()::text, s.run, s.after, s.recipients, s.open is not null, coalesce(cardinality(s.open), 0)::int4,
  case when s.open is null then 0 else s.delivered end, case when s.open is null then 0 else s.failed end,
  c.waiting, c.sent, c.delivered, c.failed, case when c.waiting + c.sent <= ${OPEN_MAX} then array_to_string(c.open, ',') end
from mailings r
join mailing_slices s on s.mailing_id = r.id and s.run = r.run
cross join lateral (
  select count(*) filter (where m.state = -1)::int4 as waiting, count(*) filter (where m.state = 0)::int4 as sent,
    count(*) filter (where m.state in (1, 2, 4))::int4 as delivered,
    count(*) filter (where m.state not in (-1, 0, 1, 2, 4))::int4 as failed, array_agg(m.id) filter (where m.state in (-1, 0)) as open
  from (
    select m.id, m.state from messages m where s.open is null and ${OF_SLICE}
    union all
    select m.id, m.state from unnest(s.open) o(id)
    cross join lateral (select m.id, m.state from messages m where m.account_id = s.account_id and m.id = o.id offset 0) m
  ) m
) c
where r.id = $1`,
}

/** Unless an end was corrected since: then what was counted may be void. */
const KEEP: Statement = {
  name: 'mailing_counts_keep',
  text: `
update mailing_slices s set delivered = k.delivered, failed = k.failed, open = coalesce(string_to_array(nullif(k.open, ''), ','), '{}')::bigint[]
from unnest($3::int4[], $4::int4[], $5::int4[], $6::text[]) as k(after, delivered, failed, open)
where s.mailing_id = $1 and s.run = $2 and s.after = k.after and s.corrected_at < $7::timestamptz`,
}

interface Counted {
  readonly at: string
  readonly run: number
  readonly after: number
  readonly delivered: number
  readonly failed: number
  readonly open: string
}

/** Messages of the run that is under way, or was the last. What has ended for good is read once, and kept with its slice. */
export async function countMailing(session: Session, id: number): Promise<MailingCounts> {
  const total = { taken: 0, waiting: 0, sent: 0, delivered: 0, notDelivered: 0 }
  const fresh: Counted[] = []
  for (const row of await session.run(COUNTS, [id])) {
    const [at, run, after, recipients, wasKept, wereOpen] = row as [string, number, number, number, boolean, number]
    const [keptDelivered, keptFailed, waiting, sent, nowDelivered, nowFailed] = row.slice(6, 12) as number[] as Six
    const open = row[12] as string | null
    const [delivered, failed] = [keptDelivered + nowDelivered, keptFailed + nowFailed]
    total.taken += recipients
    total.waiting += waiting
    total.sent += sent
    total.delivered += delivered
    total.notDelivered += failed
    const isNew = wasKept ? waiting + sent < wereOpen : waiting + sent <= OPEN_MAX
    if (isNew) fresh.push({ at, run, after, delivered, failed, open: open ?? '' })
  }
  await keep(session, id, fresh)
  return total
}

type Six = [number, number, number, number, number, number]

async function keep(session: Session, id: number, slices: readonly Counted[]): Promise<void> {
  const [first] = slices
  if (!first) return
  await session.run(KEEP, [
    ...[id, first.run],
    int4Array(slices.map(({ after }) => after)),
    int4Array(slices.map(({ delivered }) => delivered)),
    int4Array(slices.map(({ failed }) => failed)),
    textArray(slices.map(({ open }) => open)),
    first.at,
  ])
}

/** Ids of two nodes may lie between one another, so the slice of a message need not be the last that begins before it. */
const CORRECTED: Statement = {
  name: 'mailing_counts_corrected',
  text: `
update mailing_slices s set open = null, corrected_at = clock_timestamp()
from unnest($1::int4[], $2::int8[]) as l(account_id, id)
cross join lateral (
  select mailing_id, run, after, high from mailing_slices where account_id = l.account_id and low <= l.id order by low desc limit 8
) c
where c.high >= l.id and s.mailing_id = c.mailing_id and s.run = c.run and s.after = c.after`,
}

/** Messages that had ended have ended otherwise (a late receipt): slices with one of them are counted anew. */
export async function correctMailingCounts(
  session: Session,
  messages: readonly { readonly accountId: number; readonly id: number }[],
): Promise<void> {
  await session.run(CORRECTED, [int4Array(messages.map(({ accountId }) => accountId)), int8Array(messages.map(({ id }) => id))])
}
