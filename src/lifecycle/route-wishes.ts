import { type Wish, wishOf } from '../domain/route.ts'
import { readRouteWishes } from '../store/route-wishes.ts'
import type { Session } from '../store/session.ts'

/** What accounts wish of their routes (users.php fl2[9], fl2[24]), for messages that are routed again after they were accepted. */
export interface RouteWishes {
  of(accountId: number): Wish | undefined
  /** Whether somebody wants to be sent by how well carriers deliver. */
  readonly useQuality: boolean
  refresh(): Promise<void>
}

export function makeRouteWishes(session: Session): RouteWishes {
  let wishes: ReadonlyMap<number, Wish> = new Map()
  let useQuality = false
  return {
    of: (accountId) => (wishes.size === 0 ? undefined : wishes.get(accountId)),
    get useQuality() {
      return useQuality
    },
    async refresh() {
      const rows = await readRouteWishes(session)
      wishes = new Map(
        rows.flatMap(({ accountId, settings }) => {
          const wish = wishOf(settings)
          return wish === undefined ? [] : [[accountId, wish] as const]
        }),
      )
      useQuality = [...wishes.values()].includes('quality')
    },
  }
}
