import { Refusal } from '../domain/refusal.ts'
import { refuse } from './draft.ts'
import { amountOf, type Entry } from './entry.ts'

export interface Rationed extends Entry {
  /** What the payer had when a try failed for lack of money: now what does not fit is stored as refused. */
  available: bigint | undefined
}

/**
 * What a poor payer cannot pay for is stored as refused (24): a request whole, a slice of a long one row by row. A slice of a
 * mailing is not stored: it goes on when there is money. Answers what is to be stored.
 */
export function ration<E extends Rationed>(entries: readonly E[]): readonly E[] {
  if (entries.every((entry) => entry.available === undefined)) return entries
  const kept: E[] = []
  const funds = new Map<number, bigint>()
  for (const { account, available } of entries) if (available !== undefined) funds.set(account.payerId, available)
  for (const entry of entries) {
    const left = funds.get(entry.account.payerId)
    const amount = amountOf(entry.drafts)
    if (entry.slice && left !== undefined && amount > left) {
      entry.reject(new Refusal('insufficient_funds'))
      continue
    }
    kept.push(entry)
    if (left === undefined) continue
    let room = amount <= left ? amount : entry.divisible ? left : 0n
    for (const draft of entry.drafts) {
      if (draft.price <= room) room -= draft.price
      else if (draft.state <= 0) refuse(draft, 24, 0)
    }
    funds.set(entry.account.payerId, left - amountOf(entry.drafts))
  }
  return kept
}
