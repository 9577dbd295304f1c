import type { Account } from '../domain/account.ts'
import { asRead } from '../domain/number/recipient.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Accept, SendRequest } from './request.ts'

const UCS2 = 8 // data_coding (SMPP 3.4, 5.2.19)
const VALIDITY_MS = 600_000

/**
 * Sends a code to a number, for an account and at its price. The history shows `shown`: who may read the account's history need not
 * have the telephone. So the text travels as octets, which only the carrier reads; with `plainly`, in a sandbox, whose telephones
 * ring nowhere, as a text. No sender is asked for: the account may have none yet.
 */
export const makeSendCode =
  (accept: Accept, plainly: boolean) =>
  async (account: Account, number: string, { text, shown }: { readonly text: string; readonly shown: string }): Promise<void> => {
    const request: SendRequest = {
      ...{ account, channel: 'sms', sender: '', ref: undefined, hash: 0n, via: 'send.php', ofCentre: true },
      lines: [{ phones: [asRead(number)], text: plainly ? text : shown, comment: '', sender: undefined, dueAtMs: 0 }],
      octets: plainly ? undefined : Buffer.concat([Uint8Array.of(0), Buffer.from(text, 'utf16le').swap16()]),
      dcs: plainly ? undefined : UCS2,
      ...{ pid: 0, translit: 0, shortenLinks: false, partsMax: 1, validityMs: VALIDITY_MS, spread: undefined, bot: undefined },
    }
    const { refusal } = await accept(request)
    if (refusal) throw new Refusal(refusal)
  }
