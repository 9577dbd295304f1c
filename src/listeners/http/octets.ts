/**
 * Octets as a string: each character is one octet, U+0000-U+00FF. What node:http gives for a URL and latin1 for a body;
 * the engine searches and cuts such strings faster than anything that can be written over a Buffer.
 */
export type Octets = string

const PLUS = 0x2b
const PERCENT = 0x25
const SPACE = 0x20
const SCRATCH = Buffer.allocUnsafe(64 * 1024)

const HEX = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** Undoes urlencoding: `+` is a space, `%XX` an octet. A percent sign that two hex digits do not follow is taken literally. */
export function percentDecode(source: Octets): Octets {
  if (!source.includes('%')) return source.includes('+') ? source.replaceAll('+', ' ') : source
  const out = source.length <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafe(source.length)
  let length = 0
  for (let at = 0; at < source.length; at++) {
    let octet = source.charCodeAt(at)
    if (octet === PLUS) octet = SPACE
    else if (octet === PERCENT && at + 2 < source.length) {
      const value = (hexDigit(source, at + 1) << 4) | hexDigit(source, at + 2)
      if (value >= 0) {
        octet = value
        at += 2
      }
    }
    out[length++] = octet
  }
  return out.toString('latin1', 0, length)
}

const hexDigit = (source: Octets, at: number): number => HEX[source.charCodeAt(at)] ?? -1

/** True when the string means the same in every charset there is, and has nothing to be cleaned of. */
export const isPlainAscii = (octets: Octets): boolean => !NOT_PLAIN.test(octets)

const NOT_PLAIN = /[\0\x80-\u{10ffff}]/u
