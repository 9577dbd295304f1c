import { type Account, isOn } from '../domain/account.ts'
import { type Channel, channelCode } from '../domain/channel.ts'
import type { Pace } from '../domain/portions.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Repeat } from '../domain/repeats.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import { SLICE } from '../lifecycle/accept.ts'
import { composeSender } from '../lifecycle/compose-sender.ts'
import type { EstimateRequest } from '../lifecycle/request.ts'
import { addMailingLines, type MailingLine } from '../store/mailing-recipients.ts'
import { addMailing, type MailingMessage, mailingLoaded, readLoading, removeMailing } from '../store/mailings.ts'
import { readPage } from './pages.ts'
import { type Addressed, makeLoadRecipients, partGroups, type RecipientParts } from './recipients.ts'

/** A text, and who gets it: recipients as written, groups among them. */
export interface NewLine {
  readonly phones: readonly string[]
  readonly text: string
  readonly comment: string
  readonly sender: string | undefined
  readonly dueAtMs: number // of its first run; 0: now
}

/** A mailing as a customer asks for it. */
export interface NewMailing {
  readonly name: string
  readonly channel: Channel
  readonly lines: readonly NewLine[]
  readonly message: MailingMessage
  readonly repeats: Repeat
  readonly runsMax: number // 0: endless
  readonly pace: Pace | undefined
  readonly tzHours: number // from Moscow
  /** Its price is asked for. */
  readonly estimate: boolean
}

export interface AddedMailing {
  readonly id: number
  /** Of one run, in millionths; undefined: nobody asked. */
  readonly price: bigint | undefined
}

export interface AddParts extends RecipientParts {
  readonly estimate: EstimateRequest
  readonly now: () => number
  /** Under which senders an account may send; undefined: any. */
  readonly maySendOf?: ((account: Account) => MaySend | undefined | Promise<MaySend | undefined>) | undefined
}

/** Users.php: fl[6] mailings forbidden, fl2[23] mass and advertising mailings forbidden. */
export const maySendMailings = ({ settings }: Account): boolean => !isOn(settings['fl[6]']) && !isOn(settings['fl2[23]'])

const ADDED_LINES = 1_000

/**
 * Makes a mailing (SMSC API, jobs.php): stored whole, with a row for each recipient, when this resolves. Refuses with denied (the
 * account may not, or not under such a sender), bad_number (nobody in it can be sent to), bad_request (too many).
 */
export function createAddMailing(parts: AddParts) {
  const { session, profile, estimate, now } = parts
  const load = makeLoadRecipients(parts)

  async function priceOf(id: number, account: Account): Promise<bigint> {
    const mailing = await readLoading(session, id)
    let price = 0n
    for (let after = 0; mailing; ) {
      const page = await readPage(session, { mailing, account, after, limit: SLICE })
      if (!page) break
      price += (await estimate(page.request)).price
      after = page.upTo
    }
    return price
  }

  return async function add(account: Account, asked: NewMailing): Promise<AddedMailing> {
    if (!maySendMailings(account)) throw new Refusal('denied', { field: 'add' })
    const maySend = await parts.maySendOf?.(account)
    const request = { account, channel: asked.channel, sender: asked.message.sender ?? undefined }
    if (asked.lines.some((line) => composeSender(line, request, maySend).bad)) {
      throw new Refusal('denied', { field: 'sender' })
    }
    const createdAtMs = now()
    const firstAtMs = Math.min(...asked.lines.map(({ dueAtMs }) => dueAtMs || createdAtMs))
    const own = joined(asked.lines)
    const addressed = own.map(({ phones }, line): Addressed => ({ line, ...partGroups(phones, asked.channel, profile) }))
    const lines = own.map(
      ({ text, comment, sender = null, dueAtMs }, line): MailingLine => ({
        ...{ line, body: text, comment, sender, groups: addressed[line]?.groups ?? [] },
        delayMs: (dueAtMs || createdAtMs) - firstAtMs,
      }),
    )
    const id = await addMailing(session, {
      ...{
        accountId: account.id,
        loginId: account.additional?.id ?? null,
        name: asked.name,
        message: asked.message,
        channel: channelCode(asked.channel),
      },
      ...{ text: asked.lines[0]?.text ?? '', sender: composeSender({ sender: asked.lines[0]?.sender }, request, maySend).sender },
      ...{ repeats: asked.repeats, runsMax: asked.runsMax, tzHours: asked.tzHours, offsetMinutes: account.utcOffsetMinutes },
      ...{ periodHours: asked.pace?.periodHours ?? 0, freqMinutes: asked.pace?.freqMinutes ?? 0, createdAtMs, firstAtMs },
    })
    try {
      for (let from = 0; from < lines.length; from += ADDED_LINES)
        await addMailingLines(session, id, lines.slice(from, from + ADDED_LINES))
      const written = await load.written(id, asked.channel, addressed)
      const grouped = addressed.filter(({ groups }) => groups.length > 0)
      const whole = await load.members(id, { account, channel: asked.channel, lines: grouped }, written)
      if (whole.good === 0) throw new Refusal('bad_number', { field: 'phones' })
      const price = asked.estimate ? await priceOf(id, account) : undefined
      if (!(await mailingLoaded(session, id, whole.stored))) throw new Refusal('unavailable')
      return { id, price }
    } catch (error) {
      await removeMailing(session, id, now()).catch(() => false) // an hour later it is gone anyway
      throw error
    }
  }
}

/** Lines that differ in their recipients only are one: a number that is in both gets the text once. */
function joined(lines: readonly NewLine[]): NewLine[] {
  const known = new Map<string, NewLine & { readonly phones: string[] }>()
  for (const line of lines) {
    const { text, comment, sender, dueAtMs } = line
    const key = JSON.stringify([text, comment, sender, dueAtMs])
    const same = known.get(key)
    if (same) for (const phone of line.phones) same.phones.push(phone)
    else known.set(key, { ...line, phones: [...line.phones] })
  }
  return [...known.values()]
}

export type AddMailing = ReturnType<typeof createAddMailing>
