import type { Rule } from './settings.ts'

/**
 * The simulated carrier keeps no table: the id it gives a part is a number of 52 decimal digits that says
 * what becomes of it and when, so that a question about it is answered after a restart too.
 *
 *     1    000  0     1763785200500  0000000000012345  001   000079161234567
 *     end  err  kind  Unix ms        our id            part  recipient (0: not a number)
 */
export interface CarrierId {
  readonly end: End
  readonly err: number // 0-999
  readonly kind: 'message' | 'hlr' | 'hlr_roaming'
  readonly dueAtMs: number // when it reaches its end, Unix ms
  readonly id: number
  readonly part: number // 1-255
  readonly to: string
}

/** How a part ends, as the carrier knows it. */
export type End = (typeof ENDS)[number]

const ENDS = ['delivered', 'read', 'undelivered', 'expired', 'rejected'] as const // digit 1 is the first: an id never begins with 0
const KINDS = ['message', 'hlr', 'hlr_roaming'] as const
const DIGITS = 52

export function writeCarrierId({ end, err, kind, dueAtMs, id, part, to }: CarrierId): string {
  const number = /^\d{1,15}$/.test(to) ? to : ''
  return (
    String(ENDS.indexOf(end) + 1) +
    String(err).padStart(3, '0') +
    String(KINDS.indexOf(kind)) +
    String(Math.round(dueAtMs)).padStart(13, '0') +
    String(id).padStart(16, '0') +
    String(part).padStart(3, '0') +
    number.padStart(15, '0')
  )
}

/** Reads an id in any of our notations; undefined: we never gave it. */
export function readCarrierId(carrierId: string): CarrierId | undefined {
  const digits = toDigits(carrierId)
  const end = ENDS[Number(digits?.[0]) - 1]
  const kind = KINDS[Number(digits?.[4])]
  if (digits === undefined || end === undefined || kind === undefined) return undefined
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

/** 52 decimal digits are 43 or 44 hexadecimal ones, so the length tells which it is. */
function toDigits(carrierId: string): string | undefined {
  const bare = carrierId.replace(/^0+/, '')
  if (bare.length === DIGITS) return /^\d+$/.test(bare) ? bare : undefined
  if (!/^[\da-f]{43,44}$/i.test(bare)) return undefined
  const digits = BigInt(`0x${bare}`).toString()
  return digits.length === DIGITS ? digits : undefined
}

type Notation = Rule['notation']
const same = (digits: string): string => digits
const hex = (digits: string): string => BigInt(digits).toString(16)

/** How carriers write one id in two places: first in submit_sm_resp, then in the receipt. */
const NOTATIONS: Record<Notation, readonly [inAnswer: typeof same, inReceipt: typeof same]> = {
  same: [same, same],
  hex_then_decimal: [hex, same],
  decimal_then_hex: [same, hex],
  upper_hex: [hex, (digits) => hex(digits).toUpperCase()],
  padded: [same, (digits) => digits.padStart(64, '0')], // an SMPP message_id has room for 64
}

export const idInAnswer = (notation: Notation, digits: string): string => NOTATIONS[notation][0](digits)
export const idInReceipt = (notation: Notation, digits: string): string => NOTATIONS[notation][1](digits)
