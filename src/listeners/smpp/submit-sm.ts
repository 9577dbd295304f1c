import type { Throughput } from '../../account/throughput.ts'
import type { Accepted } from '../../lifecycle/request.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Operation, Reply } from './bound.ts'
import { type RefusalTable, statusOfRecipient } from './refusals.ts'
import { readSubmission } from './submission.ts'
import type { Submit } from './submitting.ts'

/** What the operations that submit are made of. */
export interface SubmitParts {
  readonly submit: Submit
  readonly throughput: Throughput
  readonly refusals: RefusalTable
  readonly now: () => number
}

/**
 * submit_sm (SMPP 3.4, 4.4): answered with ESME_ROK when the message is durable and charged. Its message_id is the account's own
 * number, as send.php answers it; an error has an empty one.
 */
export function createSubmitSm({ submit, throughput, refusals, now }: SubmitParts): Operation<'submit_sm'> {
  return (session, pdu, answer) => {
    if (!throughput.take(session.account(), 1)) return answer(THROTTLED)
    if (pdu.destination_addr === '') return answer(NO_DESTINATION)
    const request = readSubmission(session, pdu, [pdu.destination_addr], now())
    if (typeof request === 'number') return answer({ status: request })
    submit(session, request, (outcome) => answer(replyOf(outcome, refusals)))
  }
}

export const THROTTLED = { status: STATUS.ESME_RTHROTTLED } as const
export const NO_DESTINATION = { status: STATUS.ESME_RINVDSTADR } as const

/** The answer to a submission with one recipient; the responses of submit_sm and data_sm are alike. */
export function replyOf(outcome: Accepted | number, refusals: RefusalTable): Reply<'submit_sm'> {
  if (typeof outcome === 'number') return { status: outcome }
  if (outcome.refusal === undefined) return { message_id: String(outcome.ref) }
  const [recipient] = outcome.recipients
  return { status: recipient ? statusOfRecipient(recipient, refusals) : refusals[outcome.refusal] }
}
