import type { Money } from './money.ts'

/** The currency that rates are told in, and that costs and prices are compared in. */
export const BASE_CURRENCY = 'RUR'

/** What one unit of a currency is worth in the base currency, in hundred-millionths: a Vietnamese dong needs them. */
export type Rate = bigint

export const RATE_UNIT: Rate = 100_000_000n
const DECIMALS = 8

export const isCurrency = (code: string): boolean => /^[A-Z]{3}$/.test(code)

const WRITTEN = /^(\d{1,9})(?:[.,](\d{1,8}))?$/

/** Reads a rate above zero with at most 9 digits before the point and 8 behind it. */
export function parseRate(text: string): Rate | undefined {
  const [, whole, decimals = ''] = WRITTEN.exec(text.trim()) ?? []
  if (whole === undefined) return undefined
  const rate = BigInt(whole) * RATE_UNIT + BigInt(decimals.padEnd(DECIMALS, '0'))
  return rate > 0n ? rate : undefined
}

export const formatRate = (rate: Rate): string =>
  `${rate / RATE_UNIT}.${(rate % RATE_UNIT).toString().padStart(DECIMALS, '0')}`.replace(/\.?0+$/, '')

/** An amount in another currency, to the millionth, rounded half away from zero. */
export function convert(amount: Money, from: Rate, to: Rate): Money {
  if (from === to) return amount
  const product = amount * from
  const half = to / 2n
  return (product < 0n ? product - half : product + half) / to
}
