import { log } from '../log.ts'
import type { Change, SettleBatch, SettleResult } from '../store/settle.ts'
import { isPermanent, untilStored } from './until-stored.ts'

/** How a settle batch ended. `missed`: changes that were not written, because somebody was faster or the store refused them. */
export interface Written {
  readonly missed: ReadonlySet<number>
  /** The answer to an earlier try was lost: what was missed now may have been written then. */
  readonly retried: boolean
}

export interface WriteCounters {
  commits: number
  changes: number
  missed: number // changes that somebody else was faster with
  lost: number // changes that the store refused for good
}

const NOTHING: Written = { missed: new Set(), retried: false }

/** Writes batches until the store has them. Undefined: a lease is no longer ours, and nothing was written. */
export function makeSettleWriter(
  settle: (batch: SettleBatch) => Promise<SettleResult>,
  takeId: () => number,
  counters: WriteCounters,
): (batch: SettleBatch) => Promise<Written | undefined> {
  return async function write(batch) {
    const { changes, carrierIds, journal, handed, matched } = batch
    if (changes.length + carrierIds.length + journal.length + handed.length + matched.length === 0) return NOTHING
    let tries = 0
    let result: SettleResult
    try {
      result = await untilStored(() => {
        tries += 1
        return settle(batch)
      })
    } catch (error) {
      if (isPermanent(error)) return halves(batch, error)
      throw error
    }
    if (result.stale) return undefined
    counters.commits += 1
    counters.changes += result.written
    counters.missed += result.missed.length
    if (result.missed.length > 0 && tries === 1)
      log.warn('messages changed under us', { ids: result.missed.slice(0, 10), count: result.missed.length })
    return { missed: new Set(result.missed), retried: tries > 1 }
  }

  /** A batch with a change that the store cannot hold is halved until that change stands alone. */
  async function halves(batch: SettleBatch, error: unknown): Promise<Written | undefined> {
    const { changes, journal, handed, matched } = batch
    if (changes.length <= 1) {
      counters.lost += changes.length
      log.error('a change cannot be stored', { ids: changes.map((change) => change.id), error })
      return { missed: new Set(changes.map((change) => change.id)), retried: false }
    }
    const write = makeSettleWriter(settle, takeId, counters)
    const middle = Math.ceil(changes.length / 2)
    const first = await write(half(batch, changes.slice(0, middle)))
    if (!first) return undefined
    const second = await write({ ...half(batch, changes.slice(middle)), journal, handed, matched })
    return second && { missed: new Set([...first.missed, ...second.missed]), retried: first.retried || second.retried }
  }

  function half(batch: SettleBatch, changes: readonly Change[]): SettleBatch {
    const ids = new Set(changes.map((change) => change.id))
    return {
      ...batch,
      id: takeId(),
      changes,
      carrierIds: batch.carrierIds.filter((row) => ids.has(row.id)),
      takes: batch.takes.filter((id) => ids.has(id)),
      told: batch.told?.filter(({ messageId }) => ids.has(messageId)),
      owed: batch.owed?.filter(({ messageId }) => ids.has(messageId)),
      journal: [],
      handed: [],
      matched: [],
    }
  }
}

/** The leases under which a batch was decided. */
export const leasesOf = (
  items: readonly { readonly carrierId: number }[],
  epochOf: (carrierId: number) => number | undefined,
): SettleBatch['leases'] =>
  [...new Set(items.map((item) => item.carrierId))].flatMap((carrierId) => {
    const epoch = epochOf(carrierId)
    return epoch === undefined ? [] : [{ carrierId, epoch }]
  })
