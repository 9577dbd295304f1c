import type { Attempt } from '../domain/attempts.ts'
import { channelOf } from '../domain/channel.ts'
import { timeOfId } from '../domain/message-id.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import type { Route } from '../domain/route.ts'
import type { Question } from '../domain/route-choice.ts'
import { explainRoutes } from '../domain/route-words.ts'
import { catalogueVersion } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'
import type { LiveRouting } from './route-explain.ts'

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
export type RouteSource = (row: TraceRow, plan: NumberPlan) => Promise<RouteTold[]>

/** By the very code that sends messages, for the moment when this one was to go. */
export const routeSource =
  (live: () => Promise<Pick<LiveRouting, 'table' | 'facts' | 'wishOf'>>): RouteSource =>
  async (row, plan) => {
    const { table, facts, wishOf } = await live()
    const asked: Question = {
      channel: channelOf(row.channel),
      number: row.recipient,
      mccmnc: row.mccmnc || plan.mcc,
      accountId: row.accountId,
      payerId: row.payerId,
      sender: row.sender,
      atMs: Math.max(row.dueAtMs, timeOfId(row.id)),
      price: row.price > 0n && row.parts > 0 ? row.price / BigInt(row.parts) : undefined,
      plan,
      wish: wishOf?.(row.accountId),
    }
    return explainRoutes(table, facts, asked).map(({ route, place, says }) => ({
      place,
      routeId: route.id,
      carrierId: route.carrierId,
      priority: route.priority,
      where: whereOf(route),
      says,
    }))
  }

const whereOf = ({ prefix, mccmnc }: Route): string =>
  [prefix && `prefix ${prefix}`, mccmnc && `network ${mccmnc}`].filter((part) => part).join(', ') || 'everywhere'

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
