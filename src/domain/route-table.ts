import type { Channel } from './channel.ts'
import {
  type Asking,
  bySpecificity,
  carries,
  isForAccount,
  isForSender,
  isOpen,
  NOBODY,
  type Route,
  type RouteSet,
  reachesNetwork,
  reachesNumber,
} from './route.ts'
import { arrange, lossOf, type Question, type RouteFacts } from './route-choice.ts'

/** Why a route is no candidate for a message. */
export type Lost = 'off' | 'network' | 'prefix' | 'account' | 'sender' | 'hours' | 'sandbox' | 'loss' | 'repeated'

/** A route of the message's channel, and what came of it. */
export type Decided =
  | { readonly route: Route; readonly place: number } // 1: tried first
  | { readonly route: Route; readonly lost: Lost }

/** The routes of a centre, ready to be asked. `mccmnc` is the number's MCC and MNC, or its MCC, or empty. */
export interface RouteTable {
  /** Carriers that may take the message, the first to be tried first. */
  carriers(channel: Channel, number: string, mccmnc: string, asking?: Asking): readonly number[]
  /** The same with the route of each. */
  routes(channel: Channel, number: string, mccmnc: string, asking?: Asking): readonly Route[]
  /** All routes of the channel: the candidates in their order, then the others, by the very code that chooses. */
  decide(channel: Channel, number: string, mccmnc: string, asking?: Asking): Decided[]
  /** How routes of one priority stand to each other, for messages of a channel. */
  setOf(channel: Channel, priority: number): RouteSet
  /** Whether there are routes that send a message anew when no receipt comes, over this carrier: after so many minutes. */
  noReceiptMinutes(carrierId: number): readonly number[]
}

export interface RouteTableParts {
  readonly routes: Iterable<Route>
  readonly sets?: Iterable<RouteSet>
  readonly facts?: RouteFacts
  /** Carriers that are switched off: their routes are explained, and never used. */
  readonly off?: ReadonlySet<number>
}

/** What is the same for all messages to one network, on one channel, of one account that has routes of its own or of all others. */
interface Network {
  readonly routes: readonly Route[] // by specificity
  readonly simple: boolean // nothing but the network decides: `fixed` and `carriers` are the answer
  readonly fixed: readonly Route[]
  readonly carriers: readonly number[]
}

const REMEMBERED_MAX = 10_000 // networks; there are some three thousand in the world
const NO_FACTS: RouteFacts = { losses: 'allow' }

/**
 * Compiles a routing table. Candidates come by priority, and in one priority as its set says. Routes of priority 0 (the
 * sandbox) are left out as soon as any other matches, also where that one's carrier is switched off or would lose money.
 */
export function compileRoutes({ routes: rows, sets = [], facts = NO_FACTS, off = new Set() }: RouteTableParts): RouteTable {
  const routes = [...rows]
  const rules = new Map([...sets].map((set) => [`${set.channel} ${set.priority}`, set]))
  const ownRoutes = new Set(routes.map(({ accountId = 0 }) => accountId).filter((id) => id > 0))
  const remembered = new Map<number, Map<Channel, Map<string, Network>>>()
  let count = 0

  const setOf = (channel: Channel, priority: number): RouteSet =>
    rules.get(`${channel} ${priority}`) ??
    (carries({ channel: 'sms' }, channel) ? rules.get(`sms ${priority}`) : undefined) ?? {
      channel,
      priority,
      strategy: 'order',
      sticky: 'none',
    }

  /** One route for each carrier, in the order in which they are tried; `lose` is told of all others. `from` is by specificity. */
  function select(from: readonly Route[], asked: Question, lose?: (route: Route, lost: Lost) => void): readonly Route[] {
    const found: Route[] = []
    let matched = false // a route that is not the sandbox's
    for (const route of from) {
      let lost = mismatch(route, asked)
      if (lost === undefined && route.priority > 0) matched = true
      lost ??= unusable(route, asked, matched)
      if (lost === undefined) found.push(route)
      else lose?.(route, lost)
    }
    return oneEach(rules.size === 0 && asked.wish === undefined ? found : arrangeAll(found, asked), lose)
  }

  function arrangeAll(found: readonly Route[], asked: Question): readonly Route[] {
    const arranged: Route[] = []
    for (let from = 0; from < found.length; ) {
      const priority = found[from]?.priority ?? 0
      let to = from + 1
      while (found[to]?.priority === priority) to += 1
      const { strategy, sticky } = setOf(asked.channel, priority)
      for (const route of arrange(found.slice(from, to), asked.wish ?? strategy, sticky, asked, facts)) arranged.push(route)
      from = to
    }
    return arranged
  }

  const mismatch = (route: Route, { number, mccmnc, accountId, sender, atMs }: Question): Lost | undefined => {
    if (!reachesNetwork(route, mccmnc)) return 'network'
    if (!reachesNumber(route, number)) return 'prefix'
    if (!isForAccount(route, accountId)) return 'account'
    if (!isForSender(route, sender)) return 'sender'
    return isOpen(route, atMs) ? undefined : 'hours'
  }

  /** It fits, and still nothing can go by it. `matched`: a route that is not the sandbox's fits too. */
  function unusable(route: Route, asked: Question, matched: boolean): Lost | undefined {
    if (matched && route.priority <= 0) return 'sandbox'
    if (off.size > 0 && off.has(route.carrierId)) return 'off'
    return lossOf(facts, route, asked) === 'stop' ? 'loss' : undefined
  }

  const isSimple = (of: readonly Route[], channel: Channel): boolean =>
    of.every(
      (route) =>
        !route.prefix &&
        !route.sender &&
        !route.hours &&
        setOf(channel, route.priority).strategy === 'order' &&
        ((route.losses ?? facts.losses) !== 'stop' || !facts.hasCosts?.(route.carrierId)),
    )

  function networkOf(channel: Channel, mccmnc: string, accountId: number): Network {
    const owner = ownRoutes.has(accountId) ? accountId : 0
    const known = remembered.get(owner)?.get(channel)?.get(mccmnc)
    return known ?? remember(channel, mccmnc, owner)
  }

  function remember(channel: Channel, mccmnc: string, owner: number): Network {
    const fits = (route: Route) => carries(route, channel) && reachesNetwork(route, mccmnc) && isForAccount(route, owner)
    const own = routes.filter(fits).sort(bySpecificity(channel))
    const simple = isSimple(own, channel)
    const fixed = simple ? select(own, { ...NOBODY, channel, number: '', mccmnc, accountId: owner }) : []
    const network = { routes: own, simple, fixed, carriers: carriersOf(fixed) }
    if (count >= REMEMBERED_MAX) {
      remembered.clear()
      count = 0
    }
    const channels = remembered.get(owner) ?? new Map<Channel, Map<string, Network>>()
    const networks = channels.get(channel) ?? new Map<string, Network>()
    remembered.set(owner, channels.set(channel, networks.set(mccmnc, network)))
    count += 1
    return network
  }

  return {
    carriers(channel, number, mccmnc, asking = NOBODY) {
      const network = networkOf(channel, mccmnc, asking.accountId)
      if (network.simple && asking.wish === undefined) return network.carriers
      return carriersOf(select(network.routes, question(channel, number, mccmnc, asking)))
    },
    routes(channel, number, mccmnc, asking = NOBODY) {
      const network = networkOf(channel, mccmnc, asking.accountId)
      const isFixed = network.simple && asking.wish === undefined
      return isFixed ? network.fixed : select(network.routes, question(channel, number, mccmnc, asking))
    },
    decide(channel, number, mccmnc, asking = NOBODY) {
      const lost: Decided[] = []
      const all = routes.filter((route) => carries(route, channel)).sort(bySpecificity(channel))
      const found = select(all, question(channel, number, mccmnc, asking), (route, why) => lost.push({ route, lost: why }))
      lost.sort((one, other) => all.indexOf(one.route) - all.indexOf(other.route))
      return [...found.map((route, at) => ({ route, place: at + 1 })), ...lost]
    },
    setOf,
    noReceiptMinutes: (carrierId) => [
      ...new Set(
        routes.flatMap((route) => (route.carrierId === carrierId && route.noReceiptMinutes ? [route.noReceiptMinutes] : [])),
      ),
    ],
  }
}

/** A carrier is tried once, by the first of its routes. */
function oneEach(found: readonly Route[], lose: ((route: Route, lost: Lost) => void) | undefined): readonly Route[] {
  if (found.length < 2) return found
  const kept: Route[] = []
  for (const route of found) {
    if (kept.some(({ carrierId }) => carrierId === route.carrierId)) lose?.(route, 'repeated')
    else kept.push(route)
  }
  return kept
}

const carriersOf = (routes: readonly Route[]): number[] => routes.map(({ carrierId }) => carrierId)

/** Written out: it is made for every message whose network has more than simple routes. */
const question = (channel: Channel, number: string, mccmnc: string, asking: Asking): Question => ({
  channel,
  number,
  mccmnc,
  accountId: asking.accountId,
  sender: asking.sender,
  atMs: asking.atMs,
  price: asking.price,
  payerId: asking.payerId,
  plan: asking.plan,
  wish: asking.wish,
})
