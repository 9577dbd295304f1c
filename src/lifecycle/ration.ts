import { refuse } from './draft.ts'
import { amountOf, type Entry } from './entry.ts'

/** An entry with what its payer had when a try failed for lack of money, in both purses; undefined: none failed yet. */
export interface Rationed extends Entry {
  available: bigint | undefined
  electronicAvailable: bigint
}

/**
 * A request that the main purse cannot pay as a whole is paid by the second one as a whole. What neither can pay for is stored as
 * refused (24): a request whole, a slice of a long one, which has its purse, row by row.
 */
export function ration(entries: readonly Rationed[]): void {
  if (entries.every((entry) => entry.available === undefined)) return
  const funds = new Map<number, { main: bigint; electronic: bigint }>()
  for (const { account, available, electronicAvailable: electronic } of entries) {
    if (available !== undefined) funds.set(account.payerId, { main: available, electronic })
  }
  for (const entry of entries) {
    const left = funds.get(entry.account.payerId)
    if (left === undefined) continue
    const amount = amountOf(entry.drafts)
    if (!entry.divisible) entry.electronic = amount > 0n && amount > left.main && amount <= left.electronic
    const purse = entry.electronic ? 'electronic' : 'main'
    let room = amount <= left[purse] ? amount : entry.divisible ? left[purse] : 0n
    for (const draft of entry.drafts) {
      if (draft.price <= room) room -= draft.price
      else if (draft.state <= 0) refuse(draft, 24, 0)
    }
    left[purse] -= amountOf(entry.drafts)
  }
}
