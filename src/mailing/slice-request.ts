import type { Account } from '../domain/account.ts'
import { channelOf } from '../domain/channel.ts'
import type { Line, SendRequest } from '../lifecycle/request.ts'
import type { MailingLine, MailingRecipient } from '../store/mailing-recipients.ts'
import type { MailingRow } from '../store/mailings.ts'

/** Some recipients of a mailing as a request to send, like any customer's; `startedMs`: when the run began. */
export function requestOf(
  mailing: MailingRow,
  account: Account,
  recipients: readonly MailingRecipient[],
  lines: ReadonlyMap<number, MailingLine>,
  startedMs: number,
): SendRequest {
  const { message } = mailing
  const byLine = new Map<number, string[]>()
  for (const { line, recipient } of recipients) {
    const phones = byLine.get(line)
    if (phones) phones.push(recipient)
    else byLine.set(line, [recipient])
  }
  return {
    account,
    channel: channelOf(mailing.channel),
    lines: [...byLine].flatMap(([number, phones]) => {
      const line = lines.get(number)
      return line ? [lineOf(line, phones, startedMs)] : []
    }),
    sender: message.sender ?? undefined,
    ref: message.ref ?? (mailing.ref || undefined),
    octets: message.octets === null ? undefined : Buffer.from(message.octets, 'hex'),
    dcs: message.dcs ?? undefined,
    pid: message.pid,
    translit: message.translit,
    shortenLinks: message.shortenLinks,
    partsMax: message.partsMax,
    validityMs: message.validityMs,
    spread: undefined,
    bot: message.bot ?? undefined,
    via: 'jobs.php',
    mailing: true,
    hash: 0n,
    ...(message.deliveryControl !== null && { deliveryControl: message.deliveryControl }),
    ...(message.sender2 !== null && { sender2: message.sender2 }),
    ...(message.userIp !== undefined && { userIp: message.userIp }),
  }
}

const lineOf = ({ body, comment, sender, delayMs }: MailingLine, phones: readonly string[], startedMs: number): Line => ({
  phones,
  text: body,
  comment,
  sender: sender ?? undefined,
  dueAtMs: delayMs > 0 ? startedMs + delayMs : 0,
})
