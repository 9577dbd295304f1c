import { now } from '../clock.ts'
import { Refusal } from '../domain/refusal.ts'
import { describeHeld } from '../domain/throttle/pause.ts'
import {
  addCarrier,
  type CarrierDetails,
  type CarrierSettings,
  changeCarrier,
  listCarriers,
  readCarrier,
  removeCarrier,
  type UnknownPolicy,
} from '../store/carriers.ts'
import type { Session } from '../store/session.ts'
import { describeKind, hideSecrets, type Kinds, kindNamed, mergeSettings } from './carrier-settings.ts'

/** What every use case that changes the catalogue is given. */
export interface CatalogueStore {
  readonly session: Session
  readonly kinds: Kinds
  /** Called after the commit: this node reads the catalogue again, the others are told. */
  readonly changed: () => void
}

export interface CarrierChange {
  readonly settings?: Readonly<Record<string, unknown>> // of its kind
  readonly unknown?: string
  readonly queryAfterMinutes?: number
  readonly receiptLimitMinutes?: number
  readonly enabled?: boolean
}

const UNKNOWN: readonly UnknownPolicy[] = ['auto', 'hold', 'resend']
const MINUTES_MAX = 60 * 24 * 60

export const createCarriers = ({ session, kinds, changed }: CatalogueStore) => {
  const find = async (name: string): Promise<CarrierDetails> => {
    const carrier = name.includes('\0') ? undefined : await readCarrier(session, name)
    if (!carrier) throw new Refusal('not_found', { field: 'name', reason: `There is no carrier '${name.slice(0, 40)}'.` })
    return carrier
  }

  const present = (carrier: CarrierDetails) => presentCarrier(kinds, carrier)

  const done = async (name: string): Promise<CarrierDetails> => {
    changed()
    return find(name)
  }

  return {
    /** Each kind with its settings: what `carrier add` asks for. */
    kinds: () => Object.entries(kinds).map(([name, kind]) => ({ name, title: kind.title, settings: describeKind(kind) })),

    find,
    present,
    list: (): Promise<CarrierDetails[]> => listCarriers(session),

    /** A new carrier is switched on; messages come to it with its first route. */
    async add(kindName: string, name: string, change: CarrierChange): Promise<CarrierDetails> {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(name)) {
        throw new Refusal('bad_request', { field: 'name', reason: 'The name of a carrier has 1 to 40 letters, digits and . _ -' })
      }
      const kind = kindNamed(kinds, kindName)
      const settings = mergeSettings(kind, kindName, {}, change.settings ?? {})
      const standard = { unknown: 'auto', queryAfterMinutes: 0, receiptLimitMinutes: 4_320, enabled: true } as const
      const carrier: CarrierSettings = { kind: kindName, name, ...standard, ...readPolicy(change), settings }
      if ((await addCarrier(session, carrier)) === undefined) {
        throw new Refusal('duplicate', { field: 'name', reason: `There is a carrier '${name}' already.` })
      }
      return done(name)
    },

    async set(name: string, change: CarrierChange): Promise<CarrierDetails> {
      const carrier = await find(name)
      const settings = mergeSettings(kindNamed(kinds, carrier.kind), carrier.kind, carrier.settings, change.settings ?? {})
      await changeCarrier(session, carrier.id, { ...carrier, ...readPolicy(change), settings })
      return done(name)
    },

    /** Its routes go with it. What it carried stays in the history, under its number. */
    async remove(name: string): Promise<void> {
      const carrier = await find(name)
      if (!(await removeCarrier(session, carrier.id))) {
        const reason = carrier.enabled
          ? `Switch ${name} off first: heliogram carrier disable ${name}.`
          : `Messages still wait for ${name}; they go to other carriers or end first.`
        throw new Refusal('bad_request', { field: 'name', reason })
      }
      changed()
    },
  }
}

export type Carriers = ReturnType<typeof createCarriers>

function readPolicy({ unknown, queryAfterMinutes, receiptLimitMinutes, enabled }: CarrierChange) {
  const policy = UNKNOWN.find((choice) => choice === unknown)
  if (unknown !== undefined && !policy) {
    throw new Refusal('bad_request', { field: 'unknown', reason: `unknown must be one of ${UNKNOWN.join(', ')}.` })
  }
  checkMinutes('query_after_minutes', queryAfterMinutes, 0)
  checkMinutes('receipt_limit_minutes', receiptLimitMinutes, 1)
  return {
    ...(policy && { unknown: policy }),
    ...(queryAfterMinutes !== undefined && { queryAfterMinutes }),
    ...(receiptLimitMinutes !== undefined && { receiptLimitMinutes }),
    ...(enabled !== undefined && { enabled }),
  }
}

function checkMinutes(field: string, minutes: number | undefined, lowest: number): void {
  if (minutes === undefined || (Number.isInteger(minutes) && minutes >= lowest && minutes <= MINUTES_MAX)) return
  throw new Refusal('bad_request', {
    field,
    reason: `${field} must be a whole number of minutes from ${lowest} to ${MINUTES_MAX}.`,
  })
}

/** A carrier for people: without its secrets. */
const presentCarrier = (kinds: Kinds, carrier: CarrierDetails) => ({
  id: carrier.id,
  name: carrier.name,
  kind: carrier.kind,
  enabled: carrier.enabled,
  link: carrier.link,
  reason: carrier.reason,
  node: carrier.node ?? null,
  since: carrier.since?.toISOString() ?? null,
  routes: carrier.routes,
  waiting: carrier.waiting,
  window: carrier.window,
  window_max: carrier.windowMax,
  pushed_back_until: carrier.pushedUntilMs > now() ? new Date(carrier.pushedUntilMs).toISOString() : null,
  pauses: carrier.pauses.map((pause) => ({
    id: pause.id,
    says: describeHeld(pause, carrier.name, pause.rate),
    until: new Date(pause.untilMs).toISOString(),
    reason: pause.reason,
  })),
  unknown: carrier.unknown,
  query_after_minutes: carrier.queryAfterMinutes,
  receipt_limit_minutes: carrier.receiptLimitMinutes,
  settings: hideSecrets(kinds[carrier.kind], carrier.settings),
})
