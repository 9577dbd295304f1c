/** The user data header in front of a short message's octets (3GPP TS 23.040, 9.2.3.24). */

export interface UdhElement {
  readonly iei: number // information element identifier
  readonly data: Uint8Array
}

export interface Udh {
  readonly elements: readonly UdhElement[]
  readonly length: number // octets of the whole header, its length octet included
}

/** Which part of a long message this is. Networks use any reference, 0 included. */
export interface Concatenation {
  readonly reference: number
  readonly number: number // 1-based
  readonly of: number
  readonly bits: 8 | 16 // size of the reference
}

const CONCATENATION_8 = 0x00
const CONCATENATION_16 = 0x08

export const isConcatenation = (iei: number): boolean => iei === CONCATENATION_8 || iei === CONCATENATION_16

/** Reads the header that starts at the first octet (UDHL). Undefined when it says it is longer than it is. */
export function readUdh(bytes: Uint8Array): Udh | undefined {
  const length = (bytes[0] ?? bytes.length) + 1
  if (length > bytes.length) return undefined

  const elements: UdhElement[] = []
  let at = 1
  while (at < length) {
    const iei = bytes[at]
    const size = bytes[at + 1]
    const end = at + 2 + (size ?? 0)
    if (iei === undefined || size === undefined || end > length) return undefined
    elements.push({ iei, data: bytes.subarray(at + 2, end) })
    at = end
  }
  return { elements, length }
}

/**
 * The part's place in a long message, wherever in the header it stands. An element with an impossible place
 * (part 0, part 4 of 3) is ignored, and of several the last one counts, as 23.040 asks.
 */
export function concatenationOf(bytes: Uint8Array): Concatenation | undefined {
  let found: Concatenation | undefined
  for (const { iei, data } of readUdh(bytes)?.elements ?? []) {
    const wide = iei === CONCATENATION_16
    if (!isConcatenation(iei) || data.length !== (wide ? 4 : 3)) continue
    const [of = 0, number = 0] = data.subarray(wide ? 2 : 1)
    if (number === 0 || number > of) continue
    const reference = wide ? ((data[0] ?? 0) << 8) | (data[1] ?? 0) : (data[0] ?? 0)
    found = { reference, number, of, bits: wide ? 16 : 8 }
  }
  return found
}

/** A header, UDHL included, that says only "part `number` of `of`" with the low 8 bits of the reference. At most 255 parts. */
export const concatUdh = (reference: number, number: number, of: number): Uint8Array =>
  Uint8Array.of(5, CONCATENATION_8, 3, reference & 0xff, of, number)
