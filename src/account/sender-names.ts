import type { Account } from '../domain/account.ts'

/** A name that messages may come from. */
export interface SenderName {
  readonly id?: number | undefined // of a name that is registered
  readonly sender: string
}

/** The names an account may send from. */
export type ListSenderNames = (account: Account) => Promise<readonly SenderName[]>

/** Those that its settings name: where names are not registered, anything may be sent from. */
export const senderNamesOfSettings: ListSenderNames = async ({ settings: { sender, sender2 } }) =>
  [...new Set([sender, sender2])].flatMap((name) => (typeof name === 'string' && name !== '' ? [{ sender: name }] : []))
