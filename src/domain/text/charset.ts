/** The charsets of the SMSC API (1.1, charset): own tables, so that what a byte means does not depend on how Node was built. */

export type Charset = 'windows-1251' | 'koi8-r' | 'utf-8'

/** What a request without `charset`, or with one we do not know, is written in. */
export const DEFAULT_CHARSET: Charset = 'windows-1251'

// Octets 0x80-0xFF; those below are ASCII. 0x98 means nothing in windows-1251.
const WINDOWS_1251 =
  'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї' +
  'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя'
const KOI8_R =
  '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00a0⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©' +
  'юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ'

const QUESTION = 0x3f
const CHUNK = 8192 // characters joined by one call; more could overflow the stack

interface Table {
  readonly unitOf: Uint16Array // by octet
  readonly octetOf: Uint8Array // by UTF-16 unit; every character of both charsets lies below U+2600
}

function table(upperHalf: string): Table {
  const unitOf = Uint16Array.from({ length: 256 }, (_, octet) => (octet < 0x80 ? octet : upperHalf.charCodeAt(octet - 0x80)))
  const octetOf = new Uint8Array(0x2600).fill(QUESTION)
  for (const [octet, unit] of unitOf.entries()) octetOf[unit] = octet
  return { unitOf, octetOf }
}

const TABLES = { 'windows-1251': table(WINDOWS_1251), 'koi8-r': table(KOI8_R) } as const

const ALIASES: Readonly<Record<string, Charset>> = {
  windows1251: 'windows-1251',
  win1251: 'windows-1251',
  cp1251: 'windows-1251',
  xcp1251: 'windows-1251',
  1251: 'windows-1251',
  utf8: 'utf-8',
  utf: 'utf-8',
  utf8mb4: 'utf-8',
  koi8r: 'koi8-r',
  koi8: 'koi8-r',
  cskoi8r: 'koi8-r',
}

/** Clients write `UTF8`, `cp1251`, `koi8_r`, even `UTF=8`. A name nobody knows is the default: the parameter never fails a request. */
export function charsetOf(name: string | undefined): Charset {
  if (!name) return DEFAULT_CHARSET
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] ?? DEFAULT_CHARSET) : DEFAULT_CHARSET
}

/** Never throws: octets that mean nothing become U+FFFD. A byte order mark in front is dropped. */
export function decode(bytes: Uint8Array, charset: Charset): string {
  if (charset === 'utf-8') {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }
  const { unitOf } = TABLES[charset]
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const units: number[] = []
    const end = Math.min(start + CHUNK, bytes.length)
    for (let at = start; at < end; at++) units.push(unitOf[bytes[at] ?? 0] ?? 0)
    text += String.fromCharCode(...units)
  }
  return text
}

/** Never throws: a character without a place becomes one `?` (in UTF-8 a lone surrogate becomes U+FFFD). */
export function encode(text: string, charset: Charset): Uint8Array {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8')
  const { octetOf } = TABLES[charset]
  const octets = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const isPair = (unit & 0xfc00) === 0xd800 && at + 1 < text.length && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
    if (isPair) at++
    octets[length++] = octetOf[unit] ?? QUESTION
  }
  return octets.subarray(0, length)
}

/** Without NUL and lone surrogates, which PostgreSQL cannot store: one such text would fail the whole batch it travels in. */
export const cleanText = (text: string): string => (SUSPICIOUS.test(text) ? text.replace(UNSTORABLE, '') : text)

const SUSPICIOUS = /[\0\ud800-\udfff]/
const UNSTORABLE = /\0|\p{Surrogate}/gu
