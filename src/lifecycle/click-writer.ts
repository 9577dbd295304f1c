import { log } from '../log.ts'
import type { Click } from '../store/short-links.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { untilStored } from './until-stored.ts'

/** A visit that was answered, and is to be counted. */
export interface Visited extends Click {
  readonly accountId: number
  readonly messageId: number // 0: the link was made by hand
}

/**
 * Counts visits behind the visitors' backs, many in one statement: nobody waits for a disk before he is led on. What is in
 * memory when a program is killed is not counted; a stop counts everything.
 */
export interface ClickWriter {
  /** Resolves at once, unless visits come faster than they are stored. */
  add(visited: Visited): Promise<void>
  drained(): Promise<void>
}

/** So many are stored at once, so that a link everybody visits is locked for moments only. */
const BATCH = 500
const WAITING_MAX = 20_000

export function makeClickWriter(parts: {
  /** Answers for each whether it is a person's. */
  store: (clicks: readonly Click[]) => Promise<readonly boolean[]>
  clicked: (message: { accountId: number; id: number }) => Promise<void>
}): ClickWriter {
  let waiting: Visited[] = []

  const write = oneAtATime(async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      waiting = waiting.slice(BATCH)
      await count(batch).catch((error: unknown) => log.warn('clicks were not counted', { count: batch.length, error }))
    }
  })

  async function count(batch: readonly Visited[]): Promise<void> {
    const people = await untilStored(() => parts.store(batch))
    const messages = batch.filter(({ messageId }, index) => people[index] && messageId > 0)
    await Promise.all(messages.map(({ accountId, messageId: id }) => parts.clicked({ accountId, id })))
  }

  return {
    async add(visited) {
      waiting.push(visited)
      const written = write()
      if (waiting.length > WAITING_MAX) await written
    },
    drained: write,
  }
}
