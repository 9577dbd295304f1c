import { decodeGsm7Unpacked } from '../../domain/text/gsm7.ts'

/** What data_coding 0 means to an SMSC: the standard leaves it to each (SMPP 3.4, 5.2.19). */
export type DefaultAlphabet = 'gsm7' | 'latin1' | 'ucs2'

export const DATA_CODING = { default: 0, binary: 4, ucs2: 8 } as const

const DATA_CODINGS: readonly Alphabet[] = [
  'default',
  'latin1',
  'octets',
  'latin1',
  'octets',
  'octets',
  'cyrillic',
  'octets',
  'ucs2',
]
type Alphabet = 'default' | 'latin1' | 'octets' | 'cyrillic' | 'ucs2'

/**
 * The alphabet of a data_coding: below 0x10 by SMPP's own table, above by the groups of 3GPP TS 23.038, section 4, as networks
 * use them. Alphabets that we do not read (JIS, Hebrew, Korean, pictograms) are octets, so that nothing is lost.
 */
export function alphabetOf(dataCoding: number): Alphabet {
  if (dataCoding < 0x10) return DATA_CODINGS[dataCoding] ?? 'octets'
  if (dataCoding >= 0xf0) return dataCoding & 0x04 ? 'octets' : 'default'
  if (dataCoding >= 0xe0) return 'ucs2'
  if (dataCoding >= 0xc0) return 'default'
  return (['default', 'octets', 'ucs2', 'octets'] as const)[(dataCoding >> 2) & 3] ?? 'octets'
}

export const encodeUcs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

export const isLatin1 = (text: string): boolean => !/[^\0-\xff]/.test(text)

/** NUL and lone surrogates have no place in a database's text. */
const clean = (text: string): string => text.replace(/\0/g, '').replace(/\p{Surrogate}/gu, '\ufffd')

/** Some phones cut a long message within a character: its halves stand at the end of one part and at the beginning of the next. */
const cleanPart = (text: string): string => text.replace(/\0/g, '').replace(/(?<=.)\p{Surrogate}(?=.)/gsu, '\ufffd')

/** A message's octets as text, or those of a part of it; octets without an alphabet as hex. */
export function decodeText(octets: Uint8Array, dataCoding: number, defaultAlphabet: DefaultAlphabet, isPart = false): string {
  const alphabet = alphabetOf(dataCoding)
  switch (alphabet === 'default' ? defaultAlphabet : alphabet) {
    case 'gsm7':
      return clean(decodeGsm7Unpacked(octets))
    case 'latin1':
      return clean(Buffer.from(octets).toString('latin1'))
    case 'ucs2':
      return (isPart ? cleanPart : clean)(decodeUcs2(octets))
    case 'cyrillic':
      return clean(decodeCyrillic(octets))
    case 'octets':
      return Buffer.from(octets).toString('hex')
  }
}

/** An odd octet at the end is half a character, and dropped. */
const decodeUcs2 = (octets: Uint8Array): string =>
  Buffer.from(octets.subarray(0, octets.length & ~1))
    .swap16()
    .toString('utf16le')

/** ISO 8859-5: the Cyrillic block in Unicode's own order, but for three signs. */
const decodeCyrillic = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => {
    if (octet <= 0xa0 || octet === 0xad) return String.fromCharCode(octet)
    if (octet === 0xf0) return '№'
    if (octet === 0xfd) return '§'
    return String.fromCharCode(octet + 0x360)
  }).join('')
