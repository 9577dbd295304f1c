const REMEMBERED_MAX = 10_000 // a part that was forgotten is busy a few times more

/** Counts how often a part was tried, for fates that are busy only the first few times. */
export function createAttempts(): (id: number, part: number) => number {
  const counts = new Map<string, number>()
  return (id, part) => {
    const key = `${id}/${part}`
    const count = (counts.get(key) ?? 0) + 1
    counts.delete(key) // so that the oldest comes first
    counts.set(key, count)
    if (counts.size > REMEMBERED_MAX) {
      const [oldest] = counts.keys()
      if (oldest !== undefined) counts.delete(oldest)
    }
    return count
  }
}
