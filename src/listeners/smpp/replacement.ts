import { isGsm7 } from '../../domain/text/gsm7.ts'
import type { ReadNewContent } from '../../lifecycle/replace.ts'
import type { PduOf } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { absoluteTime } from '../../protocols/smpp/time.ts'
import type { Bound } from './bound.ts'
import { isLatin1ByDefault } from './data-coding.ts'
import { wantedBy } from './submission.ts'
import { readBody } from './submission-body.ts'
import { readTimes } from './submission-times.ts'
import { readSubmissionTlvs } from './submission-tlvs.ts'

/**
 * What a replace_sm puts in the place of a message, once that is known; a number is the command_status of a refusal. The operation
 * has no data_coding (SMPP 3.4, 4.10): its octets are in the alphabet of the text that waits. Keeps no view of the PDU.
 */
export function readReplacement(session: Bound, pdu: PduOf<'replace_sm'>, nowMs: number): ReadNewContent | number {
  const { schedule_delivery_time: schedule, validity_period: validity } = pdu
  const times = readTimes(schedule, validity, nowMs)
  if (typeof times === 'number') return times
  const tlvs = readSubmissionTlvs(pdu.tlvs)
  if (typeof tlvs === 'number') return tlvs
  const octets = Uint8Array.from(tlvs.payload ?? pdu.short_message)
  if (octets.length === 0) return STATUS.ESME_RINVMSGLEN
  const wanted = wantedBy(pdu.registered_delivery)
  const isoDefault = isLatin1ByDefault(session)

  return (old) => {
    const dataCoding = codingOf(octets, old.text)
    const body = readBody({
      octets,
      header: undefined,
      dataCoding,
      channel: undefined,
      isoDefault,
      invalidCoding: STATUS.ESME_RREPLACEFAIL,
    })
    const isText = typeof body !== 'number' && body.channel === 'sms' && body.octets === undefined
    if (!isText || (dataCoding === UCS2 && !isLike(old.text, body.text))) return undefined
    const kept = schedule === '' && old.dueAtMs > nowMs ? absoluteTime(old.dueAtMs) : schedule
    const own = readTimes(kept, validity, nowMs)
    if (typeof own === 'number') return undefined
    return {
      text: body.text,
      comment: body.comment,
      dueAtMs: schedule === '' ? undefined : own.dueAtMs,
      validityMs: validity === '' ? undefined : own.validityMs,
      wanted,
    }
  }
}

const DEFAULT = 0
const UCS2 = 8

/** GSM 7-bit where the old text can be written in it, else UCS-2. Octets of which every other one is 0 are UCS-2 in any case. */
const codingOf = (octets: Uint8Array, old: string): number => (!isGsm7(old) || isWide(octets) ? UCS2 : DEFAULT)

function isWide(octets: Uint8Array): boolean {
  if (octets.length % 2 !== 0) return false
  for (let at = 0; at < octets.length; at += 2) if (octets[at] !== 0) return false
  return true
}

/**
 * The old text may have come in an alphabet of one octet a character, which is not stored: what is read as UCS-2 then looks like
 * Chinese, while the old one does not.
 */
const isLike = (old: string, text: string): boolean => !isAlphabetic(old) || isAlphabetic(text)

/** Of scripts that have such alphabets, with punctuation, arrows and emoji. */
function isAlphabetic(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const known = unit < 0x600 || (unit >= 0x2000 && unit < 0x2c00) || (unit >= 0xd800 && unit < 0xe000) || unit === 0xfe0f
    if (!known) return false
  }
  return true
}
