import { readBinaryTail, splitComment } from './comment.ts'
import { binaryRoom, CAPACITY, PARTS_MAX } from './segments.ts'
import { readUdh } from './udh.ts'

/** A binary message as the customer wrote it. */
export interface Binary {
  readonly udh: Uint8Array // without its length octet; empty: none
  readonly octets: Uint8Array
  readonly pid: number | undefined
  readonly dcs: number | undefined
  readonly comment: string
}

export interface BinaryProblem {
  readonly problem: 'empty' | 'not_hex' | 'not_octets' | 'bad_udh' | 'too_long'
}

/** A text has 1000 characters at most; so has a binary message octets, in either spelling. */
export const BINARY_OCTETS_MAX = 1000

/**
 * Reads `mes` of a binary message (SMSC API, bin). `bin` 1: one character per octet, U+0000-U+00FF, that is, the bytes of the
 * request read as Latin-1. `bin` 2: hexadecimal, spaces between allowed. The first octet is the length of the UDH, or 00.
 */
export function readBinary(mes: string, bin: 1 | 2): Binary | BinaryProblem {
  const { text, comment } = splitComment(mes)
  const bytes = bin === 1 ? fromLatin1(text) : fromHex(text)
  if ('problem' in bytes) return bytes
  if (bytes.length === 0) return { problem: 'empty' }
  if (bytes.length > BINARY_OCTETS_MAX) return { problem: 'too_long' }

  const header = readUdh(bytes)
  if (!header) return { problem: 'bad_udh' }
  const udh = bytes.subarray(1, header.length)
  const octets = bytes.subarray(header.length)
  if (!fits(udh, octets)) return { problem: 'too_long' }

  const tail = readBinaryTail(comment)
  return { udh, octets, pid: tail?.pid, dcs: tail?.dcs, comment: tail ? '' : comment }
}

function fits(udh: Uint8Array, octets: Uint8Array): boolean {
  const headerOctets = udh.length > 0 ? udh.length + 1 : 0
  return headerOctets + octets.length <= CAPACITY.binary.alone || binaryRoom(udh) * PARTS_MAX >= octets.length
}

function fromLatin1(text: string): Uint8Array | BinaryProblem {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return { problem: 'not_octets' }
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

function fromHex(text: string): Uint8Array | BinaryProblem {
  const digits = text.replace(/\s+/g, '')
  if (digits.length % 2 === 1 || !/^[0-9a-f]*$/i.test(digits)) return { problem: 'not_hex' }
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}
