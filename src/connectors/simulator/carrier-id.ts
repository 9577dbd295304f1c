import type { Rule } from './settings.ts'

/**
 * The simulated carrier keeps no table: the id it gives a part is a number that says what becomes of it and when,
 * so that a question about it is answered after a restart too. The long form has 52 decimal digits:
 *
 *     1    000  0     1763785200500  0000000000012345  001   000079161234567
 *     end  err  kind  Unix ms        our id            part  recipient (0: not a number)
 *
 * Ids that change between decimal and hexadecimal are 64-bit numbers in the wild, so for those there is a short
 * form, which knows less: 3 bits for the end, 53 for our id, 8 for the part.
 */
export interface CarrierId {
  readonly end: End
  readonly err: number | undefined // 0-999; undefined: the short form does not say
  readonly kind: 'message' | 'hlr' | 'hlr_roaming'
  readonly dueAtMs: number | undefined // when it reaches its end, Unix ms; undefined: the short form does not say
  readonly id: number
  readonly part: number // 1-255
  readonly to: string
}

/** How a part ends, as the carrier knows it. */
export type End = (typeof ENDS)[number]

const ENDS = ['delivered', 'read', 'undelivered', 'expired', 'rejected'] as const // 1 is the first: no id begins with 0
const KINDS = ['message', 'hlr', 'hlr_roaming'] as const

/** How carriers write one id in two places: first in submit_sm_resp, then in the receipt. */
export function writeCarrierIds(
  notation: Rule['notation'],
  carried: CarrierId,
): { readonly inAnswer: string; readonly inReceipt: string } {
  if (notation === 'same' || notation === 'padded') {
    const digits = writeLong(carried)
    return { inAnswer: digits, inReceipt: notation === 'same' ? digits : digits.padStart(MESSAGE_ID_MAX, '0') }
  }
  const decimal = writeShort(carried).toString()
  const hex = writeShort(carried).toString(16)
  if (notation === 'hex_then_decimal') return { inAnswer: hex, inReceipt: decimal }
  if (notation === 'decimal_then_hex') return { inAnswer: decimal, inReceipt: hex }
  return { inAnswer: hex, inReceipt: hex.toUpperCase() }
}

/** Reads an id in any of these notations; undefined: we never gave it. */
export function readCarrierId(carrierId: string): CarrierId | undefined {
  const bare = carrierId.replace(/^0+/, '')
  if (/^\d{52}$/.test(bare)) return readLong(bare)
  if (/^\d{19,20}$/.test(bare)) return readShort(BigInt(bare))
  if (/^[\da-f]{16}$/i.test(bare)) return readShort(BigInt(`0x${bare}`))
  return undefined
}

const MESSAGE_ID_MAX = 64 // characters in SMPP

function writeLong({ end, err, kind, dueAtMs, id, part, to }: CarrierId): string {
  const number = /^\d{1,15}$/.test(to) ? to : ''
  return (
    String(ENDS.indexOf(end) + 1) +
    String(err ?? 0).padStart(3, '0') +
    String(KINDS.indexOf(kind)) +
    String(Math.round(dueAtMs ?? 0)).padStart(13, '0') +
    String(id).padStart(16, '0') +
    String(part).padStart(3, '0') +
    number.padStart(15, '0')
  )
}

function readLong(digits: string): CarrierId | undefined {
  const end = ENDS[Number(digits[0]) - 1]
  const kind = KINDS[Number(digits[4])]
  if (end === undefined || kind === undefined) return undefined
  return {
    end,
    err: Number(digits.slice(1, 4)),
    kind,
    dueAtMs: Number(digits.slice(5, 18)),
    id: Number(digits.slice(18, 34)),
    part: Number(digits.slice(34, 37)),
    to: digits.slice(37).replace(/^0+/, ''),
  }
}

const writeShort = ({ end, id, part }: CarrierId): bigint =>
  (BigInt(ENDS.indexOf(end) + 1) << 61n) | (BigInt(id) << 8n) | BigInt(part)

function readShort(bits: bigint): CarrierId | undefined {
  const end = ENDS[Number(bits >> 61n) - 1]
  if (end === undefined) return undefined
  const id = Number((bits >> 8n) & 0x1f_ffff_ffff_ffffn)
  return { end, err: undefined, kind: 'message', dueAtMs: undefined, id, part: Number(bits & 0xffn), to: '' }
}
