import type { Pdu } from '../../protocols/smpp/pdu.ts'
import { describeStatus, STATUS } from '../../protocols/smpp/status.ts'
import type { PartResult } from '../connector.ts'
import type { Part } from './outgoing.ts'
import type { SmppSettings } from './settings.ts'

type Outcome = PartResult['outcome']
type Named = Pick<Part, 'message' | 'number' | 'of'> & Partial<Pick<Part, 'sequence' | 'sentAtMs'>>

/** What became of the parts of a carrier, until it is handed over. */
export interface Results {
  /** How often each outcome was given; only grows. */
  readonly counts: Readonly<Record<Outcome, number>>
  /** Sorts a response into an outcome. True: the carrier pushed back. */
  answered(part: Part, pdu: Pdu, atMs: number): boolean
  give(part: Named, outcome: Outcome, reason: string, atMs: number): void
  /** Parts that were pushed back and wait for those sent before them. */
  waiting(): number
  /** Gives what was pushed back, in the order it was submitted in, and behind it what was never sent. */
  release(unsent: readonly Part[], atMs: number): void
  /** What is ready to be handed over, in order. */
  take(): readonly PartResult[]
}

/** The carrier's own trouble: it says nothing about the message, which may be tried again, nor about our speed. */
const TEMPORARY: readonly number[] = [STATUS.ESME_RSYSERR, STATUS.ESME_RX_T_APPN]

const TEXT_MAX = 200

/** What a vendor writes beside a status: additional_status_info_text (SMPP 5.0, 4.8.4.4), or the place of the id that is not given. */
function textOf(pdu: Pdu): string {
  const written = pdu.tlvs?.additional_status_info_text ?? (pdu.command === 'submit_sm_resp' ? pdu.message_id : '')
  return written.trim().slice(0, TEXT_MAX)
}

export function createResults({ busyStatuses }: SmppSettings): Results {
  const counts = { taken: 0, rejected: 0, busy: 0, unknown: 0 }
  let ready: PartResult[] = []
  let pushedBack: { readonly part: Part; readonly status: number; readonly text: string }[] = []

  const add = (part: Named, outcome: Outcome, carrierId: string, status: number, reason: string, atMs: number): void => {
    counts[outcome]++
    const { message, number, of, sequence = 0, sentAtMs = 0 } = part
    ready.push({ id: message.id, part: number, of, outcome, carrierId, status, reason, atMs, sequence, sentAtMs })
  }
  const refuse = (part: Named, outcome: 'busy' | 'rejected', status: number, text: string, atMs: number): void => {
    counts[outcome]++
    const reason = text === '' ? describeStatus(status) : `${describeStatus(status)}: ${text}`
    const { message, number, of, sequence = 0, sentAtMs = 0 } = part
    const wire = { sequence, sentAtMs }
    ready.push({ id: message.id, part: number, of, outcome, carrierId: '', status, reason, text, atMs, ...wire })
  }
  const give = (part: Named, outcome: Outcome, reason: string, atMs: number): void => add(part, outcome, '', 0, reason, atMs)

  return {
    counts,
    give,
    waiting: () => pushedBack.length,

    answered(part, pdu, atMs) {
      const { status } = pdu
      if (busyStatuses.includes(status)) {
        pushedBack.push({ part, status, text: textOf(pdu) })
        return true
      }
      if (status === 0 && pdu.command === 'submit_sm_resp') add(part, 'taken', pdu.message_id, 0, '', atMs)
      else refuse(part, TEMPORARY.includes(status) ? 'busy' : 'rejected', status, textOf(pdu), atMs)
      return false
    },

    release(unsent, atMs) {
      pushedBack.sort((one, other) => one.part.order - other.part.order)
      const [first] = pushedBack
      for (const { part, status, text } of pushedBack) refuse(part, 'busy', status, text, atMs)
      for (const part of unsent) give(part, 'busy', first ? `behind others: ${describeStatus(first.status)}` : 'not sent', atMs)
      pushedBack = []
    },

    take() {
      const taken = ready
      if (taken.length > 0) ready = []
      return taken
    },
  }
}
