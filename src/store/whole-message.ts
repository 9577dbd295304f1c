import { concatenationOf } from '../domain/text/udh.ts'
import type { PartRow } from '../domain/whole-message.ts'
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
  const rows = await session.run(PARTS, [accountId, firstId, most])
  return rows.map(([dcs, ...columns]) => {
    const row = readHistory(columns)
    return { ...row, dcs: dcs as number, text: row.body }
  })
}
