import type pg from 'pg'
import { type AwaitedCall, planCall } from '../domain/waiting-call.ts'
import { KIND } from './outbox.ts'
import { POSTING } from './postings.ts'
import type { Session, Statement } from './session.ts'
import { transaction } from './transaction.ts'

/** A call of a subscriber that an account asks for. */
export interface WantedCall {
  readonly accountId: number
  readonly payerId: number
  readonly phone: string
  readonly nowMs: number
  readonly untilMs: number
  readonly price: bigint // of the payer's currency
  readonly postingId: number
}

export type WaitOutcome =
  | { readonly numbers: readonly string[] }
  | { readonly problem: 'no numbers' | 'all in use' | 'too often' | 'poor' }

/** Any number: who asks about one subscriber waits for his turn. */
const LOCKS = 34_001
const POOL_MAX = 1_000
const FORGOTTEN_MS = 86_400_000

const PAY = `
with payer as materialized (
  select id from accounts where id = $1 and balance + credit_limit >= $2 order by id for update
), debited as (
  update accounts a set balance = a.balance - $2 from payer p where a.id = p.id returning a.id
)
insert into postings (account_id, id, kind, amount, note) select id, $3, ${POSTING.fee}, -$2::int8, $4 from debited returning id`

/** Waits for a call, and says to which numbers: once more for who asks again, paid for where it is a new one. */
export const waitForCall = (pool: pg.Pool, wanted: WantedCall): Promise<WaitOutcome> =>
  transaction(pool, async (tx) => {
    const { accountId, phone, nowMs, untilMs, price } = wanted
    await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCKS, phone])
    const plan = planCall(await readPool(tx, accountId), await readAwaited(tx, phone, nowMs), accountId)
    if ('problem' in plan) return plan
    if ('again' in plan) {
      await tx.query('update wait_calls set until = $2, asked = asked + 1 where id = $1', [plan.again.id, untilMs])
      return { numbers: plan.again.numbers }
    }
    const note = `a call of ${phone} is waited for`
    if (price > 0n && (await tx.query(PAY, [wanted.payerId, price, wanted.postingId, note])).rowCount === 0)
      return { problem: 'poor' }
    await tx.query('insert into wait_calls (account_id, phone, numbers, until, price) values ($1, $2, $3, $4, $5)', [
      ...[accountId, phone, plan.numbers, untilMs, price],
    ])
    await tx.query('delete from wait_calls where id = any (array(select id from wait_calls where until < $1 limit 100))', [
      nowMs - FORGOTTEN_MS,
    ])
    return { numbers: plan.numbers }
  })

async function readPool(tx: pg.PoolClient, accountId: number): Promise<string[]> {
  const { rows } = await tx.query<{ number: string }>(
    `select number from numbers where calls and (account_id is null or account_id = $1) order by number limit ${POOL_MAX}`,
    [accountId],
  )
  return rows.map(({ number }) => number)
}

async function readAwaited(tx: pg.PoolClient, phone: string, nowMs: number): Promise<AwaitedCall[]> {
  const { rows } = await tx.query<{ id: string; account_id: number; numbers: string[]; asked: number; called_at: string }>(
    'select id, account_id, numbers, asked, called_at from wait_calls where phone = $1 and until > $2 order by id',
    [phone, nowMs],
  )
  return rows.map((row) => ({
    id: Number(row.id),
    accountId: row.account_id,
    numbers: row.numbers,
    asked: row.asked,
    came: Number(row.called_at) > 0,
  }))
}

/** Marked and told in one statement: the same call reported twice is told once. */
const CAME: Statement = {
  name: 'wait_call_came',
  text: `
with waiting as (
  select id from wait_calls where phone = $1 and until > $3 and called_at = 0 and $2 = any (numbers) order by id limit 1 for update
), came as (
  update wait_calls w set called_at = $3, called = $2 from waiting x where w.id = x.id returning w.account_id
)
insert into outbox (account_id, due_at, id, kind, message_id, at, detail)
select account_id, $3, $4, ${KIND.call}, 0, $3, $1 || E'\\n' || $2 from came returning account_id`,
}

/** Somebody has called one of our numbers. Answers the account whose handler is told; undefined: nobody waits for it. */
export async function storeCallThatCame(
  session: Session,
  call: { readonly id: number; readonly phone: string; readonly called: string; readonly atMs: number },
): Promise<number | undefined> {
  const [row] = await session.run(CAME, [call.phone, call.called, call.atMs, call.id])
  return row?.[0] as number | undefined
}

const SET_CALLS: Statement = { name: 'number_calls', text: `update numbers set calls = $2 where number = $1 returning number` }

/** Whether subscribers are asked to call a number; false: there is no such number. */
export const setCalls = async (session: Session, number: string, calls: boolean): Promise<boolean> =>
  (await session.run(SET_CALLS, [number, calls])).length === 1
