import { type NumberProfile, parseNumber } from './number/parse.ts'
import { parseRecipient } from './number/recipient.ts'
import { parseSender } from './sender.ts'

/** What a registered name is; the number is stored. */
export const SENDER_KIND = { name: 0, number: 1, mail: 2 } as const

/** What its status is (SMSC API, senders.php, status). */
export const SENDER_STATUS = { rejected: -1, waiting: 0, active: 1 } as const

/** What a waiting name waits for. */
export type SenderWaits = '' | 'moderator' | 'code' | 'money'

export interface SenderName {
  readonly name: string // as messages carry it, so that it is found by it
  readonly kind: (typeof SENDER_KIND)[keyof typeof SENDER_KIND]
  /** A code can be sent to it. */
  readonly callable: boolean
}

const BAD = { problem: 'bad_sender' } as const

/**
 * Reads a name that is to be registered (SMSC API, senders.php, sender): up to 11 Latin letters, digits and symbols, a number of up
 * to 15 digits, or an e-mail address. A number is written as recipients are, so that any spelling of it is the same name.
 */
export function parseSenderName(
  written: string,
  isMail: boolean,
  profile: NumberProfile,
): SenderName | { readonly problem: 'bad_sender' } {
  if (isMail) {
    const address = parseRecipient(written, 'mail', profile)
    if (!('to' in address) || 'problem' in address) return BAD
    return { name: address.to.toLowerCase(), kind: SENDER_KIND.mail, callable: false }
  }
  const parsed = parseSender(written)
  if ('problem' in parsed || parsed.kind === 'none') return BAD
  if (parsed.kind === 'alphanumeric') return { name: parsed.sender, kind: SENDER_KIND.name, callable: false }
  const number = parsed.kind === 'digits' ? parseNumber(written, profile) : undefined
  return number && 'number' in number
    ? { name: number.number, kind: SENDER_KIND.number, callable: true }
    : { name: parsed.sender, kind: SENDER_KIND.number, callable: false }
}

/** Every name that this may be the spelling of: an e-mail address of few characters could be a name too. */
export function possibleNames(written: string, isMail: boolean, profile: NumberProfile): readonly string[] {
  const kinds = isMail ? [true] : [false, true]
  return kinds.flatMap((mail) => {
    const parsed = parseSenderName(written, mail, profile)
    return 'problem' in parsed ? [] : [parsed.name]
  })
}
