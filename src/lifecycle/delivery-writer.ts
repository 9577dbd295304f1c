import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import type { Delivery, Key } from '../store/deliveries.ts'

/** Rows that are over, or leave this node's memory, are written in groups: one statement under way, no timer for a row. */
export interface DeliveryWriter {
  remove(delivery: Delivery): void
  release(row: Leaving): void
  /** What was last given back may be written, or not. */
  readonly unsure: boolean
  /** Ids of rows that wait to be written. */
  ids(): number[]
  /** Writes what there is, or gives up when the store is away for long. */
  stop(): Promise<void>
}

type Leaving = Key & { attempts: number }

const GATHER_MS = 20
const ROWS_MAX = 2_000
const STOP_MS = 5_000
const PAUSE_MS = 1_000

export function makeDeliveryWriter(parts: {
  remove(rows: readonly Delivery[]): Promise<void>
  release(rows: readonly Leaving[]): Promise<void>
  /** They wait in the store again. */
  released: (rows: readonly Key[]) => void
}): DeliveryWriter {
  let removing: Delivery[] = []
  let releasing: Leaving[] = []
  let unsure = false
  let writing: Promise<void> | undefined
  let stopped = false

  const begin = (): void => {
    writing ??= write()
  }

  async function write(): Promise<void> {
    if (!stopped) await sleep(GATHER_MS)
    while (removing.length + releasing.length > 0) {
      const over = removing.slice(0, ROWS_MAX)
      const leaving = releasing.slice(0, ROWS_MAX)
      try {
        if (over.length > 0) await parts.remove(over)
        removing = removing.slice(over.length)
        unsure = leaving.length > 0
        if (leaving.length > 0) await parts.release(leaving)
        unsure = false
        releasing = releasing.slice(leaving.length)
        parts.released(leaving)
      } catch (error) {
        log.warn('what customers acknowledged is not yet written', { count: removing.length, error })
        await sleep(PAUSE_MS)
        if (stopped) break
      }
    }
    writing = undefined
  }

  return {
    remove(delivery) {
      removing.push(delivery)
      begin()
    },
    release(row) {
      releasing.push(row)
      begin()
    },
    get unsure() {
      return unsure
    },
    ids: () => [...removing, ...releasing].map(({ id }) => id),
    async stop() {
      stopped = true
      await Promise.race([writing, sleep(STOP_MS)])
      if (removing.length + releasing.length > 0) begin()
      await Promise.race([writing, sleep(STOP_MS)])
    },
  }
}
