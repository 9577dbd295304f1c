import type { Attempt } from '../domain/attempts.ts'
import { type Channel, channelOf, isShortMessage } from '../domain/channel.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { compileRoutes } from '../domain/route.ts'
import { type CarrierRow, catalogueVersion } from '../store/catalogue.ts'
import { listRoutes, type RouteDetails } from '../store/routes.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'

/** A route of the message's channel: a candidate with its place, or why it is none. */
export interface RouteTold {
  readonly place: number // 1: tried first; 0: no candidate
  readonly routeId: number
  readonly carrierId: number
  readonly priority: number
  readonly where: string
  readonly says: string
}

/** All routes as they decide today, the candidates first. */
export type RouteSource = (row: TraceRow, plan: NumberPlan, carriers: readonly CarrierRow[]) => Promise<RouteTold[]>

export const routeSource =
  (session: Session): RouteSource =>
  async (row, plan, carriers) => {
    const channel = channelOf(row.channel)
    const mccmnc = row.mccmnc || plan.mcc
    const all = await listRoutes(session)
    const on = new Set(carriers.flatMap(({ id, enabled }) => (enabled ? [id] : [])))
    const usable = all.filter((route) => route.enabled && on.has(route.carrierId))
    const found = compileRoutes(usable.map((route) => ({ ...route, channel: route.channel as Channel })))(
      channel,
      row.recipient,
      mccmnc,
    )
    const seen = new Set<number>()
    const places = new Map<number, number>()
    for (const { id, carrierId } of found) {
      if (!seen.has(carrierId)) places.set(id, seen.size + 1)
      seen.add(carrierId)
    }
    const ofChannel = all.filter((route) => carriesChannel(route, channel))
    const told = ofChannel.map((route): RouteTold => {
      const place = places.get(route.id) ?? 0
      const says =
        place > 0 ? (place === 1 ? 'tried first' : `tried ${ordinal(place)}`) : whyNot(route, row.recipient, mccmnc, on, seen)
      return { place, routeId: route.id, carrierId: route.carrierId, priority: route.priority, where: whereOf(route), says }
    })
    return told.sort(
      (one, other) => (one.place || Number.MAX_VALUE) - (other.place || Number.MAX_VALUE) || other.priority - one.priority,
    )
  }

const ordinal = (place: number): string => (place === 2 ? 'second' : place === 3 ? 'third' : `as number ${place}`)

const carriesChannel = (route: RouteDetails, channel: Channel): boolean =>
  route.channel === channel || (route.channel === 'sms' && isShortMessage(channel))

const whereOf = ({ prefix, mccmnc }: RouteDetails): string =>
  [prefix && `prefix ${prefix}`, mccmnc && `network ${mccmnc}`].filter((part) => part !== '').join(', ') || 'everywhere'

function whyNot(
  route: RouteDetails,
  number: string,
  mccmnc: string,
  on: ReadonlySet<number>,
  candidates: ReadonlySet<number>,
): string {
  if (!route.enabled) return 'the route is switched off'
  if (!on.has(route.carrierId)) return 'its carrier is switched off'
  if (route.prefix !== '' && !number.startsWith(route.prefix)) return `takes numbers that begin with ${route.prefix}`
  if (route.mccmnc !== '' && !mccmnc.startsWith(route.mccmnc))
    return `takes the network ${route.mccmnc}, this is ${mccmnc === '' ? 'not known' : mccmnc}`
  if (candidates.has(route.carrierId)) return 'its carrier is tried already, by another route'
  return 'priority 0: only for what no other route matches'
}

/** Losers that are shown; the rest are counted. */
const LOST_MAX = 10

export async function routingOf(
  session: Session,
  row: TraceRow,
  routes: readonly RouteTold[],
  attempts: readonly Attempt[],
  nameOf: (id: number) => string,
) {
  const version = await catalogueVersion(session)
  const lost = routes.filter(({ place }) => place === 0)
  const shown = [...routes.filter(({ place }) => place > 0), ...lost.slice(0, LOST_MAX)]
  return {
    version: row.routeVersion,
    version_today: version,
    changed_since: version !== row.routeVersion,
    routes: shown.map((route) => ({
      place: route.place,
      route: route.routeId,
      carrier: nameOf(route.carrierId),
      priority: route.priority,
      where: route.where,
      says: route.says,
      came: route.place > 0 ? whatCame(route.carrierId, attempts) : '',
    })),
    more_lost: Math.max(0, lost.length - LOST_MAX),
    asked_elsewhere: [...new Set(attempts.map(({ carrierId }) => carrierId))]
      .filter((id) => !routes.some(({ place, carrierId }) => place > 0 && carrierId === id))
      .map(nameOf),
  }
}

function whatCame(carrierId: number, attempts: readonly Attempt[]): string {
  const own = attempts.filter((attempt) => attempt.carrierId === carrierId)
  if (own.length === 0) return 'not asked'
  const some = (outcome: Attempt['outcome']) => own.some((attempt) => attempt.outcome === outcome)
  if (some('taken')) return 'took it'
  if (some('rejected')) return 'refused it'
  return some('unknown') ? 'never answered' : 'pushed back'
}
