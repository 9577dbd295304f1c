/**
 * A hash of what makes two requests identical, as a signed 64-bit integer, never 0n. Two FNV-like lanes of 32 bits: a client can only
 * collide with itself, and a request with 100,000 numbers must not wait for a hash made to keep secrets.
 */
export function requestHash(fields: readonly string[]): bigint {
  let high = 0x811c9dc5
  let low = 0x01000193
  for (const field of fields) {
    for (let at = 0; at < field.length; at++) {
      const unit = field.charCodeAt(at)
      high = Math.imul(high ^ unit, 0x01000193)
      low = Math.imul((low << 5) ^ (low >>> 27) ^ unit, 0x9e3779b1)
    }
    high = Math.imul(high ^ 0x10000, 0x01000193) // the end of a field: no character has this code
    low = Math.imul((low << 5) ^ (low >>> 27) ^ 0x10000, 0x9e3779b1)
  }
  HALVES[0] = mix(low)
  HALVES[1] = mix(high)
  return WHOLE[0] || 1n
}

const HALVES = new Int32Array(2)
const WHOLE = new BigInt64Array(HALVES.buffer)

/** Every bit of the lane decides about every bit of the result. */
function mix(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
