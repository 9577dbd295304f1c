import type { ReceiptTarget } from '../store/receipts.ts'
import type { Change } from '../store/settle.ts'
import type { Written } from './settle-writer.ts'

/** A change of a message that is not in memory, which somebody waits for. */
export interface Asked {
  readonly change: Change
  readonly waits: boolean // only if it still stands in the due queue
  readonly resolve: (written: boolean) => void
}

/** Changes that cancel, click and the sweeps ask for, until a settle commit takes them along. */
export function makeAskedChanges(readTarget: (message: Change) => Promise<ReceiptTarget | undefined>) {
  const waiting: Asked[] = []

  /** A change that was missed after its answer had been lost may be our own. */
  async function wasWritten({ change }: Asked, { missed, retried }: Written): Promise<boolean> {
    if (!missed.has(change.id)) return true
    if (!retried) return false
    const row = await readTarget(change).catch(() => undefined)
    return row?.state === change.state && row.refunded === change.refunded
  }

  return {
    get size() {
      return waiting.length
    },
    add: (asked: Asked): void => void waiting.push(asked),
    /** At most one change of a message goes into a commit: of two, the update would take either. */
    take(most: number, changed: Iterable<number>): Asked[] {
      if (waiting.length === 0) return []
      const ids = new Set(changed)
      const taken: Asked[] = []
      for (const asked of waiting.splice(0)) {
        if (taken.length >= most || ids.has(asked.change.id)) waiting.push(asked)
        else taken.push(asked)
        ids.add(asked.change.id)
      }
      return taken
    },
    async answer(asked: readonly Asked[], written: Written): Promise<void> {
      for (const each of asked) each.resolve(await wasWritten(each, written))
    },
    refuseAll(): void {
      for (const { resolve } of waiting.splice(0)) resolve(false)
    },
  }
}
