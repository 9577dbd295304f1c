import type { CustomersPart } from './request.ts'

/** A part that is about to be stored. */
export interface SubmittedPart {
  readonly accountId: number
  readonly sender: string
  readonly recipient: string
  readonly part: CustomersPart
  readonly id: number // of its row
}

/** What one part changed, so that it can be taken back. */
export interface PartEntry {
  readonly key: string
  readonly before: Group | undefined
  readonly after: Group
}

/** Long messages whose parts customers submit one by one (3GPP TS 23.040, 9.2.3.24.1), as far as they came lately. */
interface Group {
  readonly firstId: number
  readonly seen: bigint // a bit for each part number
  readonly atMs: number // of its first part
}

/**
 * Which rows are parts of one message: the parts of one account with the same sender, recipient, reference and total, in any order,
 * within ten minutes. Kept in the memory of the node that takes them: after a restart, or on another node, the rest is a message of its own.
 */
export interface PartGroups {
  /** The id of the first row that its message was stored with: its own, when it is the first to come, or came before. */
  enter(part: SubmittedPart): PartEntry
  /** Its row was not stored. Entries are taken back in the reverse of their order. */
  takeBack(entry: PartEntry): void
  /** It was stored after all. */
  restore(entry: PartEntry): void
}

const FORGOTTEN_MS = 600_000
const GROUPS_MAX = 50_000

export const firstIdOf = ({ after }: PartEntry): number => after.firstId

export function makePartGroups(now: () => number): PartGroups {
  const groups = new Map<string, Group>()

  /** In the map's order the one that was begun first stands first. */
  function set(key: string, group: Group | undefined): void {
    if (!group) groups.delete(key)
    else {
      if (groups.get(key)?.firstId !== group.firstId) groups.delete(key)
      groups.set(key, group)
    }
  }

  function forget(nowMs: number): void {
    for (const [key, { atMs }] of groups) {
      if (groups.size <= GROUPS_MAX && nowMs - atMs < FORGOTTEN_MS) return
      groups.delete(key)
    }
  }

  return {
    enter({ accountId, sender, recipient, part, id }) {
      const nowMs = now()
      forget(nowMs)
      const key = `${accountId}\n${sender}\n${recipient}\n${part.reference}\n${part.total}`
      const before = groups.get(key)
      const bit = 1n << BigInt(part.number)
      const joins = before !== undefined && (before.seen & bit) === 0n
      const after = joins ? { ...before, seen: before.seen | bit } : { firstId: id, seen: bit, atMs: nowMs }
      set(key, after)
      return { key, before, after }
    },
    takeBack: ({ key, before }) => set(key, before),
    restore: ({ key, after }) => set(key, after),
  }
}
