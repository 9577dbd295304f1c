/** A receipt's verdict, as a connector reports it. */
export type CarrierState =
  | 'enroute'
  | 'delivered'
  | 'read'
  | 'expired'
  | 'deleted'
  | 'undelivered'
  | 'accepted'
  | 'unknown'
  | 'rejected'

/**
 * The form under which a carrier's id is looked up: trimmed, upper case, without leading zeros.
 * Carriers answer `00a1` and write `A1` in the receipt.
 */
export function foldId(raw: string): string {
  let start = 0
  let end = raw.length
  while (start < end && raw.charCodeAt(start) <= 32) start++
  while (end > start && raw.charCodeAt(end - 1) <= 32) end--
  while (start < end - 1 && raw.charCodeAt(start) === 48) start++
  return raw.slice(start, end).toUpperCase()
}

const DECIMAL = /^[0-9]{1,20}$/
const SIGNED = /^-[0-9]{1,19}$/
const HEX = /^[0-9A-F]{1,16}$/
const SIGNED_MAX = 0x7fffffffffffffffn

/**
 * The other notations a carrier may have used for one id, folded: hexadecimal where we saw decimal, decimal
 * where we saw hexadecimal, unsigned where we saw a signed 64-bit number. BigInt, since ids go beyond 2^63.
 */
export function otherForms(folded: string): string[] {
  const forms: string[] = []
  if (DECIMAL.test(folded)) {
    const value = BigInt(folded)
    forms.push(value.toString(16).toUpperCase())
    if (value > SIGNED_MAX) forms.push(BigInt.asIntN(64, value).toString())
  }
  if (SIGNED.test(folded)) {
    const value = BigInt.asUintN(64, BigInt(folded))
    forms.push(value.toString(), value.toString(16).toUpperCase())
  }
  if (HEX.test(folded)) {
    const value = BigInt(`0x${folded}`)
    forms.push(value.toString())
    if (value > SIGNED_MAX) forms.push(BigInt.asIntN(64, value).toString())
  }
  return forms.filter((form) => form !== folded)
}

/** A message that may be the one a receipt speaks of. */
export interface Candidate {
  readonly key: string // the folded id it is stored under
  readonly recipient: string
}

/**
 * Picks the message a receipt belongs to. The id as written wins; another notation counts only when the
 * recipient agrees, because `10` may be sixteen or ten. Undefined: none of them.
 */
export function pickMatch<C extends Candidate>(
  ids: readonly string[],
  to: string,
  candidates: readonly C[],
): { match: C; notation: 'same' | 'other' } | undefined {
  const folded = ids.map(foldId)
  const exact = candidates.filter((candidate) => folded.includes(candidate.key))
  const match = exact.find((candidate) => sameNumber(candidate.recipient, to)) ?? (allTheSame(exact) ? exact[0] : undefined)
  if (match) return { match, notation: 'same' }
  if (to === '') return undefined
  const other = candidates.find((candidate) => sameNumber(candidate.recipient, to))
  return other && { match: other, notation: 'other' }
}

const allTheSame = (candidates: readonly Candidate[]): boolean =>
  candidates.every((candidate) => candidate.recipient === candidates[0]?.recipient)

/** Carriers write numbers with and without `+`, and some cut the country code: the last nine digits decide. */
export const sameNumber = (a: string, b: string): boolean => {
  if (a === b) return true
  const left = a.replace(/\D/g, '')
  const right = b.replace(/\D/g, '')
  return left.length >= 9 && right.length >= 9 && left.slice(-9) === right.slice(-9)
}

/** MAP errors (3GPP TS 29.002), which carriers put into `err`, in the SMSC API's numbers. */
const ERR_OF_MAP: Readonly<Record<number, number>> = { 1: 1, 6: 6, 9: 13, 11: 11, 12: 12, 13: 13, 21: 21, 27: 6 }

/** Numbers of the SMSC API that mean nothing in MAP: mail (2-4), and what carriers of the same make write. */
const OURS = new Set([2, 3, 4, 219, 220, 237, 240, 241, 242, 253, 254, 255])

/** status.php's err for a receipt: 0 when it arrived, the MAP error where the carrier names a known one, else 255. */
export function errOfReceipt(state: CarrierState, err: string): number {
  if (state === 'delivered' || state === 'read') return 0
  const known = /^0*([0-9]{1,3})$/.exec(err.trim())
  const number = known ? Number(known[1]) : 0
  const mapped = ERR_OF_MAP[number] ?? (OURS.has(number) ? number : undefined)
  if (mapped !== undefined) return mapped
  return state === 'expired' ? 6 : 255
}

/**
 * Whether news may replace a state. Good news always may: a carrier that says "delivered" late is right.
 * Bad news never undoes a delivery, and news of the same kind changes nothing, so a receipt twice is one receipt.
 */
export function mayReplace(old: { state: number; err: number }, state: number): boolean {
  if (old.state <= 0) return state > old.state
  if (old.state === 1) return state === 2 || state === 4
  if (old.state === 2) return state === 4
  if (old.state === 4) return false
  if (state === 1 || state === 2) return true
  return old.err === NO_RECEIPT && state !== old.state
}

/** status.php err of a message that was given up without a receipt. */
export const NO_RECEIPT = 245
