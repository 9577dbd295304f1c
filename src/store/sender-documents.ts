import type pg from 'pg'
import { rows, type Which } from './senders.ts'

/** A document that stands for a name; without what is in it. */
export interface DocumentRow {
  readonly id: number
  readonly senderId: number
  readonly name: string
  readonly type: string // jpg, tif, pdf, png, zip, rar
  readonly info: string
  readonly size: number // octets
  readonly addedAt: number
}

const COLUMNS = 'd.id, d.sender_id, d.name, d.type, d.info, length(d.content), d.added_at::text'

const read = (row: readonly unknown[]): DocumentRow => ({
  id: row[0] as number,
  senderId: row[1] as number,
  name: row[2] as string,
  type: row[3] as string,
  info: row[4] as string,
  size: row[5] as number,
  addedAt: Number(row[6]),
})

const LIST = `
select ${COLUMNS} from senders s join sender_documents d on d.account_id = s.account_id and d.sender_id = s.id
where s.account_id = $1 and ($2::int4 is null or s.id = $2) and ($3::text[] is null or s.name = any($3)) order by d.id`

const ONE = `select ${COLUMNS}, d.content from sender_documents d where d.account_id = $1 and d.id = $2`

/** Of whoever's name; the moderator alone asks so. */
const ANYBODYS = `
select ${COLUMNS}, d.content from senders s join sender_documents d on d.account_id = s.account_id and d.sender_id = s.id
where s.id = $1 and d.id = $2`

export type SenderDocuments = ReturnType<typeof senderDocuments>

export const senderDocuments = (pool: pg.Pool) => {
  const readOne = async (text: string, values: readonly number[]) => {
    const [row] = await rows(pool, text, values)
    return row && { ...read(row), content: row[7] as Buffer }
  }
  return {
    list: async (accountId: number, { id, names }: Which): Promise<DocumentRow[]> =>
      (await rows(pool, LIST, [accountId, id ?? null, names ?? null])).map(read),

    /** Undefined: the account has no such document. */
    read: (accountId: number, documentId: number) => readOne(ONE, [accountId, documentId]),

    /** Undefined: the name has no such document. */
    readOfName: (senderId: number, documentId: number) => readOne(ANYBODYS, [senderId, documentId]),
  }
}
