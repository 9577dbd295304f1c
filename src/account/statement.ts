import { DAY_MS, dateOf } from '../domain/calendar.ts'
import { idOfTime, timeOfId } from '../domain/message-id.ts'
import { formatMoney } from '../domain/money.ts'
import { parseDay, startOfDay } from '../domain/period.ts'
import { Refusal } from '../domain/refusal.ts'
import type { AccountDetails } from '../store/accounts.ts'
import type { Glance } from '../store/pool-session.ts'
import { POSTING, type Purse } from '../store/postings.ts'
import type { Session } from '../store/session.ts'
import { readStatement } from '../store/statement.ts'
import { findAccount } from './change.ts'

const LINES_MAX = 10_000
const LIMIT_MS = 20_000

/** What a line of the statement was for, in words. */
export const KIND_IN_WORDS: Readonly<Record<number, string>> = {
  [POSTING.topUp]: 'top-up',
  [POSTING.charge]: 'messages',
  [POSTING.refund]: 'refunds',
  [POSTING.chargedAgain]: 'charged again after a late receipt',
  [POSTING.transfer]: 'transfer',
  [POSTING.correction]: 'correction',
  [POSTING.fee]: 'fee',
}

export interface StatementRequest {
  readonly from?: string // a day; without it the first of this month
  readonly to?: string // a day, itself included; without it today
  readonly purse?: number
  readonly each?: boolean // every posting by itself, not a day's charges together
}

/**
 * What moved an account's balance between two days of its own calendar: a running balance, charges and refunds by day,
 * everything else by itself, and the sums. A sub-client that spends another's balance has none of its own.
 */
export const createStatement =
  ({ session, glance, now }: { session: Session; glance: Glance; now: () => number }) =>
  async (login: string, request: StatementRequest = {}) => {
    const account = await findAccount(session, login)
    if (account.payerId !== account.id) {
      const reason = `${login} spends the balance of ${account.payer}: ask for the statement of ${account.payer}.`
      throw new Refusal('bad_request', { field: 'login', reason })
    }
    const purse = purseOf(request.purse)
    const { fromMs, toMs } = periodOf(request, account.utcOffsetMinutes, now())
    const question = {
      accountId: account.id,
      purse,
      from: idOfTime(fromMs),
      to: idOfTime(toMs),
      utcOffsetMinutes: account.utcOffsetMinutes,
      each: request.each ?? false,
      limit: LINES_MAX + 1,
    }
    const found = await glance((moment) => readStatement(moment, question), LIMIT_MS)
    return present(account, purse, { fromMs, toMs }, found)
  }

export type AccountStatement = Awaited<ReturnType<ReturnType<typeof createStatement>>>

function purseOf(purse = 1): Purse {
  if (purse !== 1 && purse !== 2) {
    throw new Refusal('bad_request', { field: 'purse', reason: 'A purse is 1, the main one, or 2, the electronic one.' })
  }
  return purse
}

function periodOf({ from, to }: StatementRequest, offset: number, nowMs: number): { fromMs: number; toMs: number } {
  const today = dateOf(Math.floor((nowMs + offset * 60_000) / DAY_MS))
  const first = from === undefined ? { ...today, day: 1 } : parseDay(from)
  const last = to === undefined ? today : parseDay(to)
  for (const [field, written, day] of [
    ['from', from, first],
    ['to', to, last],
  ] as const) {
    if (day === undefined)
      throw new Refusal('bad_request', { field, reason: `'${written?.slice(0, 20)}' is no day: write 2026-11-22.` })
  }
  const [fromMs, toMs] = [first ? startOfDay(first, offset) : 0, last ? startOfDay(last, offset, 1) : 0]
  if (toMs <= fromMs) throw new Refusal('bad_request', { field: 'to', reason: 'The statement ends before it begins.' })
  return { fromMs, toMs }
}

function present(
  { login, currency, utcOffsetMinutes }: AccountDetails,
  purse: Purse,
  period: { fromMs: number; toMs: number },
  { opening, lines, totals }: Awaited<ReturnType<typeof readStatement>>,
) {
  let balance = opening
  const shown = lines.slice(0, LINES_MAX).map((line) => {
    balance += line.amount
    return {
      date: dayOf(line.day),
      at: new Date(timeOfId(line.lastId)).toISOString(),
      kind: line.kind,
      what: KIND_IN_WORDS[line.kind] ?? `kind ${line.kind}`,
      note: line.note,
      postings: line.postings,
      amount: money(line.amount),
      balance: money(balance),
    }
  })
  const local = (ms: number): string => dayOf(Math.floor((ms + utcOffsetMinutes * 60_000) / DAY_MS))
  return {
    login,
    purse,
    currency,
    from: local(period.fromMs),
    to: local(period.toMs - 1),
    opening: money(opening),
    lines: shown,
    /** There are more lines than are shown: ask for a shorter time. */
    cut: lines.length > LINES_MAX,
    sums: totals.map(({ kind, amount, postings }) => ({
      kind,
      what: KIND_IN_WORDS[kind] ?? `kind ${kind}`,
      postings,
      amount: money(amount),
    })),
    closing: money(totals.reduce((sum, { amount }) => sum + amount, opening)),
  }
}

function dayOf(days: number): string {
  const { year, month, day } = dateOf(days)
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** At least two decimals, and as many more as there are. */
const money = (value: bigint): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')
