import type { Account } from '../domain/account.ts'
import type { Channel } from '../domain/channel.ts'
import { isMailAddress } from '../domain/contact.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { parseRecipient } from '../domain/number/recipient.ts'
import { Refusal } from '../domain/refusal.ts'
import { ADDRESSED_BY } from '../lifecycle/compose.ts'
import { readMembers, resolveGroups } from '../store/group-members.ts'
import { addMailingRecipients, type MailingRecipient } from '../store/mailing-recipients.ts'
import type { Session } from '../store/session.ts'

/** Recipients of one mailing. */
export const MAILING_RECIPIENTS_MAX = 2_000_000
/** So many are read and stored in one go: memory stays small whatever the size, and others have their turn. */
const PAGE = 5_000

/** Who gets the text of a line: recipients as written, and groups by their numbers. */
export interface Addressed {
  readonly line: number
  readonly phones: readonly string[]
  readonly groups: readonly number[]
}

type Grouped = Omit<Addressed, 'phones'>

export interface Loaded {
  readonly stored: number
  /** A message can be sent to so many of them. */
  readonly good: number
  readonly last: number // their last place
}

export interface RecipientParts {
  readonly session: Session
  readonly profile: NumberProfile
  /** Whose contacts and groups an account uses. */
  readonly bookOf: (account: Account) => Promise<number>
}

/** Splits recipients as written into groups and others; the groups' numbers each once. */
export function partGroups(phones: readonly string[], channel: Channel, profile: NumberProfile): Omit<Addressed, 'line'> {
  const groups = new Set<number>()
  const others: string[] = []
  for (const phone of phones) {
    const read = parseRecipient(phone, ADDRESSED_BY[channel] ?? 'number', profile)
    if ('group' in read) groups.add(read.group)
    else others.push(phone)
  }
  return { phones: others, groups: [...groups] }
}

/** Stores the recipients of mailings, page by page. */
export function makeLoadRecipients({ session, profile, bookOf }: RecipientParts) {
  /** Those that are written out. Numbers are kept as they will be sent to; what is none stays as it is, to be refused. */
  async function written(mailingId: number, channel: Channel, lines: readonly Addressed[]): Promise<Loaded> {
    const kind = ADDRESSED_BY[channel] ?? 'number'
    const total = { stored: 0, good: 0, last: 0 }
    let page: MailingRecipient[] = []
    const store = async () => {
      total.stored += await addMailingRecipients(session, mailingId, page, { ofGroup: false })
      page = []
    }
    for (const { line, phones } of lines) {
      for (const phone of phones) {
        const read = parseRecipient(phone, kind, profile)
        if ('to' in read && !('problem' in read)) total.good += 1
        total.last += 1
        page.push({ place: total.last, line, recipient: keptAs(read, phone) })
        if (page.length >= PAGE) await store()
      }
    }
    await store()
    return total
  }

  /**
   * Members of groups, behind the place `from.last`. A group that is unknown or empty is a recipient nothing can be sent to. `by`: the
   * node that reads them anew for another run.
   */
  async function members(
    mailingId: number,
    { account, channel, lines, by }: { account: Account; channel: Channel; lines: readonly Grouped[]; by?: number },
    from: Loaded,
  ): Promise<Loaded> {
    const total = { ...from }
    const wantsMail = ADDRESSED_BY[channel] === 'mail'
    const book = await bookOf(account)
    const store = async (line: number, recipients: readonly string[]): Promise<number> => {
      const rows = recipients.map((recipient, at) => ({ place: total.last + at + 1, line, recipient }))
      total.last += rows.length
      const stored = await addMailingRecipients(session, mailingId, rows, { ofGroup: true, by })
      total.stored += stored
      if (total.stored > MAILING_RECIPIENTS_MAX)
        throw new Refusal('bad_request', { field: 'phones', most: MAILING_RECIPIENTS_MAX })
      return stored
    }
    for (const { line, groups } of lines) {
      const known = await resolveGroups(session, book, groups)
      for (const number of groups) {
        const group = known.get(number)
        let found = 0
        for (let afterId = 0; group !== undefined; ) {
          const page = await readMembers(session, book, { group, afterId, limit: PAGE })
          const fitting = page.flatMap(([, address]) => (isMailAddress(address) === wantsMail ? [address] : []))
          found += fitting.length
          total.good += await store(
            line,
            fitting.map((address) => (wantsMail ? address : `+${address}`)),
          )
          if (page.length < PAGE) break
          afterId = page.at(-1)?.[0] ?? 0
        }
        if (found === 0) await store(line, [`G${number}`])
      }
    }
    return total
  }

  return { written, members }
}

export type LoadRecipients = ReturnType<typeof makeLoadRecipients>

/** A number that was read once is not corrected again: with `+` it is taken as it is. */
function keptAs(read: ReturnType<typeof parseRecipient>, phone: string): string {
  if ('problem' in read || 'group' in read) return phone.slice(0, 100)
  return /^\d/.test(read.to) && !isMailAddress(read.to) ? `+${read.to}` : read.to
}
