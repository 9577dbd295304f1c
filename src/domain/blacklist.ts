import type { BlacklistType } from './contact.ts'

/**
 * An account's blacklist in memory: eight octets an entry, so that a million of them are 8 MB. A number is its own key; what is
 * no number has a hash above all numbers, of 49 bits and without regard to case, which tells addresses apart for all that is practical.
 */
export interface Blacklist {
  readonly size: number
  /** Whether a message may not go to an address: `mailing` or a single one. */
  bars(address: string, mailing: boolean): boolean
  /** Type `undefined` takes it out. */
  set(address: string, type: BlacklistType | undefined): void
}

const NUMBERS_END = 1e15 // E.164 has 15 digits
const TYPES = 4 // a key times four, plus its type: below 2^53
const SPARE = 64

/** Takes entries as they are read, each address once; `finish` puts them in order. */
export function draftBlacklist(): { add(address: string, type: number): void; finish(): Blacklist } {
  let entries = new Float64Array(SPARE)
  let count = 0
  return {
    add(address, type) {
      if (count === entries.length) entries = grown(entries, count)
      entries[count++] = keyOf(address) * TYPES + type
    },
    finish() {
      entries.subarray(0, count).sort()
      return blacklistOf(entries, count)
    },
  }
}

function blacklistOf(entries: Float64Array<ArrayBuffer>, count: number): Blacklist {
  let sorted = entries
  let size = count

  /** The place of a key, or where it would stand. */
  function placeOf(key: number): number {
    const wanted = key * TYPES
    let low = 0
    let high = size
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sorted[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  const typeAt = (place: number, key: number): number | undefined => {
    const type = place < size ? (sorted[place] ?? 0) - key * TYPES : TYPES
    return type < TYPES ? type : undefined
  }

  return {
    get size() {
      return size
    },

    bars(address, mailing) {
      if (size === 0) return false
      const key = keyOf(address)
      const type = typeAt(placeOf(key), key)
      return type !== undefined && (type === 0 || (type === 1) === mailing)
    },

    set(address, type) {
      const key = keyOf(address)
      const place = placeOf(key)
      const isThere = typeAt(place, key) !== undefined
      if (type === undefined) {
        if (isThere) sorted.copyWithin(place, place + 1, size--)
        return
      }
      if (!isThere) {
        if (size === sorted.length) sorted = grown(sorted, SPARE + (size >> 3))
        sorted.copyWithin(place + 1, place, size++)
      }
      sorted[place] = key * TYPES + type
    },
  }
}

function grown(full: Float64Array, by: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(full.length + by)
  larger.set(full)
  return larger
}

const NUMBER = /^\d{1,15}$/

const keyOf = (address: string): number => (NUMBER.test(address) ? Number(address) : NUMBERS_END + hashOf(address.toLowerCase()))

/** 49 bits in two lanes. */
function hashOf(text: string): number {
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul((high << 7) ^ (high >>> 25) ^ unit, 0x85ebca6b)
  }
  return (mixed(high) >>> 15) * 2 ** 32 + (mixed(low ^ text.length) >>> 0)
}

function mixed(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
