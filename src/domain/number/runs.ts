/**
 * A stretch of numbers as text, run after run: a count (`k` thousands, `m` millions, `g` milliards), a dot, and a value of base-36
 * digits; nothing behind the dot: nothing is known of these. `62k.0a 1k. 100k.0b` are 163,000 numbers.
 */

const SPACE = 0x20
const DOT = 0x2e
const NINE = 0x39
const A_LESS_TEN = 0x61 - 10
const UNITS: Readonly<Record<number, number>> = { 107: 1e3, 109: 1e6, 103: 1e9 } // k, m, g

/** Tells of each run; the value is -1 where nothing is known. */
export function readRuns(text: string, each: (count: number, value: number) => void): void {
  let count = 0
  let value = -1
  let counting = true
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : SPACE
    if (unit === SPACE) {
      each(count, value)
      count = 0
      value = -1
      counting = true
    } else if (unit === DOT) counting = false
    else if (!counting) value = Math.max(value, 0) * 36 + (unit <= NINE ? unit - 0x30 : unit - A_LESS_TEN)
    else if (unit <= NINE) count = count * 10 + unit - 0x30
    else count *= UNITS[unit] ?? Number.NaN
  }
}

export const writeRun = (count: number, value: string): string => `${shortCount(count)}.${value}`

function shortCount(count: number): string {
  if (count % 1e9 === 0) return `${count / 1e9}g`
  if (count % 1e6 === 0) return `${count / 1e6}m`
  return count % 1e3 === 0 ? `${count / 1e3}k` : String(count)
}
