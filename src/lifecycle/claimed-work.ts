import { regularly } from './regularly.ts'

/** Work that stands in a table: claimed a batch at a time, as soon as somebody says that there is some, and every few seconds. */
export interface ClaimedWork {
  /** Something to do was committed. */
  wake(): void
  /** Finishes what is in hand, and claims no more. */
  stop(): Promise<void>
}

const SWEEP_MS = 3_000

/**
 * `claim` takes at most `limit` rows that this node has not in hand; `work` does what they ask for and lets each go in the table. What
 * it leaves there is claimed again. Of a node that dies others take the rows over.
 */
export function makeClaimedWork<Row extends { readonly id: number }>(parts: {
  readonly limit: number
  readonly claim: (limit: number) => Promise<readonly Row[]>
  readonly work: (rows: readonly Row[]) => Promise<void>
}): ClaimedWork {
  const { limit, claim, work } = parts
  let stopped = false
  let asked = false
  let going: Promise<void> | undefined

  async function go(): Promise<void> {
    while (asked && !stopped) {
      asked = false
      const rows = await claim(limit)
      if (rows.length === 0) continue
      await work(rows)
      asked ||= rows.length === limit
    }
  }

  /** One batch after the other: what is in hand need not be told from what is not. */
  const run = (): Promise<void> => {
    asked = true
    going ??= go().finally(() => {
      going = undefined
    })
    return going
  }

  const sweep = regularly(SWEEP_MS, run, () => false)
  return {
    wake: () => void run().catch(() => undefined), // the sweep meets the same trouble, and says so
    async stop() {
      stopped = true
      await sweep.stop()
      await going?.catch(() => undefined)
    },
  }
}
