/** The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1): what fits 160 to a short message. */

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

/** Written as an escape and a second septet. */
const EXTENSION: readonly (readonly [septet: number, char: string])[] = [
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]

const ESCAPE = 0x1b
const EXTENDED = 0x80 // set in SEPTET_OF for a character that takes an escape and a septet
const NONE = 0xff
const REPLACEMENT = '\ufffd'

// Every code point of the alphabet but the euro sign lies below U+0400, so a kilobyte finds them all.
const EURO = 0x20ac
const EURO_SEPTET = 0x65 | EXTENDED
const SEPTET_OF = new Uint8Array(0x400).fill(NONE)
const CHAR_OF: string[] = [...BASIC]
/** A second septet without a meaning of its own is shown as the basic character of that place (23.038, 6.2.1.1). */
const EXTENDED_CHAR_OF: string[] = [...BASIC]
CHAR_OF[ESCAPE] = ' '
EXTENDED_CHAR_OF[ESCAPE] = ' '

for (const [septet, char] of [...BASIC].entries()) SEPTET_OF[char.charCodeAt(0)] = septet
SEPTET_OF[ESCAPE] = NONE
for (const [septet, char] of EXTENSION) {
  EXTENDED_CHAR_OF[septet] = char
  if (char !== '€') SEPTET_OF[char.charCodeAt(0)] = septet | EXTENDED
}

/** The septet of a UTF-16 unit, with EXTENDED set when an escape goes before it, or NONE. */
const septetOf = (unit: number): number => (unit < 0x400 ? (SEPTET_OF[unit] ?? NONE) : unit === EURO ? EURO_SEPTET : NONE)

/** Whether every character has a place in the alphabet or its extension. */
export function isGsm7(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (septetOf(text.charCodeAt(index)) === NONE) return false
  return true
}

/** Septets of one UTF-16 unit: 1, 2 for an extended character, 0 when it has no place. */
export function septetsOfUnit(unit: number): 0 | 1 | 2 {
  const septet = septetOf(unit)
  return septet === NONE ? 0 : septet < EXTENDED ? 1 : 2
}

/** Septets the text takes, or -1 when a character of it has no place: one pass answers both questions. */
export function gsm7Length(text: string): number {
  let extended = 0
  for (let index = 0; index < text.length; index++) {
    const septet = septetOf(text.charCodeAt(index))
    if (septet >= EXTENDED) {
      if (septet === NONE) return -1
      extended++
    }
  }
  return text.length + extended
}

/** Septets the text takes; a character without a place counts one, as the `?` it would be written as. */
export function gsm7Septets(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index++) if (septetsOfUnit(text.charCodeAt(index)) === 2) count++
  return count
}

/** One octet per septet, an extended character as 0x1B and its septet. What has no place becomes `?`. */
export function encodeGsm7Unpacked(text: string): Uint8Array {
  const octets = Buffer.allocUnsafe(gsm7Septets(text)) // pooled, and every octet is written
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const septet = septetOf(text.charCodeAt(index))
    if (septet === NONE) octets[at++] = 0x3f
    else {
      if (septet >= EXTENDED) octets[at++] = ESCAPE
      octets[at++] = septet & 0x7f
    }
  }
  return octets
}

/** 1: the octet means the same in Latin-1, so that a run of them is read in one go. */
const IS_LATIN1 = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet !== ESCAPE && CHAR_OF[octet]?.charCodeAt(0) === octet ? 1 : 0,
)

/** Octets above 0x7F are not septets and become U+FFFD; an escape with nothing behind it is a space. */
export function decodeGsm7Unpacked(octets: Uint8Array): string {
  let plain = 0
  while (plain < octets.length && IS_LATIN1[octets[plain] as number] === 1) plain++
  let text = plain === 0 ? '' : Buffer.from(octets.buffer, octets.byteOffset, plain).toString('latin1')
  for (let index = plain; index < octets.length; index++) {
    let table = CHAR_OF
    if (octets[index] === ESCAPE && index + 1 < octets.length) {
      index++
      table = EXTENDED_CHAR_OF
    }
    text += table[octets[index] ?? 0] ?? REPLACEMENT
  }
  return text
}

/** Bits to leave empty before the first septet, so that the text behind a UDH starts on a septet boundary (23.040, 9.2.3.24). */
export const fillBitsAfter = (udhOctets: number): number => (7 - ((udhOctets * 8) % 7)) % 7

/** Eight septets in seven octets (23.038, 6.1.2.1). The reader needs the number of septets too: spare bits look like an `@`. */
export function encodeGsm7Packed(text: string, fillBits = 0): Uint8Array {
  const septets = encodeGsm7Unpacked(text)
  const octets = new Uint8Array(Math.ceil((fillBits + septets.length * 7) / 8))
  for (let index = 0; index < septets.length; index++) {
    const bit = fillBits + index * 7
    const shifted = (septets[index] ?? 0) << (bit & 7)
    const at = bit >> 3
    octets[at] = (octets[at] ?? 0) | (shifted & 0xff)
    if (shifted > 0xff) octets[at + 1] = shifted >> 8
  }
  return octets
}

/** Without a number of septets, as many as the octets can hold. */
export function decodeGsm7Packed(octets: Uint8Array, septetCount?: number, fillBits = 0): string {
  const room = Math.max(0, Math.floor((octets.length * 8 - fillBits) / 7))
  const septets = new Uint8Array(Math.min(septetCount ?? room, room))
  for (let index = 0; index < septets.length; index++) {
    const bit = fillBits + index * 7
    const at = bit >> 3
    const pair = (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8)
    septets[index] = (pair >> (bit & 7)) & 0x7f
  }
  return decodeGsm7Unpacked(septets)
}
