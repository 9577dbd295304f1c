import { concatenationOf } from '../domain/text/udh.ts'
import type { PartRow } from '../domain/whole-message.ts'
import { int4Array, int8Array } from './binary.ts'
import { HISTORY_COLUMNS, type HistoryRow, readHistory } from './history.ts'
import type { Session, Statement } from './session.ts'

/** A row of a message that its customer submitted part by part. */
export type StoredPartRow = HistoryRow & Pick<PartRow, 'text' | 'dcs'>

const FIRST: Statement = {
  name: 'whole_first',
  text: `select first_part_id, octets from messages where account_id = $1 and id = $2 and first_part_id > 0`,
}

/** A message takes no more parts ten minutes after its first (lifecycle/part-groups.ts); a commit may have waited a minute. */
const SPAN = 660_000 * 8192

/** Walks along the account's rows from the first part on, until all parts were met. */
const PARTS: Statement = {
  name: 'whole_parts',
  text: `
select m.dcs, ${HISTORY_COLUMNS} from messages m
where m.account_id = $1 and m.id >= $2 and m.id < $2::int8 + ${SPAN} and m.first_part_id = $2
order by m.id limit $3`,
}

/** The most parts a header can count. */
const PARTS_MAX = 255

/** All rows of the message that a row is a part of, in the order of their ids; none: it is a message by itself. */
export async function readPartsOf(session: Session, accountId: number, id: number): Promise<StoredPartRow[]> {
  const [first] = await session.run(FIRST, [accountId, id])
  if (!first) return []
  const [firstId, octets] = first as [unknown, Buffer | null]
  const total = (octets && concatenationOf(octets)?.of) ?? PARTS_MAX
  return readParts(session, accountId, Number(firstId), total)
}

/** The rows of a message whose first row and number of parts are known. */
export async function readParts(session: Session, accountId: number, firstId: number, most: number): Promise<StoredPartRow[]> {
  return (await session.run(PARTS, [accountId, firstId, most])).map(readPart)
}

function readPart([dcs, ...columns]: readonly unknown[]): StoredPartRow {
  const row = readHistory(columns)
  return { ...row, dcs: dcs as number, text: row.body }
}

const ALL_PARTS: Statement = {
  name: 'whole_parts_of_many',
  text: `
select q.id, m.dcs, ${HISTORY_COLUMNS} from unnest($2::int8[], $3::int4[]) as q(id, total)
cross join lateral (
  select * from messages where account_id = $1 and id >= q.id and id < q.id + ${SPAN} and first_part_id = q.id
  order by id limit q.total
) m`,
}

/** The same for many messages of an account that are known by their first rows, by the id of these. */
export async function readPartsOfMany(
  session: Session,
  accountId: number,
  firsts: readonly Pick<HistoryRow, 'id' | 'octets'>[],
): Promise<Map<number, StoredPartRow[]>> {
  const found = new Map<number, StoredPartRow[]>(firsts.map(({ id }) => [id, []]))
  if (firsts.length === 0) return found
  const totals = firsts.map(({ octets }) => (octets && concatenationOf(octets)?.of) ?? PARTS_MAX)
  const rows = await session.run(ALL_PARTS, [accountId, int8Array(firsts.map(({ id }) => id)), int4Array(totals)])
  for (const [first, ...part] of rows) found.get(Number(first))?.push(readPart(part))
  return found
}
