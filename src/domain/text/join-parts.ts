import { decodeGsm7Unpacked, encodeGsm7Unpacked } from './gsm7.ts'
import { readUdh } from './udh.ts'

/** A part of a long message as it is stored: a text behind the customer's own header, or octets with the header in front. */
export interface StoredPart {
  readonly text: string | null // as the history shows it; null: of octets that are no text
  readonly octets: Uint8Array | null // header, then what was sent in the text's place, if that can't be written anew
  readonly dcs: number // -1: the connector chooses
}

const ESCAPE = 0x1b

/**
 * The text of a message whose parts were submitted one by one, in the order of their numbers. Clients cut where they like: the two
 * halves of a character outside the BMP, or an escape of GSM 7-bit and its character, may stand in two parts. Parts without a
 * text are written as upper-case hex.
 */
export function joinParts(parts: readonly StoredPart[]): string {
  let joined = ''
  let escaped = false
  for (const part of parts) {
    const payload = payloadOf(part.octets)
    let text = textOf(part, payload)
    if (escaped && text !== '') {
      text = afterEscape(text.charAt(0)) + text.slice(1)
      escaped = false
    }
    if (payload?.at(-1) === ESCAPE && isGsm7(part)) {
      escaped = true
      text = text.slice(0, -1) // an escape at the end was read as a space
    }
    joined += text
  }
  return joined.replace(/\p{Surrogate}/gu, '\ufffd')
}

const afterEscape = (char: string): string => decodeGsm7Unpacked(Uint8Array.of(ESCAPE, encodeGsm7Unpacked(char)[0] ?? ESCAPE))

function textOf({ text, octets, dcs }: StoredPart, payload: Uint8Array | undefined): string {
  if (text === null) return octets === null ? '' : hex(payload ?? octets)
  if (!payload) return text
  if (isUcs2(dcs)) return decodeUcs2(payload)
  return isGsm7({ text, dcs }) ? decodeGsm7Unpacked(payload) : text
}

/** What follows the header; undefined: nothing does, and the text is what was sent. */
function payloadOf(octets: Uint8Array | null): Uint8Array | undefined {
  const header = octets === null ? undefined : readUdh(octets)?.length
  if (octets === null || header === undefined || header >= octets.length) return undefined
  return octets.subarray(header)
}

const isGsm7 = ({ text, dcs }: Pick<StoredPart, 'text' | 'dcs'>): boolean => text !== null && (dcs === 0 || dcs === 0x10)

/** 3GPP TS 23.038, 4: bits 3 and 2 of the general groups, and the message waiting group with UCS-2. */
const isUcs2 = (dcs: number): boolean => (dcs >= 0xe0 && dcs < 0xf0) || (dcs >= 0 && dcs < 0x80 && (dcs & 0x0c) === 0x08)

function decodeUcs2(octets: Uint8Array): string {
  let text = ''
  for (let at = 0; at + 1 < octets.length; at += 2) text += String.fromCharCode(((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0))
  return text
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase()
