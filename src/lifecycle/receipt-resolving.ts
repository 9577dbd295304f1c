import type { CarrierReceipt } from '../connectors/connector.ts'
import type { Control } from '../domain/delivery-control.ts'
import { log } from '../log.ts'
import type { Owing } from './acknowledgements.ts'
import { isLookUpChannel, type Target, targetOf } from './change.ts'
import type { Item } from './item.ts'
import type { TargetPart } from './kept-targets.ts'
import { noteEnd, type QualityCounter } from './quality.ts'
import { applyReceipt, type JudgeReceipt } from './receipt.ts'
import { keyOf, keysOf, type Match, type ReceiptMatching } from './receipt-matching.ts'
import { isPermanent, untilStored } from './until-stored.ts'

/** A receipt whose message is not in memory, as far as we know. */
export interface Lookup {
  readonly carrierId: number
  readonly receipt: CarrierReceipt
  readonly owing: Owing | undefined
  readonly parkedId: number // 0: fresh from the carrier
  tries: number
}

/** What receipts make of a message that was read back. */
export interface Resolved {
  readonly target: Target
  readonly kept: TargetPart['kept']
  /** What was applied, and to which part. */
  readonly applied: { readonly lookup: Lookup; readonly part: number }[]
}

export interface ResolveCounters {
  lookedUp: number
  parked: number
  repeated: number
  lost: number // receipts that the store refused for good
}

/** Looks receipts up and applies them: to messages in memory at once, to others in the answer. What finds none is parked. */
export function makeResolver(parts: {
  matching: ReceiptMatching
  /** A message in memory: what was read of it is older than what is there. */
  itemOf: (id: number) => Item | undefined
  receive: (item: Item, part: number, receipt: CarrierReceipt) => void
  matched: (match: Match) => void
  quality?: QualityCounter | undefined
  judge?: JudgeReceipt | undefined
  counters: ResolveCounters
}): (lookups: readonly Lookup[]) => Promise<Map<number, Resolved>> {
  const { matching, counters } = parts

  async function resolve(lookups: readonly Lookup[]): Promise<Map<number, Resolved>> {
    if (lookups.length === 0) return new Map()
    try {
      return await untilStored(() => once(lookups))
    } catch (error) {
      if (!isPermanent(error)) throw error
      if (lookups.length > 1) return halves(lookups)
      counters.lost += 1
      log.error('a receipt cannot be stored', { error })
      return new Map()
    }
  }

  async function halves(lookups: readonly Lookup[]): Promise<Map<number, Resolved>> {
    const middle = Math.ceil(lookups.length / 2)
    const found = await resolve(lookups.slice(0, middle))
    for (const [id, resolved] of await resolve(lookups.slice(middle))) {
      const known = found.get(id)
      if (!known) found.set(id, resolved)
      else for (const { lookup, part } of resolved.applied) add(known, part, lookup, parts)
    }
    return found
  }

  async function once(lookups: readonly Lookup[]): Promise<Map<number, Resolved>> {
    const answers = await matching.lookUp(lookups)
    const resolved = new Map<number, Resolved>()
    const unmatched: Lookup[] = []
    for (const [at, lookup] of lookups.entries()) {
      const answer = answers[at]
      if (!answer) {
        if (lookup.parkedId === 0) unmatched.push(lookup)
        continue
      }
      const messageId = 'item' in answer ? answer.item.id : answer.row.id
      const item = 'item' in answer ? answer.item : parts.itemOf(messageId)
      const isOfAnother =
        item && (item.carrierId !== lookup.carrierId || (!('item' in answer) && isOfFirst(item.control, item.carrierIds, lookup)))
      if (isOfAnother && isGoodNews(lookup)) {
        // Of the carrier it was with before, while another is at it: kept until that one is done.
        if (lookup.parkedId === 0) unmatched.push(lookup)
        continue
      }
      if (lookup.parkedId > 0) parts.matched({ parkedId: lookup.parkedId, messageId })
      if (isOfAnother) continue
      if (item) parts.receive(item, answer.part, lookup.receipt)
      else if (!('item' in answer)) {
        const known = resolved.get(messageId) ?? { target: targetOf(answer.row), kept: answer.kept, applied: [] }
        if (add(known, answer.part, lookup, parts)) resolved.set(messageId, known)
      }
    }
    const { count, matched } = await matching.park(unmatched)
    for (const match of matched) parts.matched(match)
    counters.lookedUp += lookups.length
    counters.parked += count
    counters.repeated += unmatched.length - count
    return resolved
  }

  return resolve
}

const isGoodNews = ({ receipt }: Lookup): boolean => receipt.state === 'delivered' || receipt.state === 'read'

/** Of a message that is sent a second time: what a carrier says of it by an id of the first. */
const isOfFirst = (control: Control | undefined, carrierIds: readonly string[], { receipt }: Lookup): boolean => {
  if (!control?.first) return false
  const keys = keysOf(receipt)
  return !carrierIds.some((id) => keys.includes(keyOf(id)))
}

/**
 * A carrier that kept silent too long, so that the message was sent anew over another, decides no more, nor does what is said of a first attempt while there is a second: but if it says that the
 * message arrived, it did. (Of one part of several it proves nothing.)
 */
const isLate = (target: Target, lookup: Lookup): boolean =>
  (target.row.carrierId !== lookup.carrierId || isOfFirst(controlOf(target), idsOf(target), lookup)) &&
  (!isGoodNews(lookup) || target.partStates !== null)

const controlOf = ({ row }: Target): Control | undefined => row.controlled?.control
const idsOf = ({ row }: Target): readonly string[] => row.controlled?.carrierIds?.split('\n') ?? []

interface Watching {
  readonly quality?: QualityCounter | undefined
  readonly judge?: JudgeReceipt | undefined
}

function add({ target, applied }: Resolved, part: number, lookup: Lookup, { quality, judge }: Watching): boolean {
  if (isLate(target, lookup)) return false
  const { row, state: before } = target
  const { receipt, carrierId } = lookup
  const isLookUp = isLookUpChannel(row.channel)
  const ruled = receipt.state === 'delivered' || isLookUp ? undefined : judge?.(carrierId, receipt, row.recipient)
  if (!applyReceipt(target, part, receipt, isLookUp, ruled)) return false
  if (lookup.tries === 0) {
    ruled?.applied(row)
    const isEnd = before <= 0 && target.state > 0 && !isLookUp && carrierId === row.carrierId
    if (quality && isEnd) noteEnd(quality, row, target.state, receipt.atMs)
  }
  applied.push({ lookup, part })
  return true
}
