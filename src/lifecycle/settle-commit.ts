import type { CarrierReceipt, PartResult } from '../connectors/connector.ts'
import { foldId } from '../domain/receipt.ts'
import { log } from '../log.ts'
import type { Change, IdRow, SettleBatch, SettleResult } from '../store/settle.ts'
import { changeOfItem, changeOfTarget, isLookUpChannel, type Target, targetOf } from './change.ts'
import type { Item, Owed } from './item.ts'
import { applyReceipt } from './receipt.ts'
import { type Found, isFinal, type MatchStore, makeReceiptMatching } from './receipt-matching.ts'
import { type AttemptEnd, endAttempt, noteResult } from './settle.ts'
import { isPermanent, untilStored } from './until-stored.ts'

/**
 * Writes what settle and receipt decide: batched, and coalesced where both come within a batch (one update a
 * message). One commit is under way; what happens meanwhile is the next one. Receipts are acknowledged to the
 * carrier only after the commit that holds them.
 */
export interface SettleCommit {
  /** Messages now with a connector. */
  submitted(items: readonly Item[]): void
  settled(results: readonly PartResult[]): void
  receipts(carrierId: number, receipts: readonly CarrierReceipt[], acknowledge: () => void): void
  /** A parked receipt whose message has appeared. */
  found(carrierId: number, receipt: CarrierReceipt, parkedId: number): void
  /** A message in memory changed for another reason: moved, expired, cancelled. */
  changed(item: Item): void
  /** A change of a message that is not in memory, decided on what was read. False: somebody was faster, nothing was written. */
  write(change: Change): Promise<boolean>
  journalDone(id: number): void
  /** Forgets a carrier's ids: it left this node. */
  forgetCarrier(carrierId: number): void
  readonly counters: SettleCounters
  readonly pending: number
  drained(): Promise<void>
}

export interface SettleCounters {
  commits: number
  changes: number
  inMemory: number // receipts that met their message in memory
  lookedUp: number
  parked: number
  repeated: number
  missed: number // changes that somebody else was faster with
  lost: number // changes that the store refused for good
}

export interface SettleStore extends MatchStore {
  settle(batch: SettleBatch): Promise<SettleResult>
}

interface Owing {
  left: number
  readonly acknowledge: () => void
}
interface Lookup {
  readonly carrierId: number
  readonly receipt: CarrierReceipt
  readonly owing: Owing | undefined
  readonly parkedId: number // 0: fresh from the carrier
}
interface Write {
  readonly change: Change
  readonly resolve: (written: boolean) => void
}

const FLUSH_AFTER_MS = 20
const CHANGES_MAX = 1000

export function makeSettleCommit(parts: {
  store: SettleStore
  next: AttemptEnd
  epochOf: (carrierId: number) => number | undefined
  takeId: () => number
  /** A lease is no longer ours: this process must stop writing. */
  lost: () => void
  /** A message left this node's memory. */
  observed: (item: Item) => void
}): SettleCommit {
  const { store } = parts
  const matching = makeReceiptMatching(store)
  const inFlight = new Map<number, Item>()
  const counters: SettleCounters = {
    commits: 0,
    changes: 0,
    inMemory: 0,
    lookedUp: 0,
    parked: 0,
    repeated: 0,
    missed: 0,
    lost: 0,
  }

  const dirty: Item[] = []
  const lookups: Lookup[] = []
  const writes: Write[] = []
  const owings: Owing[] = []
  const matched: { parkedId: number; messageId: number }[] = []
  const journal: number[] = []
  const handed: number[] = []
  const idle: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let flushing = false

  const work = () =>
    dirty.length + lookups.length + writes.length + owings.length + journal.length + handed.length + matched.length

  function schedule(): void {
    if (flushing || work() === 0) return
    if (dirty.length + lookups.length + writes.length >= CHANGES_MAX) {
      clearTimeout(timer)
      void flush()
    } else timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS)
  }

  function touch(item: Item): void {
    if (item.dirty) return
    item.dirty = true
    dirty.push(item)
  }

  /** The journal stops counting a message with the commit that settles or moves it. */
  function finish(item: Item): void {
    if (item.done) return
    item.done = true
    countDown(item.journal, journal)
    if (item.handed) countDown(item.handed, handed)
  }

  const countDown = (owed: Owed, list: number[]): void => {
    owed.left -= 1
    if (owed.left === 0) list.push(owed.id)
  }

  function settled(results: readonly PartResult[]): void {
    for (const result of results) {
      const item = inFlight.get(result.id)
      if (!item) continue
      const ended = noteResult(item, result)
      if (result.outcome === 'taken') {
        const early = matching.taken(item, result.part, result.carrierId)
        if (early) lookups.push({ carrierId: item.carrierId, receipt: early.receipt, owing: undefined, parkedId: early.parkedId })
      }
      if (!ended) continue
      if (endAttempt(item, parts.next)) touch(item)
      else if (!item.dirty) inFlight.delete(item.id) // it queues again: its next hand-over brings it back
    }
    schedule()
  }

  function receipts(carrierId: number, batch: readonly CarrierReceipt[], acknowledge: () => void): void {
    const owing: Owing = { left: 1, acknowledge }
    for (const receipt of batch) {
      const found = matching.inMemory(carrierId, receipt)
      if (found === 'repeated') counters.repeated += 1
      else if (found) {
        counters.inMemory += 1
        receive(found, receipt)
      } else {
        owing.left += 1
        lookups.push({ carrierId, receipt, owing, parkedId: 0 })
      }
    }
    owings.push(owing)
    schedule()
  }

  const receive = ({ item, part }: Found, receipt: CarrierReceipt): void => {
    if (applyReceipt(item, part, receipt, item.channel === 'hlr' || item.channel === 'ping')) touch(item)
  }

  async function flush(): Promise<void> {
    timer = undefined
    if (flushing) return
    flushing = true
    try {
      await flushOnce()
    } catch (error) {
      log.error('settling failed', { error })
    } finally {
      flushing = false
    }
    if (work() > 0) schedule()
    else for (const resolve of idle.splice(0)) resolve()
  }

  async function flushOnce(): Promise<void> {
    const looked = lookups.splice(0, CHANGES_MAX)
    const acknowledged = owings.splice(0)
    const targets = looked.length > 0 ? await untilStored(() => resolve(looked)) : []
    const items = dirty.splice(0, CHANGES_MAX)
    const asked = writes.splice(0, CHANGES_MAX)

    const idRows: IdRow[] = []
    const written = new Map<Item, readonly number[]>()
    for (const item of items) {
      item.dirty = false
      if (item.move !== undefined || (item.state >= 0 && item.unanswered === 0)) finish(item)
      written.set(item, item.newIds)
      newIdRows(item, idRows)
      item.newIds = []
      item.stateInCommit = item.state
      item.refundedInCommit = item.refunded
    }
    const changes = [...items.map(changeOfItem), ...targets.map(changeOfTarget), ...asked.map(({ change }) => change)]
    const batch: SettleBatch = {
      id: parts.takeId(),
      changes,
      carrierIds: idRows,
      journal: journal.splice(0),
      handed: handed.splice(0),
      matched: matched.splice(0),
      leases: leasesOf(items),
    }
    const missed = await commit(batch)
    for (const item of items) afterCommit(item, written.get(item) ?? [])
    for (const { change, resolve } of asked) resolve(!missed.has(change.id))
    for (const owing of acknowledged) release(owing)
    for (const { owing } of looked) if (owing) release(owing)
  }

  const leasesOf = (items: readonly Item[]) =>
    [...new Set(items.map((item) => item.carrierId))].flatMap((carrierId) => {
      const epoch = parts.epochOf(carrierId)
      return epoch === undefined ? [] : [{ carrierId, epoch }]
    })

  /** Answers the ids that were not written because somebody else was faster. */
  async function commit(batch: SettleBatch): Promise<Set<number>> {
    const { changes, carrierIds, journal, handed, matched } = batch
    if (changes.length + carrierIds.length + journal.length + handed.length + matched.length === 0) return new Set()
    let result: SettleResult
    try {
      result = await untilStored(() => store.settle(batch))
    } catch (error) {
      if (isPermanent(error)) return oneByOne(batch, error)
      throw error
    }
    if (result.stale) {
      parts.lost()
      return new Set(changes.map((change) => change.id))
    }
    counters.commits += 1
    counters.changes += result.written
    counters.missed += result.missed.length
    if (result.missed.length > 0)
      log.warn('messages changed under us', { ids: result.missed.slice(0, 10), count: result.missed.length })
    return new Set(result.missed)
  }

  /** A batch with a change that the store cannot hold is halved until that change stands alone. */
  async function oneByOne(batch: SettleBatch, error: unknown): Promise<Set<number>> {
    const { changes } = batch
    if (changes.length <= 1) {
      counters.lost += changes.length
      log.error('a change cannot be stored', { ids: changes.map((change) => change.id), error })
      return new Set(changes.map((change) => change.id))
    }
    const middle = Math.ceil(changes.length / 2)
    const half = (some: readonly Change[], rest: Partial<SettleBatch>): SettleBatch => {
      const ids = new Set(some.map((change) => change.id))
      const carrierIds = batch.carrierIds.filter((row) => ids.has(row.id))
      return { ...batch, id: parts.takeId(), changes: some, carrierIds, journal: [], handed: [], matched: [], ...rest }
    }
    const first = await commit(half(changes.slice(0, middle), {}))
    const { journal, handed, matched } = batch
    return new Set([...first, ...(await commit(half(changes.slice(middle), { journal, handed, matched })))])
  }

  const release = (owing: Owing): void => {
    owing.left -= 1
    if (owing.left === 0) owing.acknowledge()
  }

  /** A part that was taken and has no final receipt yet can be found by its carrier id from now on. */
  function newIdRows(item: Item, rows: IdRow[]): void {
    for (const part of item.newIds) {
      if (isFinal(item, part)) continue
      rows.push({
        carrierId: item.carrierId,
        key: foldId(item.carrierIds[part - 1] ?? ''),
        accountId: item.accountId,
        id: item.id,
        part,
      })
    }
  }

  function afterCommit(item: Item, newIds: readonly number[]): void {
    item.storedState = item.stateInCommit
    item.storedRefunded = item.refundedInCommit
    matching.written(item, newIds)
    if (item.dirty || !item.done) return // something came while it was written: the next commit has it
    inFlight.delete(item.id)
    parts.observed(item)
  }

  async function resolve(looked: readonly Lookup[]): Promise<Target[]> {
    const answers = await matching.lookUp(looked)
    counters.lookedUp += looked.length
    const targets = new Map<number, Target>()
    const unmatched: Lookup[] = []
    for (const [at, lookup] of looked.entries()) {
      const answer = answers[at]
      if (!answer) {
        if (lookup.parkedId === 0) unmatched.push(lookup)
        continue
      }
      const messageId = 'item' in answer ? answer.item.id : answer.id
      if (lookup.parkedId > 0) matched.push({ parkedId: lookup.parkedId, messageId })
      if ('item' in answer) {
        receive(answer, lookup.receipt)
        continue
      }
      const item = inFlight.get(answer.id)
      if (item) {
        receive({ item, part: answer.part }, lookup.receipt)
        continue
      }
      const target = targets.get(answer.id) ?? targetOf(answer)
      if (applyReceipt(target, answer.part, lookup.receipt, isLookUpChannel(answer.channel))) targets.set(answer.id, target)
    }
    counters.parked += unmatched.length
    await matching.park(unmatched)
    return [...targets.values()]
  }

  return {
    submitted(items) {
      for (const item of items) {
        item.unanswered = -1
        inFlight.set(item.id, item)
      }
    },
    settled,
    receipts,
    found(carrierId, receipt, parkedId) {
      lookups.push({ carrierId, receipt, owing: undefined, parkedId })
      schedule()
    },
    changed(item) {
      inFlight.set(item.id, item)
      touch(item)
      schedule()
    },
    write: (change) =>
      new Promise((resolve) => {
        writes.push({ change, resolve })
        schedule()
      }),
    journalDone(id) {
      journal.push(id)
      schedule()
    },
    forgetCarrier: matching.forget,
    counters,
    get pending() {
      return work()
    },
    drained: () => (work() === 0 && !flushing ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  }
}
