import { randomInt } from 'node:crypto'

/** A request was seen: it may be seen again when a minute has passed. */
export const WINDOW_MS = 60_000

const WAYS = 16 // slots of one bucket
const START_SLOTS = 1 << 12
const MAX_SLOTS = 1 << 21 // 32 MB at most

/**
 * Sliding minutes for many keys in bounded memory: `take` allows a key `limit` times within any minute.
 *
 * A key has `limit` tokens, each of which rests for a minute after its use, so exactly the requests that
 * were let through in the last minute count. Used tokens lie in a table of typed arrays (20,000 requests a
 * second leave 1.2 million of them, too many for a Map). The table doubles up to 2 million slots; beyond
 * that the oldest token of a full bucket is forgotten: too lenient, never too strict.
 */
export function createWindows() {
  // Chance in the start value: nobody outside can make two keys collide.
  const seed = randomInt(1 << 30)
  let table = createTable(START_SLOTS)

  function createTable(slots: number) {
    return { slots, low: new Uint32Array(slots), high: new Uint32Array(slots), until: new Float64Array(slots) }
  }

  /** Marks a token as used. True when it was free. */
  function use(low: number, high: number, nowMs: number, untilMs: number): boolean {
    const start = (low & (table.slots / WAYS - 1)) * WAYS
    let best = start
    for (let slot = start; slot < start + WAYS; slot += 1) {
      const until = table.until[slot] ?? 0
      if (until > nowMs && table.low[slot] === low && table.high[slot] === high) return false
      if (until < (table.until[best] ?? 0)) best = slot
    }
    if ((table.until[best] ?? 0) > nowMs && table.slots < MAX_SLOTS) {
      grow(nowMs)
      return use(low, high, nowMs, untilMs)
    }
    table.low[best] = low
    table.high[best] = high
    table.until[best] = untilMs
    return true
  }

  function free(low: number, high: number, nowMs: number): boolean {
    const start = (low & (table.slots / WAYS - 1)) * WAYS
    for (let slot = start; slot < start + WAYS; slot += 1) {
      if ((table.until[slot] ?? 0) <= nowMs || table.low[slot] !== low || table.high[slot] !== high) continue
      table.until[slot] = 0
      return true
    }
    return false
  }

  function grow(nowMs: number): void {
    const old = table
    table = createTable(old.slots * 2)
    for (let slot = 0; slot < old.slots; slot += 1) {
      const until = old.until[slot] ?? 0
      if (until > nowMs) use(old.low[slot] ?? 0, old.high[slot] ?? 0, nowMs, until)
    }
  }

  return {
    /** False when `key` was let through `limit` times in the last minute. A refused request counts for nothing. */
    take(scope: number, key: string | bigint, limit: number, nowMs: number, untilMs: number = nowMs + WINDOW_MS): boolean {
      const [low, high] = digest(key, mix(scope ^ seed))
      for (let token = 0; token < limit; token += 1) {
        if (use(mix(low + Math.imul(token, 0x9e3779b1)), mix(high ^ token), nowMs, untilMs)) return true
      }
      return false
    },
    /** Undoes one `take`: the request came to nothing. */
    giveBack(scope: number, key: string | bigint, limit: number, nowMs: number): void {
      const [low, high] = digest(key, mix(scope ^ seed))
      for (let token = limit - 1; token >= 0; token -= 1) {
        if (free(mix(low + Math.imul(token, 0x9e3779b1)), mix(high ^ token), nowMs)) return
      }
    },
    /** Slots of the table, for metrics and tests. */
    slots: (): number => table.slots,
  }
}

const asWords = new Uint32Array(2)
const asBig = new BigInt64Array(asWords.buffer)

/** Two 32-bit words that tell keys apart. */
function digest(key: string | bigint, seed: number): readonly [number, number] {
  if (typeof key === 'bigint') {
    asBig[0] = key // modulo 2^64
    return [mix((asWords[0] ?? 0) ^ seed), mix((asWords[1] ?? 0) + Math.imul(seed, 0x85ebca6b))]
  }
  let low = seed
  let high = ~seed
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x85ebca6b) + 0x9e3779b1
  }
  return [mix(low), mix(high ^ key.length)]
}

/** Spreads every bit over the word (the finaliser of MurmurHash3). */
function mix(word: number): number {
  let x = word | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
