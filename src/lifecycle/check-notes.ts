import type { CarrierReceipt, PartResult } from '../connectors/connector.ts'
import type { ObservedProbe, Probe, ProbePart, ProbeReceipt } from '../domain/carrier-check.ts'
import { foldId, sameNumber } from '../domain/receipt.ts'
import { relationOf } from '../domain/receipt-id.ts'
import type { StrayReceipt } from '../store/carrier-checks.ts'
import type { ProbeTap } from './probing.ts'
import { storable } from './storable.ts'

/** What a check has seen so far. */
export interface CheckNotes extends ProbeTap {
  readonly observed: readonly ObservedProbe[]
  /** True once after something was noted. */
  takeNews(): boolean
  begin(probe: Probe, id: number, atMs: number): void
  /** Why a probe has no outcome, or will have none. */
  remark(id: number, note: string): void
  /** Every part is answered. */
  isAnswered(id: number): boolean
  /** Parts that were pushed back; they count as unanswered from now on, to be sent again. */
  takePushedBack(id: number): readonly number[]
  /** The probe a receipt without a message belongs to by its id, noted; undefined: none. */
  findStray(stray: StrayReceipt): number | undefined
  /** Gives a receipt to the oldest probe that still waits for one, where the number is that of the check. */
  guessStray(stray: StrayReceipt): number | undefined
}

interface Noted extends Probe {
  readonly id: number
  readonly sentAtMs: number
  parts: ProbePart[]
  readonly receipts: ProbeReceipt[]
  pushedBack: number
  pushedBackBy: string
  note: string
}

const RECEIPTS_MAX = 20 // of one probe
const TEXT_MAX = 300

type Match = { readonly probe: Noted; readonly part: number }
type AnyReceipt = Pick<CarrierReceipt, 'state' | 'stat' | 'err' | 'to' | 'from' | 'atMs' | 'doneAtMs' | 'text'> & {
  readonly ids: readonly string[] // as the carrier wrote them
  readonly lookUp: readonly string[] // as the settings read them
}

export function makeCheckNotes(to: string): CheckNotes {
  const probes: Noted[] = []
  const byId = new Map<number, Noted>()
  let news = false

  /** By the id as it is read; in another notation only where the number agrees. */
  function match({ ids, lookUp, to: recipient, from }: AnyReceipt): Match | undefined {
    const folded = lookUp.map(foldId)
    const parts = probes.flatMap((probe) => probe.parts.map((part) => ({ probe, part: part.number, answered: part.carrierId })))
    const known = parts.filter(({ answered }) => answered !== '')
    const ours = sameNumber(recipient, to) || sameNumber(from, to)
    return (
      known.find(({ answered }) => folded.includes(foldId(answered))) ??
      (ours ? known.find(({ answered }) => ids.some((id) => relationOf(answered, id) !== undefined)) : undefined)
    )
  }

  function note({ probe, part }: Match, receipt: AnyReceipt, by: ProbeReceipt['by']): void {
    news = true
    if (probe.receipts.length >= RECEIPTS_MAX) return
    probe.receipts.push({
      part,
      ids: receipt.ids.map((id) => storable(id, 100)),
      state: receipt.state,
      stat: storable(receipt.stat, 40),
      err: storable(receipt.err, 40),
      text: storable(receipt.text ?? '', TEXT_MAX),
      atMs: receipt.atMs,
      doneAtMs: receipt.doneAtMs ?? 0,
      by,
    })
  }

  function noted(match: Match | undefined, receipt: AnyReceipt, by: ProbeReceipt['by']): Match | undefined {
    if (match) note(match, receipt, by)
    return match
  }

  const asReceipt = (stray: StrayReceipt): AnyReceipt => ({
    ...stray,
    lookUp: stray.ids,
    state: stray.state as CarrierReceipt['state'],
    doneAtMs: stray.doneAtMs || undefined,
  })

  return {
    observed: probes,
    takeNews() {
      const had = news
      news = false
      return had
    },
    begin(probe, id, atMs) {
      const begun = { ...probe, id, sentAtMs: atMs, parts: [], receipts: [], pushedBack: 0, pushedBackBy: '', note: '' }
      probes.push(begun)
      byId.set(id, begun)
      news = true
    },
    remark(id, why) {
      const probe = byId.get(id)
      if (probe) probe.note = why
      news = true
    },
    isAnswered(id) {
      const parts = byId.get(id)?.parts ?? []
      return parts.length > 0 && parts.length === parts[0]?.of
    },
    takePushedBack(id) {
      const probe = byId.get(id)
      const back = probe?.parts.filter(({ outcome }) => outcome === 'busy').map(({ number }) => number) ?? []
      if (probe && back.length > 0) probe.parts = probe.parts.filter(({ outcome }) => outcome !== 'busy')
      return back
    },
    owns: (id) => byId.has(id),
    settled(result: PartResult) {
      const probe = byId.get(result.id)
      if (!probe) return
      news = true
      const { part: number, of, outcome, status, reason, carrierId, atMs } = result
      if (outcome === 'busy') {
        probe.pushedBack += 1
        probe.pushedBackBy = reason
      }
      const part = { number, of, outcome, status, reason: storable(reason, 200), carrierId: storable(carrierId, 100), atMs }
      probe.parts = [...probe.parts.filter((other) => other.number !== number), part].sort((a, b) => a.number - b.number)
      if (outcome !== 'busy') probe.note = ''
    },
    receipt(receipt) {
      if (receipt.queried) return false
      const any = { ...receipt, ids: receipt.rawIds ?? receipt.carrierIds, lookUp: receipt.carrierIds }
      return noted(match(any), any, 'id') !== undefined
    },
    findStray(stray) {
      const any = asReceipt(stray)
      return noted(match(any), any, 'id')?.probe.id
    },
    guessStray(stray) {
      if (!sameNumber(stray.to, to) && !sameNumber(stray.from, to)) return undefined
      const probe = probes.find(
        ({ parts, receipts, sentAtMs }) =>
          sentAtMs <= stray.atMs && receipts.length < parts.filter(({ outcome }) => outcome === 'taken').length,
      )
      return noted(probe && { probe, part: 0 }, asReceipt(stray), 'number')?.probe.id
    },
  }
}
