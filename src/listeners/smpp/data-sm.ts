import { NO_OCTETS } from '../../protocols/smpp/layout.ts'
import type { PduOf } from '../../protocols/smpp/pdu.ts'
import { relativeTime } from '../../protocols/smpp/time.ts'
import type { Operation } from './bound.ts'
import { readSubmission, type Submission } from './submission.ts'
import { NO_DESTINATION, replyOf, type SubmitParts, THROTTLED } from './submit-sm.ts'

/** data_sm (SMPP 3.4, 4.7): a submit_sm whose text stands in message_payload and whose validity in qos_time_to_live. */
export function createDataSm({ submit, throughput, refusals, now }: SubmitParts): Operation<'data_sm'> {
  return (session, pdu, answer) => {
    if (!throughput.take(session.account(), 1)) return answer(THROTTLED)
    if (pdu.destination_addr === '') return answer(NO_DESTINATION)
    const request = readSubmission(session, submissionOf(pdu), [pdu.destination_addr], now())
    if (typeof request === 'number') return answer({ status: request })
    submit(session, request, (outcome) => answer(replyOf(outcome, refusals)))
  }
}

const submissionOf = ({ source_addr, esm_class, registered_delivery, data_coding, tlvs }: PduOf<'data_sm'>): Submission => ({
  source_addr,
  esm_class,
  protocol_id: 0,
  priority_flag: 0,
  schedule_delivery_time: '',
  validity_period: tlvs.qos_time_to_live === undefined ? '' : relativeTime(tlvs.qos_time_to_live * 1_000),
  registered_delivery,
  data_coding,
  sm_default_msg_id: 0,
  short_message: NO_OCTETS,
  tlvs,
})
