import type pg from 'pg'
import type { SENDER_KIND, SENDER_STATUS, SenderWaits } from '../domain/sender-name.ts'
import { transaction } from './transaction.ts'

/** One account may have so many: all are listed at once, and kept in memory while it sends. */
export const SENDERS_MAX = 1_000
/** Documents of one name, and of all names of an account. */
export const DOCUMENTS_MAX = 5
export const DOCUMENTS_OF_ACCOUNT_MAX = 50

export interface SenderRow {
  readonly id: number
  readonly name: string
  readonly kind: (typeof SENDER_KIND)[keyof typeof SENDER_KIND]
  readonly comment: string
  readonly owner: string
  readonly status: (typeof SENDER_STATUS)[keyof typeof SENDER_STATUS]
  readonly waits: SenderWaits
  readonly reason: string
  readonly fields: Readonly<Record<string, string>>
  readonly operators: Readonly<Record<string, number>>
  readonly addedAt: number
  readonly documents: number
}

export interface NewDocument {
  readonly name: string
  readonly type: string
  readonly info: string
  readonly content: Uint8Array
}

export type NewSender = Pick<SenderRow, 'name' | 'kind' | 'comment' | 'owner' | 'status' | 'waits' | 'fields' | 'addedAt'> & {
  readonly documents: readonly NewDocument[]
}

/** Absent: stays. Fields are added to those there are. */
export interface SenderChange {
  readonly comment?: string | undefined
  readonly owner?: string | undefined
  readonly fields: Readonly<Record<string, string>>
  readonly documents: readonly NewDocument[]
  readonly nowMs: number
  /** A rejected name waits for the moderator again; its reason stays, until it is approved. */
  readonly again: boolean
}

/** Which name of an account: by its id, by what it may be called, or both. */
export interface Which {
  readonly id?: number | undefined
  readonly names?: readonly string[] | undefined
}

export interface SenderFilter {
  /** Those that are not in use, too. */
  readonly all: boolean
  /** Undefined: of every kind. */
  readonly kinds?: readonly number[] | undefined
  readonly operatorsSinceMs?: number | undefined
  readonly afterId: number
  readonly limit: number
}

export const SENDER_COLUMNS = `s.id, s.name, s.kind, s.comment, s.owner, s.status, s.waits, s.reason, s.fields, s.operators,
  s.added_at::text, (select count(*) from sender_documents d where d.account_id = s.account_id and d.sender_id = s.id)::int4`

export const readSender = (row: readonly unknown[]): SenderRow => ({
  id: row[0] as number,
  name: row[1] as string,
  kind: row[2] as SenderRow['kind'],
  comment: row[3] as string,
  owner: row[4] as string,
  status: row[5] as SenderRow['status'],
  waits: row[6] as SenderWaits,
  reason: row[7] as string,
  fields: row[8] as SenderRow['fields'],
  operators: row[9] as SenderRow['operators'],
  addedAt: Number(row[10]),
  documents: row[11] as number,
})

/** What the moderator has rejected stays so until he approves it, even while its customer asks again. */
export const REFUSED = `(status = -1 or reason <> '')`

/** Its own names, and those who may use them. */
const FAMILY = `id = $1 or parent_id = $1 and settings ->> 'fl[29]' in ('1', 'true')`

const LOCK = `
select id from accounts where ${FAMILY} or $2 and id = (select payer_id from accounts where id = $1) order by id for no key update`

/** Only an account that has names is asked for them on the path of a message: its settings say so. */
const TOUCH = `
update accounts set version = version + 1, settings = case when id <> $1 then settings else
  (settings - '{sender_names,senders_rejected}'::text[])
  || case when exists (select from senders where account_id = $1) then '{"sender_names": 1}'::jsonb else '{}' end
  || case when exists (select from senders where account_id = $1 and ${REFUSED}) then '{"senders_rejected": 1}'::jsonb else '{}' end
  end
where ${FAMILY} returning id`

const ADD = `
insert into senders (account_id, name, kind, comment, owner, status, waits, fields, added_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9 where (select count(*) from senders where account_id = $1) < ${SENDERS_MAX}
on conflict (account_id, name) do nothing returning id`

const WHICH = `account_id = $1 and ($2::int4 is null or id = $2) and ($3::text[] is null or name = any($3))`

const CHANGE = `
update senders set comment = coalesce($4, comment), owner = coalesce($5, owner), fields = fields || $6::jsonb,
  status = case when status = -1 and $7 then 0 else status end, waits = case when status = -1 and $7 then 'moderator' else waits end
where ${WHICH} returning id`

const REMOVE = `delete from senders where ${WHICH} and not ${REFUSED} returning id`
const IS_THERE = `select id from senders where ${WHICH}`
const REMOVE_DOCUMENTS = `delete from sender_documents where account_id = $1 and sender_id = $2`

const ADD_DOCUMENT = `
insert into sender_documents (account_id, sender_id, name, type, info, content, added_at) select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from sender_documents where account_id = $1 and sender_id = $2) < ${DOCUMENTS_MAX}
  and (select count(*) from sender_documents where account_id = $1) < ${DOCUMENTS_OF_ACCOUNT_MAX} returning id`

/** Of another's names, which may be used, those that are in use. */
const LIST = `
select ${SENDER_COLUMNS} from senders s
where (s.account_id = $1 or s.account_id = $2 and s.status = 1) and (s.status = 1 or $3) and ($4::int2[] is null or s.kind = any($4))
  and ($5::int8 is null or s.operators_at >= $5) and s.id > $6 order by s.id limit $7`

const FIND = `select ${SENDER_COLUMNS} from senders s where ${WHICH} order by s.id limit 1`

/** What was changed, and the accounts that have to be known anew. */
export interface Changed<Result> {
  readonly result: Result
  readonly touched: readonly number[]
}

/** There is no room: nothing of the change is kept. */
class Full extends Error {}

/**
 * Runs a change of an account's names in one transaction. The accounts that the change is about are locked first, in the order
 * of their ids; where `work` answers undefined nothing was changed.
 */
export const changeSenders = <Result>(
  pool: pg.Pool,
  accountId: number,
  work: (tx: pg.PoolClient) => Promise<Result | undefined>,
  { andPayer = false } = {},
): Promise<Changed<Result> | undefined> =>
  transaction(pool, async (tx) => {
    await tx.query(LOCK, [accountId, andPayer])
    const result = await work(tx)
    if (result === undefined) return undefined
    const { rows } = await tx.query<{ id: number }>(TOUCH, [accountId])
    return { result, touched: rows.map(({ id }) => id) }
  })

export const rows = async (tx: Pick<pg.Pool, 'query'>, text: string, values: readonly unknown[]): Promise<unknown[][]> =>
  (await tx.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows

const which = (accountId: number, { id, names }: Which): unknown[] => [accountId, id ?? null, names ?? null]

async function addDocuments(
  tx: pg.PoolClient,
  accountId: number,
  senderId: number,
  documents: readonly NewDocument[],
  atMs: number,
) {
  for (const { name, type, info, content } of documents) {
    const added = await rows(tx, ADD_DOCUMENT, [accountId, senderId, name, type, info, Buffer.from(content), atMs])
    if (added.length === 0) throw new Full()
  }
}

/** 'full' where there is no room for documents. */
const unlessFull = <Result>(change: Promise<Result>): Promise<Result | 'full'> =>
  change.catch((error: unknown) => {
    if (error instanceof Full) return 'full' as const
    throw error
  })

export type SenderStore = ReturnType<typeof senderStore>

/** Names of accounts. Changes of one account come one by one. */
export const senderStore = (pool: pg.Pool) => ({
  /** The id; 'full': there is no room for its documents; undefined: the name is there already, or there is no room for it. */
  add: (accountId: number, sender: NewSender): Promise<Changed<number> | 'full' | undefined> =>
    unlessFull(
      changeSenders(pool, accountId, async (tx) => {
        const { name, kind, comment, owner, status, waits, fields, addedAt, documents } = sender
        const values = [accountId, name, kind, comment, owner, status, waits, JSON.stringify(fields), addedAt]
        const id = (await rows(tx, ADD, values))[0]?.[0] as number | undefined
        if (id !== undefined) await addDocuments(tx, accountId, id, documents, addedAt)
        return id
      }),
    ),

  /** The id; 'full': there is no room for its documents; undefined: there is no such name. */
  change: (accountId: number, of: Which, change: SenderChange): Promise<Changed<number> | 'full' | undefined> =>
    unlessFull(
      changeSenders(pool, accountId, async (tx) => {
        const { comment = null, owner = null, fields, documents, again, nowMs } = change
        const values = [...which(accountId, of), comment, owner, JSON.stringify(fields), again]
        const id = (await rows(tx, CHANGE, values))[0]?.[0] as number | undefined
        if (id !== undefined) await addDocuments(tx, accountId, id, documents, nowMs)
        return id
      }),
    ),

  /** The id; 'rejected': it stays, or it would be new when it is added again; undefined: there is no such name. */
  remove: (accountId: number, of: Which): Promise<Changed<number | 'rejected'> | undefined> =>
    changeSenders(pool, accountId, async (tx) => {
      const id = (await rows(tx, REMOVE, which(accountId, of)))[0]?.[0] as number | undefined
      if (id === undefined) return (await rows(tx, IS_THERE, which(accountId, of))).length > 0 ? 'rejected' : undefined
      await tx.query(REMOVE_DOCUMENTS, [accountId, id])
      return id
    }),

  /** Its own names, and those in use of another whose it may use; by rising id. */
  list: async (accountId: number, lender: number | undefined, filter: SenderFilter): Promise<SenderRow[]> => {
    const { all, kinds = null, operatorsSinceMs = null, afterId, limit } = filter
    return (await rows(pool, LIST, [accountId, lender ?? null, all, kinds, operatorsSinceMs, afterId, limit])).map(readSender)
  },

  find: async (accountId: number, of: Which): Promise<SenderRow | undefined> => {
    const [row] = await rows(pool, FIND, which(accountId, of))
    return row && readSender(row)
  },
})
