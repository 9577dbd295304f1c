import type { Channel } from '../../domain/channel.ts'
import { BINARY_OCTETS_MAX } from '../../domain/text/binary.ts'
import { cleanText } from '../../domain/text/charset.ts'
import { splitComment } from '../../domain/text/comment.ts'
import { gsm7Length } from '../../domain/text/gsm7.ts'
import { binaryRoom, CAPACITY, PARTS_MAX } from '../../domain/text/segments.ts'
import type { SendRequest } from '../../lifecycle/request.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { DATA_CODINGS, type DataCoding } from './data-coding.ts'
import { decodeText, isLatin1Text, type TextAlphabet } from './decode-text.ts'
import { hasShiftTable, type SubmissionHeader } from './submission-header.ts'
import { readSubmissionPrefix, type SubmissionPrefix } from './submission-prefix.ts'

/** What of a request its octets decide. */
export interface SubmissionBody extends Pick<SendRequest, 'channel' | 'octets' | 'dcs' | 'udh'> {
  readonly text: string
  readonly comment: string
  readonly isWhatsApp: boolean // by its prefix: no bot is asked for by name
}

/** What else is known when the octets are read. */
export interface BodyContext {
  readonly octets: Uint8Array // behind the header, if there is one
  readonly header: SubmissionHeader | undefined
  readonly dataCoding: number
  /** The one the vendor's TLV asks for. */
  readonly channel: Channel | undefined
  readonly isoDefault: boolean // data_coding 0 is ISO-8859-1, by the session's system_type
  readonly invalidCoding: number // the command_status for a data_coding that can't be read
}

/** As the HTTP API has it (SMSC API, mes). */
const TEXT_CHARACTERS_MAX = 1000
const MAIL_CHARACTERS_MAX = 100_000

/** Reads what is to be sent. A number is the command_status that the submission is refused with. Keeps no view of the PDU. */
export function readBody(context: BodyContext): SubmissionBody | number {
  const coding = DATA_CODINGS[context.dataCoding]
  if (coding === undefined) return context.invalidCoding
  const { channel } = context
  if (channel === 'hlr' || channel === 'ping') return lookUp(channel)
  const alphabet = alphabetOf(coding, context)
  if (alphabet === 'octets') return channel === undefined || channel === 'flash' ? binary(coding, context) : context.invalidCoding
  return channel === 'bin' ? binary(coding, context) : readText(alphabet, coding, context)
}

function alphabetOf({ alphabet }: DataCoding, { octets, header, isoDefault }: BodyContext): TextAlphabet | 'octets' {
  if (alphabet === 'default') return isoDefault ? 'latin1' : 'gsm7'
  if (alphabet !== 'text_or_octets') return alphabet
  return header?.written || !isLatin1Text(octets) ? 'octets' : 'latin1'
}

const lookUp = (channel: Channel): SubmissionBody => ({
  channel,
  text: '',
  comment: '',
  octets: undefined,
  dcs: undefined,
  isWhatsApp: false,
})

function readText(alphabet: TextAlphabet, coding: DataCoding, context: BodyContext): SubmissionBody | number {
  const { octets, header, channel: asked } = context
  const raw = asked === undefined && alphabet === 'gsm7' ? rawPrefix(octets) : undefined
  const decoded = decodeText(raw ? octets.subarray(octets.length - raw.text.length) : octets, alphabet)
  if (decoded === undefined) return alphabet === 'ucs2' ? STATUS.ESME_RINVMSGLEN : context.invalidCoding
  const written = cleanText(decoded)
  const prefix = raw ?? (asked === undefined ? readSubmissionPrefix(written) : undefined)
  const channel = asked ?? prefix?.channel ?? (coding.flash ? 'flash' : 'sms')
  if (prefix && header) return STATUS.ESME_RSUBMITFAIL // the other parts could not follow it to its channel
  if (channel === 'hlr' || channel === 'ping') return lookUp(channel)

  const { text, comment } = splitComment(withAsciiComment(prefix && !raw ? prefix.text : written, alphabet))
  const most = channel === 'mail' ? MAIL_CHARACTERS_MAX : TEXT_CHARACTERS_MAX
  if (text === '' || isLongerThan(text, most) || isLongerThan(comment, most)) return STATUS.ESME_RINVMSGLEN
  const isWhatsApp = prefix?.isWhatsApp ?? false
  const body: SubmissionBody = { channel, text, comment, octets: undefined, dcs: coding.dcs, isWhatsApp }
  if (header === undefined) return body
  if (channel !== 'sms' && channel !== 'flash') return STATUS.ESME_RSUBMITFAIL // a header means nothing there
  const lost = written.length !== decoded.length || hasShiftTable(header.octets)
  if (!lost && fitsOnePart(text, header.octets.length)) return { ...body, udh: header.octets }
  return asOctets(body, alphabet, context, header.octets)
}

/** A text that can't be written anew in one part, or not without a loss, travels as it came. */
function asOctets(
  body: SubmissionBody,
  alphabet: TextAlphabet,
  context: BodyContext,
  header: Uint8Array,
): SubmissionBody | number {
  if (body.comment !== '' || header.length + context.octets.length > CAPACITY.binary.alone) return STATUS.ESME_RINVMSGLEN
  const { dataCoding } = context
  const dcs = alphabet === 'latin1' && (dataCoding === 0 || dataCoding === 4) ? LATIN1 : dataCoding
  return { ...body, octets: Buffer.concat([header, context.octets]), dcs }
}

const LATIN1 = 3

/** Whether a text has room beside the customer's own header, which ends on a septet boundary (3GPP TS 23.040, 9.2.3.24). */
function fitsOnePart(text: string, headerOctets: number): boolean {
  const septets = gsm7Length(text)
  if (septets < 0) return headerOctets + 2 * text.length <= CAPACITY.binary.alone
  return Math.ceil((8 * headerOctets) / 7) + septets <= CAPACITY.gsm7.alone
}

function binary({ dcs, alphabet }: DataCoding, { octets, header }: BodyContext): SubmissionBody | number {
  if (octets.length === 0 && header === undefined) return STATUS.ESME_RINVMSGLEN
  const front = header?.octets ?? NO_HEADER
  const alone = (header === undefined ? 0 : front.length) + octets.length <= CAPACITY.binary.alone
  if (!alone && (header?.part || octets.length > BINARY_OCTETS_MAX)) return STATUS.ESME_RINVMSGLEN
  if (!alone && binaryRoom(front.subarray(1)) * PARTS_MAX < octets.length) return STATUS.ESME_RINVMSGLEN
  return {
    channel: 'bin',
    text: '',
    comment: '',
    octets: Buffer.concat([front, octets]),
    dcs: alphabet === 'octets' ? dcs : undefined,
    isWhatsApp: false,
  }
}

const NO_HEADER = Uint8Array.of(0)
const UNDERSCORE = 0x5f

/** A client that writes ASCII where GSM 7-bit is meant writes `§§HLR§§`, seen from here. `text` is what is left, as ASCII. */
function rawPrefix(octets: Uint8Array): SubmissionPrefix | undefined {
  if (octets[0] !== UNDERSCORE || octets[1] !== UNDERSCORE) return undefined
  return readSubmissionPrefix(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1'))
}

/** … and `üüü` for the tildes of a comment. */
const withAsciiComment = (text: string, alphabet: TextAlphabet): string =>
  alphabet === 'gsm7' && text.includes('\nüüü\n') ? text.replace('\nüüü\n', '\n~~~\n') : text

/** In characters as people count them: an emoji is one. */
const isLongerThan = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || [...text].length > max)
