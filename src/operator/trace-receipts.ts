import { isOurs } from '../domain/message-state.ts'
import type { TraceRow } from '../store/trace.ts'
import type { PduTold } from './trace-wire.ts'

/** A receipt, as far as it was kept. */
export interface ReceiptTold {
  readonly atMs: number
  /** stored: what the message's row keeps of the last one · parked: it came too early, or matched later · captured: with its octets */
  readonly origin: 'stored' | 'parked' | 'captured'
  readonly carrierIds: readonly string[]
  readonly state: string // how it was understood; empty: not kept
  readonly stat: string
  readonly err: string
  readonly doneAtMs: number | undefined // the carrier's own date
  readonly octets: Uint8Array | undefined
}

/** All that is known of a message's receipts, in the order of time. */
export function receiptsOf(row: TraceRow, pdus: readonly PduTold[]): ReceiptTold[] {
  const captured = pdus.flatMap(({ atMs, receipt, octets }): ReceiptTold[] =>
    receipt ? [{ atMs, origin: 'captured', ...receipt, octets }] : [],
  )
  const unknown = { carrierIds: [], state: '', doneAtMs: undefined, octets: undefined }
  const parked = row.receipts.map(({ atMs, stat, err }): ReceiptTold => ({ ...unknown, atMs, origin: 'parked', stat, err }))
  const last = lastOf(row)
  const isKnown = last && [...captured, ...parked].some(({ stat, err }) => stat === last.stat && err === last.err)
  return [...captured, ...parked, ...(last && !isKnown ? [{ ...unknown, ...last }] : [])].sort((a, b) => a.atMs - b.atMs)
}

function lastOf(row: TraceRow): Pick<ReceiptTold, 'atMs' | 'origin' | 'stat' | 'err'> | undefined {
  if (row.receipt === null || isOurs(row)) return undefined
  const [stat = '', ...err] = row.receipt.split(' ')
  return { atMs: row.stateAtMs, origin: 'stored', stat, err: err.join(' ') }
}
