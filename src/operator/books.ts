import { monotonic } from '../clock.ts'
import { type BooksSlice, readSlice } from '../store/books.ts'
import { type Glance, tookTooLong } from '../store/pool-session.ts'
import type { Purse } from '../store/postings.ts'

/** Sums of one payer's purse, as they grow along a walk. */
export interface Books {
  readonly payerId: number
  readonly purse: Purse
  /** The same names as of a slice (store/books.ts). */
  readonly sums: { -readonly [Name in keyof Sums]: Sums[Name] }
  /** Ids around the first slice after which charges posted and charges of messages no longer agreed; `to` 0: they agree. */
  readonly apart: { from: number; to: number; by: bigint }
}

type Sums = Omit<BooksSlice, 'payerId' | 'purse'>
export type BooksOf = Map<string, Books>

export const keyOf = (payerId: number, purse: Purse): string => `${payerId}/${purse}`

/** How the books are read. */
export interface Reader {
  readonly glance: Glance
  /** Makes looks at short ranges cheap (store/summarise.ts). */
  readonly summarise: () => Promise<void>
}

export interface Walk {
  readonly from: number
  readonly to: number // the first id that is not looked at
  readonly itemisedFrom: number
  readonly payers: readonly number[] // none: all
}

/** How long a slice may take at most, what it should, and how short it may become. */
const LIMIT_MS = 900
const AIM_MS = { low: 100, high: 300 }
/** Slices that went well before they may grow again after one that took too long. */
const CALM = 8
const SUMMARISE_MS = 10_000
const MS = 8192 // ids
const SPAN = { first: 86_400_000 * MS, least: 1000 * MS }

const NOTHING: Sums = {
  posted: 0n,
  toppedUp: 0n,
  chargesPosted: 0n,
  refundsPosted: 0n,
  transferred: 0n,
  corrected: 0n,
  fees: 0n,
  postings: 0,
  oldRefundsPosted: 0n,
  itemised: 0n,
  charged: 0n,
  refunded: 0n,
  oldRefunded: 0n,
  wrongMessages: 0,
  firstWrong: 0,
  wrongBy: 0n,
  messages: 0,
  sent: 0,
}

export function booksIn(books: BooksOf, payerId: number, purse: Purse): Books {
  const key = keyOf(payerId, purse)
  let found = books.get(key)
  if (!found) {
    found = { payerId, purse, sums: { ...NOTHING }, apart: { from: 0, to: 0, by: 0n } }
    books.set(key, found)
  }
  return found
}

/** Adds up a range of ids in slices of such a length that none takes long, however much traffic there is. */
export async function walkBooks({ glance, summarise }: Reader, walk: Walk, books: BooksOf = new Map()): Promise<BooksOf> {
  let span: number = SPAN.first
  let calm = 0
  let summarisedAt = Number.NEGATIVE_INFINITY
  for (let from = walk.from; from < walk.to; ) {
    const to = Math.min(walk.to, from + span)
    if (monotonic() - summarisedAt > SUMMARISE_MS) {
      await summarise()
      summarisedAt = monotonic()
    }
    const startedAt = monotonic()
    // A second of traffic is never so much; where the machine is that slow, it is waited for.
    const limitMs = span > SPAN.least ? LIMIT_MS : LIMIT_MS * 20
    const slices = await glance((session) => readSlice(session, { from, to }, walk.itemisedFrom, walk.payers), limitMs).catch(
      (error: unknown) => {
        if (tookTooLong(error) && span > SPAN.least) return undefined
        throw error
      },
    )
    const tookMs = monotonic() - startedAt
    if (slices === undefined) {
      span = Math.max(SPAN.least, Math.floor(span / 8))
      calm = -CALM
      continue
    }
    calm += 1
    if (tookMs > AIM_MS.high) span = Math.max(SPAN.least, Math.floor(span / 2))
    else if (tookMs < AIM_MS.low && calm > 0) span *= 2
    addSlice(books, slices, { from, to })
    from = to
  }
  return books
}

/** Adds a slice's sums, and notes from where on charges do not agree. */
export function addSlice(books: BooksOf, slices: readonly BooksSlice[], range: { from: number; to: number }): void {
  for (const { payerId, purse, ...more } of slices) {
    const { sums, apart } = booksIn(books, payerId, purse)
    const firstWrong = sums.firstWrong || more.firstWrong
    for (const name of Object.keys(more) as (keyof Sums)[]) add(sums, name, more)
    sums.firstWrong = firstWrong
    apart.by = sums.charged - sums.chargesPosted
    if (apart.by === 0n) Object.assign(apart, { from: 0, to: 0 })
    else if (apart.to === 0) Object.assign(apart, { from: range.from, to: range.to })
  }
}

function add(sums: Books['sums'], name: keyof Sums, more: Sums): void {
  const values = sums as Record<keyof Sums, bigint | number>
  const [old, extra] = [values[name], more[name]]
  values[name] = typeof old === 'bigint' ? old + BigInt(extra) : old + Number(extra)
}
