/** What is kept of one account's traffic to one prefix: ten thousand numbers that differ in their last four digits. */
export interface PrefixTable {
  /** The place of an account and a number's prefix; a new one replaces the one of its set that was quiet longest. */
  place(accountId: number, number: string, seconds: number): number
  /** The same without making one; -1: nothing is kept of it. */
  find(accountId: number, number: string): number
  /** Messages, leaking away with time. */
  readonly level: Float32Array
  readonly seconds: Uint32Array // of the last message
  readonly last: Uint16Array // the last four digits of the last number
  readonly run: Uint8Array // how many came in small steps behind each other
  readonly codes: Uint16Array
  readonly confirmed: Uint16Array
  /** Places in use. */
  count(): number
}

const WAYS = 4

/**
 * A fixed table, so that watching allocates nothing and its memory is bounded: sets of four places, found by a hash. Two
 * prefixes with one hash of 32 bits would share a place; at 65,536 places that is one in tens of thousands.
 */
export function makePrefixTable(sets = 16_384): PrefixTable {
  const size = sets * WAYS
  const keys = new Uint32Array(size)
  const table = {
    level: new Float32Array(size),
    seconds: new Uint32Array(size),
    last: new Uint16Array(size),
    run: new Uint8Array(size),
    codes: new Uint16Array(size),
    confirmed: new Uint16Array(size),
  }

  function find(accountId: number, number: string): number {
    const key = hashOf(accountId, number)
    const from = (key % sets) * WAYS
    for (let at = from; at < from + WAYS; at++) if (keys[at] === key) return at
    return -1
  }

  return {
    ...table,
    find,
    place(accountId, number, seconds) {
      const found = find(accountId, number)
      if (found >= 0) return found
      const key = hashOf(accountId, number)
      const from = (key % sets) * WAYS
      let oldest = from
      for (let at = from + 1; at < from + WAYS; at++) if ((table.seconds[at] ?? 0) < (table.seconds[oldest] ?? 0)) oldest = at
      keys[oldest] = key
      for (const column of Object.values(table)) column[oldest] = 0
      table.seconds[oldest] = seconds
      return oldest
    },
    count: () => keys.reduce((count, key) => count + (key === 0 ? 0 : 1), 0),
  }
}

const SUFFIX = 4

/** FNV-1a of the account and all digits but the last four; never 0. */
function hashOf(accountId: number, number: string): number {
  let hash = Math.imul(0x811c9dc5 ^ accountId, 0x01000193)
  for (let at = 0; at < number.length - SUFFIX; at++) hash = Math.imul(hash ^ number.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0 || 1
}

/** A number without its last four digits. */
export const prefixOf = (number: string): string => number.slice(0, Math.max(0, number.length - SUFFIX))

/** Its last four digits as a number. */
export function suffixOf(number: string): number {
  let value = 0
  for (let at = Math.max(0, number.length - SUFFIX); at < number.length; at++) value = value * 10 + number.charCodeAt(at) - 48
  return value
}
