import type { Connector, Frame } from '../connectors/connector.ts'
import { log } from '../log.ts'
import type { Capture, Taken, TraceSwitch } from '../store/captures.ts'
import { type Known, makeKnown } from './captures-known.ts'
import { storable } from './storable.ts'

/** What is kept of the wires of this node's carriers, and of customers' requests: errors always, the rest where asked. */
export interface Captures {
  frames(carrierId: number, frames: readonly Frame[], dropped: number): void
  /** Whether requests of an account are wanted. */
  watches(accountId: number): boolean
  /** A request in words, without its secrets: `plain` with its texts, `masked` without. */
  request(accountId: number, ref: string, atMs: number, plain: string, masked: string): void
  /** Reads the switches, and opens and closes taps accordingly. */
  refresh(owned: Iterable<{ readonly carrierId: number; readonly connector: Connector }>): Promise<void>
  /** Resolves when what was captured until now is stored, or lost. */
  stored(): Promise<void>
}

export interface CaptureStore {
  openSwitches(nowMs: number): Promise<TraceSwitch[]>
  keepCaptures(rows: readonly Capture[], taken: readonly Taken[]): Promise<void>
  pruneCaptures(beforeMs: number, rowsMax: number): Promise<void>
}

const WAITING_MAX = 5_000
const BATCH_MAX = 500
const FLUSH_AFTER_MS = 200
const PRUNE_EVERY_MS = 60_000
/** The bounds of what is stored. */
const KEPT_MS = 7 * 86_400_000
const ROWS_MAX = 100_000 // of what was asked for, and of the rest
const REQUEST_CHARACTERS_MAX = 4_000
const MASK = 0x2a

interface Running {
  readonly of: TraceSwitch
  left: number
  kept: number
  dropped: number
}

export function makeCaptures(store: CaptureStore, now: () => number): Captures {
  const known: Known = makeKnown()
  let running: Running[] = []
  let waiting: Capture[] = []
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined
  let prunedAtMs = 0

  /** The switches that want it; each of them counts it. */
  const wantedBy = (accountId: number, carrierId: number): Running[] => {
    const at = now()
    return running.filter(
      ({ of, left }) =>
        left > 0 &&
        of.untilMs > at &&
        (of.accountId === 0 || of.accountId === accountId) &&
        (of.carrierId === 0 || carrierId === 0 || of.carrierId === carrierId),
    )
  }

  function add(row: Capture, switches: readonly Running[]): void {
    const full = waiting.length >= WAITING_MAX
    for (const one of switches) {
      if (full) one.dropped += 1
      else {
        one.kept += 1
        one.left -= 1
      }
    }
    if (full) return
    waiting.push(row)
    timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS)
  }

  function frame(carrierId: number, told: Frame): void {
    const { accountId, messageId, part } = known.whose(carrierId, told)
    const switches = wantedBy(accountId, carrierId)
    if (told.why === 'asked' && switches.length === 0) {
      known.unwanted(carrierId, told)
      return
    }
    const octets = switches.some(({ of }) => of.texts) ? told.octets : masked(told)
    const keys = known.keysOf(told)
    const { atMs, sent, why, length } = told
    add({ atMs, carrierId, accountId, messageId, part, sent, why, keys, ref: '', length, octets }, switches)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    flushing ??= write().finally(() => {
      flushing = undefined
    })
    return flushing
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, BATCH_MAX)
      waiting = waiting.slice(BATCH_MAX)
      const taken = running.map(({ of, kept, dropped }) => ({ switchId: of.id, kept, dropped }))
      for (const one of running) {
        one.kept = 0
        one.dropped = 0
      }
      try {
        await store.keepCaptures(rows, taken)
      } catch (error) {
        log.warn('captures could not be stored, and are lost', { count: rows.length, error })
      }
    }
  }

  return {
    frames(carrierId, frames, dropped) {
      for (const told of frames) {
        frame(carrierId, told)
        for (const late of known.foundLater()) frame(carrierId, late)
      }
      if (dropped > 0) for (const one of running) if (one.of.carrierId === carrierId) one.dropped += dropped
    },

    watches: (accountId) => running.length > 0 && wantedBy(accountId, 0).some(({ of }) => of.carrierId === 0),

    request(accountId, ref, atMs, plain, hidden) {
      const switches = wantedBy(accountId, 0).filter(({ of }) => of.carrierId === 0)
      if (switches.length === 0) return
      const words = switches.some(({ of }) => of.texts) ? plain : hidden
      const octets = Buffer.from(storable(words, REQUEST_CHARACTERS_MAX))
      const about = { carrierId: 0, messageId: 0, part: 0, sent: false, why: 'asked', keys: [] } as const
      add({ ...about, atMs, accountId, ref: storable(ref, 100), length: Buffer.byteLength(words), octets }, switches)
    },

    async refresh(owned) {
      const atMs = now()
      const open = await store.openSwitches(atMs)
      const before = new Map(running.map((one) => [one.of.id, one]))
      // What was taken and is not yet written is not yet counted in what the store said.
      running = open.map((of) => {
        const { kept = 0, dropped = 0 } = before.get(of.id) ?? {}
        return { of, left: of.left - kept, kept, dropped }
      })
      if (running.length === 0) known.forget()
      for (const { carrierId, connector } of owned) {
        const asking = running.filter(({ of }) => of.carrierId === 0 || of.carrierId === carrierId)
        const all = asking.some(({ of }) => of.accountId === 0)
        connector.tap?.(asking.length > 0, all ? undefined : new Set(asking.map(({ of }) => of.accountId)))
      }
      if (atMs - prunedAtMs < PRUNE_EVERY_MS) return
      prunedAtMs = atMs
      await store.pruneCaptures(atMs - KEPT_MS, ROWS_MAX)
    },

    async stored() {
      await flushing
      await flush()
    },
  }
}

function masked({ octets, texts }: Frame): Uint8Array {
  if (texts.length === 0) return octets
  const copy = Uint8Array.from(octets)
  for (const [from, to] of texts) copy.fill(MASK, from, to)
  return copy
}
