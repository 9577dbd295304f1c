import type { Content } from '../connectors/connector.ts'
import type { Account } from '../domain/account.ts'
import { inTestMode } from '../domain/account.ts'
import type { Channel } from '../domain/channel.ts'
import type { Control } from '../domain/delivery-control.ts'
import { BULK_ABOVE, FLAG, interfaceFlags, LANE } from '../domain/message.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import type { LookUp, NumberPlan } from '../domain/number/plan.ts'
import { type AddressKind, parseRecipient } from '../domain/number/recipient.ts'
import { templateFlags } from '../domain/operator-template.ts'
import { Refusal } from '../domain/refusal.ts'
import { wishOf } from '../domain/route.ts'
import type { Question } from '../domain/route-choice.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import type { SendingHours } from '../domain/sending-hours.ts'
import type { SendingRules } from '../domain/sending-rules.ts'
import { replaceLinks } from '../domain/short-link.ts'
import { countParts, cutToParts, segmentBinary } from '../domain/text/segments.ts'
import { transliterate } from '../domain/text/transliterate.ts'
import { wapPush } from '../domain/text/wap-push.ts'
import type { Catalogue } from './catalogue.ts'
import { composeSender } from './compose-sender.ts'
import type { Draft } from './draft.ts'
import { joinOctets, splitOctets } from './load.ts'
import type { LossWatch } from './losses.ts'
import { namingSender, senderInstead } from './replaced-sender.ts'
import type { Line, SendRequest } from './request.ts'
import { controlRuled, forbids, type Ruling, rulingOf, SENDER_REPLACED, sendableAt } from './ruling.ts'
import { controlFor } from './second-attempt.ts'

/** Whether a message may not go to an address: one of a mailing, or a single one. */
export type Bars = (to: string, mailing: boolean) => boolean

/** What a centre brings to every request. */
export interface House {
  readonly profile: NumberProfile
  /** What is known of a number: plan, corrections, and of this request's numbers who is ported. */
  readonly lookUp: LookUp
  /** Makes a code nobody can guess, and the link that the account's recipients see. */
  newLink(account: Account): { readonly code: string; readonly link: string }
  readonly now: () => number
  /** By the blacklist of this request's account; undefined: nobody is on it. */
  readonly bars?: Bars | undefined
  /** Under which senders this request's account may send; undefined: any. */
  readonly maySend?: MaySend | undefined
  /** Told of every message that is accepted, where carriers' costs are known. */
  readonly lossWatch?: LossWatch | undefined
  /** Of this request's account; undefined: it has none. */
  readonly rules?: SendingRules | undefined
  /** When mailings and advertising may go, unless the account says otherwise. */
  readonly hours?: SendingHours | undefined
}

/**
 * Checks, prices and routes a request, recipient by recipient: yields a draft for each, refused ones too.
 * A recipient given twice with one text is sent once. Nothing is stored and nothing is asked of anybody.
 */
export function* compose(request: SendRequest, catalogue: Catalogue, house: House): Generator<Draft> {
  const recipients = request.lines.reduce((count, line) => count + line.phones.length, 0)
  const bulk = recipients > BULK_ABOVE
  const seen = new Map<string, string>()
  const shared = sharedText(request, bulk)
  const ruling = rulingOf(request, bulk, house)
  let index = 0
  for (const line of request.lines) {
    const text = composeText(line.text, request)
    const sender = composeSender(line, request, house.maySend)
    const control = controlFor(request, sender, house.maySend)
    const body = shortens(request) ? undefined : bodyOf(contentFor(request, text), request)
    for (const phone of line.phones) {
      const recipient = parseRecipient(phone, ADDRESSED_BY[request.channel] ?? 'number', house.profile)
      const to = 'to' in recipient ? recipient.to : phone.slice(0, 100)
      if (recipients > 1) {
        if (seen.get(to) === line.text) continue
        seen.set(to, line.text)
      }
      const bad = 'problem' in recipient || 'group' in recipient
      yield draftOf(request, line, { to, bad, sender, text, body, bulk, shared, index, ruling, control }, catalogue, house)
      index += 1
    }
  }
}

/** Who is addressed by something else than a number. */
export const ADDRESSED_BY: Partial<Record<Channel, AddressKind>> = {
  mail: 'mail',
  bot: 'bot',
  tg: 'bot',
  soc: 'bot',
  viber: 'bot',
}

/** A text with links is spelled and cut when they are short: an address in other letters leads elsewhere. */
const composeText = (text: string, request: SendRequest): string => (shortens(request) ? text : spell(text, request))

function spell(text: string, request: SendRequest): string {
  const spelled = request.translit === 0 ? text : transliterate(text, request.translit)
  return request.partsMax > 0 ? cutToParts(spelled, request.partsMax) : spelled
}

/** Whether each recipient gets links of its own. */
const shortens = ({ shortenLinks, channel, octets }: SendRequest): boolean =>
  shortenLinks && !isLookUp(channel) && !octets && channel !== 'push'

/** One text for many recipients is stored once, and only if it is the same for all of them. */
const sharedText = (request: SendRequest, bulk: boolean): boolean =>
  bulk && request.lines.length === 1 && !request.shortenLinks && request.octets === undefined && !isLookUp(request.channel)

const isLookUp = (channel: Channel): boolean => channel === 'hlr' || channel === 'ping'

interface Recipient {
  readonly to: string
  readonly bad: boolean
  readonly sender: { readonly sender: string; readonly bad: boolean }
  readonly text: string
  /** The same for all recipients of a line, unless each has links of its own. */
  readonly body: Body | undefined
  readonly bulk: boolean
  readonly shared: boolean
  readonly index: number
  readonly ruling: Ruling | undefined
  readonly control: Control | undefined
}

function draftOf(request: SendRequest, line: Line, recipient: Recipient, catalogue: Catalogue, house: House): Draft {
  const { account, channel } = request
  const { to, ruling } = recipient
  const plan = house.lookUp(to)
  const mccmnc = networkOf(plan)
  const isVirtual = channel !== 'mail' && inTestMode(account)
  const part = isVirtual ? 0n : catalogue.priceOf(account.tariffId, channel, to, plan, request.origin, account.id)
  const spread = request.spread
    ? Math.floor(recipient.index / portionSize(request, request.spread.portions)) * request.spread.everyMs
    : 0
  const wanted = line.dueAtMs === 0 && spread === 0 ? 0 : Math.max(line.dueAtMs, house.now()) + spread
  const due = ruling ? sendableAt(ruling, wanted, house.now(), { plan, accountOffset: account.utcOffsetMinutes }) : wanted
  const outside = due !== wanted
  const asked: Question = {
    channel,
    number: to,
    mccmnc: mccmnc || plan.mcc,
    accountId: account.id,
    sender: recipient.sender.sender,
    atMs: due === 0 ? house.now() : due,
    price: isVirtual ? undefined : part,
    payerId: account.payerId,
    plan,
    wish: wishOf(account.settings),
  }
  const candidates = recipient.bad ? NOBODY : catalogue.candidates(channel, to, asked.mccmnc, asked)
  house.lossWatch?.(catalogue, asked, candidates)
  const substitute = candidates.length === 0 ? undefined : senderInstead(catalogue, asked)
  const refused =
    refusalOf(request, line, recipient, candidates, part, house.bars, outside) ??
    (substitute !== undefined && house.rules?.keepSender ? SENDER_REPLACED : undefined)
  const instead = refused ? undefined : substitute // what is refused is told as it was asked for
  const body = recipient.body ?? bodyOf(withLinks(request, recipient.text, house), request)
  const { content, parts, octets, links } = instead === undefined ? body : naming(asked.sender, body, request, house)
  const draft: Draft = {
    recipient: to,
    sender: instead ?? asked.sender,
    channel,
    content,
    sharesText: recipient.shared && content === body.content && content.kind === 'text',
    octets,
    historyText: octets && content.kind === 'binary' && channel !== 'bin' ? recipient.text : null,
    comment: line.comment === '' ? null : line.comment,
    dcs: request.dcs,
    pid: request.pid,
    messageClass: channel === 'flash' ? 0 : undefined,
    priority: request.priority ?? (recipient.bulk || request.mailing ? 0 : 1),
    lane: recipient.bulk || request.mailing ? LANE.bulk : LANE.normal,
    parts,
    mccmnc,
    flags:
      (isVirtual ? FLAG.virtual : 0) |
      (links ? FLAG.tracked : 0) |
      interfaceFlags(request.via) |
      (request.wanted ?? 0) |
      (line.template === undefined || line.template === 'none' ? 0 : templateFlags(line.template, mccmnc)) |
      (catalogue.refundsUndelivered(account.tariffId) ? FLAG.refundUndelivered : 0),
    candidates,
    routeVersion: catalogue.version,
    dueAtMs: due,
    links,
    validityMs: Math.min(request.validityMs, ruling?.rules?.validityMaxMs ?? request.validityMs),
    price: refused || isVirtual ? 0n : (part ?? 0n) * BigInt(parts),
    state: refused ? refused.state : isVirtual ? 1 : -1,
    err: refused ? refused.err : isVirtual ? 200 : 0,
    control: recipient.control && ruling ? controlRuled(recipient.control, ruling, plan, account) : recipient.control,
  }
  if (outside) draft.outside = true
  return draft
}

const NOBODY: readonly number[] = []

/** What goes out under another name says its own. */
const naming = (sender: string, { content, links }: Body, request: SendRequest, { rules }: House): Body =>
  bodyOf({ content: namingSender(content, sender, rules), links }, request)

/** MCC and MNC in one, made once for a plan: every one that is made anew has to be hashed by whoever looks it up. */
const networks = new WeakMap<NumberPlan, string>()

function networkOf(plan: NumberPlan): string {
  if (plan.mnc === '') return ''
  const known = networks.get(plan)
  if (known !== undefined) return known
  const network = plan.mcc + plan.mnc
  networks.set(plan, network)
  return network
}

const portionSize = (request: SendRequest, portions: number): number =>
  Math.max(1, Math.ceil(request.lines.reduce((count, line) => count + line.phones.length, 0) / Math.max(1, portions)))

/** What is sent, how it is charged for, and what of it is stored. */
interface Body extends Linked {
  readonly parts: number
  readonly octets: Uint8Array | null
}
interface Linked {
  readonly content: Content
  readonly links: Draft['links']
}

const bodyOf = ({ content, links }: Linked, request: SendRequest): Body => ({
  content,
  links,
  parts: partsOf(content),
  octets: request.octets ?? request.udh ?? (content.kind === 'binary' ? joinOctets(content) : null),
})

function contentFor(request: SendRequest, text: string): Linked {
  const linked = (content: Content): Linked => ({ content, links: undefined })
  if (isLookUp(request.channel)) return linked(NO_CONTENT)
  if (request.octets) return linked({ kind: 'binary', ...splitOctets(request.octets) })
  if (request.channel === 'push') return linked(pushContent(text))
  return linked(request.udh ? { kind: 'text', text, udh: request.udh.subarray(1) } : { kind: 'text', text })
}

/** A link that stands in a text twice is one. */
function withLinks(request: SendRequest, text: string, house: House): Linked {
  const made = new Map<string, ReturnType<House['newLink']>>()
  const shortened = replaceLinks(text, (url) => {
    const one = made.get(url) ?? house.newLink(request.account)
    made.set(url, one)
    return one.link
  })
  const links = [...made].map(([url, { code }]) => ({ code, url }))
  return { content: { kind: 'text', text: spell(shortened, request) }, links: links.length > 0 ? links : undefined }
}

function pushContent(text: string): Content {
  const push = wapPush(text)
  if ('problem' in push) throw new Refusal('bad_request', { field: 'mes' })
  return { kind: 'binary', ...push }
}

const NO_CONTENT: Content = { kind: 'none' }

function partsOf(content: Content): number {
  if (content.kind === 'text') return content.udh ? 1 : countParts(content.text)
  return content.kind === 'binary' ? segmentBinary(content.udh, content.octets, 0).length : 1
}

/** Status and err of a recipient that is not sent to (SMSC API, status codes): number, sender, template, settings, blacklist, then route and price. */
function refusalOf(
  request: SendRequest,
  line: Line,
  recipient: Recipient,
  candidates: readonly number[],
  price: bigint | undefined,
  bars: Bars | undefined,
  outside: boolean,
): { state: number; err: number } | undefined {
  if (recipient.bad) return { state: 22, err: 249 }
  if (recipient.sender.bad) return { state: 23, err: 254 }
  if (line.template === 'none') return { state: 23, err: 238 }
  const forbidden = recipient.ruling && forbids(recipient.ruling, recipient.to, outside)
  if (forbidden) return forbidden
  // A look-up in the HLR reaches nobody.
  if (bars && request.channel !== 'hlr' && bars(recipient.to, recipient.bulk || request.mailing === true)) {
    return { state: 23, err: 250 }
  }
  if (request.channel === 'bot' && request.bot !== undefined && !hasBot(request)) return { state: 23, err: 254 }
  if (request.channel === 'bot' && request.bot === undefined) return { state: 25, err: 248 } // whatsapp=1, and no such channel
  if (inTestMode(request.account) && request.channel !== 'mail') return undefined
  if (candidates.length === 0 || price === undefined) return { state: 25, err: 248 }
  return undefined
}

/** Bots that the account has registered stand in its settings, separated by commas. */
const hasBot = ({ account, bot }: SendRequest): boolean =>
  String(account.settings.bots ?? '')
    .split(',')
    .some((name) => name.trim() !== '' && name.trim() === bot)
