import { isShortMessage } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import { addRoutes, listRoutes, type RouteDetails, removeRoute } from '../store/routes.ts'
import { kindNamed } from './carrier-settings.ts'
import type { CatalogueStore, createCarriers } from './carriers.ts'
import { readChannel, readDestinations } from './destination.ts'

export interface AddRoute {
  readonly carrier: string
  readonly channel?: string
  readonly prefix?: string // a list with commas between
  readonly mccmnc?: string // likewise
  readonly priority?: number // the higher number wins
}

const PRIORITY = { standard: 100, highest: 1_000_000 } as const

/** Which carriers take what: the longest matching destination of the highest priority first. */
export const createRoutes = ({
  session,
  kinds,
  changed,
  carriers,
}: CatalogueStore & { carriers: Pick<ReturnType<typeof createCarriers>, 'find'> }) => ({
  list: (): Promise<RouteDetails[]> => listRoutes(session),

  /** One route for each destination; a route that is there already is left. Answers all that are new. */
  async add({
    carrier: name,
    channel: written,
    prefix,
    mccmnc,
    priority = PRIORITY.standard,
  }: AddRoute): Promise<RouteDetails[]> {
    const carrier = await carriers.find(name)
    const channel = readChannel(written)
    if (!Number.isInteger(priority) || priority < 0 || priority > PRIORITY.highest) {
      const reason = `A priority is a whole number from 0 to ${PRIORITY.highest}; the higher number wins.`
      throw new Refusal('bad_request', { field: 'priority', reason })
    }
    const kind = kindNamed(kinds, carrier.kind)
    const carried = kind.carries(kind.settings.parse(carrier.settings))
    if (!carried.includes(channel) && !(isShortMessage(channel) && carried.includes('sms'))) {
      throw new Refusal('bad_request', { field: 'channel', reason: `${name} carries ${carried.join(', ')}, not ${channel}.` })
    }
    const places = readDestinations({ ...(prefix && { prefix }), ...(mccmnc && { mccmnc }) })
    const ids = new Set(
      await addRoutes(
        session,
        places.map((place) => ({ ...place, carrierId: carrier.id, channel, priority })),
      ),
    )
    if (ids.size === 0) throw new Refusal('duplicate', { field: 'carrier', reason: 'There is such a route already.' })
    changed()
    return (await listRoutes(session)).filter(({ id }) => ids.has(id))
  },

  async remove(id: number): Promise<void> {
    if (!Number.isInteger(id) || id < 1 || id > 0x7fff_ffff || !(await removeRoute(session, id))) {
      throw new Refusal('not_found', { field: 'id', reason: `There is no route ${id}.` })
    }
    changed()
  },
})

export type Routes = ReturnType<typeof createRoutes>

export const presentRoute = ({ id, carrier, channel, prefix, mccmnc, priority, enabled }: RouteDetails) => ({
  id,
  carrier,
  channel,
  prefix,
  mccmnc,
  priority,
  enabled,
})
