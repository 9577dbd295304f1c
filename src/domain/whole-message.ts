import { decisive } from './message-state.ts'
import { joinParts, type StoredPart } from './text/join-parts.ts'
import { concatenationOf } from './text/udh.ts'

/** A row that is a part of a message which its customer submitted part by part. */
export interface PartRow extends StoredPart {
  readonly id: number
  readonly state: number
  readonly err: number
  readonly price: bigint // millionths
  readonly refunded: bigint
}

/** All parts of such a message that came, as one. */
export interface WholeMessage<R extends PartRow> {
  readonly firstId: number // of its first row: its name
  readonly parts: readonly { readonly number: number; readonly row: R }[] // by their numbers
  readonly total: number // parts it should have
  readonly text: string // as far as it came
  readonly price: bigint // what its parts cost together, and keep
  /** The row whose state and err are the message's: while a part waits that one, else the worst. */
  readonly decided: R
}

/** Puts the rows of one message together; undefined: there are none. Rows without a header of their own (sar_* was not kept) follow the others. */
export function wholeOf<R extends PartRow>(rows: readonly R[]): WholeMessage<R> | undefined {
  const first = rows.reduce<R | undefined>((least, row) => (!least || row.id < least.id ? row : least), undefined)
  const decided = decisive(rows)
  if (!first || !decided) return undefined
  const places = rows.map((row) => ({ row, place: row.octets === null ? undefined : concatenationOf(row.octets) }))
  const parts = places
    .map(({ row, place }) => ({ number: place?.number ?? rows.length, row }))
    .sort((a, b) => a.number - b.number || a.row.id - b.row.id)
  return {
    firstId: first.id,
    parts,
    total: Math.max(rows.length, ...places.map(({ place }) => place?.of ?? 0)),
    text: joinParts(parts.map(({ row }) => row)),
    price: rows.reduce((sum, { price, refunded }) => sum + price - refunded, 0n),
    decided,
  }
}
