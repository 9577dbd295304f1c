import { type AccountSettings, isOn } from './account.ts'
import { type Channel, isShortMessage } from './channel.ts'
import type { Money } from './money.ts'
import type { PricedPlan } from './price.ts'

/** Where messages of a channel may go. Empty or absent conditions hold for everything. */
export interface Route {
  readonly id: number
  readonly carrierId: number
  readonly channel: Channel // a route of `sms` also takes flash, binary, push and ping
  readonly prefix?: string | undefined // digits a number begins with
  readonly mccmnc?: string | undefined // MCC and MNC, or an MCC alone
  readonly accountId?: number | undefined // 0: everybody's
  readonly sender?: string | undefined // the whole sender, or with `*` at its end a beginning; capitals do not matter
  readonly hours?: RouteHours | undefined
  readonly priority: number // the higher is tried first; 0: only what no other route matches
  readonly weight?: number | undefined // its share where routes of one priority share; absent: 100
  readonly losses?: Losses | undefined // absent: as the centre does
  readonly replaceSender?: string | undefined // what goes this way goes out under this name
  readonly noReceiptMinutes?: number | undefined // without a receipt by then the message is sent anew over the next carrier
}

/** When a route is open, on a clock of its own. From 22:00 to 6:00 is over midnight. */
export interface RouteHours {
  readonly fromMinute: number // of the day
  readonly toMinute: number // itself not included
  readonly utcOffsetMinutes: number
}

/** What is done when a carrier takes more for a part than the customer pays: send, send and say so, or pass the carrier over. */
export type Losses = 'allow' | 'warn' | 'stop'

/**
 * How routes of one priority stand to each other. order: the more specific first. weight: each has its share.
 * cost: the cheapest first. quality: the best first. What a strategy finds equal shares by weight, except for `order`.
 */
export type Strategy = 'order' | 'weight' | 'cost' | 'quality'

/** What keeps to one carrier where routes share by weight; the answer is computed, so every node gives the same one. */
export type Sticky = 'none' | 'recipient' | 'sender' | 'both'

/** The rule for the routes of one channel and priority. */
export interface RouteSet {
  readonly channel: Channel
  readonly priority: number
  readonly strategy: Strategy
  readonly sticky: Sticky
}

/** How an account wants its routes of one priority tried, whatever their set says: the cheapest first, or the best. */
export type Wish = Extract<Strategy, 'cost' | 'quality'>

/** users.php: fl2[9] better routes, though they are dearer; fl2[24] the cheap ones first. Of both the better ones. */
export const wishOf = (settings: AccountSettings): Wish | undefined =>
  isOn(settings['fl2[9]']) ? 'quality' : isOn(settings['fl2[24]']) ? 'cost' : undefined

/** What routing asks of a message beside its channel, number and network. */
export interface Asking {
  readonly accountId: number
  readonly sender: string
  readonly atMs: number // when it is to go, Unix ms
  readonly price: Money | undefined // of a part, in its payer's currency; undefined: nothing is compared with costs
  readonly payerId: number
  readonly plan: PricedPlan | undefined // what is known of the number; undefined: to be looked up
  readonly wish: Wish | undefined // of its account
}

export const NOBODY: Asking = {
  accountId: 0,
  sender: '',
  atMs: 0,
  price: undefined,
  payerId: 0,
  plan: undefined,
  wish: undefined,
}

export const STANDARD_WEIGHT = 100
const MCC_DIGITS = 3
const DAY_MINUTES = 1440
const MINUTE_MS = 60_000

export const carries = (route: Pick<Route, 'channel'>, channel: Channel): boolean =>
  route.channel === channel || (route.channel === 'sms' && isShortMessage(channel))

/** `mccmnc`: the number's MCC and MNC, or its MCC, or empty. */
export const reachesNetwork = (route: Route, mccmnc: string): boolean => {
  const wanted = route.mccmnc
  return !wanted || wanted === mccmnc || (wanted.length === MCC_DIGITS && mccmnc.startsWith(wanted))
}

export const reachesNumber = ({ prefix }: Route, number: string): boolean => !prefix || number.startsWith(prefix)

export const isForAccount = (route: Route, accountId: number): boolean => !route.accountId || route.accountId === accountId

export function isForSender({ sender: wanted }: Route, sender: string): boolean {
  if (!wanted) return true
  const written = sender.toLowerCase()
  return wanted.endsWith('*') ? written.startsWith(wanted.slice(0, -1).toLowerCase()) : written === wanted.toLowerCase()
}

export function isOpen({ hours }: Route, atMs: number): boolean {
  if (!hours || hours.fromMinute === hours.toMinute) return true
  const minute = minuteOfDay(atMs, hours.utcOffsetMinutes)
  const { fromMinute: from, toMinute: to } = hours
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

export const minuteOfDay = (atMs: number, utcOffsetMinutes: number): number => {
  const minutes = Math.floor(atMs / MINUTE_MS) + utcOffsetMinutes
  return ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES
}

/**
 * The order before any strategy: by priority, then routes made for an account, for a sender, for hours, then the longer
 * prefix, then the network before its country, then a route made for this very channel, then the id.
 */
export const bySpecificity =
  (channel: Channel) =>
  (one: Route, other: Route): number =>
    other.priority - one.priority ||
    Number((other.accountId ?? 0) > 0) - Number((one.accountId ?? 0) > 0) ||
    (other.sender?.length ?? 0) - (one.sender?.length ?? 0) ||
    Number(other.hours !== undefined) - Number(one.hours !== undefined) ||
    (other.prefix?.length ?? 0) - (one.prefix?.length ?? 0) ||
    (other.mccmnc?.length ?? 0) - (one.mccmnc?.length ?? 0) ||
    Number(other.channel === channel) - Number(one.channel === channel) ||
    one.id - other.id
