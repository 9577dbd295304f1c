import { now, sleep } from '../clock.ts'
import { idOfTime, timeOfId } from '../domain/message-id.ts'
import { type AccountBalances, readBalances, readItemisedFrom, readSlice } from '../store/books.ts'
import { readDropped } from '../store/closings.ts'
import { readUneven } from '../store/commits.ts'
import type { Glance } from '../store/pool-session.ts'
import { addSlice, type Books, type BooksOf, booksIn, keyOf, type Reader, walkBooks } from './books.ts'

export interface AuditReport {
  readonly ok: boolean
  readonly purses: number
  readonly postings: number
  readonly messages: number
  /** Sentences for each purse that differs; at most 1,000 purses are named. */
  readonly differences: readonly string[]
  readonly differing_purses: number
}

/** What is older than this is walked over in slices, what is younger is read with the balances, as of one moment. */
const SETTLED_MS = 15_000
const SECOND_LOOK_MS = 1000
const LIMIT_MS = 20_000
const NAMED_MAX = 1000
const NO_END = 2 ** 53

/**
 * Proves the books: each balance is the sum of its postings; what was posted for each charge is the sum of its messages'
 * prices; what was posted for refunds is the sum of the refunds of messages, each by itself.
 *
 * The centre goes on working: every sum is read in slices of a fraction of a second, and only what one commit wrote
 * together is compared with each other. What differs is looked at twice: a commit may have waited long.
 */
export const createAudit = (reader: Reader) => async (): Promise<AuditReport> => {
  const first = await look(reader, [])
  let differing = differencesOf(first)
  if (differing.length > 0) {
    await sleep(SECOND_LOOK_MS)
    const again = await look(reader, [...new Set(differing.map(({ books }) => books.payerId))])
    const found = new Map(differing.map((one) => [keyOf(one.books.payerId, one.books.purse), one.says.join()]))
    differing = differencesOf(again).filter((one) => found.get(keyOf(one.books.payerId, one.books.purse)) === one.says.join())
  }
  const differences: string[] = []
  for (const one of differing.slice(0, NAMED_MAX)) differences.push(...one.says, ...(await whereabouts(reader.glance, one)))
  const all = [...first.books.values()]
  return {
    ok: differing.length === 0,
    purses: first.accounts.length * 2,
    postings: all.reduce((sum, { sums }) => sum + sums.postings, 0),
    messages: all.reduce((sum, { sums }) => sum + sums.messages, 0),
    differences,
    differing_purses: differing.length,
  }
}

interface Look {
  readonly books: BooksOf
  readonly accounts: readonly AccountBalances[]
  readonly payers: readonly number[]
  /** Refunds from before they were itemised can be compared: the time is over, and none of their months is dropped. */
  readonly comparesOld: boolean
}

async function look(reader: Reader, payers: readonly number[]): Promise<Look> {
  const { glance } = reader
  const [since, dropped] = await glance(
    async (session) => [await readItemisedFrom(session), await readDropped(session)] as const,
    LIMIT_MS,
  )
  // Items go with the months that are dropped, their postings stay: there is nothing to compare these with.
  const itemisedFrom = Math.max(since, ...dropped.map(({ untilId }) => untilId))
  const books: BooksOf = new Map()
  for (const { payerId, purse, charged, messages } of dropped) {
    if (payers.length > 0 && !payers.includes(payerId)) continue
    const { sums } = booksIn(books, payerId, purse)
    sums.charged += charged
    sums.messages += messages
  }
  const settled = idOfTime(now() - SETTLED_MS)
  await walkBooks(reader, { from: 0, to: settled, itemisedFrom, payers }, books)
  const rest = { from: settled, to: NO_END }
  const [slice, accounts] = await glance(
    async (session) => [await readSlice(session, rest, itemisedFrom, payers), await readBalances(session)] as const,
    LIMIT_MS,
  )
  addSlice(books, slice, rest)
  const comparesOld = settled >= itemisedFrom && dropped.length === 0
  return { books, accounts, payers, comparesOld }
}

interface Difference {
  readonly books: Books
  readonly money: (amount: bigint) => string
  readonly says: string[]
}

function differencesOf({ books, accounts, payers, comparesOld }: Look): Difference[] {
  const differing: Difference[] = []
  for (const { id, login, currency, balances } of accounts) {
    if (payers.length > 0 && !payers.includes(id)) continue
    for (const purse of [1, 2] as const) {
      const found = booksIn(books, id, purse)
      const { sums } = found
      const whose = purse === 1 ? login : `${login} (electronic purse)`
      const money = (amount: bigint): string => `${exact(amount)} ${currency}`
      const compare = (what: string, one: bigint, other: string, two: bigint): string[] =>
        one === two ? [] : [`${whose}: ${what} ${money(one)}, but ${other} ${money(two)} (${money(one - two)} apart).`]
      const says = [
        ...compare('the balance is', balances[purse], 'the postings add up to', sums.posted),
        ...compare('messages were charged', sums.charged, 'the charges posted are', sums.chargesPosted),
        ...compare(
          'refunds of messages add up to',
          sums.itemised,
          'the refunds posted are',
          sums.refundsPosted - sums.oldRefundsPosted,
        ),
        ...(comparesOld
          ? compare('old messages were refunded', sums.oldRefunded, 'the old refunds posted are', sums.oldRefundsPosted)
          : []),
        ...wrongRefunds(found, whose, money),
      ]
      if (says.length > 0) differing.push({ books: found, money, says })
    }
  }
  return differing
}

function wrongRefunds({ sums }: Books, whose: string, money: Difference['money']): string[] {
  if (sums.wrongMessages === 0) return []
  const which = sums.wrongMessages === 1 ? 'message' : `${sums.wrongMessages} messages, the first of them`
  return [`${whose}: ${which} ${sums.firstWrong} was not given back what the books say (${money(sums.wrongBy)} apart).`]
}

/** When charges parted from their messages, and the first commits that tell. */
async function whereabouts(glance: Glance, { books, money }: Difference): Promise<string[]> {
  const { payerId, purse, apart } = books
  if (apart.by === 0n || apart.to === 0) return []
  const range = { from: apart.from, to: Math.min(apart.to, idOfTime(now() + 60_000)) }
  const commits = await glance((session) => readUneven(session, payerId, purse, range), LIMIT_MS)
  return commits.map(({ id, charged, prices, firstMessage }) => {
    const see = firstMessage === 0 ? '' : `; see message ${firstMessage} and those with it`
    return `  At ${new Date(timeOfId(id)).toISOString()} ${money(charged)} was posted for messages that cost ${money(prices)}${see}.`
  })
}

/** To the millionth, since a difference may be that small. */
function exact(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0')
  const decimals = digits.slice(-6).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -6)}${decimals === '' ? '' : `.${decimals}`}`
}
