import type { CarrierReceipt } from '../connectors/connector.ts'
import { foldId, otherForms, pickMatch } from '../domain/receipt.ts'
import type { Parked, ReceiptTarget } from '../store/receipts.ts'
import type { Item } from './item.ts'

/**
 * Finds the message of a receipt: in memory while the message's answer is not yet written, in the table of carrier
 * ids afterwards. What finds none is parked, never dropped: its message's answer may still be on its way.
 */
export interface ReceiptMatching {
  /** A part was taken. Answers the receipt that came before it, if one did. */
  taken(item: Item, part: number, carrierId: string): ParkedEarly | undefined
  /** The message in memory; 'repeated': it was dealt with a moment ago and needs no row. */
  inMemory(carrierId: number, receipt: CarrierReceipt): Found | 'repeated' | undefined
  /** Parts whose outcome is durable: from now on the table finds them, or (final) nobody needs to. */
  written(item: Item, parts: readonly number[]): void
  /** Asks the table. `undefined` in the answer: nobody's yet. */
  lookUp(questions: readonly { carrierId: number; receipt: CarrierReceipt }[]): Promise<(ReceiptTarget | Found | undefined)[]>
  park(receipts: readonly { carrierId: number; receipt: CarrierReceipt }[]): Promise<void>
  forget(carrierId: number): void
}

export interface Found {
  readonly item: Item
  readonly part: number
}
export interface ParkedEarly {
  readonly parkedId: number
  readonly receipt: CarrierReceipt
}

export type NewParked = Omit<Parked, 'id'> & { readonly keys: readonly string[] }

export interface MatchStore {
  findByCarrierIds(questions: readonly { carrierId: number; key: string; at: number }[]): Promise<ReceiptTarget[]>
  park(receipts: readonly NewParked[]): Promise<number[]>
}

/** Of one carrier; all bounded. */
interface Ids {
  readonly awaiting: Map<string, Found>
  readonly early: Map<string, ParkedEarly>
  recent: Set<string>
  older: Set<string>
}

const EARLY_MAX = 100_000
const RECENT_MAX = 50_000

/** Every notation of a receipt's ids, folded; the ones it was written in first. */
export const keysOf = (receipt: { readonly carrierIds: readonly string[] }): string[] => {
  const folded = receipt.carrierIds.map(foldId)
  return [...new Set([...folded, ...folded.flatMap(otherForms)])]
}

export function makeReceiptMatching(store: MatchStore): ReceiptMatching {
  const carriers = new Map<number, Ids>()
  const idsOf = (carrierId: number): Ids => {
    let ids = carriers.get(carrierId)
    if (!ids) {
      ids = { awaiting: new Map(), early: new Map(), recent: new Set(), older: new Set() }
      carriers.set(carrierId, ids)
    }
    return ids
  }

  /** By another notation only when the recipient agrees. */
  function otherNotation(ids: Ids, receipt: CarrierReceipt): Found | undefined {
    for (const key of keysOf(receipt)) {
      const found = ids.awaiting.get(key)
      if (found && pickMatch(receipt.carrierIds, receipt.to, [{ key, recipient: found.item.to }])) return found
    }
    return undefined
  }

  return {
    taken(item, part, carrierId) {
      const key = foldId(carrierId)
      if (key === '') return undefined
      const ids = idsOf(item.carrierId)
      ids.awaiting.set(key, { item, part })
      if (ids.early.size === 0) return undefined
      const parked = ids.early.get(key)
      if (!parked || !pickMatch(parked.receipt.carrierIds, parked.receipt.to, [{ key, recipient: item.to }])) return undefined
      for (const form of keysOf(parked.receipt)) ids.early.delete(form)
      return parked
    },
    inMemory(carrierId, receipt) {
      const ids = carriers.get(carrierId)
      if (!ids) return undefined
      for (const raw of receipt.carrierIds) {
        const key = foldId(raw)
        const found = ids.awaiting.get(key)
        if (found) return found
        if (ids.recent.has(key) || ids.older.has(key)) return 'repeated'
      }
      return undefined
    },
    written(item, parts) {
      const ids = idsOf(item.carrierId)
      for (const part of parts) {
        const key = foldId(item.carrierIds[part - 1] ?? '')
        if (ids.awaiting.get(key)?.item === item) ids.awaiting.delete(key)
        if (!isFinal(item, part) || key === '') continue
        ids.recent.add(key)
        if (ids.recent.size >= RECENT_MAX) {
          ids.older = ids.recent
          ids.recent = new Set()
        }
      }
    },
    async lookUp(questions) {
      const keys = questions.flatMap(({ carrierId, receipt }, at) => keysOf(receipt).map((key) => ({ carrierId, key, at })))
      const byQuestion = new Map<number, ReceiptTarget[]>()
      for (const row of await store.findByCarrierIds(keys)) {
        const rows = byQuestion.get(row.at)
        if (rows) rows.push(row)
        else byQuestion.set(row.at, [row])
      }
      return questions.map(({ carrierId, receipt }, at) => {
        const row = pickMatch(receipt.carrierIds, receipt.to, byQuestion.get(at) ?? [])?.match
        return row ?? otherNotation(idsOf(carrierId), receipt)
      })
    },
    async park(receipts) {
      if (receipts.length === 0) return
      const parked = await store.park(receipts.map(({ carrierId, receipt }) => toParked(carrierId, receipt)))
      receipts.forEach(({ carrierId, receipt }, at) => {
        const { early } = idsOf(carrierId)
        if (early.size >= EARLY_MAX) early.clear() // the sweep finds them in the table
        for (const key of keysOf(receipt)) early.set(key, { parkedId: parked[at] ?? 0, receipt })
      })
    },
    forget: (carrierId) => void carriers.delete(carrierId),
  }
}

/** Whether a part's outcome is known for good, so that no row for its carrier id is needed. */
export const isFinal = (item: Item, part: number): boolean =>
  item.partStates ? (item.partStates[(part - 1) * 2] ?? 0) > 2 : item.state > 0

const toParked = (carrierId: number, receipt: CarrierReceipt): NewParked => ({
  carrierId,
  keys: keysOf(receipt),
  carrierIds: receipt.carrierIds,
  state: receipt.state,
  stat: receipt.stat,
  err: receipt.err,
  to: receipt.to,
  from: receipt.from,
  atMs: receipt.atMs,
  doneAtMs: receipt.doneAtMs ?? 0,
})
