import type pg from 'pg'
import { type Changed, changeSenders, rows, SENDERS_MAX } from './senders.ts'

/** A code that goes to a number, to be told back by whoever has it. */
export interface NewCode {
  readonly name: string
  readonly hash: string
  readonly untilMs: number
  readonly day: number // days since 1970
  readonly codesMax: number // a day
  readonly nowMs: number
  /** Of a name that is not there yet. */
  readonly comment: string
}

const FIND = `select id, status, waits, codes_day, codes_sent from senders where account_id = $1 and name = $2 for update`

const ADD = `
insert into senders (account_id, name, kind, comment, status, waits, added_at) select $1, $2, 1, $3, 0, 'code', $4
where (select count(*) from senders where account_id = $1) < ${SENDERS_MAX} returning id`

const PUT = `
update senders set code = $3, code_until = $4, code_tries = 0, codes_sent = case codes_day when $5 then codes_sent + 1 else 1 end, codes_day = $5
where account_id = $1 and id = $2`

const DROP = `update senders set code = null where account_id = $1 and id = $2 and code = $3`

const TAKE_TRY = `
update senders set code_tries = code_tries + 1
where account_id = $1 and name = any($2) and code is not null and code_until > $3 and code_tries < $4 returning id, code`

export type SenderCodes = ReturnType<typeof senderCodes>

/** Codes that confirm numbers. Only their slow hashes are stored. */
export const senderCodes = (pool: pg.Pool) => ({
  /**
   * The id of the name, which is added where it is not there; undefined: it has no code to wait for, too many were sent today, or
   * there is no room. A new code takes the place of the one before.
   */
  put: (accountId: number, code: NewCode): Promise<Changed<number> | undefined> =>
    changeSenders(pool, accountId, async (tx) => {
      const [found] = await rows(tx, FIND, [accountId, code.name])
      const [known, status, waits, day, sent] = (found ?? []) as [number?, number?, string?, number?, number?]
      if (found && (status !== 0 || waits !== 'code')) return undefined
      if (day === code.day && (sent ?? 0) >= code.codesMax) return undefined
      const id = known ?? ((await rows(tx, ADD, [accountId, code.name, code.comment, code.nowMs]))[0]?.[0] as number | undefined)
      if (id !== undefined) await tx.query(PUT, [accountId, id, code.hash, code.untilMs, code.day])
      return id
    }),

  /** It could not be sent. */
  async drop(accountId: number, id: number, hash: string): Promise<void> {
    await pool.query(DROP, [accountId, id, hash])
  },

  /** A try is counted before it is looked at: so many at once are no more than so many. Undefined: there is nothing to try. */
  async takeTry(accountId: number, names: readonly string[], nowMs: number, triesMax: number) {
    const [row] = await rows(pool, TAKE_TRY, [accountId, names, nowMs, triesMax])
    return row && { id: row[0] as number, hash: row[1] as string }
  },
})
