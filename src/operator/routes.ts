import { type Channel, isShortMessage } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import { carries, type RouteSet, STANDARD_WEIGHT, type Sticky, type Strategy } from '../domain/route.ts'
import { conflictsOf } from '../domain/route-conflicts.ts'
import { sayHours } from '../domain/route-words.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { type RouteSetRow, readLosses, readRouteSets, writeLosses, writeRouteSet } from '../store/route-sets.ts'
import { addRoutes, changeRoute, listRoutes, type RouteDetails, removeRoute, toRoute } from '../store/routes.ts'
import { kindNamed } from './carrier-settings.ts'
import type { CatalogueStore, createCarriers } from './carriers.ts'
import { readChannel, readDestinations } from './destination.ts'
import * as wishes from './route-wishes.ts'

export interface AddRoute extends wishes.RouteWish {
  readonly carrier: string
  readonly channel?: string
  readonly prefix?: string // a list with commas between
  readonly mccmnc?: string // likewise
  readonly account?: string // a login
}

export interface ChooseRoutes {
  readonly priority: number
  readonly channel?: string
  readonly by?: string
  readonly sticky?: string
}

/** A route for people: how it is chosen, and what is wrong with it beside the others. */
export interface ShownRoute extends RouteDetails {
  readonly set: Pick<RouteSet, 'strategy' | 'sticky'>
  readonly notes: readonly string[]
}

const STRATEGIES: readonly string[] = ['order', 'weight', 'cost', 'quality']
const STICKY: readonly string[] = ['none', 'recipient', 'sender', 'both']
/** Beyond so many routes nobody is told what they do to each other. */
const COMPARED_MAX = 2_000
/** Of routes that are added at once so many are compared with the others. */
const NOTED_MAX = 20

const wrong = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

/** Which carriers take what, and how the routes of one priority stand to each other. */
export const createRoutes = ({
  session,
  kinds,
  changed,
  carriers,
}: CatalogueStore & { carriers: Pick<ReturnType<typeof createCarriers>, 'find'> }) => {
  /** All routes; notes for those that `about` names. */
  async function show(about: (route: RouteDetails) => boolean = () => false): Promise<ShownRoute[]> {
    const [rows, sets] = [await listRoutes(session), await readRouteSets(session)]
    const names = new Map(rows.map(({ carrierId, carrier }) => [carrierId, carrier]))
    const routes = rows.filter(({ enabled }) => enabled).map(toRoute)
    const nameOf = (carrierId: number) => names.get(carrierId) ?? `carrier ${carrierId}`
    return rows.map((row) => {
      const set = setFor(sets, row)
      const notes =
        about(row) && routes.length <= COMPARED_MAX
          ? conflictsOf(toRoute(row), routes, ({ channel, priority }) => setFor(sets, { channel, priority }), nameOf)
          : []
      return { ...row, set, notes }
    })
  }

  async function accountNamed(login: string | undefined): Promise<number> {
    if (login === undefined || login === '') return 0
    const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
    if (account) return account.id
    throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
  }

  async function find(id: number): Promise<RouteDetails> {
    const known = Number.isInteger(id) && id > 0 ? (await listRoutes(session)).find((route) => route.id === id) : undefined
    if (!known) throw new Refusal('not_found', { field: 'id', reason: `There is no route ${id}.` })
    return known
  }

  return {
    list: (): Promise<ShownRoute[]> => show(),

    /** One route for each destination; a route that is there already is left. Answers all that are new, with what is odd about them. */
    async add(wish: AddRoute): Promise<ShownRoute[]> {
      const carrier = await carriers.find(wish.carrier)
      const channel = readChannel(wish.channel)
      const kind = kindNamed(kinds, carrier.kind)
      const carried = kind.carries(kind.settings.parse(carrier.settings))
      if (!carried.includes(channel) && !(isShortMessage(channel) && carried.includes('sms'))) {
        throw wrong('channel', `${wish.carrier} carries ${carried.join(', ')}, not ${channel}.`)
      }
      const { prefix, mccmnc } = wish
      wishes.checkPlace(channel, { prefix, mccmnc })
      const places = readDestinations({ ...(prefix && { prefix }), ...(mccmnc && { mccmnc }) })
      const hours = wishes.readHours(wish.hours, wish.zone)
      const rest = {
        carrierId: carrier.id,
        channel,
        accountId: await accountNamed(wish.account),
        sender: wish.sender === undefined ? '' : wishes.readSender(wish.sender, channel),
        fromMinute: hours?.fromMinute ?? 0,
        toMinute: hours?.toMinute ?? 0,
        utcOffsetMinutes: hours?.utcOffsetMinutes ?? 180,
        priority: wishes.readPriority(wish.priority ?? wishes.PRIORITY.standard),
        weight: wishes.readWeight(wish.weight ?? STANDARD_WEIGHT),
        losses: wish.losses === undefined ? '' : wishes.readLosses(wish.losses),
        noReceiptMinutes: wishes.readNoReceipt(wish.noReceiptAfter ?? 0, carrier.receiptLimitMinutes),
        replaceSender: wishes.readReplaceSender(wish.replaceSender ?? '', channel),
      }
      const wanted = places.map((place) => ({ ...place, ...rest }))
      const ids = new Set(await addRoutes(session, wanted))
      if (ids.size === 0) throw await duplicate(wanted)
      changed()
      const off = carrier.enabled ? [] : [`${carrier.name} is switched off: heliogram carrier enable ${carrier.name}`]
      const compared = new Set([...ids].slice(0, NOTED_MAX))
      return (await show(({ id }) => compared.has(id)))
        .filter(({ id }) => ids.has(id))
        .map((route) => ({ ...route, notes: [...route.notes, ...off] }))
    },

    /** Changes what of a route may change without making it another one. */
    async set(
      id: number,
      wish: Pick<wishes.RouteWish, 'priority' | 'weight' | 'losses' | 'noReceiptAfter' | 'replaceSender'>,
    ): Promise<ShownRoute | undefined> {
      const route = await find(id)
      const { priority, weight, losses, noReceiptAfter, replaceSender } = wish
      const limit = (await carriers.find(route.carrier)).receiptLimitMinutes
      const written = losses === undefined ? null : wishes.readLosses(losses, ['centre'])
      await changeRoute(session, id, {
        priority: priority === undefined ? null : wishes.readPriority(priority),
        weight: weight === undefined ? null : wishes.readWeight(weight),
        losses: written === 'centre' ? '' : written,
        noReceiptMinutes: noReceiptAfter === undefined ? null : wishes.readNoReceipt(noReceiptAfter, limit),
        replaceSender: replaceSender === undefined ? null : wishes.readReplaceSender(replaceSender, readChannel(route.channel)),
      })
      changed()
      return (await show((each) => each.id === id)).find((each) => each.id === id)
    },

    /** How routes of one channel and priority stand to each other. */
    async choose({ priority, channel, by, sticky }: ChooseRoutes): Promise<RouteSetRow> {
      const set = { channel: readChannel(channel), priority: wishes.readPriority(priority) }
      const known = setFor(await readRouteSets(session), set)
      const strategy = by ?? known.strategy
      if (!STRATEGIES.includes(strategy)) throw wrong('by', `Routes are chosen by one of ${STRATEGIES.join(', ')}.`)
      const keeps = sticky ?? (strategy === 'order' ? 'none' : known.sticky)
      if (!STICKY.includes(keeps)) throw wrong('sticky', `What keeps its carrier is one of ${STICKY.join(', ')}.`)
      if (strategy === 'order' && keeps !== 'none') {
        throw wrong('sticky', 'Routes that are tried in order share nothing, so nothing can stick: add --by weight.')
      }
      await writeRouteSet(session, { ...set, strategy, sticky: keeps })
      changed()
      return { ...set, strategy, sticky: keeps }
    },

    sets: (): Promise<RouteSetRow[]> => readRouteSets(session),
    losses: (): Promise<string> => readLosses(session),

    async setLosses(losses: string): Promise<string> {
      await writeLosses(session, wishes.readLosses(losses))
      changed()
      return losses
    },

    async remove(id: number): Promise<void> {
      if (!Number.isInteger(id) || id < 1 || id > 0x7fff_ffff || !(await removeRoute(session, id))) {
        throw new Refusal('not_found', { field: 'id', reason: `There is no route ${id}.` })
      }
      changed()
    },
  }

  async function duplicate(wanted: readonly { readonly [name: string]: unknown }[]): Promise<Refusal> {
    const same = (await listRoutes(session)).find((route) =>
      wanted.some((wish) => IDENTITY.every((name) => wish[name] === route[name])),
    )
    const which = same ? `: it is route ${same.id}. To change its weight and the rest: heliogram route set ${same.id}` : ''
    return new Refusal('duplicate', { field: 'carrier', reason: `There is such a route already${which}.` })
  }
}

const IDENTITY = [
  'carrierId',
  'channel',
  'prefix',
  'mccmnc',
  'accountId',
  'sender',
  'fromMinute',
  'toMinute',
  'priority',
] as const satisfies readonly (keyof RouteDetails)[]

/** The rule for a route, as routing itself finds it: of its own channel, else of SMS where it is a short message. */
function setFor(
  sets: readonly RouteSetRow[],
  { channel, priority }: { channel: string; priority: number },
): ShownRoute['set'] & RouteSet {
  const of = (name: string) => sets.find((set) => set.channel === name && set.priority === priority)
  const found = of(channel) ?? (carries({ channel: 'sms' }, channel as Channel) ? of('sms') : undefined)
  return {
    channel: channel as Channel,
    priority,
    strategy: (found?.strategy ?? 'order') as Strategy,
    sticky: (found?.sticky ?? 'none') as Sticky,
  }
}

export type Routes = ReturnType<typeof createRoutes>

export const presentRoute = (route: ShownRoute) => ({
  id: route.id,
  carrier: route.carrier,
  channel: route.channel,
  prefix: route.prefix,
  mccmnc: route.mccmnc,
  account: route.login,
  sender: route.sender,
  hours: route.fromMinute === route.toMinute ? '' : sayHours(route),
  priority: route.priority,
  weight: route.weight,
  chosen_by: route.set.strategy,
  sticky: route.set.sticky,
  losses: route.losses === '' ? 'centre' : route.losses,
  no_receipt_after: route.noReceiptMinutes,
  replace_sender: route.replaceSender,
  enabled: route.enabled,
  notes: route.notes,
})
