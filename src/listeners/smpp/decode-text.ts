import { TextDecoder } from 'node:util'
import { decodeGsm7Unpacked } from '../../domain/text/gsm7.ts'
import { decodeIso8859 } from '../../domain/text/iso8859.ts'
import type { Alphabet, Foreign } from './data-coding.ts'

/** An alphabet that is one; the default one is known by the session. */
export type TextAlphabet = Exclude<Alphabet, 'default' | 'octets' | 'text_or_octets'> | 'gsm7'

/** Octets as a text; undefined where they are none in this alphabet: half a character, or a sequence without a meaning. */
export function decodeText(octets: Uint8Array, alphabet: TextAlphabet): string | undefined {
  switch (alphabet) {
    case 'gsm7':
      return decodeDefault(octets)
    case 'ascii':
      return isAscii(octets) ? asBuffer(octets).toString('latin1') : decodeDefault(octets)
    case 'latin1':
      return asBuffer(octets).toString('latin1')
    case 'ucs2':
      return decodeUcs2(octets)
    case 'cyrillic':
    case 'hebrew':
      return decodeIso8859(octets, alphabet)
    default:
      return decodeForeign(octets, alphabet)
  }
}

/** Octets above 0x7F are no septets: whoever writes them under the default alphabet means UTF-8, or else Latin-1. */
function decodeDefault(octets: Uint8Array): string {
  const text = decodeGsm7Unpacked(octets)
  if (!text.includes(REPLACEMENT)) return text
  const utf8 = asBuffer(octets).toString('utf8')
  return utf8.includes(REPLACEMENT) ? asBuffer(octets).toString('latin1') : utf8
}

/** Some clients write GSM 7-bit and call it ASCII: escapes and other control characters, `@` among them, give them away. */
function isAscii(octets: Uint8Array): boolean {
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number
    if (octet < 0x20 && octet !== 0x0a && octet !== 0x0d && octet !== 0x09) return false
  }
  return true
}

const REPLACEMENT = '\ufffd'

const asBuffer = (octets: Uint8Array): Buffer =>
  Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)

let scratch = Buffer.alloc(1024)

/** UTF-16 as it is written here, big-endian; a byte order mark in front is believed, and dropped. */
function decodeUcs2(octets: Uint8Array): string | undefined {
  const { length } = octets
  if (length & 1) return undefined
  if (scratch.length < length) scratch = Buffer.alloc(2 * length)
  const isLittle = octets[0] === 0xff && octets[1] === 0xfe
  if (isLittle) scratch.set(octets)
  else
    for (let at = 0; at < length; at += 2) {
      scratch[at] = octets[at + 1] as number
      scratch[at + 1] = octets[at] as number
    }
  const from = isLittle || (octets[0] === 0xfe && octets[1] === 0xff) ? 2 : 0
  return scratch.toString('utf16le', from, length)
}

/** Whether every octet is a character of Latin-1 that people write. */
export function isLatin1Text(octets: Uint8Array): boolean {
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number
    if (octet < 0x20 ? octet !== 0x0a && octet !== 0x0d && octet !== 0x09 : octet >= 0x7f && octet < 0xa0) return false
  }
  return true
}

const decoders = new Map<Foreign, TextDecoder | undefined>()

function decodeForeign(octets: Uint8Array, name: Foreign): string | undefined {
  if (!decoders.has(name)) decoders.set(name, decoderOf(name))
  try {
    return decoders.get(name)?.decode(octets)
  } catch {
    return undefined // fatal: an error is how it says no
  }
}

function decoderOf(name: Foreign): TextDecoder | undefined {
  try {
    return new TextDecoder(name, { fatal: true })
  } catch {
    return undefined // a Node without full ICU
  }
}
