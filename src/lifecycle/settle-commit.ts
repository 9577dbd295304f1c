import type { CarrierReceipt, PartResult } from '../connectors/connector.ts'
import { log } from '../log.ts'
import type { Told } from '../store/outbox.ts'
import type { Change, IdRow, SettleBatch } from '../store/settle.ts'
import { makeAcknowledgements, type Owing } from './acknowledgements.ts'
import { makeAskedChanges } from './asked-changes.ts'
import { changeOfItem, changeOfTarget } from './change.ts'
import type { Deliveries } from './deliveries.ts'
import { type Item, leaveWindow } from './item.ts'
import { noteCommit } from './kept-targets.ts'
import { makeOwedRows } from './owed-rows.ts'
import { noteEnd, type QualityCounter } from './quality.ts'
import { applyReceipt, type JudgeReceipt } from './receipt.ts'
import { idRowsOf, type Match, makeReceiptMatching } from './receipt-matching.ts'
import { type Lookup, makeResolver } from './receipt-resolving.ts'
import type { SecondAttempts } from './second-attempt.ts'
import { type AttemptEnd, endAttempt, noteResult } from './settle.ts'
import type { SettleCommit, SettleStore } from './settle-contract.ts'
import { leasesOf, makeSettleWriter } from './settle-writer.ts'
import { untilStored } from './until-stored.ts'

export type { SettleCommit, SettleCounters, SettleStore } from './settle-contract.ts'

const FLUSH_AFTER_MS = 20
const CHANGES_MAX = 1000
/** A receipt whose message keeps changing under it is read again so often. */
const TRIES_MAX = 5

export function makeSettleCommit(parts: {
  store: SettleStore
  next: AttemptEnd
  epochOf: (carrierId: number) => number | undefined
  takeId: () => number
  /** A lease is no longer ours: this process must stop writing. */
  lost: () => void
  /** A message left this node's memory. */
  observed: (item: Item) => void
  /** A commit is durable: windows have room again. */
  freed: () => void
  /** What handlers are told of changes, undefined: nothing; and that it is written. */
  told?: { of: (changes: readonly Change[]) => readonly Told[] | undefined; written: (told: readonly Told[]) => void }
  /** The same of SMPP sessions. */
  deliveries?: Pick<Deliveries, 'owe' | 'written'>
  quality?: QualityCounter | undefined
  judgeReceipt?: JudgeReceipt
  /** What is not delivered may go out once more. */
  second?: SecondAttempts
}): SettleCommit {
  const { store } = parts
  const counters = { commits: 0, changes: 0, inMemory: 0, lookedUp: 0, parked: 0, repeated: 0, missed: 0, lost: 0 }
  const matching = makeReceiptMatching(store)
  const write = makeSettleWriter(store.settle, parts.takeId, counters)
  const asked = makeAskedChanges(store.readTarget)
  const acknowledgements = makeAcknowledgements()
  const owedRows = makeOwedRows()
  const matched: Match[] = []
  const resolve = makeResolver({
    matching,
    counters,
    receive,
    itemOf: (id) => inMemory.get(id),
    matched: (match) => matched.push(match),
    quality: parts.quality,
    judge: parts.judgeReceipt,
  })

  /** From the first hand-over until the commit that settles or moves it. */
  const inMemory = new Map<number, Item>()
  const dirty: Item[] = []
  const lookups: Lookup[] = []
  const idle: (() => void)[] = []
  /** Entries that `dirty` ever had, and those of them that are durable. */
  let touched = 0
  let durable = 0
  let timer: NodeJS.Timeout | undefined
  let flushing = false
  let hurried = false
  let ended = false

  const work = () => dirty.length + lookups.length + asked.size + acknowledgements.size + owedRows.size + matched.length

  function schedule(): void {
    if (flushing || ended || work() === 0) return
    if (dirty.length + lookups.length + asked.size >= CHANGES_MAX) {
      clearTimeout(timer)
      void flush()
    } else timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS)
  }

  function touch(item: Item): void {
    if (item.dirty) return
    item.dirty = true
    dirty.push(item)
    touched += 1
  }

  function settled(results: readonly PartResult[]): void {
    for (const result of results) {
      const item = inMemory.get(result.id)
      if (!item) continue
      const ended = noteResult(item, result, parts.next.judge)
      if (result.outcome === 'taken') {
        item.cost += parts.next.costOf(item)
        const early = matching.taken(item, result.part, result.carrierId)
        if (early) lookups.push({ ...early, carrierId: item.carrierId, owing: undefined, tries: 0 })
      }
      if (!ended) continue
      if (endAttempt(item, parts.next)) touch(item)
      else owedRows.leaveHandOver(item)
    }
    schedule()
  }

  function receipts(carrierId: number, batch: readonly CarrierReceipt[], acknowledge: () => void): void {
    const owing: Owing = { left: 0, after: 0, acknowledge }
    for (const receipt of batch) {
      const found = matching.inMemory(carrierId, receipt)
      if (found === 'repeated') counters.repeated += 1
      else if (found && !isLeaving(found.item)) {
        counters.inMemory += 1
        receive(found.item, found.part, receipt)
      } else {
        owing.left += 1
        lookups.push({ carrierId, receipt, owing, parkedId: 0, tries: 0 })
      }
    }
    owing.after = touched
    acknowledgements.add(owing)
    schedule()
  }

  /** The commit under way moves it to the due queue: what comes now is for the row. */
  const isLeaving = (item: Item): boolean => item.done && item.move !== undefined

  function receive(item: Item, part: number, receipt: CarrierReceipt): void {
    const isLookUp = item.channel === 'hlr' || item.channel === 'ping'
    const before = item.state
    const ruled = receipt.state === 'delivered' || isLookUp ? undefined : parts.judgeReceipt?.(item.carrierId, receipt, item.to)
    if (!applyReceipt(item, part, receipt, isLookUp, ruled)) return
    touch(item)
    ruled?.applied(item)
    if (parts.quality && before <= 0 && item.state > 0 && !isLookUp) noteEnd(parts.quality, item, item.state, receipt.atMs)
  }

  async function flush(): Promise<void> {
    timer = undefined
    if (flushing || ended) return
    flushing = true
    try {
      await flushOnce()
    } catch (error) {
      log.error('settling failed', { error })
    } finally {
      flushing = false
    }
    const now = hurried
    hurried = false
    if (work() > 0 && !ended && now) void flush()
    else if (work() > 0 && !ended) schedule()
    else for (const resolve of idle.splice(0)) resolve()
  }

  async function flushOnce(): Promise<void> {
    // While the store is away for long there are no ids; nothing is taken off the lists before there is one.
    const id = await untilStored(async () => parts.takeId())
    const looked = lookups.splice(0, CHANGES_MAX)
    const resolved = await resolve(looked)
    for (const { owing } of looked) if (owing) owing.after = touched
    const items = dirty.splice(0, CHANGES_MAX)
    const targets = [...resolved.values()]
    for (const { target } of targets) if (target.row.controlled) parts.second?.ofTarget(target, target.row.controlled.control)
    const wanted = asked.take(CHANGES_MAX, [...items.map((item) => item.id), ...resolved.keys()])

    const carrierIds: IdRow[] = []
    const newIds = items.map((item) => beginCommit(item, carrierIds))
    const changes = [
      ...items.map(changeOfItem),
      ...targets.map(({ target }) => changeOfTarget(target)),
      ...wanted.map(({ change }) => change),
    ]
    const batch: SettleBatch = {
      id,
      atMs: parts.next.now(),
      changes,
      carrierIds,
      ...owedRows.take(),
      matched: matched.splice(0),
      leases: leasesOf(items, parts.epochOf),
      takes: wanted.filter(({ waits }) => waits).map(({ change }) => change.id),
      told: parts.told && (await untilStored(async () => parts.told?.of(changes))), // ids may be wanting for a while
      owed: parts.deliveries && (await untilStored(async () => parts.deliveries?.owe(changes))),
    }
    const written = await write(batch)
    if (!written) return lose()
    if (batch.told) parts.told?.written(batch.told)
    if (batch.owed) parts.deliveries?.written(batch.owed, written)
    items.forEach((item, at) => {
      afterCommit(item, newIds[at] ?? [])
    })
    durable += items.length
    parts.freed()
    for (const { target, kept, applied } of targets) {
      const missed = written.missed.has(target.row.id)
      noteCommit(kept, target, !missed && !target.second)
      if (missed) readAgain(applied.map(({ lookup }) => lookup))
    }
    for (const lookup of looked) if (lookup.owing) lookup.owing.left -= 1
    acknowledgements.release(durable)
    await asked.answer(wanted, written)
  }

  /** Nothing more is written, and no receipt acknowledged: this process ends, and its successor reads what stands in the store. */
  function lose(): void {
    ended = true
    asked.refuseAll()
    parts.lost()
  }

  /** Somebody else wrote the message between our look and our commit: the receipts are applied to what it is now. */
  function readAgain(again: readonly Lookup[]): void {
    for (const lookup of again) {
      if (lookup.tries >= TRIES_MAX) continue
      if (lookup.owing) lookup.owing.left += 1
      lookups.push({ ...lookup, tries: lookup.tries + 1 })
    }
  }

  /** What of an item goes into this commit; answers its parts that were taken since the last one. */
  function beginCommit(item: Item, rows: IdRow[]): readonly number[] {
    item.dirty = false
    if (item.control !== undefined) parts.second?.ofItem(item, item.control)
    if (item.move !== undefined || (item.state >= 0 && item.unanswered === 0)) owedRows.finish(item)
    const { newIds } = item
    rows.push(...idRowsOf(item))
    item.newIds = []
    item.stateInCommit = item.state
    item.refundedInCommit = item.refunded
    return newIds
  }

  function afterCommit(item: Item, newIds: readonly number[]): void {
    item.storedState = item.stateInCommit
    item.storedRefunded = item.refundedInCommit
    matching.written(item, newIds)
    if (item.dirty || !item.done) return // something came while it was written: the next commit has it
    inMemory.delete(item.id)
    matching.left(item)
    leaveWindow(item)
    parts.observed(item)
  }

  return {
    submitted(items) {
      for (const item of items) {
        item.unanswered = -1
        inMemory.set(item.id, item)
      }
    },
    keep: (item) => void inMemory.set(item.id, item),
    settled,
    receipts,
    found(carrierId, receipt, parkedId) {
      lookups.push({ carrierId, receipt, owing: undefined, parkedId, tries: 0 })
      schedule()
    },
    changed(item) {
      inMemory.set(item.id, item)
      touch(item)
      schedule()
    },
    stored: () =>
      new Promise((resolve) => {
        acknowledgements.add({ left: 0, after: touched, acknowledge: resolve })
        schedule()
      }),
    write: (change, waits) =>
      new Promise((resolve) => {
        if (ended) return resolve(false)
        asked.add({ change, waits: waits !== undefined, resolve })
        schedule()
      }),
    journalDone(id) {
      owedRows.journalDone(id)
      schedule()
    },
    hurry() {
      if (flushing) hurried = true
      else if (work() > 0) {
        clearTimeout(timer)
        void flush()
      }
    },
    forgetCarrier: matching.forget,
    counters,
    get pending() {
      return work()
    },
    drained: () => (ended || (work() === 0 && !flushing) ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  }
}
