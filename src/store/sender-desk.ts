import type pg from 'pg'
import { type Changed, changeSenders, readSender, rows, SENDER_COLUMNS, type SenderRow } from './senders.ts'

/** A name as the moderator sees it. */
export interface ModeratedSender extends SenderRow {
  readonly accountId: number
  readonly login: string
}

const read = (row: readonly unknown[]): ModeratedSender => ({
  ...readSender(row),
  accountId: row[12] as number,
  login: row[13] as string,
})

const FROM = 'from senders s join accounts a on a.id = s.account_id'

const LIST = `
select ${SENDER_COLUMNS}, s.account_id, a.login ${FROM}
where ($1::int2 is null or s.status = $1) and ($2::text is null or s.waits = $2) and ($3::text is null or a.login = $3) and s.id > $4
order by s.id limit $5`

const ONE = `select ${SENDER_COLUMNS}, s.account_id, a.login ${FROM} where s.id = $1`

const REJECT = `update senders set status = -1, waits = '', reason = $3, code = null where account_id = $1 and id = $2 returning id`

const OPERATORS = `
update senders set operators = (operators || $3::jsonb) - $4::text[], operators_at = $5 where account_id = $1 and id = $2 returning id`

export interface DeskFilter {
  readonly status: number | undefined
  readonly waits: string | undefined
  readonly login: string | undefined
  readonly afterId: number
  readonly limit: number
}

export type SenderDeskStore = ReturnType<typeof senderDeskStore>

/** Names of all accounts, for the moderator. */
export const senderDeskStore = (pool: pg.Pool) => ({
  /** By rising id. */
  list: async ({ status, waits, login, afterId, limit }: DeskFilter): Promise<ModeratedSender[]> =>
    (await rows(pool, LIST, [status ?? null, waits ?? null, login ?? null, afterId, limit])).map(read),

  find: async (id: number): Promise<ModeratedSender | undefined> => {
    const [row] = await rows(pool, ONE, [id])
    return row && read(row)
  },

  /** Undefined: there is no such name. */
  reject: (accountId: number, id: number, reason: string): Promise<Changed<number> | undefined> =>
    changeSenders(pool, accountId, async (tx) => (await rows(tx, REJECT, [accountId, id, reason]))[0]?.[0] as number | undefined),

  /** What operators say of a name; those in `clear` say nothing any more. */
  async setOperators(
    { accountId, id }: { readonly accountId: number; readonly id: number },
    set: Readonly<Record<string, number>>,
    clear: readonly string[],
    nowMs: number,
  ): Promise<boolean> {
    return (await rows(pool, OPERATORS, [accountId, id, JSON.stringify(set), clear, nowMs])).length > 0
  },
})
