import type { Frame } from '../connectors/connector.ts'
import { keyOf } from './receipt-matching.ts'

interface Owner {
  readonly accountId: number
  readonly messageId: number
  readonly part: number
}

/** Whose a frame is: a receipt says nothing of accounts, but has an id that an answer had before it (or after it). */
export interface Known {
  whose(carrierId: number, frame: Frame): Owner
  /** A receipt that nobody wanted, as far as is known now: its answer may come. */
  unwanted(carrierId: number, frame: Frame): void
  /** Receipts that came before the answer which has just said whose they are. */
  foundLater(): readonly Frame[]
  keysOf(frame: Frame): readonly string[]
  forget(): void
}

const IDS_MAX = 50_000
const EARLY_MAX = 1_000
const NOBODY: Owner = { accountId: 0, messageId: 0, part: 0 }
const NONE: readonly Frame[] = []
const KEYS_MAX = 4

export function makeKnown(): Known {
  const owners = new Map<string, Owner>()
  const early = new Map<string, Frame>()
  let found: Frame[] = []

  const keysOf = (frame: Frame): readonly string[] =>
    frame.carrierIds.length === 0
      ? []
      : frame.carrierIds
          .slice(0, KEYS_MAX)
          .map(keyOf)
          .filter((key) => key !== '')

  return {
    keysOf,

    whose(carrierId, frame) {
      const names = keysOf(frame).map((key) => `${carrierId} ${key}`)
      if (frame.messageId > 0) {
        const owner = { accountId: frame.accountId, messageId: frame.messageId, part: frame.part }
        for (const name of names) {
          if (owners.size >= IDS_MAX) owners.clear()
          owners.set(name, owner)
          const receipt = early.get(name)
          if (receipt) found.push(receipt)
          early.delete(name)
        }
        return owner
      }
      for (const name of names) {
        const owner = owners.get(name)
        if (owner) return owner
      }
      return NOBODY
    },

    unwanted(carrierId, frame) {
      if (frame.sent || frame.messageId > 0) return
      if (early.size >= EARLY_MAX) early.clear()
      for (const key of keysOf(frame)) early.set(`${carrierId} ${key}`, frame)
    },

    foundLater() {
      if (found.length === 0) return NONE
      const late = found
      found = []
      return late
    },

    forget() {
      owners.clear()
      early.clear()
    },
  }
}
