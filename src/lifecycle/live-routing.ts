import type { Wish } from '../domain/route.ts'
import type { RouteFacts } from '../domain/route-choice.ts'
import type { RouteTable } from '../domain/route-table.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { Catalogue, CatalogueKeeper } from './catalogue.ts'
import type { HoldOf } from './pauses.ts'

/** Routing as messages are sent by it on this node at this moment, for those who explain it. */
export interface LiveRouting {
  readonly table: RouteTable
  readonly facts: RouteFacts
  readonly priceOf: Catalogue['priceOf']
  nameOf(carrierId: number): string
  wishOf(accountId: number): Wish | undefined
  /** What keeps a carrier from taking this message now; undefined: nothing. `waits`: it is chosen all the same. */
  obstacleOf(
    carrierId: number,
    message: { readonly mccmnc: string; readonly sender: string },
  ): { readonly says: string; readonly waits: boolean } | undefined
}

export const makeLiveRouting =
  (catalogue: CatalogueKeeper, owned: ReadonlyMap<number, CarrierQueue>, holdOf: HoldOf) => async (): Promise<LiveRouting> => {
    await catalogue.refreshQuality()
    const current = catalogue.current()
    const { table, facts } = current.routing
    return {
      table,
      facts,
      priceOf: current.priceOf,
      wishOf: current.wishOf,
      nameOf: (carrierId) => current.carrier(carrierId)?.name ?? `carrier ${carrierId}`,
      obstacleOf(carrierId, { mccmnc, sender }) {
        const own = owned.get(carrierId)
        const carrier = current.carrier(carrierId)
        const up = own?.up ?? carrier?.link === 'up'
        if (!up) return { says: sayDown(own?.linkReason ?? carrier?.linkReason ?? ''), waits: false }
        const hold = holdOf(carrierId, mccmnc, sender)
        if (hold) return { says: `paused by a rule until ${clockOf(hold.untilMs)}`, waits: !hold.elsewhere }
        const until = own?.connector.stats().pausedUntilMs
        return until === undefined
          ? undefined
          : { says: `pushed back by the carrier, paused until ${clockOf(until)}`, waits: true }
      },
    }
  }

const sayDown = (reason: string): string => (reason === '' ? 'its link is down' : `its link is down (${reason})`)

const clockOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(11, 19)} UTC`
