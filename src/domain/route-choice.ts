import type { Channel } from './channel.ts'
import type { Money } from './money.ts'
import { lookUp } from './number/plan.ts'
import type { PricedPlan } from './price.ts'
import { type Asking, type Losses, type Route, STANDARD_WEIGHT, type Sticky, type Strategy } from './route.ts'
import type { Quality } from './route-quality.ts'

/** What is known of carriers beside their routes. */
export interface RouteFacts {
  /** What a carrier takes for a part, in the base currency; absent: no carrier's costs are known. */
  readonly costOf?: ((carrierId: number, channel: Channel, number: string, plan: PricedPlan) => Money | undefined) | undefined
  /** Whether a carrier has any; a look into a map. */
  readonly hasCosts?: ((carrierId: number) => boolean) | undefined
  /** An amount in the base currency, in the payer's. */
  readonly inCurrencyOf?: ((payerId: number, amount: Money) => Money) | undefined
  /** How well it delivers; undefined: too little is known. */
  readonly qualityOf?: ((carrierId: number, mccmnc: string) => Quality | undefined) | undefined
  /** Where a route does not say. */
  readonly losses: Losses
}

export interface Question extends Asking {
  readonly channel: Channel
  readonly number: string
  readonly mccmnc: string
}

export const costFor = ({ costOf }: RouteFacts, carrierId: number, asked: Question): Money | undefined =>
  costOf?.(carrierId, asked.channel, asked.number, asked.plan ?? lookUp(asked.number))

/** What becomes of a message that would earn less than it costs here; undefined: it would not, or nobody minds. */
export function lossOf(facts: RouteFacts, route: Route, asked: Question): 'warn' | 'stop' | undefined {
  const losses = route.losses ?? facts.losses
  if (losses === 'allow' || asked.price === undefined) return undefined
  const cost = costFor(facts, route.carrierId, asked)
  if (cost === undefined || (facts.inCurrencyOf?.(asked.payerId, cost) ?? cost) <= asked.price) return undefined
  return losses
}

/**
 * Routes of one priority, in the order of their specificity, in the order in which they are tried. A carrier whose cost is not
 * known comes after those with one; one with too few receipts stands where the average of the others does.
 */
export function arrange(
  routes: readonly Route[],
  strategy: Strategy,
  sticky: Sticky,
  asked: Question,
  facts: RouteFacts,
): readonly Route[] {
  if (strategy === 'order' || routes.length < 2) return routes
  const key = keyOf(sticky, asked)
  const ranks =
    strategy === 'cost' ? costRanks(routes, asked, facts) : strategy === 'quality' ? ranksOf(routes, asked, facts) : []
  const ranked = routes.map((route, at) => ({ route, rank: ranks[at] ?? 0, share: shareOf(route, key) }))
  ranked.sort((one, other) => one.rank - other.rank || other.share - one.share)
  return ranked.map(({ route }) => route)
}

/** Behind all costs; a number, so that two of them are equal. */
const UNKNOWN_COST = Number.MAX_SAFE_INTEGER

const costRanks = (routes: readonly Route[], asked: Question, facts: RouteFacts): number[] =>
  routes.map((route) => Number(costFor(facts, route.carrierId, asked) ?? UNKNOWN_COST))

/** The fewer points, the higher the number: ranks rise. */
function ranksOf(routes: readonly Route[], { mccmnc }: Question, { qualityOf }: RouteFacts): number[] {
  const points = routes.map((route) => qualityOf?.(route.carrierId, mccmnc)?.points)
  const known = points.filter((each) => each !== undefined)
  const average = known.length === 0 ? 0 : known.reduce((sum, each) => sum + each, 0) / known.length
  return points.map((each) => -Math.round(each ?? average))
}

/** Where nothing is to stick, the moment decides too. */
function keyOf(sticky: Sticky, { number, sender, atMs }: Question): number {
  if (sticky === 'none') return hash(number, atMs % 2 ** 32)
  const recipient = sticky === 'sender' ? 0 : hash(number, 1)
  return sticky === 'recipient' ? recipient : hash(sender, recipient + 2)
}

/**
 * Weighted rendezvous hashing: each carrier draws a number from the key and the highest goes first, so that shares are those of
 * the weights, and a carrier that comes, goes or is down moves nobody but its own.
 */
function shareOf({ carrierId, weight = STANDARD_WEIGHT }: Route, key: number): number {
  const drawn = (mix(key ^ Math.imul(carrierId, 0x9e37_79b1)) + 0.5) / 2 ** 32
  return weight / -Math.log(drawn)
}

function hash(text: string, seed: number): number {
  let bits = seed ^ 0x811c_9dc5
  for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x0100_0193)
  return mix(bits)
}

function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
