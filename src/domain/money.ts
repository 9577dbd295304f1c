/** Money in millionths of the account's currency. Prices have at most four decimals, so sums are exact. */
export type Money = bigint

export interface MoneyProblem {
  readonly problem: 'bad_money'
}

export const MONEY_UNIT = 1_000_000n
const CENT = 10_000n // millionths in a hundredth
const TEN_THOUSANDTH = 100n

/** `two`: always two decimals. `trim`: up to four, without trailing zeros. */
export type MoneyStyle = 'two' | 'trim'

const WRITTEN = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/

/** Reads a decimal with a dot: at most 12 digits before it and 4 behind it. */
export function parseMoney(text: string): Money | MoneyProblem {
  const [, sign, whole, decimals = ''] = WRITTEN.exec(text.trim()) ?? []
  if (whole === undefined) return { problem: 'bad_money' }
  const amount = BigInt(whole) * MONEY_UNIT + BigInt(decimals.padEnd(6, '0'))
  return sign === '-' ? -amount : amount
}

/** A price or a cost in print, rounded half away from zero. */
export function formatMoney(amount: Money, style: MoneyStyle = 'two'): string {
  return style === 'two' ? print(roundTo(amount, CENT), 2) : trimZeros(print(roundTo(amount, TEN_THOUSANDTH), 4))
}

/** A balance in print, rounded down to hundredths: money that is not there is never shown, a debt never made smaller. */
export function formatBalance(amount: Money, style: MoneyStyle = 'two'): string {
  const floor = amount / CENT - (amount < 0n && amount % CENT !== 0n ? 1n : 0n)
  return style === 'two' ? print(floor, 2) : trimZeros(print(floor, 2))
}

/** Whole units, half away from zero. */
function roundTo(amount: Money, unit: bigint): bigint {
  const half = unit / 2n
  return amount < 0n ? (amount - half) / unit : (amount + half) / unit
}

function print(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

const trimZeros = (text: string): string => text.replace(/\.?0+$/, '')
