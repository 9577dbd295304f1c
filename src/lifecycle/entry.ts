import type { Account } from '../domain/account.ts'
import type { Draft } from './draft.ts'
import type { CustomersPart } from './request.ts'

/** A request, or one slice of a bulk request: stored whole in one commit, or not at all. */
export interface Entry {
  readonly account: Account
  readonly bulk: boolean
  /** One of several slices of a request: where money ends, what still fits is stored as good. Else all or nothing. */
  readonly divisible: boolean
  /** Paid from the payer's second purse. */
  electronic: boolean
  readonly drafts: readonly Draft[]
  /** The customer's own number or text; undefined: one from the account's counter. */
  readonly ref: number | string | undefined
  readonly hash: bigint
  /** Its messages are each this part of a longer one. */
  readonly part?: CustomersPart | undefined
  /** Of a text that all drafts share; stored with the first slice. */
  readonly text: { readonly id: number; readonly body: string | undefined } | undefined
  readonly resolve: (stored: Stored) => void
  readonly reject: (error: Error) => void
}

export interface Stored {
  readonly ref: number | string
  readonly balance: bigint // of the payer
}

export const amountOf = (drafts: readonly Draft[]): bigint => {
  let sum = 0n
  for (const draft of drafts) sum += draft.price
  return sum
}
