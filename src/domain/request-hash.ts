/**
 * A hash of what makes two requests identical, as a signed 64-bit integer, never 0n. Two FNV-like lanes of 32 bits: a client can only
 * collide with itself, and a request with 100,000 numbers must not wait for a hash made to keep secrets.
 */
export function requestHash(fields: readonly (string | Uint8Array)[]): bigint {
  lanes.high = 0x811c9dc5
  lanes.low = 0x01000193
  for (const field of fields) {
    if (typeof field === 'string') addText(field)
    else addOctets(field)
  }
  HALVES[0] = mix(lanes.low)
  HALVES[1] = mix(lanes.high)
  return WHOLE[0] || 1n
}

const lanes = { high: 0, low: 0 }
const FIELD_END = 0x10000 // no character has this code
const HALVES = new Int32Array(2)
const WHOLE = new BigInt64Array(HALVES.buffer)

function addText(text: string): void {
  let { high, low } = lanes
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul((low << 5) ^ (low >>> 27) ^ unit, 0x9e3779b1)
  }
  end(high, low)
}

function addOctets(octets: Uint8Array): void {
  let { high, low } = lanes
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number
    high = Math.imul(high ^ octet, 0x01000193)
    low = Math.imul((low << 5) ^ (low >>> 27) ^ octet, 0x9e3779b1)
  }
  end(high, low)
}

function end(high: number, low: number): void {
  lanes.high = Math.imul(high ^ FIELD_END, 0x01000193)
  lanes.low = Math.imul((low << 5) ^ (low >>> 27) ^ FIELD_END, 0x9e3779b1)
}

/** Every bit of the lane decides about every bit of the result. */
function mix(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
