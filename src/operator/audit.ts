import { type Books, readBooks } from '../store/audit.ts'
import type { Session } from '../store/session.ts'

export interface AuditReport {
  readonly ok: boolean
  readonly purses: number
  readonly postings: number
  readonly messages: number
  /** One sentence for each difference; at most 1,000 purses are named. */
  readonly differences: readonly string[]
  readonly differing_purses: number
}

/**
 * Proves the books: each balance is the sum of its postings, and the charges and refunds of messages are those
 * that were posted. Everything is read in one statement, so it may run while the centre works.
 */
export const createAudit = (session: Session) => async (): Promise<AuditReport> => {
  const { purses, postings, messages, differing, differingCount } = await readBooks(session)
  return {
    ok: differingCount === 0,
    purses,
    postings,
    messages,
    differences: differing.flatMap(sentences),
    differing_purses: differingCount,
  }
}

function sentences(books: Books): string[] {
  const { login, purse, currency } = books
  const whose = purse === 1 ? login : `${login} (electronic purse)`
  const money = (amount: bigint): string => `${exact(amount)} ${currency}`
  const says = (what: string, one: bigint, other: string, two: bigint): string[] =>
    one === two ? [] : [`${whose}: ${what} ${money(one)}, but ${other} ${money(two)} (${money(one - two)} apart).`]
  return [
    ...says('the balance is', books.balance, 'the postings add up to', books.posted),
    ...says('messages were charged', books.chargesOfMessages, 'the charges posted are', books.chargesPosted),
    ...says('messages were refunded', books.refundsOfMessages, 'the refunds posted are', books.refundsPosted),
  ]
}

/** To the millionth, since a difference may be that small. */
function exact(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0')
  const decimals = digits.slice(-6).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -6)}${decimals === '' ? '' : `.${decimals}`}`
}
