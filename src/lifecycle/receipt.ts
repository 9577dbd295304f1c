import type { CarrierReceipt } from '../connectors/connector.ts'
import { FLAG } from '../domain/message.ts'
import { overall, PART, partOfReceipt, partState, setPart } from '../domain/parts.ts'
import { errOfReceipt, mayReplace } from '../domain/receipt.ts'
import { refundOf } from '../domain/refund.ts'

/** What a receipt may change: a message in memory, or one read back. */
export interface Received {
  state: number
  err: number
  refunded: bigint
  partStates: Uint8Array | undefined | null
  receipt: string | null
  hlr: string | null
  stateAtMs: number
  readonly price: bigint
  readonly flags: number
}

/** A message that a receipt has changed; network and sender where they are at hand. */
export interface Judged {
  readonly accountId: number
  readonly id: number
  readonly mccmnc?: string
  readonly from?: string
}

/** What an operator's rule makes of a receipt. */
export interface Ruled {
  readonly state: number
  readonly err: number
  /** The receipt has changed its message: what else the rule says is done. */
  applied(message: Judged): void
}

/** Asked for receipts that are not of a delivery. Undefined: no rule of the operator fits. */
export type JudgeReceipt = (carrierId: number, receipt: CarrierReceipt, to: string) => Ruled | undefined

/**
 * Step 4: a delivery receipt becomes the final state, and money goes back if the tariff says so.
 * False: it changes nothing (a state we do not know, a repetition, or worse news than we have).
 */
export function applyReceipt(
  message: Received,
  part: number,
  receipt: CarrierReceipt,
  isLookUp: boolean,
  ruled?: Pick<Ruled, 'state' | 'err'>,
): boolean {
  const verdict = ruled ? partOfState(ruled.state) : partOfReceipt(receipt.state)
  if (verdict === undefined) return noteUndecided(message, receipt)

  const err = ruled ? ruled.err : isLookUp ? numeric(receipt.err) : errOfReceipt(receipt.state, receipt.err)
  let next: { state: number; err: number }
  if (message.partStates) {
    const before = { state: STATE_OF_PART[partState(message.partStates, part)] ?? 0, err: message.err }
    if (!mayReplace(before, STATE_OF_PART[verdict] ?? 0)) return false
    message.partStates = Uint8Array.from(message.partStates) // never change what a commit under way still reads
    setPart(message.partStates, part, verdict, err)
    next = overall(message.partStates)
    if (ruled && next.state > 2 && next.err === ruled.err) next.state = ruled.state // a part can't tell all of them apart
  } else {
    next = { state: ruled ? ruled.state : (STATE_OF_PART[verdict] ?? 0), err }
    if (!mayReplace(message, next.state)) return false
  }

  message.receipt = `${receipt.stat} ${receipt.err}`.trim().slice(0, 60)
  if (receipt.hlr) message.hlr = HLR_FIELDS.map((field) => receipt.hlr?.[field] ?? '').join('\n')
  if (next.state === message.state && message.partStates) return true // another part of the same message
  message.state = next.state
  message.err = next.err
  message.stateAtMs = receipt.atMs
  if (next.state > 0) message.refunded = refundOf(message, true)
  return true
}

const HLR_FIELDS = ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet'] as const

/** A status the carrier invented, or one on the way that its sender asked for: kept for people, decides nothing. */
function noteUndecided(message: Received, receipt: CarrierReceipt): boolean {
  const isAskedFor = receipt.state === 'unknown' || (message.flags & FLAG.intermediate) !== 0
  if (!isAskedFor || message.state > 0) return false
  message.receipt = `${receipt.stat} ${receipt.err}`.trim().slice(0, 60)
  return true
}

const EXPIRED = 3
const partOfState = (state: number) => (state === EXPIRED ? PART.expired : PART.undelivered)

const numeric = (err: string): number => {
  const value = Number.parseInt(err, 10)
  return value >= 0 && value <= 255 ? value : 0
}

/** Parts and messages share status.php's codes; see domain/parts.ts. */
const STATE_OF_PART: Readonly<Record<number, number>> = { 0: -1, 1: 0, 2: -1, 3: 1, 4: 2, 5: 3, 6: 20, 7: 20 }
