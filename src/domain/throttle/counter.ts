const HOUR_MS = 3_600_000
const SLOTS = 12
const SLOT_MS = HOUR_MS / SLOTS
const KEYS_MAX = 10_000

/** How often something happened within the last hour, to five minutes. What was not heard of for longest is forgotten first. */
export interface HourlyCounter {
  /** Counts one, and answers how many there were within the hour. */
  note(key: string, nowMs: number): number
  /** Begins anew. */
  reset(key: string): void
}

interface Count {
  readonly slots: Uint32Array
  slot: number // the latest, counted from the epoch
}

export function createHourlyCounter(keysMax: number = KEYS_MAX): HourlyCounter {
  const counts = new Map<string, Count>()

  return {
    note(key, nowMs) {
      const slot = Math.floor(nowMs / SLOT_MS)
      const count = counts.get(key) ?? { slots: new Uint32Array(SLOTS), slot }
      counts.delete(key) // and behind all others
      counts.set(key, count)
      if (counts.size > keysMax) {
        const [oldest] = counts.keys()
        if (oldest !== undefined) counts.delete(oldest)
      }
      return add(count, slot)
    },
    reset: (key) => void counts.delete(key),
  }
}

function add(count: Count, slot: number): number {
  for (let at = Math.max(count.slot + 1, slot - SLOTS + 1); at <= slot; at++) count.slots[at % SLOTS] = 0
  count.slot = Math.max(count.slot, slot)
  count.slots[slot % SLOTS] = (count.slots[slot % SLOTS] ?? 0) + 1
  let sum = 0
  for (const each of count.slots) sum += each
  return sum
}
