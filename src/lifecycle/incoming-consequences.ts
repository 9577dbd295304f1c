import { type Account, isOn } from '../domain/account.ts'
import { HOUR_MS } from '../domain/calendar.ts'
import { type NumberProfile, parseNumber } from '../domain/number/parse.ts'
import { parseRecipient } from '../domain/number/recipient.ts'
import { FOLLOW_UP, type FollowUp } from '../store/follow-ups.ts'
import type { IncomingTask } from '../store/incoming-tasks.ts'
import { isSubscriber } from './incoming-owners.ts'

/** What is known of a message and its account when it is decided what follows. */
export interface Facts {
  readonly profile: NumberProfile
  /** Of its sender and the phone it is forwarded to: those that are numbers of the centre. */
  readonly own: ReadonlySet<string>
  /** '': none. */
  readonly reply: string
  /** The subscriber asked for no more messages. */
  readonly optedOut: boolean
  readonly nowMs: number
}

/** An answer that comes later than this surprises. */
const REPLY_WITHIN_MS = HOUR_MS

export type Consequence = Omit<FollowUp, 'id'>

/**
 * What is sent because a message came (SMSC API, settings fl[8], fl[9], answ): it is forwarded to a phone and an e-mail address, and the
 * subscriber is answered. Nothing goes to a number of the centre, nor back to who wrote it: two that forward or answer would never end.
 */
export function consequencesOf(message: IncomingTask, account: Account, facts: Facts): Consequence[] {
  const { sender, body, atMs } = message
  const { own, reply, optedOut, nowMs } = facts
  const { settings } = account
  const consequence = (kind: number, recipient: string, text: string): Consequence[] => [
    { accountId: account.id, kind, recipient, body: text, atMs },
  ]
  const phone = forwardedTo(account, facts.profile)
  const mail = isOn(settings['fl[9]']) ? addressIn(String(settings.email2 || settings.email || ''), facts.profile) : undefined
  const answers =
    reply !== '' &&
    !optedOut &&
    isSubscriber(sender) &&
    !own.has(sender) &&
    body.trim() !== reply && // our own words, come back
    nowMs - atMs < REPLY_WITHIN_MS
  return [
    ...(phone !== undefined && phone !== sender && !own.has(phone)
      ? consequence(FOLLOW_UP.phone, phone, `${sender}: ${body}`)
      : []),
    ...(mail !== undefined ? consequence(FOLLOW_UP.mail, mail, `${sender} → ${message.recipient}\n\n${body}`) : []),
    ...(answers ? consequence(FOLLOW_UP.reply, sender, reply) : []),
  ]
}

/** The phone that an account's incoming messages are forwarded to; undefined: to none. */
export function forwardedTo({ settings }: Account, profile: NumberProfile): string | undefined {
  if (!isOn(settings['fl[8]'])) return undefined
  const parsed = parseNumber(String(settings.phone2 || settings.phone || ''), profile)
  return 'number' in parsed ? parsed.number : undefined
}

function addressIn(written: string, profile: NumberProfile): string | undefined {
  const parsed = parseRecipient(written.trim(), 'mail', profile)
  return written !== '' && 'to' in parsed && !('problem' in parsed) ? parsed.to : undefined
}
