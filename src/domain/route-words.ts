import { formatMoney, type Money } from './money.ts'
import { minuteOfDay, type Route, STANDARD_WEIGHT, type Wish } from './route.ts'
import { costFor, lossOf, type Question, type RouteFacts } from './route-choice.ts'
import type { Quality } from './route-quality.ts'
import type { Decided, Lost, RouteTable } from './route-table.ts'

/** A route of a message's channel, and in words why it is tried when it is, or not at all. */
export interface ExplainedRoute {
  readonly route: Route
  readonly place: number // 1: tried first; 0: no candidate
  readonly lost: Lost | undefined
  readonly cost: Money | undefined // of a part, in the base currency
  readonly quality: Quality | undefined
  readonly loses: 'warn' | 'stop' | undefined // it costs more than the customer pays
  readonly says: string
}

/**
 * What becomes of each route for a message: the candidates in the order in which they are tried, then the others. Asks the
 * table that messages are sent by; nothing of it depends on the state of a link.
 */
export function explainRoutes(table: RouteTable, facts: RouteFacts, asked: Question): ExplainedRoute[] {
  const decided = table.decide(asked.channel, asked.number, asked.mccmnc, asked)
  const candidates = decided.flatMap((each) => ('place' in each ? [each.route] : []))
  const look = (route: Route) => ({
    cost: costFor(facts, route.carrierId, asked),
    quality: facts.qualityOf?.(route.carrierId, asked.mccmnc),
    loses: lossOf(facts, route, asked),
  })
  const explain = (each: Decided): ExplainedRoute => {
    const { route } = each
    const known = look(route)
    if ('place' in each) {
      const before = candidates[each.place - 2]
      const says = before
        ? whyAfter(table, asked, route, before, known, look(before))
        : whyFirst(table, asked, route, candidates, known)
      return { route, place: each.place, lost: undefined, ...known, says: says + lossNote(known.loses, known.cost, asked) }
    }
    const other = candidates.find(({ carrierId }) => carrierId === route.carrierId)
    return { route, place: 0, lost: each.lost, ...known, says: whyLost(each.lost, route, asked, known.cost, other) }
  }
  return decided.map(explain)
}

interface Known {
  readonly cost: Money | undefined
  readonly quality: Quality | undefined
}

const amount = (value: Money): string => formatMoney(value, value % 10_000n === 0n ? 'two' : 'trim')

export const sayQuality = ({ deliveredPercent, seconds, of }: Quality): string =>
  `${Math.round(deliveredPercent)} % in ${Math.round(seconds)} s${of === 'country' ? ' (country)' : ''}`

function whyFirst(table: RouteTable, asked: Question, route: Route, candidates: readonly Route[], known: Known): string {
  const rivals = candidates.filter(({ priority }) => priority === route.priority)
  if (candidates.length === 1) return 'the only candidate'
  if (rivals.length === 1) return 'has the highest priority'
  const { strategy, sticky } = table.setOf(asked.channel, route.priority)
  if (asked.wish !== undefined) return `${whyWished(asked.wish, rivals, known)}: so its account wants it (${FLAG_OF[asked.wish]})`
  if (strategy === 'weight') return shareNote(route, rivals, sticky)
  if (strategy === 'cost' || strategy === 'quality') return whyWished(strategy, rivals, known)
  return 'the most specific of its priority'
}

const FLAG_OF = { cost: 'fl2[24]', quality: 'fl2[9]' } as const

function whyWished(wish: Wish, rivals: readonly Route[], known: Known): string {
  if (wish === 'cost') return known.cost === undefined ? 'no cost is known of any' : `the cheapest of ${rivals.length}`
  return known.quality ? `the best of ${rivals.length}` : 'too few receipts to say who is better: has its share'
}

const STAYS: Readonly<Record<string, string>> = {
  none: ', drawn anew for each',
  recipient: '; a number keeps its carrier',
  sender: '; a sender keeps its carrier',
  both: '; a sender and a number together keep their carrier',
}

function shareNote({ weight = STANDARD_WEIGHT }: Route, rivals: readonly Route[], sticky: string): string {
  const all = rivals.reduce((sum, rival) => sum + (rival.weight ?? STANDARD_WEIGHT), 0)
  const share = all === 0 ? 0 : Math.round((100 * weight) / all)
  const stays = STAYS[sticky]
  return `drawn by weight: ${share} % of the messages${stays ?? ''}`
}

function whyAfter(table: RouteTable, asked: Question, route: Route, before: Route, known: Known, other: Known): string {
  if (before.priority !== route.priority) return `priority ${route.priority}: tried after ${before.priority}`
  const strategy = asked.wish ?? table.setOf(asked.channel, route.priority).strategy
  if (strategy === 'weight') return `weight ${route.weight ?? STANDARD_WEIGHT}: not drawn this time`
  if (strategy === 'cost' && other.cost !== undefined) {
    if (known.cost === undefined) return 'its cost is not known: tried after those with one'
    if (known.cost > other.cost) return `dearer by ${amount(known.cost - other.cost)} a part`
  }
  if (strategy === 'quality' && (known.quality || other.quality)) {
    if (!known.quality) return 'too few receipts: stands where the average of the others does'
    if (!other.quality) return `worse than the average: ${sayQuality(known.quality)}`
    if (Math.round(known.quality.points) !== Math.round(other.quality.points))
      return `worse: ${sayQuality(known.quality)}, against ${sayQuality(other.quality)}`
  }
  if (strategy !== 'order') return `equal to the one before: not drawn by weight ${route.weight ?? STANDARD_WEIGHT} this time`
  return isSameSize(route, before) ? `as good as route ${before.id}, which is older` : `less specific than route ${before.id}`
}

const isSameSize = (one: Route, other: Route): boolean =>
  (one.prefix?.length ?? 0) === (other.prefix?.length ?? 0) &&
  (one.mccmnc?.length ?? 0) === (other.mccmnc?.length ?? 0) &&
  (one.sender ?? '').length === (other.sender ?? '').length &&
  (one.accountId ?? 0) === (other.accountId ?? 0) &&
  (one.hours === undefined) === (other.hours === undefined) &&
  one.channel === other.channel

const lossNote = (loses: 'warn' | 'stop' | undefined, cost: Money | undefined, { price }: Question): string =>
  loses && cost !== undefined && price !== undefined
    ? `; at a loss: it costs ${amount(cost)}, the customer pays ${amount(price)}`
    : ''

function whyLost(lost: Lost, route: Route, asked: Question, cost: Money | undefined, other: Route | undefined): string {
  switch (lost) {
    case 'off':
      return 'its carrier is switched off'
    case 'network':
      return `takes ${route.mccmnc} only; ${asked.mccmnc === '' ? 'the network is not known' : `this is ${asked.mccmnc}`}`
    case 'prefix':
      return `takes numbers that begin with ${route.prefix}`
    case 'account':
      return 'is for another account'
    case 'sender':
      return `is for the sender ${route.sender} only`
    case 'hours':
      return whyClosed(route, asked.atMs)
    case 'sandbox':
      return 'priority 0: only for what no other route matches'
    case 'loss':
      return `would lose money: a part costs ${cost === undefined ? 'more' : amount(cost)}, the customer pays ${amount(asked.price ?? 0n)}`
    case 'repeated':
      return `the same carrier is tried already, by route ${other?.id ?? 0}`
  }
}

function whyClosed({ hours }: Route, atMs: number): string {
  if (!hours) return 'is closed'
  const clock = clockOf(minuteOfDay(atMs, hours.utcOffsetMinutes))
  return `is open ${sayHours(hours)}; it is ${clock} there`
}

export const sayHours = ({ fromMinute, toMinute, utcOffsetMinutes }: NonNullable<Route['hours']>): string =>
  `${clockOf(fromMinute)}-${clockOf(toMinute)} ${sayOffset(utcOffsetMinutes)}`

const clockOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

export function sayOffset(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')
