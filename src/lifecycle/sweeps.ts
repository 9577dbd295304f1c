import type { CarrierReceipt } from '../connectors/connector.ts'
import { idOfTime } from '../domain/message-id.ts'
import { NO_RECEIPT } from '../domain/receipt.ts'
import { refundOf } from '../domain/refund.ts'
import { WAITING } from '../domain/waiting.ts'
import type { CarrierRow } from '../store/catalogue.ts'
import type { LoadedMessage } from '../store/loaded.ts'
import type { Parked, ReceiptTarget } from '../store/receipts.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import { reroute } from './carriers.ts'
import type { Catalogue } from './catalogue.ts'
import { changeOfTarget, isLookUpChannel, targetOf } from './change.ts'
import { expire } from './due.ts'
import { applyReceipt } from './receipt.ts'
import type { SettleCommit } from './settle-commit.ts'

/** What happens to messages by the mere passing of time. Every sweep works in slices and can stop anywhere. */
export interface Sweeps {
  /** Messages in memory whose validity ended, or whose carrier has been down for long. */
  memory(): void
  /** Rows of carriers that have been down for long: to be routed anew, a slice a call. */
  downCarriers(): Promise<void>
  /** Parked receipts whose message has appeared, or fits a held one. */
  parked(): Promise<void>
  /** Taken messages without a receipt: asked for, and in the end given up (err 245). */
  withoutReceipt(): Promise<void>
}

export interface SweepStore {
  readSweep(name: string): Promise<number>
  writeSweep(name: string, id: number): Promise<void>
  withoutReceipt(
    carrierId: number,
    afterId: number,
    upToId: number,
    limit: number,
  ): Promise<{ messages: LoadedMessage[]; upTo: number }>
  matchableParked(sinceMs: number, afterId: number, carrierIds: readonly number[], limit: number): Promise<Parked[]>
  heldMatches(sinceMs: number): Promise<{ parkedId: number; accountId: number; id: number }[]>
  readParked(ids: readonly number[]): Promise<Parked[]>
  matched(parkedId: number, messageId: number): Promise<void>
  readTarget(message: { accountId: number; id: number }): Promise<ReceiptTarget | undefined>
  takeDue(id: number): Promise<boolean>
  rerouteDue(carrierId: number, limit: number, exceptReason: number): Promise<number>
}

const SLICE = 500
const DAY_MS = 86_400_000
/** A link may come back by itself; after this its messages go another way if there is one. */
const DOWN_MS = 15_000

export function makeSweeps(parts: {
  store: SweepStore
  settle: SettleCommit
  owned: ReadonlyMap<number, CarrierQueue>
  catalogue: () => Catalogue
  now: () => number
}): Sweeps {
  const { store, settle, owned, catalogue, now } = parts

  const hasOtherWay = (carrierId: number): boolean =>
    catalogue().carriers.some(
      (carrier) => carrier.id !== carrierId && carrier.enabled && (owned.get(carrier.id)?.up ?? carrier.link === 'up'),
    )

  const isDownForLong = (own: CarrierQueue): boolean => !own.up && now() - own.downSinceMs > DOWN_MS

  async function walk(
    carrier: CarrierRow,
    name: string,
    beforeMs: number,
    visit: (message: LoadedMessage) => void,
  ): Promise<void> {
    const key = `sweep.${name}.${carrier.id}`
    const from = await store.readSweep(key)
    const upTo = idOfTime(beforeMs)
    if (upTo <= from) return
    const slice = await store.withoutReceipt(carrier.id, from, upTo, SLICE)
    for (const message of slice.messages) visit(message)
    await store.writeSweep(key, slice.upTo)
  }

  async function giveUp({ accountId, id }: LoadedMessage): Promise<void> {
    const target = await store.readTarget({ accountId, id })
    if (target?.state !== 0) return
    const given = { ...targetOf(target), state: 20, err: NO_RECEIPT, stateAtMs: now() }
    given.refunded = refundOf(given, true)
    await settle.write(changeOfTarget(given))
  }

  /** The receipt of a message whose submit was never answered: it stops waiting. */
  async function attach(match: { parkedId: number; accountId: number; id: number }): Promise<void> {
    const [parked] = await store.readParked([match.parkedId])
    const target = await store.readTarget(match)
    if (!parked || !target || target.state !== -1 || !(await store.takeDue(match.id))) return
    const changed = targetOf(target)
    if (!applyReceipt(changed, 1, receiptOf(parked), isLookUpChannel(target.channel))) return
    if (await settle.write(changeOfTarget(changed))) await store.matched(match.parkedId, match.id)
  }

  return {
    memory() {
      const nowMs = now()
      for (const own of owned.values()) {
        if (own.queue.size === 0) continue
        own.pump() // its events do this; a queue must not stand still for want of one
        for (const item of own.withdraw((queued) => queued.expiresAtMs <= nowMs)) expire(item, nowMs, settle)
        if (!isDownForLong(own) || !hasOtherWay(own.carrierId)) continue
        let left = SLICE
        for (const item of own.withdraw(() => left-- > 0)) {
          reroute(item, nowMs)
          settle.changed(item)
        }
      }
    },
    async downCarriers() {
      for (const own of owned.values()) {
        if (isDownForLong(own) && hasOtherWay(own.carrierId)) await store.rerouteDue(own.carrierId, SLICE, WAITING.held.code)
      }
    },
    async parked() {
      const carrierIds = [...owned.keys()]
      if (carrierIds.length === 0) return
      for (const parked of await store.matchableParked(now() - DAY_MS, 0, carrierIds, SLICE)) {
        settle.found(parked.carrierId, receiptOf(parked), parked.id)
      }
      for (const match of await store.heldMatches(now() - DAY_MS)) await attach(match)
    },
    async withoutReceipt() {
      for (const own of [...owned.values()]) {
        const carrier = catalogue().carrier(own.carrierId)
        if (!carrier) continue
        const { connector } = own
        if (carrier.queryAfterMinutes > 0 && connector.query && own.up) {
          await walk(carrier, 'query', now() - carrier.queryAfterMinutes * 60_000, (message) => {
            const ids = (message.carrierIds ?? '').split('\n').filter((carrierId) => carrierId !== '')
            connector.query?.(ids.map((carrierId) => ({ carrierId, from: message.sender })))
          })
        }
        const waiting: LoadedMessage[] = []
        await walk(carrier, 'receipt', now() - carrier.receiptLimitMinutes * 60_000, (message) => waiting.push(message))
        for (const message of waiting) await giveUp(message)
      }
    },
  }
}

const receiptOf = (parked: Parked): CarrierReceipt => ({
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
