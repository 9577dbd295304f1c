import type { Channel } from '../domain/channel.ts'
import type { Losses, RouteSet, Sticky, Strategy } from '../domain/route.ts'
import type { RouteFacts } from '../domain/route-choice.ts'
import { compileRoutes, type RouteTable } from '../domain/route-table.ts'
import type { CatalogueRows } from '../store/catalogue.ts'
import { toRoute } from '../store/routes.ts'

/** The routes in force, and what is known of carriers. */
export interface Routing {
  readonly table: RouteTable
  readonly facts: RouteFacts
  /** Whether routes are chosen by how well carriers deliver. */
  readonly usesQuality: boolean
  /** Whether a route sends under a name of its own. */
  readonly replacesSenders?: boolean
}

/** Compiles what is stored of routes; `known` tells costs and quality. */
export function compileRouting(
  rows: Pick<CatalogueRows, 'carriers' | 'routes' | 'routeSets' | 'losses'>,
  known: Omit<RouteFacts, 'losses'>,
): Routing {
  const facts: RouteFacts = { ...known, losses: rows.losses as Losses }
  const off = new Set(rows.carriers.filter(({ enabled }) => !enabled).map(({ id }) => id))
  const table = compileRoutes({ routes: rows.routes.map(toRoute), sets: rows.routeSets.map(setOf), facts, off })
  const usesQuality = rows.routeSets.some(({ strategy }) => strategy === 'quality')
  return { table, facts, usesQuality, replacesSenders: rows.routes.some(({ replaceSender }) => replaceSender !== '') }
}

const setOf = ({ channel, priority, strategy, sticky }: CatalogueRows['routeSets'][number]): RouteSet => ({
  channel: channel as Channel,
  priority,
  strategy: strategy as Strategy,
  sticky: sticky as Sticky,
})
