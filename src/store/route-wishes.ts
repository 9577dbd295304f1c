import type { Session, Statement } from './session.ts'

/** An account with a wish about its routes. */
export interface RouteWishRow {
  readonly accountId: number
  readonly settings: Readonly<Record<string, string | number | boolean>>
}

/** Found by an index of these accounts alone: most centres have none. */
const READ: Statement = {
  name: 'route_wishes',
  text: `select id, settings from accounts where settings ?| array['fl2[9]', 'fl2[24]']`,
}

export const readRouteWishes = async (session: Session): Promise<RouteWishRow[]> =>
  (await session.run(READ, [])).map(([id, settings]) => ({
    accountId: id as number,
    settings: settings as RouteWishRow['settings'],
  }))
