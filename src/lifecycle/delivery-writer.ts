import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import type { Delivery } from '../store/deliveries.ts'

/** Rows that are over, or leave this node's memory, are written in groups: one statement under way, no timer for a row. */
export interface DeliveryWriter {
  remove(delivery: Delivery): void
  release(delivery: Delivery): void
  readonly pending: number
  /** Writes what there is, or gives up when the store is away for long. */
  stop(): Promise<void>
}

const GATHER_MS = 20
const ROWS_MAX = 2_000
const STOP_MS = 5_000
const PAUSE_MS = 1_000

export function makeDeliveryWriter(parts: {
  remove(rows: readonly Delivery[]): Promise<void>
  release(rows: readonly Delivery[]): Promise<void>
  /** They wait in the store again. */
  released: (rows: readonly Delivery[]) => void
}): DeliveryWriter {
  let removing: Delivery[] = []
  let releasing: Delivery[] = []
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
        if (leaving.length > 0) await parts.release(leaving)
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
    release(delivery) {
      releasing.push(delivery)
      begin()
    },
    get pending() {
      return removing.length + releasing.length
    },
    async stop() {
      stopped = true
      await Promise.race([writing, sleep(STOP_MS)])
      if (removing.length + releasing.length > 0) begin()
      await Promise.race([writing, sleep(STOP_MS)])
    },
  }
}
