import { EPOCH_MS, monthOf, timeOfId } from '../domain/message-id.ts'
import { formatMoney } from '../domain/money.ts'
import { parseMonth } from '../domain/period.ts'
import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import { readItemisedFrom } from '../store/books.ts'
import {
  type Closing,
  type ListedClosing,
  listClosings,
  markDropped,
  readClosed,
  readClosedUntil,
  writeClosedUntil,
  writeClosings,
} from '../store/closings.ts'
import { readEdge } from '../store/commits.ts'
import type { Partition } from '../store/partitions.ts'
import type { Session } from '../store/session.ts'
import { type BooksOf, booksIn, type Reader, walkBooks } from './books.ts'

/** A posting's id is taken before its commit, which may wait while the store is away; after this no more come. */
const GRACE_MS = 2 * 3_600_000
const CHUNK = 1000
const LIST_MAX = 1000
const EDGE_LIMIT_MS = 20_000

/**
 * Closes every month that has ended: a row per payer and purse with its opening balance, what was posted, and the balance at
 * its end, checked against the messages of the month. What is posted later, for whatever message, belongs to the later month.
 * Taken again, or by several nodes at once, it changes nothing.
 */
export const createClosing = ({ session, ...reader }: { session: Session } & Reader) => {
  const { glance } = reader

  async function closeEnded(nowMs: number): Promise<number> {
    let closed = 0
    for (;;) {
      const from = await readClosedUntil(session)
      const month = monthOf(from === 0 ? EPOCH_MS : timeOfId(from))
      if (timeOfId(month.to) + GRACE_MS > nowMs) return closed
      await closeMonth(month)
      closed += 1
    }
  }

  async function closeMonth({ name, from, to }: { name: string; from: number; to: number }): Promise<void> {
    const books = await walkBooks(reader, { from, to, itemisedFrom: await readItemisedFrom(session), payers: [] })
    for (const [id, sign] of [
      [from, -1n],
      [to, 1n],
    ] as const) {
      for (const edge of await glance((moment) => readEdge(moment, id), EDGE_LIMIT_MS))
        booksIn(books, edge.payerId, edge.purse).sums.charged += sign * edge.charged
    }
    const opening = await readClosed(session, from)
    for (const { payerId, purse } of opening) booksIn(books, payerId, purse)
    const openings = new Map(opening.map(({ payerId, purse, balance }) => [`${payerId}/${purse}`, balance]))
    const closings = [...books].flatMap(([key, { payerId, purse, sums }]): Closing[] => {
      const before = openings.get(key) ?? 0n
      if (before === 0n && sums.postings === 0 && sums.messages === 0) return []
      const { toppedUp, chargesPosted, refundsPosted, corrected, fees, transferred, charged, refunded, sent } = sums
      const posted = { toppedUp, chargesPosted, refundsPosted, corrected, fees, transferred }
      const balance = before + sums.posted
      return [
        { payerId, purse, fromId: from, untilId: to, opening: before, ...posted, balance, charged, refunded, messages: sent },
      ]
    })
    for (let at = 0; at < closings.length; at += CHUNK) await writeClosings(session, closings.slice(at, at + CHUNK))
    await writeClosedUntil(session, to)
    const wrong = closings.filter(differs)
    if (wrong.length > 0)
      log.error('a month was closed whose messages and postings differ: heliogram audit', { count: wrong.length })
    if (closings.length > 0) log.info('a month is closed', { file: name, count: closings.length })
  }

  return {
    closeEnded,

    /** A month's messages are about to be dropped: it must be closed, and keeps what they were refunded in the end. */
    async beforeDrop({ table, name, from, to }: Partition): Promise<void> {
      if (table !== 'messages') return
      if ((await readClosedUntil(session)) < to) throw new Error(`${name} is not closed yet`)
      const books: BooksOf = await walkBooks(reader, { from, to, itemisedFrom: 0, payers: [] })
      const sums = [...books.values()].map(({ payerId, purse, sums: { refunded } }) => ({ payerId, purse, refunded }))
      await markDropped(session, to, sums)
    },

    /** The newest first; of one account, or of one month (2026-11), where named. */
    async list(login = '', month = ''): Promise<ListedClosing[]> {
      const named = month === '' ? undefined : parseMonth(month)
      if (month !== '' && named === undefined) {
        throw new Refusal('bad_request', { field: 'month', reason: `'${month.slice(0, 20)}' is no month: write 2026-11.` })
      }
      return listClosings(session, login, named?.to ?? 0, LIST_MAX)
    },
  }
}

export type Closings = ReturnType<typeof createClosing>

const differs = ({ charged, chargesPosted }: Closing): boolean => charged !== chargesPosted

/** A closing as the operator's JSON and the command line show it. Money as text; charges are negative, as they move the balance. */
export const presentClosing = (closing: ListedClosing) => ({
  login: closing.login,
  purse: closing.purse,
  month: new Date(timeOfId(closing.fromId)).toISOString().slice(0, 7),
  currency: closing.currency,
  opening: exactly(closing.opening),
  topped_up: exactly(closing.toppedUp),
  charged: exactly(-closing.chargesPosted),
  refunded: exactly(closing.refundsPosted),
  corrected: exactly(closing.corrected),
  fees: exactly(closing.fees),
  transferred: exactly(closing.transferred),
  balance: exactly(closing.balance),
  messages: closing.messages,
  /** What its messages cost, minus what was posted for them: 0, or the books are damaged. */
  apart: exactly(closing.charged - closing.chargesPosted),
  dropped: closing.dropped,
  closed_at: closing.closedAt.toISOString(),
})

/** At least two decimals, and as many more as there are. */
const exactly = (value: bigint): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')
