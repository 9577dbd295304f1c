import type { CarrierReceipt } from '../connectors/connector.ts'
import { isShortMessage } from '../domain/channel.ts'
import { PART, partState } from '../domain/parts.ts'
import { foldId, otherForms, pickMatch } from '../domain/receipt.ts'
import type { Parked, ReceiptTarget } from '../store/receipts.ts'
import type { IdRow } from '../store/settle.ts'
import type { Item } from './item.ts'
import { type KeptTargets, makeKeptTargets, type TargetPart } from './kept-targets.ts'
import { KEY_MAX, storable } from './storable.ts'

/**
 * Finds the message of a receipt: in memory while the message's answer is not yet written, in the table of carrier
 * ids afterwards. What finds none is parked, never dropped: its message's answer may still be on its way.
 */
export interface ReceiptMatching {
  /** A part was taken. Answers the receipt that came before it, if one did. */
  taken(item: Item, part: number, carrierId: string): ParkedEarly | undefined
  /** The message in memory; 'repeated': it was dealt with a moment ago and needs no row. */
  inMemory(carrierId: number, receipt: CarrierReceipt): Found | 'repeated' | undefined
  /** Parts whose outcome is durable: from now on the table finds them, or (closed) nobody needs to. */
  written(item: Item, parts: readonly number[]): void
  /** A message left memory; its receipts come later. */
  left(item: Item): void
  /** Asks what was kept of those that just left, then the table. `undefined` in the answer: nobody's yet. */
  lookUp(questions: readonly Question[]): Promise<(TargetPart | Found | undefined)[]>
  /** Keeps receipts for later; one that is parked already is not parked again. Answers how many were new, and those whose message came meanwhile. */
  park(receipts: readonly { carrierId: number; receipt: CarrierReceipt }[]): Promise<{ count: number; matched: Match[] }>
  forget(carrierId: number): void
}

interface Question {
  readonly carrierId: number
  readonly receipt: CarrierReceipt
  readonly tries: number // above 0: what was kept was out of date
}
export interface Found {
  readonly item: Item
  readonly part: number
}
export interface ParkedEarly {
  parkedId: number // 0: it is being parked right now
  messageId: number // its message came while it was being parked; 0: not yet
  readonly receipt: CarrierReceipt
}
export interface Match {
  readonly parkedId: number
  readonly messageId: number
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
  readonly kept: KeptTargets
  recent: Set<string>
  older: Set<string>
}

const EARLY_MAX = 100_000
const RECENT_MAX = 50_000

/** The form of a carrier's id under which its message is found. */
export const keyOf = (raw: string): string => storable(foldId(raw), KEY_MAX)

/** Every notation of a receipt's ids, folded; the ones it was written in first. */
export const keysOf = (receipt: { readonly carrierIds: readonly string[] }): string[] => {
  const folded = receipt.carrierIds.map(keyOf)
  return [...new Set([...folded, ...folded.flatMap(otherForms)])].filter((key) => key !== '')
}

export function makeReceiptMatching(store: MatchStore): ReceiptMatching {
  const carriers = new Map<number, Ids>()
  const idsOf = (carrierId: number): Ids => {
    let ids = carriers.get(carrierId)
    if (!ids) {
      ids = { awaiting: new Map(), early: new Map(), kept: makeKeptTargets(keyOf), recent: new Set(), older: new Set() }
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

  const isParked = (carrierId: number, receipt: CarrierReceipt): boolean => {
    const early = carriers.get(carrierId)?.early
    return early !== undefined && keysOf(receipt).some((key) => early.get(key)?.receipt.state === receipt.state)
  }

  return {
    taken(item, part, carrierId) {
      const key = keyOf(carrierId)
      if (key === '') return undefined
      const ids = idsOf(item.carrierId)
      ids.awaiting.set(key, { item, part })
      if (ids.early.size === 0) return undefined
      const parked = ids.early.get(key)
      if (!parked || !pickMatch(parked.receipt.carrierIds, parked.receipt.to, [{ key, recipient: item.to }])) return undefined
      for (const form of keysOf(parked.receipt)) ids.early.delete(form)
      parked.messageId = item.id
      return parked
    },
    inMemory(carrierId, receipt) {
      const ids = carriers.get(carrierId)
      if (!ids) return undefined
      for (const raw of receipt.carrierIds) {
        const key = keyOf(raw)
        const found = ids.awaiting.get(key)
        if (found) return found
        if (ids.recent.has(key) || ids.older.has(key)) return 'repeated'
      }
      return undefined
    },
    written(item, parts) {
      const ids = idsOf(item.carrierId)
      for (const part of parts) {
        const key = keyOf(item.carrierIds[part - 1] ?? '')
        if (ids.awaiting.get(key)?.item === item) ids.awaiting.delete(key)
        if (!isClosed(item, part) || key === '') continue
        ids.recent.add(key)
        if (ids.recent.size >= RECENT_MAX) {
          ids.older = ids.recent
          ids.recent = new Set()
        }
      }
    },
    left(item) {
      if (item.state === 0 && item.move === undefined) idsOf(item.carrierId).kept.keep(item)
    },
    async lookUp(questions) {
      const answers: (TargetPart | Found | undefined)[] = questions.map(({ carrierId, receipt, tries }) =>
        tries === 0 ? idsOf(carrierId).kept.find(receipt.carrierIds.map(keyOf), receipt.to) : undefined,
      )
      const keys = questions.flatMap(({ carrierId, receipt }, at) =>
        answers[at] ? [] : keysOf(receipt).map((key) => ({ carrierId, key, at })),
      )
      if (keys.length === 0) return answers
      const byQuestion = new Map<number, ReceiptTarget[]>()
      for (const row of await store.findByCarrierIds(keys)) {
        const rows = byQuestion.get(row.at)
        if (rows) rows.push(row)
        else byQuestion.set(row.at, [row])
      }
      return questions.map(({ carrierId, receipt }, at) => {
        if (answers[at]) return answers[at]
        const row = pickMatch(receipt.carrierIds, receipt.to, byQuestion.get(at) ?? [])?.match
        return row ? { row, part: row.part } : otherNotation(idsOf(carrierId), receipt)
      })
    },
    async park(receipts) {
      const fresh: { readonly carrierId: number; readonly early: ParkedEarly }[] = []
      for (const { carrierId, receipt } of receipts) {
        if (isParked(carrierId, receipt)) continue
        const early = { parkedId: 0, messageId: 0, receipt }
        fresh.push({ carrierId, early })
        const ids = idsOf(carrierId)
        if (ids.early.size >= EARLY_MAX) ids.early.clear() // the sweep finds them in the table
        for (const key of keysOf(receipt)) ids.early.set(key, early)
      }
      if (fresh.length === 0) return { count: 0, matched: [] }
      try {
        const parked = await store.park(fresh.map(({ carrierId, early }) => toParked(carrierId, early.receipt)))
        for (const [at, { early }] of fresh.entries()) early.parkedId = parked[at] ?? 0
      } catch (error) {
        for (const { carrierId, early } of fresh)
          for (const key of keysOf(early.receipt))
            if (idsOf(carrierId).early.get(key) === early) idsOf(carrierId).early.delete(key)
        throw error
      }
      return { count: fresh.length, matched: fresh.map(({ early }) => early).filter(({ messageId }) => messageId > 0) }
    },
    forget: (carrierId) => void carriers.delete(carrierId),
  }
}

/**
 * Whether no receipt can change a part any more, so that no row for its carrier id is needed. A delivered SMS is;
 * messengers say "read" later, and bad news may be followed by good.
 */
export function isClosed(item: Item, part: number): boolean {
  const state = item.partStates ? partState(item.partStates, part) : SINGLE[item.state]
  if (state === PART.read) return true
  if (item.channel === 'hlr') return state !== undefined && state > PART.unknown
  return state === PART.delivered && isShortMessage(item.channel)
}

/** Rows by which receipts find the parts that were taken since the last commit. */
export function idRowsOf(item: Item): IdRow[] {
  const rows: IdRow[] = []
  for (const part of item.newIds) {
    const key = keyOf(item.carrierIds[part - 1] ?? '')
    if (key === '' || isClosed(item, part)) continue
    rows.push({ carrierId: item.carrierId, key, accountId: item.accountId, id: item.id, part })
  }
  return rows
}

/** States of a message in the words of its only part. */
const SINGLE: Readonly<Record<number, number>> = {
  1: PART.delivered,
  2: PART.read,
  3: PART.expired,
  4: PART.read,
  20: PART.undelivered,
}

const toParked = (carrierId: number, receipt: CarrierReceipt): NewParked => ({
  carrierId,
  keys: keysOf(receipt),
  carrierIds: receipt.carrierIds.map((id) => storable(id, 200)),
  state: receipt.state,
  stat: storable(receipt.stat, 200),
  err: storable(receipt.err, 200),
  to: storable(receipt.to, 100),
  from: storable(receipt.from, 100),
  atMs: receipt.atMs,
  doneAtMs: receipt.doneAtMs ?? 0,
})
