import type { Item, Owed } from './item.ts'

/** Rows of journal and handed that may go: all their messages are settled, or moved, with the next settle commit. */
export function makeOwedRows() {
  let journal: number[] = []
  let handed: number[] = []

  const countDown = (owed: Owed, rows: number[]): void => {
    owed.left -= 1
    if (owed.left === 0) rows.push(owed.id)
  }

  return {
    get size() {
      return journal.length + handed.length
    },
    journalDone: (id: number): void => void journal.push(id),
    /** The commit that is made now settles or moves the message: the rows stop counting it. */
    finish(item: Item): void {
      if (item.done) return
      item.done = true
      countDown(item.journal, journal)
      if (item.handed) countDown(item.handed, handed)
    },
    /** Refused, and to be handed to another carrier: the first hand-over's row has nothing to say of it any more. */
    leaveHandOver(item: Item): void {
      if (item.marked || !item.handed) return
      countDown(item.handed, handed)
      item.handed = undefined
    },
    take(): { journal: number[]; handed: number[] } {
      const taken = { journal, handed }
      journal = []
      handed = []
      return taken
    },
  }
}
