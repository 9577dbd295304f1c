import type { Held, PauseKind } from '../domain/throttle/pause.ts'
import { WAITING } from '../domain/waiting.ts'
import { log } from '../log.ts'
import type { ActiveShaping, PauseRow } from '../store/shaping.ts'

/** A message that can't go to a carrier for now: it waits until then, or goes elsewhere if it can. */
export interface Hold {
  readonly untilMs: number
  readonly elsewhere: boolean
}

/** Where a message waits for the end of a hold, to be routed anew: not beyond its own end. */
export const waitUntil = (hold: Hold, item: { readonly expiresAtMs: number }) => ({
  carrierId: 0,
  dueAtMs: Math.min(hold.untilMs, item.expiresAtMs),
  reason: WAITING.paused.code,
})

/** Asked for every message and carrier: one look into a map while nothing is paused there. */
export type HoldOf = (carrierId: number, mccmnc: string, sender: string) => Hold | undefined

/** What is held back now, in memory: as the store has it, and what this node has added since. */
export interface Pauses {
  readonly holdOf: HoldOf
  /** Whether anything is held back at a carrier. */
  anyAt(carrierId: number): boolean
  /** What holds this back now. */
  find(held: Held): PauseRow | undefined
  /** In force at once; stored as soon as may be. False: there are too many at the carrier, whose answers are no guide then. */
  add(pause: PauseRow): boolean
  /** Reads what is in force. Answers what came and went since the last look, and the version of the rules. */
  refresh(): Promise<{ readonly version: number; readonly begun: PauseRow[]; readonly lifted: PauseRow[] }>
  all(): PauseRow[]
}

export interface PauseStore {
  readShaping(nowMs: number): Promise<ActiveShaping>
  addPause(pause: PauseRow, nowMs: number): Promise<number>
}

/** Of one carrier: somebody who sends from ever new senders must not fill memory. */
const PAUSES_MAX = 1_000

type ByCarrier = Map<number, Map<string, PauseRow>>

const keyOf = (kind: PauseKind, key: string): string => `${kind}/${key}`

export function makePauses(store: PauseStore, now: () => number): Pauses {
  let current: ByCarrier = new Map()
  /** Added here, with the number of the look that will find them in the store: until then they are kept whatever is read. */
  const added = new Map<PauseRow, { saving: boolean; foundBy: number }>()
  let looks = 0

  const inForce = (pause: PauseRow | undefined): PauseRow | undefined => (pause && pause.untilMs > now() ? pause : undefined)

  async function save(pause: PauseRow, fate: { saving: boolean; foundBy: number }): Promise<void> {
    fate.saving = true
    try {
      await store.addPause(pause, pause.fromMs)
      fate.foundBy = looks + 1
    } catch (error) {
      log.warn('a pause could not be stored; it is tried again', { code: pause.carrierId, error })
    }
    fate.saving = false
  }

  return {
    holdOf(carrierId, mccmnc, sender) {
      const those = current.get(carrierId)
      if (!those) return undefined
      const waits = inForce(those.get(keyOf('sender', sender))) ?? inForce(those.get(keyOf('destination', mccmnc)))
      if (waits) return { untilMs: waits.untilMs, elsewhere: false }
      const leaves = inForce(those.get(keyOf('route', mccmnc)))
      return leaves && { untilMs: leaves.untilMs, elsewhere: true }
    },
    anyAt: (carrierId) => current.has(carrierId),
    find: ({ carrierId, kind, key }) => inForce(current.get(carrierId)?.get(keyOf(kind, key))),
    add(pause) {
      if ((current.get(pause.carrierId)?.size ?? 0) >= PAUSES_MAX) {
        log.warn('too many pauses at a carrier', { code: pause.carrierId, count: PAUSES_MAX, reason: pause.reason })
        return false
      }
      const fate = { saving: false, foundBy: Number.POSITIVE_INFINITY }
      added.set(pause, fate)
      put(current, pause)
      void save(pause, fate)
      return true
    },
    async refresh() {
      for (const [pause, fate] of [...added]) {
        if (!fate.saving && fate.foundBy === Number.POSITIVE_INFINITY) await save(pause, fate)
      }
      looks += 1
      const look = looks
      const { version, pauses } = await store.readShaping(now())
      for (const [pause, { foundBy }] of [...added]) if (foundBy <= look || pause.untilMs <= now()) added.delete(pause)
      const before = current
      current = new Map()
      for (const pause of [...pauses, ...added.keys()]) put(current, pause)
      return {
        version,
        begun: listOf(current).filter((pause) => !isIn(before, pause)),
        lifted: listOf(before).filter((pause) => pause.untilMs > now() && !isIn(current, pause)),
      }
    },
    all: () => listOf(current).filter((pause) => pause.untilMs > now()),
  }
}

function put(into: ByCarrier, pause: PauseRow): void {
  const those = into.get(pause.carrierId) ?? new Map<string, PauseRow>()
  into.set(pause.carrierId, those)
  const key = keyOf(pause.kind, pause.key)
  const known = those.get(key)
  if (!known || known.untilMs <= pause.untilMs) those.set(key, pause)
}

const listOf = (from: ByCarrier): PauseRow[] => [...from.values()].flatMap((those) => [...those.values()])

const isIn = (where: ByCarrier, { carrierId, kind, key }: PauseRow): boolean =>
  where.get(carrierId)?.has(keyOf(kind, key)) === true
