import { CHANNELS, type Channel } from '../../domain/channel.ts'
import type { CustomersPart } from '../../lifecycle/request.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { NO_TLVS, type Tlvs } from '../../protocols/smpp/tlv.ts'

/** What the optional parameters of a submission ask for; others are ignored. */
export interface SubmissionTlvs {
  readonly payload: Uint8Array | undefined
  readonly sar: CustomersPart | undefined
  /** By the type code of the SMSC API in the vendor's TLV 0x2001, as its receipts have it: an extension of ours. */
  readonly channel: Channel | undefined
  /** By the class of a template there (SMSC API, flag: bits 8 to 10 are all set). */
  readonly advertising: boolean
}

const TYPE = 0x2001
/** Numbers that decide something here; without octets, or with too many, they are none and stand among the nameless. */
const NUMBERS: ReadonlySet<number> = new Set([TYPE, 0x0204, 0x020c, 0x020e, 0x020f])

const NOTHING: SubmissionTlvs = { payload: undefined, sar: undefined, channel: undefined, advertising: false }

/** A number is the command_status that the submission is refused with. */
export function readSubmissionTlvs(tlvs: Tlvs): SubmissionTlvs | number {
  if (tlvs === NO_TLVS) return NOTHING
  const channel = tlvs.other === undefined ? undefined : readType(tlvs.other)
  if (typeof channel === 'number') return channel
  const sar = readSar(tlvs)
  if (typeof sar === 'number') return sar
  return { payload: tlvs.message_payload, sar, channel, advertising: tlvs.other?.some(isAdvertising) ?? false }
}

/** All three or none counts (SMPP 3.4, 5.3.2.22-24); a message of one segment is whole. */
function readSar({ sar_msg_ref_num, sar_total_segments, sar_segment_seqnum }: Tlvs): CustomersPart | number | undefined {
  if (sar_msg_ref_num === undefined || sar_total_segments === undefined || sar_segment_seqnum === undefined) return undefined
  if (sar_total_segments <= 1) return undefined
  const isPlace = sar_segment_seqnum >= 1 && sar_segment_seqnum <= sar_total_segments
  if (!isPlace || sar_total_segments > 255 || sar_msg_ref_num > 0xffff) return STATUS.ESME_RINVTLVVAL
  return { reference: sar_msg_ref_num, total: sar_total_segments, number: sar_segment_seqnum }
}

function readType(other: NonNullable<Tlvs['other']>): Channel | number | undefined {
  let channel: Channel | number | undefined
  for (const [tag, value] of other) {
    if (!NUMBERS.has(tag)) continue
    if (value.length === 0 || value.length > 4) return STATUS.ESME_RINVTLVLEN
    if (tag === TYPE) channel = CHANNEL_OF_TYPE[(value.at(-1) ?? 0) & 0x0f] ?? STATUS.ESME_RINVTLVVAL
  }
  return channel === 'sms' ? undefined : channel
}

/** Two octets; bit 8 says that it is of a template, bits 9 and 10 of which class. */
const isAdvertising = ([tag, value]: NonNullable<Tlvs['other']>[number]): boolean =>
  tag === TYPE && value.length >= 2 && ((value.at(-2) ?? 0) & 0x07) === 0x07

/** Of those that share a number the first counts: 12 is a social network. */
const CHANNEL_OF_TYPE: readonly (Channel | undefined)[] = Array.from({ length: 16 }, (_, type) =>
  (Object.keys(CHANNELS) as Channel[]).find((channel) => CHANNELS[channel] === type),
)
