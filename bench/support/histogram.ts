/** Latencies in microseconds, kept within 1.6 %: 64 steps for each power of two. */
export interface Histogram {
  readonly count: number
  record(us: number): void
  /** The value that `share` (0…1) of all stay at or below; 0 when nothing was recorded. */
  quantile(share: number): number
  readonly max: number
}

/** p50, p99 and the longest of a histogram, in milliseconds: what a process tells another of it. */
export interface Latency {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const STEPS = 64
const POWERS = 26 // up to an hour

export function createHistogram(): Histogram {
  const counts = new Uint32Array(STEPS * POWERS)
  let count = 0
  let max = 0

  /** Below 128 each microsecond has its own place; above, the places double in width with each power of two. */
  function placeOf(us: number): number {
    if (us < 2 * STEPS) return us
    const power = 31 - Math.clz32(us) - 6
    return Math.min(counts.length - 1, power * STEPS + (us >>> power))
  }

  const valueAt = (place: number): number => {
    if (place < 2 * STEPS) return place
    const power = Math.floor(place / STEPS) - 1
    return (place - power * STEPS) * 2 ** power
  }

  return {
    get count() {
      return count
    },
    get max() {
      return max
    },
    record(us) {
      const whole = us > 0 ? Math.min(0x7fffffff, Math.round(us)) : 0
      const place = placeOf(whole)
      counts[place] = (counts[place] ?? 0) + 1
      count += 1
      if (whole > max) max = whole
    },
    quantile(share) {
      let left = Math.ceil(count * share)
      if (left === 0) return 0
      for (const [place, each] of counts.entries()) {
        left -= each
        if (left <= 0) return Math.min(max, valueAt(place))
      }
      return max
    },
  }
}

export const latencyOf = (histogram: Histogram): Latency => ({
  count: histogram.count,
  p50: histogram.quantile(0.5) / 1_000,
  p99: histogram.quantile(0.99) / 1_000,
  max: histogram.max / 1_000,
})
