import type { CarrierReceipt } from '../connectors/connector.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { PART, partCount, partState } from '../domain/parts.ts'
import { NO_RECEIPT } from '../domain/receipt.ts'
import { refundOf } from '../domain/refund.ts'
import type { CarrierRow } from '../store/catalogue.ts'
import type { MessageId, Parked, ReceiptTarget } from '../store/receipts.ts'
import type { Change } from '../store/settle.ts'
import type { TakenMessage, TakenSlice } from '../store/sweeps.ts'
import { sendAnew } from './anew.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { Catalogue } from './catalogue.ts'
import { changeOfTarget, isLookUpChannel, targetOf } from './change.ts'
import type { Dispatch } from './dispatch.ts'
import { expire, isPartlyTaken, reroute } from './expire.ts'
import type { Item } from './item.ts'
import { costOfTaken } from './price-book.ts'
import type { QualityCounter } from './quality.ts'
import { applyReceipt } from './receipt.ts'
import { makeRerouteDue, type RerouteStore } from './reroute-due.ts'
import type { SettleCommit } from './settle-commit.ts'

/** What happens to messages by the mere passing of time. Every sweep works in slices and can stop anywhere. */
export interface Sweeps {
  /** Messages in memory whose validity ended, or whose carrier has been down for long. */
  memory(): void
  /** Waiting rows that no claim would find: their carrier has been down for long, is switched off, or is gone. */
  stranded(): Promise<void>
  /** Held messages whose validity ended without news (err 245). */
  held(): Promise<void>
  /** Parked receipts whose message has appeared, or fits a held one. */
  parked(): Promise<void>
  /** Taken messages without a receipt: asked for, sent anew where their route says so, and in the end given up (err 245). */
  withoutReceipt(): Promise<void>
}

export interface SweepStore extends RerouteStore {
  readSweep(name: string): Promise<number>
  writeSweep(name: string, position: number): Promise<void>
  withoutReceipt(carrierId: number, fromMs: number, toMs: number, limit: number): Promise<TakenSlice>
  matchableParked(look: {
    sinceMs: number
    afterMs: number
    carrierIds: readonly number[]
    limit: number
    newest: number
  }): Promise<{ receipts: Parked[]; nextMs: number }>
  heldMatches(sinceMs: number): Promise<(MessageId & { parkedId: number })[]>
  heldOver(nowMs: number, limit: number): Promise<MessageId[]>
  readParked(ids: readonly number[]): Promise<Parked[]>
  matched(parkedId: number, messageId: number): Promise<void>
  readTarget(message: MessageId): Promise<ReceiptTarget | undefined>
  moveStranded(look: {
    afterId: number
    limit: number
    nowMs: number
    up: readonly number[]
    enabled: readonly number[]
  }): Promise<{ moved: number; nextId: number }>
}

const SLICE = 500
/** A link may come back by itself; after this its messages go another way if there is one. */
const DOWN_MS = 15_000
const STRANDED_SLICE = 2000
const PARKED_SLICE = 2000
/** Missing receipts are walked in steps of so much time, longer ones where there is nothing, from so far back at the first. */
const STEP_MS = 5_000
const STEPS = 40 // a sweep
const FIRST_LOOK_MS = 8 * DAY_MS
const STEP_ROWS = 3000
/** What was sent long before its route said so is not sent anew. */
const ANEW_LOOK_MS = 60_000

export function makeSweeps(parts: {
  store: SweepStore
  settle: SettleCommit
  owned: ReadonlyMap<number, CarrierQueue>
  catalogue: () => Catalogue
  hasOtherWay: Dispatch['hasOtherWay']
  quality: Pick<QualityCounter, 'failed'>
  counted: (what: 'anew' | 'rerouted', count: number) => void
  now: () => number
}): Sweeps {
  const { store, settle, owned, catalogue, hasOtherWay, now } = parts
  const rerouteDue = makeRerouteDue(store, hasOtherWay)
  let strandedAfter = 0
  let parkedAfter = 0

  const isUp = (carrier: CarrierRow): boolean => owned.get(carrier.id)?.up ?? carrier.link === 'up'
  const isDownForLong = (own: CarrierQueue): boolean => !own.up && now() - own.downSinceMs > DOWN_MS

  /** What a carrier took up to an instant and has not reported on: each message once, also over a restart. */
  async function walk(
    carrierId: number,
    name: string,
    untilMs: number,
    visit: (found: TakenMessage[]) => Promise<void> | void,
    firstLookMs = FIRST_LOOK_MS,
  ): Promise<void> {
    const key = `sweep.${name}.${carrierId}`
    const kept = await store.readSweep(key)
    let from = Math.max(kept, untilMs - (kept === 0 ? firstLookMs : FIRST_LOOK_MS))
    let stepMs = STEP_MS
    try {
      for (let step = 0; step < STEPS && from < untilMs; step++) {
        const slice = await store.withoutReceipt(carrierId, from, Math.min(untilMs, from + stepMs), STEP_ROWS)
        // One that was sent a second time since then comes by again, under the id that it has now.
        await visit(slice.messages.filter(({ controlled, sentAtMs }) => !controlled?.control.first || sentAtMs <= untilMs))
        from = slice.upTo
        stepMs = slice.rows === 0 ? stepMs * 2 : STEP_MS
      }
    } finally {
      if (from > kept) await store.writeSweep(key, from)
    }
  }

  const givenUp = (target: ReceiptTarget): Change => {
    const given = { ...targetOf(target), state: 20, err: NO_RECEIPT, stateAtMs: now() }
    given.refunded = refundOf(given, true)
    return changeOfTarget(given)
  }

  /** By routes that do not wait for receipts any longer. */
  async function anew(messages: readonly TakenMessage[], minutes: number): Promise<void> {
    const written = await Promise.all(
      messages.map(async (message) => {
        const change = sendAnew(catalogue(), message, minutes, now())
        if (!change || !(await settle.write(change))) return 0
        parts.quality.failed(message.carrierId, message.mccmnc)
        return 1
      }),
    )
    parts.counted(
      'anew',
      written.reduce<number>((sum, one) => sum + one, 0),
    )
  }

  /** The receipt of a message whose submit was never answered: it stops waiting, unless other parts of it do. */
  async function attach(match: MessageId & { parkedId: number }): Promise<void> {
    const [parked] = await store.readParked([match.parkedId])
    const target = await store.readTarget(match)
    if (!parked || target?.state !== -1) return
    const changed = targetOf(target)
    const part = changed.partStates ? firstOpenPart(changed.partStates) : 1
    if (!applyReceipt(changed, part, receiptOf(parked), isLookUpChannel(target.channel))) return
    const cost = target.cost + costOfTaken(target, catalogue())
    if (await settle.write({ ...changeOfTarget(changed), cost }, changed.state === -1 ? undefined : 'waits'))
      await store.matched(match.parkedId, match.id)
  }

  return {
    memory() {
      const nowMs = now()
      for (const own of owned.values()) {
        if (own.queue.size === 0) continue
        own.pump() // its events do this; a queue must not stand still for want of one
        for (const item of own.withdraw((queued) => queued.expiresAtMs <= nowMs)) expire(item, nowMs, settle)
        if (!isDownForLong(own)) continue
        let left = SLICE
        const isFree = (item: Item) => !isPartlyTaken(item) && !item.bound && hasOtherWay(item, own.carrierId)
        const free = own.withdraw((item) => left > 0 && isFree(item) && left-- > 0)
        parts.counted('rerouted', free.length)
        for (const item of free) {
          reroute(item, nowMs)
          settle.changed(item)
        }
      }
    },
    async stranded() {
      for (const own of owned.values()) {
        if (isDownForLong(own)) parts.counted('rerouted', await rerouteDue(own.carrierId))
      }
      const enabled = catalogue().carriers.filter((carrier) => carrier.enabled)
      const up = enabled.filter(isUp)
      const look = { afterId: strandedAfter, limit: STRANDED_SLICE, nowMs: now() }
      const { nextId } = await store.moveStranded({ ...look, up: up.map(({ id }) => id), enabled: enabled.map(({ id }) => id) })
      strandedAfter = nextId
    },
    async held() {
      const over = await store.heldOver(now(), SLICE)
      await Promise.all(
        over.map(async (message) => {
          const target = await store.readTarget(message)
          if (target) await settle.write(target.state === -1 ? givenUp(target) : changeOfTarget(targetOf(target)), 'waits')
        }),
      )
    },
    async parked() {
      const carrierIds = [...owned.keys()]
      if (carrierIds.length === 0) return
      const look = { sinceMs: now() - DAY_MS, afterMs: parkedAfter, limit: PARKED_SLICE, newest: SLICE }
      const { receipts, nextMs } = await store.matchableParked({ ...look, carrierIds })
      parkedAfter = nextMs
      for (const parked of receipts) settle.found(parked.carrierId, receiptOf(parked), parked.id)
      for (const match of await store.heldMatches(now() - DAY_MS)) await attach(match)
    },
    async withoutReceipt() {
      for (const own of [...owned.values()]) {
        const carrier = catalogue().carrier(own.carrierId)
        if (!carrier) continue
        const { connector } = own
        if (carrier.queryAfterMinutes > 0 && connector.query && own.up) {
          await walk(carrier.id, 'query', now() - carrier.queryAfterMinutes * 60_000, (messages) => {
            const asked = messages.flatMap(({ carrierIds, sender }) =>
              carrierIds.map((carrierId) => ({ carrierId, from: sender })),
            )
            if (asked.length > 0) connector.query?.(asked)
          })
        }
        for (const minutes of catalogue().routing.table.noReceiptMinutes(carrier.id)) {
          const visit = (messages: TakenMessage[]) => anew(messages, minutes)
          await walk(carrier.id, `anew.${minutes}`, now() - minutes * 60_000, visit, ANEW_LOOK_MS)
        }
        await walk(carrier.id, 'receipt', now() - carrier.receiptLimitMinutes * 60_000, async (messages) => {
          await Promise.all(messages.map((message) => settle.write(givenUp(message))))
          for (const { channel, mccmnc } of messages) if (!isLookUpChannel(channel)) parts.quality.failed(carrier.id, mccmnc)
        })
      }
    },
  }
}

function firstOpenPart(parts: Uint8Array): number {
  for (let part = 1; part <= partCount(parts); part++) if (partState(parts, part) === PART.unknown) return part
  return 1
}

export const receiptOf = (parked: Parked): CarrierReceipt => ({
  carrierIds: parked.carrierIds,
  state: parked.state as CarrierReceipt['state'],
  stat: parked.stat,
  err: parked.err,
  to: parked.to,
  from: parked.from,
  atMs: parked.atMs,
  doneAtMs: parked.doneAtMs || undefined,
  queried: false,
})
