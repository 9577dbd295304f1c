import type pg from 'pg'
import { POSTING } from './postings.ts'
import { type Changed, changeSenders, rows } from './senders.ts'

/** A name as whoever puts it in use has to know it. */
export interface SenderStanding {
  readonly name: string
  readonly status: number
  readonly waits: string
  readonly paidMonth: number // year × 12 + month - 1; 0: never
  readonly code: string | null
}

/** What a name costs for a month that begins or goes on. */
export interface MonthlyFee {
  readonly month: number // year × 12 + month - 1
  readonly amount: bigint // millionths; 0n: nothing
  readonly postingId: number
  readonly note: string
}

const FIND = `select name, status, waits, paid_month, code from senders where account_id = $1 and id = $2 for update`

const PAY = `
with paid as (
  update accounts set balance = balance - $2::int8 where id = (select payer_id from accounts where id = $1) and balance + credit_limit >= $2
  returning id
)
insert into postings (account_id, id, kind, amount, note) select id, $3, ${POSTING.fee}, -$2::int8, $4 from paid returning id`

const ACTIVATE = `
update senders set status = 1, waits = '', reason = '', code = null, paid_month = greatest(paid_month, $3) where account_id = $1 and id = $2`

const WAIT = `update senders set status = 0, waits = 'money', reason = '', code = null where account_id = $1 and id = $2`

/** Whom the fee may be due from: those that have one, and a name that is not paid for. */
const DUE = `
select s.account_id, s.id, a.utc_offset_minutes, a.currency, a.settings ->> 'sender_fee'
from senders s join accounts a on a.id = s.account_id
where a.deleted_at is null and (s.status = 1 or s.waits = 'money') and s.paid_month < $1
  and (a.settings ? 'sender_fee' or $2 or s.waits = 'money')
  and (s.account_id, s.id) > ($3::int4, $4::int4)
order by s.account_id, s.id limit $5`

export interface DueSender {
  readonly accountId: number
  readonly id: number
  readonly utcOffsetMinutes: number
  readonly currency: string
  readonly ownFee: string | undefined // the account's own, as it is set
}

export type SenderFees = ReturnType<typeof senderFees>

export const senderFees = (pool: pg.Pool) => ({
  /**
   * Puts a name in use and charges its fee to whoever pays for the account, in one transaction; where the balance does not cover
   * it, the name waits for money. Undefined: `may` says no, or there is no such name. Taken again it charges nothing again.
   */
  activate: (
    accountId: number,
    id: number,
    may: (standing: SenderStanding) => boolean,
    feeOf: (standing: SenderStanding) => MonthlyFee | undefined,
  ): Promise<Changed<'active' | 'unpaid'> | undefined> =>
    changeSenders(
      pool,
      accountId,
      async (tx) => {
        const [row] = await rows(tx, FIND, [accountId, id])
        if (!row) return undefined
        const [name, status, waits, paidMonth, code] = row as [string, number, string, number, string | null]
        const standing = { name, status, waits, paidMonth, code }
        if (!may(standing)) return undefined
        const fee = feeOf(standing)
        const owed = fee !== undefined && fee.amount > 0n && paidMonth < fee.month
        if (owed && (await rows(tx, PAY, [accountId, fee.amount, fee.postingId, fee.note])).length === 0) {
          if (waits === 'money') return undefined // it waits already
          await tx.query(WAIT, [accountId, id])
          return 'unpaid'
        }
        await tx.query(ACTIVATE, [accountId, id, owed ? fee.month : 0])
        return 'active'
      },
      { andPayer: true },
    ),

  /** Names in use, or waiting for money, that are not paid for this month; those after (accountId, id). */
  async due(month: number, anyFee: boolean, after: { accountId: number; id: number }, limit: number): Promise<DueSender[]> {
    const found = await rows(pool, DUE, [month, anyFee, after.accountId, after.id, limit])
    return found.map(([accountId, id, offset, currency, fee]) => ({
      accountId: accountId as number,
      id: id as number,
      utcOffsetMinutes: offset as number,
      currency: currency as string,
      ownFee: (fee as string | null) ?? undefined,
    }))
  },
})
