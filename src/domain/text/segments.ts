import { gsm7Length, septetsOfUnit } from './gsm7.ts'
import { concatUdh, isConcatenation, readUdh } from './udh.ts'

/** A text as it will travel: one segment is one short_message, and one unit of charge. */
export interface SegmentedText {
  readonly alphabet: 'gsm7' | 'ucs2'
  readonly segments: readonly string[]
}

/** Octets as they will travel. `udh` is without its length octet; empty: none. */
export interface BinarySegment {
  readonly udh: Uint8Array
  readonly octets: Uint8Array
}

/**
 * Units one segment holds: septets in GSM 7-bit, UTF-16 code units in UCS-2, octets in binary (header included when alone).
 * A segment of a longer text gives up six octets to the UDH that lets the handset join it again.
 */
export const CAPACITY = {
  gsm7: { alone: 160, joined: 153 },
  ucs2: { alone: 70, joined: 67 },
  binary: { alone: 140, joined: 134 },
} as const

/** The UDH counts parts in one octet (3GPP TS 23.040, 9.2.3.24.1). */
export const PARTS_MAX = 255

/**
 * Cuts a text into the segments a carrier will be asked to carry (3GPP TS 23.040).
 *
 * GSM 7-bit when every character has a place in it, else UCS-2. A character that takes two
 * units (`€` in GSM, an emoji in UCS-2) is never cut in half, so a segment may be one unit short.
 * `only`: for a carrier that can't write the characters of GSM 7-bit, all is UCS-2.
 *
 *     segmentText('a'.repeat(160)).segments.length  // 1
 *     segmentText('a'.repeat(161)).segments.length  // 2
 *     segmentText('я'.repeat(71)).segments.length   // 2
 */
export function segmentText(text: string, only?: 'ucs2'): SegmentedText {
  const septets = only === 'ucs2' ? -1 : gsm7Length(text)
  const alphabet = septets < 0 ? 'ucs2' : 'gsm7'
  const units = septets < 0 ? text.length : septets
  if (units <= CAPACITY[alphabet].alone) return { alphabet, segments: [text] }

  const { joined } = CAPACITY[alphabet]
  const segments: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = END[alphabet](text, start, joined)
    segments.push(text.slice(start, end))
    start = end
  }
  return { alphabet, segments }
}

/** Parts the text will take: `segmentText(text).segments.length` without building them. */
export function countParts(text: string, only?: 'ucs2'): number {
  const septets = only === 'ucs2' ? -1 : gsm7Length(text)
  const alphabet = septets < 0 ? 'ucs2' : 'gsm7'
  const { alone, joined } = CAPACITY[alphabet]
  if (Math.max(septets, text.length) <= alone) return 1
  if (septets === text.length) return Math.ceil(septets / joined)
  let count = 0
  for (let start = 0; start < text.length; start = END[alphabet](text, start, joined)) count++
  return count
}

/**
 * The longest beginning of the text that needs at most `maxParts` (1 or more) parts (SMSC API, maxsms).
 * A text whose one Cyrillic letter stands far behind keeps the longer Latin beginning.
 */
export function cutToParts(text: string, maxParts: number): string {
  if (countParts(text) <= maxParts) return text
  const cut = beginning(text, maxParts)
  if (gsm7Length(text) >= 0) return cut
  const latin = beginning(text.slice(0, gsm7Prefix(text)), maxParts)
  return latin.length > cut.length ? latin : cut
}

/**
 * Cuts octets so that each part, its header included, fits 140. The customer's own header elements (ports, for one) stand in
 * every part; a place in a long message that the customer gave is replaced by ours, since it can't hold for several parts.
 * Headers here are without their length octet. `reference`: the same for all parts, its low 8 bits are used.
 */
export function segmentBinary(udh: Uint8Array, octets: Uint8Array, reference: number): BinarySegment[] {
  const headerOctets = udh.length > 0 ? udh.length + 1 : 0
  if (headerOctets + octets.length <= CAPACITY.binary.alone) return [{ udh, octets }]

  const own = withoutConcatenation(udh)
  const room = CAPACITY.binary.joined - own.length
  if (room < 1) throw new RangeError(`a header of ${udh.length} octets leaves no room for content`)
  const of = Math.ceil(octets.length / room)
  if (of > PARTS_MAX) throw new RangeError(`${of} parts are more than a header can count`)
  return Array.from({ length: of }, (_, index) => ({
    udh: join(concatUdh(reference, index + 1, of).subarray(1), own),
    octets: octets.subarray(index * room, (index + 1) * room),
  }))
}

/** Octets that fit one part of a long binary message beside the customer's own header elements; below 1: none. */
export const binaryRoom = (udh: Uint8Array): number => CAPACITY.binary.joined - withoutConcatenation(udh).length

/** Where a segment of `room` units that begins at `start` ends. */
const END = {
  gsm7(text: string, start: number, room: number): number {
    let left = room
    let end = start
    while (end < text.length) {
      left -= septetsOfUnit(text.charCodeAt(end))
      if (left < 0) break
      end++
    }
    return end
  },

  ucs2(text: string, start: number, room: number): number {
    const end = Math.min(start + room, text.length)
    const cutsPair = end < text.length && isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end))
    return cutsPair ? end - 1 : end
  },
}

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00

function beginning(text: string, parts: number): string {
  const alphabet = gsm7Length(text) < 0 ? 'ucs2' : 'gsm7'
  const { alone, joined } = CAPACITY[alphabet]
  if (parts === 1) return text.slice(0, END[alphabet](text, 0, alone))
  let end = 0
  for (let part = 0; part < parts && end < text.length; part++) end = END[alphabet](text, end, joined)
  return text.slice(0, end)
}

function gsm7Prefix(text: string): number {
  let end = 0
  while (end < text.length && septetsOfUnit(text.charCodeAt(end)) > 0) end++
  return end
}

function withoutConcatenation(udh: Uint8Array): Uint8Array {
  const elements = readUdh(join(Uint8Array.of(udh.length), udh))?.elements
  if (!elements?.some(({ iei }) => isConcatenation(iei))) return udh
  const kept = elements.filter(({ iei }) => !isConcatenation(iei))
  return join(...kept.flatMap(({ iei, data }) => [Uint8Array.of(iei, data.length), data]))
}

function join(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
