import { now } from '../clock.ts'
import type { Channel } from '../domain/channel.ts'
import { compileQuality, LATENCY_MAX_MS, QUALITY_HOURS, type Quality } from '../domain/route-quality.ts'
import { type QualityRow, readQuality } from '../store/carrier-quality.ts'
import type { Session } from '../store/session.ts'

const HOUR_MS = 3_600_000
const FRESH_MS = 10_000

/** How well carriers deliver, by the receipts of all nodes over the last day. */
export interface QualityKeeper {
  qualityOf(carrierId: number, mccmnc: string): Quality | undefined
  /** Reads it again, unless that was a moment ago. */
  refresh(): Promise<void>
}

export function makeQualityKeeper(session: Session): QualityKeeper {
  let known: QualityKeeper['qualityOf'] = () => undefined
  let readAtMs = 0
  return {
    qualityOf: (carrierId, mccmnc) => known(carrierId, mccmnc),
    async refresh() {
      if (Math.abs(now() - readAtMs) < FRESH_MS) return
      readAtMs = now()
      known = compileQuality(await readQuality(session, Math.floor(readAtMs / HOUR_MS) - QUALITY_HOURS))
    },
  }
}

/** Counts receipts in this node's memory until they are written; a message is counted once, when it first becomes final. */
export interface QualityCounter {
  delivered(carrierId: number, mccmnc: string, latencyMs: number): void
  failed(carrierId: number, mccmnc: string): void
  /** Adds what was counted since the last time. What cannot be written is counted with the next. */
  flush(): Promise<void>
}

type Counts = { -readonly [Name in keyof QualityRow]: QualityRow[Name] }

/** More networks than this are not told apart between two flushes. */
const NETWORKS_MAX = 5_000

export function makeQualityCounter(
  write: (hour: number, rows: readonly QualityRow[]) => Promise<void>,
  clock: () => number = now,
): QualityCounter {
  let carriers = new Map<number, Map<string, Counts>>()
  let networks = 0

  function countsOf(carrierId: number, mccmnc: string): Counts {
    let own = carriers.get(carrierId)
    if (!own) {
      own = new Map()
      carriers.set(carrierId, own)
    }
    const known = own.get(mccmnc)
    if (known) return known
    if (networks >= NETWORKS_MAX && mccmnc !== '') return countsOf(carrierId, '')
    const counts: Counts = { carrierId, mccmnc, delivered: 0, failed: 0, latencyMs: 0 }
    own.set(mccmnc, counts)
    networks += 1
    return counts
  }

  function putBack(rows: readonly QualityRow[]): void {
    for (const row of rows) {
      const counts = countsOf(row.carrierId, row.mccmnc)
      counts.delivered += row.delivered
      counts.failed += row.failed
      counts.latencyMs += row.latencyMs
    }
  }

  return {
    delivered(carrierId, mccmnc, latencyMs) {
      const counts = countsOf(carrierId, mccmnc)
      counts.delivered += 1
      counts.latencyMs += Math.min(LATENCY_MAX_MS, Math.max(0, Math.round(latencyMs)))
    },
    failed(carrierId, mccmnc) {
      countsOf(carrierId, mccmnc).failed += 1
    },
    async flush() {
      if (networks === 0) return
      const rows = [...carriers.values()].flatMap((own) => [...own.values()])
      carriers = new Map()
      networks = 0
      try {
        await write(Math.floor(clock() / HOUR_MS), rows)
      } catch (error) {
        putBack(rows)
        throw error
      }
    },
  }
}

/** A carrier has refused a message. Look-ups say nothing of how it delivers. */
export function noteRefusal(
  quality: Pick<QualityCounter, 'failed'>,
  { carrierId, mccmnc, channel }: { readonly carrierId: number; readonly mccmnc: string; readonly channel: Channel },
): void {
  if (channel !== 'hlr' && channel !== 'ping') quality.failed(carrierId, mccmnc)
}

/** status.php's codes of what reached its subscriber. */
const ARRIVED: ReadonlySet<number> = new Set([1, 2, 4])

/** A message has become final by a receipt. The time of one that was sent twice says nothing. */
export function noteEnd(
  quality: Pick<QualityCounter, 'delivered' | 'failed'>,
  message: { readonly carrierId: number; readonly mccmnc: string; readonly sentAtMs: number; readonly duplicates: number },
  state: number,
  atMs: number,
): void {
  const { carrierId, mccmnc, sentAtMs, duplicates } = message
  if (!ARRIVED.has(state)) quality.failed(carrierId, mccmnc)
  else quality.delivered(carrierId, mccmnc, duplicates > 0 || sentAtMs === 0 ? 0 : atMs - sentAtMs)
}
