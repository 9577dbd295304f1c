import type { Channel } from '../domain/channel.ts'
import { formatMoney, type Money } from '../domain/money.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { type AddressKind, parseRecipient } from '../domain/number/recipient.ts'
import type { Origin } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { NOBODY, STANDARD_WEIGHT, type Wish, wishOf } from '../domain/route.ts'
import type { Question, RouteFacts } from '../domain/route-choice.ts'
import type { RouteTable } from '../domain/route-table.ts'
import { type ExplainedRoute, explainRoutes, sayOffset } from '../domain/route-words.ts'
import { type AccountDetails, readDetailsOf } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import { readChannel } from './destination.ts'

/** Routing as it is on this node at this moment: what messages are sent by. */
export interface LiveRouting {
  readonly table: RouteTable
  readonly facts: RouteFacts
  /** Price of a part in the account's currency. */
  priceOf(
    tariffId: number,
    channel: Channel,
    number: string,
    plan: NumberPlan,
    origin: Origin,
    accountId: number,
  ): Money | undefined
  nameOf(carrierId: number): string
  /** What an account wishes of its routes (fl2[9], fl2[24]). */
  wishOf?(accountId: number): Wish | undefined
  /** What keeps a carrier from taking this message now; undefined: nothing. `waits`: it is the one, but not at once. */
  obstacleOf(
    carrierId: number,
    message: { readonly mccmnc: string; readonly sender: string },
  ): { readonly says: string; readonly waits: boolean } | undefined
}

export interface ExplainWish {
  readonly to: string
  readonly from?: string
  readonly account?: string
  readonly channel?: string
  readonly at?: string
}

const MOSCOW_MINUTES = 180
const MINUTE_MS = 60_000
const ADDRESSED_BY: Partial<Record<Channel, AddressKind>> = { mail: 'mail', bot: 'bot', tg: 'bot', soc: 'bot', viber: 'bot' }

/** Prints the candidates for a message in their order, and why each other route lost, by the code that sends it. */
export const createExplain =
  (parts: {
    session: Session
    profile: NumberProfile
    live: () => Promise<LiveRouting>
    /** The numbering plan in force, ported numbers included. */
    planOf: (number: string) => Promise<NumberPlan>
    now: () => number
  }) =>
  async (wish: ExplainWish) => {
    const channel = readChannel(wish.channel)
    const account = await accountOf(parts.session, wish.account)
    const recipient = parseRecipient(wish.to, ADDRESSED_BY[channel] ?? 'number', parts.profile)
    if (!('to' in recipient) || 'problem' in recipient) {
      throw new Refusal('bad_request', {
        field: 'to',
        reason: `No message can be sent to '${wish.to.slice(0, 40)}': write a whole number, like 79161234567.`,
      })
    }
    const { to } = recipient
    const offset = account?.utcOffsetMinutes ?? MOSCOW_MINUTES
    const atMs = wish.at === undefined ? parts.now() : readMoment(wish.at, offset, parts.now())
    const live = await parts.live()
    const plan = await parts.planOf(to)
    const price = account && live.priceOf(account.tariffId, channel, to, plan, 'api', account.id)
    const asked: Question = {
      ...NOBODY,
      channel,
      number: to,
      mccmnc: plan.mnc === '' ? plan.mcc : plan.mcc + plan.mnc,
      accountId: account?.id ?? 0,
      payerId: account?.payerId ?? 0,
      sender: channel === 'hlr' ? 'HLR' : (wish.from ?? String(account?.settings.sender ?? '')),
      atMs,
      price,
      plan,
      wish: account && wishOf(account.settings),
    }
    const routes = explainRoutes(live.table, live.facts, asked)
    return present(asked, routes, live, { account, plan, offset })
  }

async function accountOf(session: Session, login: string | undefined): Promise<AccountDetails | undefined> {
  if (login === undefined) return undefined
  const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
  if (!account) throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
  return account
}

const MOMENT = /^(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d{1,2}):(\d\d)(Z|[+-]\d\d:?\d\d)?$/

/** `23:30` of today, or `2026-12-31 23:30`, on the clock of the account unless a zone is written. */
function readMoment(at: string, offset: number, nowMs: number): number {
  const [, year, month, day, hour = '99', minute = '99', zone] = MOMENT.exec(at.trim()) ?? []
  const own = zone === undefined ? offset : zone === 'Z' ? 0 : offsetOf(zone)
  const today = new Date(nowMs + own * MINUTE_MS)
  const date =
    year === undefined
      ? Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate())
      : Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (Number(hour) > 23 || Number(minute) > 59 || Number.isNaN(date)) {
    throw new Refusal('bad_request', { field: 'at', reason: `'${at.slice(0, 40)}' is no time: write 23:30 or 2026-12-31T23:30.` })
  }
  return date + (Number(hour) * 60 + Number(minute) - own) * MINUTE_MS
}

const offsetOf = (zone: string): number =>
  (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))

interface About {
  readonly account: AccountDetails | undefined
  readonly plan: NumberPlan
  readonly offset: number
}

const amount = (value: Money): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')

function present(asked: Question, routes: readonly ExplainedRoute[], live: LiveRouting, { account, plan, offset }: About) {
  const candidates = routes.filter(({ place }) => place > 0)
  const open = candidates.find(({ route }) => live.obstacleOf(route.carrierId, asked)?.waits !== false)
  const chosen = open ?? candidates[0]
  return {
    to: asked.number,
    channel: asked.channel,
    from: asked.sender,
    account: account?.login ?? null,
    at: momentOf(asked.atMs, offset),
    mccmnc: asked.mccmnc,
    country: plan.countryEn,
    operator: plan.operator,
    region: plan.region,
    price: asked.price === undefined ? null : amount(asked.price),
    currency: account?.currency ?? null,
    losses: live.facts.losses,
    carrier: chosen ? live.nameOf(chosen.route.carrierId) : null,
    says: verdictOf(candidates, open, live, asked),
    routes: routes.map((each) => presentRoute(each, each === chosen, live, asked)),
  }
}

function verdictOf(
  candidates: readonly ExplainedRoute[],
  open: ExplainedRoute | undefined,
  live: LiveRouting,
  asked: Question,
): string {
  const [first] = candidates
  if (!first) return 'No route takes it: it is refused with status 25, err 248 (no route), and costs nothing.'
  if (!open) return `It waits for ${live.nameOf(first.route.carrierId)}: no carrier of its routes can take it now.`
  const obstacle = live.obstacleOf(open.route.carrierId, asked)
  return `It goes to ${live.nameOf(open.route.carrierId)}, by route ${open.route.id}${obstacle ? `; ${obstacle.says}` : ''}.`
}

function presentRoute(each: ExplainedRoute, goes: boolean, live: LiveRouting, asked: Question) {
  const { route, place, quality } = each
  const obstacle = place > 0 ? live.obstacleOf(route.carrierId, asked) : undefined
  const passed = obstacle && !obstacle.waits && !goes ? `; passed over: ${obstacle.says}` : ''
  const waits = obstacle && (obstacle.waits || goes) ? `; ${obstacle.says}` : ''
  return {
    place,
    route: route.id,
    carrier: live.nameOf(route.carrierId),
    goes,
    says: `${each.says}${passed}${waits}`,
    lost: each.lost ?? null,
    priority: route.priority,
    chosen_by: asked.wish ?? live.table.setOf(asked.channel, route.priority).strategy,
    weight: route.weight ?? STANDARD_WEIGHT,
    cost: each.cost === undefined ? null : amount(each.cost),
    at_a_loss: each.loses !== undefined,
    quality: quality
      ? {
          delivered_percent: Math.round(quality.deliveredPercent * 10) / 10,
          seconds: Math.round(quality.seconds * 10) / 10,
          messages: quality.messages,
          of: quality.of,
        }
      : null,
  }
}

/** On the clock of the account: 2026-11-22 14:05 +03:00. */
function momentOf(atMs: number, offset: number): string {
  const clock = new Date(atMs + offset * MINUTE_MS).toISOString()
  return `${clock.slice(0, 10)} ${clock.slice(11, 16)} ${sayOffset(offset)}`
}
