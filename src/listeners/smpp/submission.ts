import { limitOf } from '../../domain/account.ts'
import type { Channel } from '../../domain/channel.ts'
import { FLAG } from '../../domain/message.ts'
import { requestHash } from '../../domain/request-hash.ts'
import type { CustomersPart, SendRequest } from '../../lifecycle/request.ts'
import type { PduOf } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Bound } from './bound.ts'
import { isLatin1ByDefault } from './data-coding.ts'
import { readBody, type SubmissionBody } from './submission-body.ts'
import { readHeader, type SubmissionHeader } from './submission-header.ts'
import { readTimes } from './submission-times.ts'
import { readSubmissionTlvs } from './submission-tlvs.ts'

/** What submit_sm, submit_multi and data_sm have in common, by the names of submit_sm. */
export type Submission = Pick<
  PduOf<'submit_sm'>,
  | 'source_addr'
  | 'esm_class'
  | 'protocol_id'
  | 'priority_flag'
  | 'schedule_delivery_time'
  | 'validity_period'
  | 'registered_delivery'
  | 'data_coding'
  | 'sm_default_msg_id'
  | 'short_message'
  | 'tlvs'
>

/**
 * A customer's PDU as a request in the centre's words; a number is the command_status of a refusal. TON, NPI, service_type,
 * replace_if_present_flag, the mode and the reply path of esm_class decide nothing. Keeps no view of the PDU.
 */
export function readSubmission(session: Bound, pdu: Submission, phones: readonly string[], nowMs: number): SendRequest | number {
  if (pdu.priority_flag > PRIORITY_MAX) return STATUS.ESME_RINVPRTFLG
  const times = readTimes(pdu.schedule_delivery_time, pdu.validity_period, nowMs)
  if (typeof times === 'number') return times
  const tlvs = readSubmissionTlvs(pdu.tlvs)
  if (typeof tlvs === 'number') return tlvs
  const { payload = pdu.short_message, sar } = tlvs
  if (payload !== pdu.short_message && pdu.short_message.length > 0) return STATUS.ESME_RTLVNOTALLWD
  if (pdu.sm_default_msg_id !== 0 && payload.length === 0) return STATUS.ESME_RINVDFTMSGID
  const header = readHeader(payload, pdu.esm_class, sar)
  if (typeof header === 'number') return header
  const body = bodyOf(session, pdu.data_coding, payload, header, tlvs.channel)
  if (typeof body === 'number') return body

  const account = session.account()
  const { channel } = body
  return {
    account,
    channel,
    lines: [{ phones, text: body.text, comment: body.comment, sender: undefined, dueAtMs: times.dueAtMs }],
    sender: pdu.source_addr === '' ? undefined : pdu.source_addr, // the account's own (SMPP 3.4, 5.2.8); `.`: none
    ref: undefined,
    octets: body.octets,
    udh: body.udh,
    part: header?.part,
    dcs: body.dcs,
    pid: pdu.protocol_id,
    translit: 0,
    shortenLinks: false,
    partsMax: 0,
    validityMs: times.validityMs,
    spread: undefined,
    bot: channel === 'bot' && !body.isWhatsApp ? firstBot(account.settings.bots) : undefined,
    via: 'SMPP',
    wanted: wantedBy(pdu.registered_delivery),
    priority: pdu.priority_flag,
    advertising: tlvs.advertising,
    hash: limitOf(account, 'identical') === 0 ? 0n : hashOf(pdu, payload, sar, channel, phones),
  }
}

const PRIORITY_MAX = 3

function bodyOf(
  session: Bound,
  dataCoding: number,
  payload: Uint8Array,
  header: SubmissionHeader | undefined,
  channel: Channel | undefined,
): SubmissionBody | number {
  return readBody({
    octets: header?.written ? payload.subarray(header.written) : payload,
    header: header && header.octets.length > 1 ? header : undefined,
    dataCoding,
    channel,
    isoDefault: isLatin1ByDefault(session),
    invalidCoding: session.interfaceVersion >= 0x50 ? STATUS.ESME_RINVDCS : STATUS.ESME_RSUBMITFAIL,
  })
}

/** Any of bits 0 and 1 asks for a receipt, bit 4 for intermediate notifications (SMPP 3.4, 5.2.17). */
export const wantedBy = (registered: number): number =>
  ((registered & 0x03) === 0 ? 0 : FLAG.receipt) | ((registered & 0x10) === 0 ? 0 : FLAG.intermediate)

/** Which bot is meant can't be said in a text: the first that the account has registered. */
const firstBot = (bots: string | number | boolean | undefined): string | undefined =>
  String(bots ?? '')
    .split(',')[0]
    ?.trim() || undefined

const marks = new Uint8Array(6)

/** What makes two submissions of an account identical: parts of one message differ in their headers. */
function hashOf(
  pdu: Submission,
  payload: Uint8Array,
  sar: CustomersPart | undefined,
  channel: Channel,
  phones: readonly string[],
): bigint {
  marks[0] = pdu.data_coding
  marks[1] = pdu.esm_class & 0x40
  marks[2] = sar?.number ?? 0
  marks[3] = sar?.total ?? 0
  marks[4] = sar?.reference ?? 0
  marks[5] = (sar?.reference ?? 0) >> 8
  const to = phones.length === 1 ? (phones[0] as string) : phones.join(',')
  return requestHash([payload, to, pdu.source_addr, pdu.schedule_delivery_time, channel, marks])
}
