import { concatenationOf, concatUdh, readUdh } from '../../domain/text/udh.ts'
import type { CustomersPart } from '../../lifecycle/request.ts'
import { ESM_CLASS } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

/** The user data header of a submission, its length octet included. A copy: the PDU's octets do not stay. */
export interface SubmissionHeader {
  readonly octets: Uint8Array
  /** Octets of it that stand in front of the message's; 0: it is made of the sar_* parameters. */
  readonly written: number
  /** Its place in a long message of the customer's. */
  readonly part: CustomersPart | undefined
}

/**
 * The header that esm_class announces, that sar_* stand for, or both; undefined: none. A number is the command_status of a refusal.
 * What the header itself says of the place in a long message counts before sar_*.
 */
export function readHeader(
  octets: Uint8Array,
  esmClass: number,
  sar: CustomersPart | undefined,
): SubmissionHeader | number | undefined {
  const udhi = (esmClass & ESM_CLASS.udhi) !== 0
  if (!udhi) return sar && { octets: concatUdh(sar.reference, sar.number, sar.total), written: 0, part: sar }
  const length = isUsual(octets) ? USUAL_OCTETS : readUdh(octets)?.length
  if (length === undefined) return STATUS.ESME_RINVESMCLASS
  const part = isUsual(octets) ? usualPart(octets) : partOf(octets)
  const own = Uint8Array.prototype.slice.call(octets, 0, length)
  if (part || !sar || length + SAR_OCTETS > 140) return { octets: own, written: length, part }
  const joined = Buffer.concat([concatUdh(sar.reference, sar.number, sar.total), own.subarray(1)])
  joined[0] = joined.length - 1
  return { octets: joined, written: length, part: sar }
}

const SAR_OCTETS = 5

/** Nearly every part of every client begins so: one element, an 8-bit reference. */
const isUsual = (octets: Uint8Array): boolean =>
  octets[0] === 5 && octets[1] === 0 && octets[2] === 3 && octets.length >= USUAL_OCTETS
const USUAL_OCTETS = 6

function usualPart(octets: Uint8Array): CustomersPart | undefined {
  const total = octets[4] as number
  const number = octets[5] as number
  return total > 1 && number > 0 && number <= total ? { reference: octets[3] as number, total, number } : undefined
}

function partOf(octets: Uint8Array): CustomersPart | undefined {
  const place = concatenationOf(octets)
  return place && place.of > 1 ? { reference: place.reference, total: place.of, number: place.number } : undefined
}

/** National language tables (3GPP TS 23.040, 9.2.3.24.15-16): the text behind is not in the default alphabet as we read it. */
export function hasShiftTable(header: Uint8Array): boolean {
  if (header.length === 6 && header[1] === 0) return false // the usual header
  return readUdh(header)?.elements.some(({ iei }) => iei === 0x24 || iei === 0x25) ?? false
}
