import { type Channel, isShortMessage } from './channel.ts'

/** Where messages of a channel may go. Empty or absent conditions hold for everything. */
export interface Route {
  readonly id: number
  readonly carrierId: number
  readonly channel: Channel // a route of `sms` also takes flash, binary, push and ping
  readonly prefix?: string | undefined // digits a number begins with
  readonly mccmnc?: string | undefined // MCC and MNC, or an MCC alone
  readonly priority: number // the higher is tried first; 0: only what no other route matches
}

/** The routes for a message, the first to be tried first; `mccmnc` is the number's MCC and MNC, or its MCC, or empty. */
export type Candidates = (channel: Channel, number: string, mccmnc: string) => readonly Route[]

const MCC_DIGITS = 3
const REMEMBERED_MAX = 10_000 // networks; there are some three thousand in the world
const NONE: readonly Route[] = []

/**
 * Compiles a routing table. Candidates come by priority, then the longer prefix, then the network before its country, then a
 * route made for this very channel, then the id. Routes of priority 0 (the sandbox) are left out as soon as any other matches.
 */
export function compileRoutes(rows: Iterable<Route>): Candidates {
  const routes = [...rows]
  const remembered = new Map<string, readonly Route[]>()

  /** Everything but the prefix is the same for all numbers of a network. */
  const ofNetwork = (channel: Channel, mccmnc: string): readonly Route[] => {
    const key = `${channel} ${mccmnc}`
    const known = remembered.get(key)
    if (known) return known
    const found = routes.filter((route) => carries(route, channel) && matches(route.mccmnc, mccmnc)).sort(by(channel))
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    remembered.set(key, found)
    return found
  }

  return (channel, number, mccmnc) => {
    const network = ofNetwork(channel, mccmnc)
    const first = network[0]
    if (!first) return NONE
    const hasConditions = network.some(({ prefix }) => prefix)
    const found = hasConditions ? network.filter(({ prefix }) => !prefix || number.startsWith(prefix)) : network
    // Sorted by priority, so the sandbox's routes stand together at the end.
    const fallbacks = found.findIndex(({ priority }) => priority <= 0)
    return fallbacks > 0 ? found.slice(0, fallbacks) : found
  }
}

const carries = (route: Route, channel: Channel): boolean =>
  route.channel === channel || (route.channel === 'sms' && isShortMessage(channel))

const matches = (wanted: string | undefined, mccmnc: string): boolean =>
  !wanted || wanted === mccmnc || (wanted.length === MCC_DIGITS && mccmnc.startsWith(wanted))

const by =
  (channel: Channel) =>
  (one: Route, other: Route): number =>
    other.priority - one.priority ||
    (other.prefix?.length ?? 0) - (one.prefix?.length ?? 0) ||
    (other.mccmnc?.length ?? 0) - (one.mccmnc?.length ?? 0) ||
    Number(other.channel === channel) - Number(one.channel === channel) ||
    one.id - other.id
