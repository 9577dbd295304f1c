import type { Account } from '../domain/account.ts'
import type { Accept } from './request.ts'

const VALIDITY_MS = 86_400_000

/**
 * Sends a text of the centre's to an account's own phone, as a message of that account, charged as any other. False: it was refused.
 * Rejects as `accept` does.
 */
export const makeOwnMessage =
  (accept: Accept) =>
  async (account: Account, phone: string, text: string): Promise<boolean> => {
    const accepted = await accept({
      account,
      channel: 'sms',
      lines: [{ phones: [phone], text, comment: '', sender: undefined, dueAtMs: 0 }],
      sender: undefined,
      ref: undefined,
      octets: undefined,
      dcs: undefined,
      pid: 0,
      translit: 0,
      shortenLinks: false,
      partsMax: 0,
      validityMs: VALIDITY_MS,
      spread: undefined,
      bot: undefined,
      hash: 0n,
    })
    return accepted.refusal === undefined
  }
