/**
 * Which accounts' lanes have rows in the due queue that are older than what comes now. While one has, all its messages
 * go the same way, so that their order holds.
 */
export interface Spills {
  isSpilling(lane: number, accountId: number): boolean
  /** A message of the account goes to the due queue with a commit that is about to start. */
  spills(lane: number, accountId: number): void
  /** That commit has ended, one way or the other: a claim from now on can see the row. */
  spilled(lane: number, accountId: number): void
  /** To be taken before a claim. */
  spillMark(): number
  /** A claim that began at `mark` found the last rows of the account. Rows that it could not see yet keep it spilling. */
  drained(lane: number, accountId: number, mark: number): void
  /** A look that began at `mark` found nothing due but in these lanes. */
  nothingBut(lanes: readonly number[], mark: number): void
}

interface Line {
  readonly lane: number
  underWay: number // commits that bring rows
  changedAt: number
}

export function makeSpills(): Spills {
  const lines = new Map<string, Line>()
  let time = 0

  const keyOf = (lane: number, accountId: number) => `${lane}/${accountId}`
  const isSeen = ({ underWay, changedAt }: Line, mark: number) => underWay === 0 && changedAt <= mark

  return {
    isSpilling: (lane, accountId) => lines.size > 0 && lines.has(keyOf(lane, accountId)),
    spills(lane, accountId) {
      const key = keyOf(lane, accountId)
      const line = lines.get(key) ?? { lane, underWay: 0, changedAt: 0 }
      time += 1
      line.underWay += 1
      line.changedAt = time
      lines.set(key, line)
    },
    spilled(lane, accountId) {
      const line = lines.get(keyOf(lane, accountId))
      if (!line) return
      time += 1
      line.underWay -= 1
      line.changedAt = time
    },
    spillMark: () => time,
    drained(lane, accountId, mark) {
      const key = keyOf(lane, accountId)
      const line = lines.get(key)
      if (line && isSeen(line, mark)) lines.delete(key)
    },
    nothingBut(lanes, mark) {
      for (const [key, line] of lines) if (!lanes.includes(line.lane) && isSeen(line, mark)) lines.delete(key)
    },
  }
}
