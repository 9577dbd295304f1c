/** The largest id that clients who read a 32-bit integer can read (SMSC API, id). A longer number is kept as a text. */
const NUMBER_MAX = 2_147_483_647
const TEXT = /^[A-Za-z0-9._-]{1,40}$/

/**
 * A customer's message id: a number, or a text of at most 40 letters, digits, points, lines and hyphens. A number that would be
 * printed differently (`007`) is a text, so that the customer gets back what was sent. Undefined: neither.
 *
 *     parseRef('33')        // 33
 *     parseRef('order-7')   // 'order-7'
 */
export function parseRef(written: string): number | string | undefined {
  if (!TEXT.test(written)) return undefined
  const number = DIGITS.test(written) ? Number(written) : Number.NaN
  return number <= NUMBER_MAX && (number > 0 || ZEROS.test(written)) && !PADDED.test(written) ? number : written
}

const DIGITS = /^\d{1,10}$/
const ZEROS = /^0+$/
const PADDED = /^0+[1-9]/
