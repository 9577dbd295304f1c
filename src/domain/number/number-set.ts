/** Bits for each number: at 12, with the five that are set, one stranger in 250 is taken for a member. */
const BITS_EACH = 12
const HASHES = 5
const BITS_MIN = 1 << 12

/** A set that takes one and a half octets a number. It says yes to all its members, and now and then to somebody else. */
export interface NumberSet {
  add(number: number): void
  mayHave(number: number): boolean
  readonly octets: number
}

/**
 * A Bloom filter for numbers up to 2^53. `expected` members fit; with twice as many, one stranger in 30 is taken for a member.
 */
export function makeNumberSet(expected: number): NumberSet {
  const bits = Math.min(2 ** 32, Math.max(BITS_MIN, Math.ceil(expected) * BITS_EACH))
  const words = new Uint32Array(Math.ceil(bits / 32))
  const size = words.length * 32

  return {
    octets: words.byteLength,
    add(number) {
      let bit = mix(number % 2 ** 32)
      const step = stepOf(number)
      for (let hash = 0; hash < HASHES; hash++) {
        const at = bit % size
        words[at >>> 5] = (words[at >>> 5] ?? 0) | (1 << (at & 31))
        bit = (bit + step) >>> 0
      }
    },
    mayHave(number) {
      let bit = mix(number % 2 ** 32)
      const step = stepOf(number)
      for (let hash = 0; hash < HASHES; hash++) {
        const at = bit % size
        if (((words[at >>> 5] ?? 0) & (1 << (at & 31))) === 0) return false
        bit = (bit + step) >>> 0
      }
      return true
    },
  }
}

const stepOf = (number: number): number => (mix((number % 2 ** 32) ^ Math.floor(number / 2 ** 32) ^ 0x5bd1e995) | 1) >>> 0

/** Spreads every bit over the word (the finaliser of MurmurHash3). */
function mix(word: number): number {
  let x = word | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
