import { log } from '../log.ts'
import type { DayCount, WantedCount } from '../store/day-counts.ts'
import { gather } from './gather.ts'

export interface UnusedCount extends DayCount {
  readonly unused: number
}

export interface DayCountStore {
  /** In their order; no two may be the same. */
  take(counts: readonly WantedCount[]): Promise<number[]>
  giveBack(counts: readonly UnusedCount[]): Promise<void>
}

/** So many counts in one statement. */
const TOGETHER_MAX = 5_000

/** Takes counts of the day: those of requests that come together in one statement, in which each of them stands once. */
export function makeDayGrants(store: DayCountStore) {
  const take = gather(async (requests: readonly (readonly WantedCount[])[]): Promise<number[][]> => {
    const sums = new Map<string, WantedCount & { wanted: number }>()
    for (const count of requests.flat()) {
      const same = sums.get(nameOf(count))
      if (same) same.wanted += count.wanted
      else sums.set(nameOf(count), { ...count })
    }
    const grants = await takeAll([...sums.values()])
    return requests.map((counts) => counts.map((count) => share(grants, count)))
  })

  async function takeAll(counts: readonly WantedCount[]): Promise<Map<string, number>> {
    const grants = new Map<string, number>()
    for (let from = 0; from < counts.length; from += TOGETHER_MAX) {
      const slice = counts.slice(from, from + TOGETHER_MAX)
      const granted = await store.take(slice)
      for (const [at, count] of slice.entries()) grants.set(nameOf(count), granted[at] ?? 0)
    }
    return grants
  }

  return {
    /** How much of each its limit lets through. */
    take,

    /** Takes back what came to nothing. A day that counts too much is no reason to fail a request. */
    async giveBack(counts: readonly UnusedCount[]): Promise<void> {
      const unused = counts.filter((count) => count.unused > 0)
      for (let from = 0; from < unused.length; from += TOGETHER_MAX) {
        await store
          .giveBack(unused.slice(from, from + TOGETHER_MAX))
          .catch((error: Error) => log.warn('messages that came to nothing count on their day', { reason: error.message }))
      }
    },
  }
}

const nameOf = ({ accountId, day, kind, key }: DayCount): string => `${accountId} ${day} ${kind} ${key}`

/** As much of what was granted as this request wants; what is left is for those after it. */
function share(grants: Map<string, number>, count: WantedCount): number {
  const left = grants.get(nameOf(count)) ?? 0
  const given = Math.min(left, count.wanted)
  grants.set(nameOf(count), left - given)
  return given
}
