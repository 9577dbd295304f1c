import type { Account } from '../domain/account.ts'
import { isMail } from '../domain/notify-group.ts'
import { asRead } from '../domain/number/recipient.ts'
import { Refusal, type RefusalCode } from '../domain/refusal.ts'
import type { Accept, Accepted, SendRequest } from './request.ts'

/** A text of the centre's own making for some numbers and e-mail addresses of an account's. */
export interface NoticeToSend {
  readonly text: string
  readonly contacts: readonly string[]
  readonly sender: string // '': the account's own
  readonly mailSender: string
}

export interface SentNotice {
  readonly recipients: number
  readonly price: bigint // millionths
}

/**
 * Sends a notice the way every message goes, charged to the account. Rejects with a Refusal when it goes to nobody; whom it could not
 * be sent to beside others has that in the history.
 */
export const createSendNotice =
  (accept: Accept) =>
  async (account: Account, { text, contacts, sender, mailSender }: NoticeToSend): Promise<SentNotice> => {
    const [mails, phones] = [contacts.filter(isMail), contacts.filter((contact) => !isMail(contact)).map(asRead)]
    const requests: SendRequest[] = []
    if (phones.length > 0) requests.push(requestOf(account, 'sms', phones, text, sender))
    if (mails.length > 0) requests.push(requestOf(account, 'mail', mails, text, mailSender))
    let sent: SentNotice = { recipients: 0, price: 0n }
    let refused: RefusalCode | undefined
    for (const request of requests) {
      const outcome = await accept(request).catch(codeOf)
      if (typeof outcome === 'string') refused ??= outcome
      else if (outcome.refusal) refused ??= outcome.refusal
      else sent = { recipients: sent.recipients + takenOf(outcome), price: sent.price + outcome.price }
    }
    if (sent.recipients === 0) throw new Refusal(refused ?? 'bad_number')
    return sent
  }

const takenOf = ({ recipients }: Accepted): number => recipients.filter(({ status }) => status === 0).length

/** Of what is left an account that changed meanwhile stops everything: it has to be read anew. */
function codeOf(error: unknown): RefusalCode {
  if (error instanceof Refusal && error.code !== 'bad_credentials') return error.code
  throw error
}

const requestOf = (
  account: Account,
  channel: 'sms' | 'mail',
  phones: readonly string[],
  text: string,
  sender: string,
): SendRequest => ({
  ...{ account, channel, sender: sender === '' ? undefined : sender },
  lines: [{ phones, text, comment: '', sender: undefined, dueAtMs: 0 }],
  ...{ ref: undefined, octets: undefined, dcs: undefined, pid: 0, translit: 0, shortenLinks: false },
  ...{ partsMax: 0, validityMs: 0, spread: undefined, bot: undefined, hash: 0n },
})
