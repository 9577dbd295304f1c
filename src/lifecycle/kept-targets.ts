import { packTrace } from '../domain/attempts.ts'
import { channelCode } from '../domain/channel.ts'
import { sameNumber } from '../domain/receipt.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { Target } from './change.ts'
import type { Item } from './item.ts'

/**
 * Messages of one carrier that left memory a moment ago, as their last commit left them: most receipts come within
 * seconds, and need not ask the table. Bounded; what somebody else changed meanwhile is found out when it is written
 * over, and then the table is asked.
 */
export interface KeptTargets {
  keep(item: Item): void
  /** The message under one of the receipt's own ids, if it went to that recipient. */
  find(keys: readonly string[], to: string): TargetPart | undefined
}

/** A message that a receipt belongs to, and the part it speaks of. */
export interface TargetPart {
  readonly row: ReceiptTarget
  readonly part: number
  readonly kept?: Kept
}

/** A message as its last commit left it, for all its parts; undefined: that is not known any more. */
interface Kept {
  row: (ReceiptTarget & Changing) | undefined
}
type Changing = { -readonly [Name in 'state' | 'err' | 'refunded' | 'partStates']: ReceiptTarget[Name] }

const KEYS_MAX = 20_000

export function makeKeptTargets(keyOf: (carrierId: string) => string): KeptTargets {
  let recent = new Map<string, TargetPart & { readonly kept: Kept }>()
  let older: typeof recent = new Map()

  return {
    keep(item) {
      const row = rowOf(item)
      const kept: Kept = { row }
      for (let part = 1; part <= item.carrierIds.length; part++) {
        const key = keyOf(item.carrierIds[part - 1] ?? '')
        if (key !== '') recent.set(key, { row, part, kept })
      }
      if (recent.size < KEYS_MAX) return
      older = recent
      recent = new Map()
    },
    find(keys, to) {
      for (const key of keys) {
        const found = recent.get(key) ?? older.get(key)
        if (found?.kept.row && sameNumber(found.row.recipient, to)) return found
      }
      return undefined
    },
  }
}

/** After the commit of a kept message's change: it stands as it was written, or nobody here knows how. */
export function noteCommit(kept: Kept | undefined, { state, err, refunded, partStates }: Target, written: boolean): void {
  if (!kept?.row) return
  if (written) Object.assign(kept.row, { state, err, refunded, partStates: partStates ?? null })
  else kept.row = undefined
}

const rowOf = (item: Item): ReceiptTarget => ({
  at: 0,
  key: '',
  part: 0,
  accountId: item.accountId,
  id: item.id,
  recipient: item.to,
  state: item.state,
  err: item.err,
  price: item.price,
  refunded: item.refunded,
  cost: item.cost,
  charged: item.charged,
  flags: item.flags,
  hops: item.hops,
  attempts: item.attempts,
  duplicates: item.duplicates,
  carrierId: item.carrierId,
  partStates: item.partStates ?? null,
  expiresAtMs: item.expiresAtMs,
  channel: channelCode(item.channel),
  payerId: item.payerId,
  mccmnc: item.mccmnc,
  sentAtMs: item.sentAtMs,
  ref: item.ref,
  sender: item.from,
  lane: item.lane,
  controlled: item.control && {
    control: item.control,
    trace: packTrace(item.id, item.trace),
    carrierIds: item.carrierIds.join('\n'),
  },
})
