import { Refusal } from '../domain/refusal.ts'

/** A PDU that went by, as the SMPP listener shows it. Its octets are good until the call returns; a bind's hold a password. */
export interface SmppSeen {
  readonly sessionId: number
  readonly ip: string
  readonly sent: boolean // by us
  readonly octets: Uint8Array
  readonly atMs: number // Unix ms
}

/** Shows the PDUs of a login's sessions, and of those who try to bind as it, until the function it returns is called. */
export type SmppTap = (login: string, see: (seen: SmppSeen) => void) => () => void

export interface Watched<Told> {
  readonly at: string
  readonly session: number
  readonly ip: string
  readonly sent: boolean
  readonly octets: number
  readonly pdu: Told
  /** PDUs that went by between the one before and this, and were not kept. */
  readonly missed: number
}

export interface Poll<Told> {
  readonly seen: readonly Watched<Told>[]
  /** PDUs that went by behind the last of them, and were not kept. */
  readonly missed: number
  /** To be named in the next poll. */
  readonly next: number
}

/** What bounds the cost of looking on. */
export interface WatchLimits {
  readonly atOnceMax: number
  readonly pdusMax: number // kept of one watch until it is polled
  readonly octetsMax: number // of all of them
  readonly pduOctetsMax: number // of one
  readonly aPollMax: number
  readonly idleMs: number // without a poll: then nobody looks
}

export const WATCH_LIMITS: WatchLimits = {
  atOnceMax: 4,
  pdusMax: 2_000,
  octetsMax: 1024 * 1024,
  pduOctetsMax: 4_096,
  aPollMax: 200, // telling them takes a few ms, in which nobody is served
  idleMs: 10_000,
}

export interface SmppWatches<Told> {
  /** Begins to look. Refuses with bad_request when as many look as may. */
  begin(login: string): { readonly watch: number }
  /** What went by since the PDU with the number `after`, which is let go with all before it. Rejects an unknown watch with not_found. */
  poll(watch: number, after: number): Poll<Told>
  end(watch: number): void
  /** All of them. */
  stop(): void
}

interface Kept {
  readonly number: number
  readonly atMs: number
  readonly session: number
  readonly ip: string
  readonly sent: boolean
  readonly length: number
  readonly octets: Uint8Array
  readonly missed: number
}

interface Watch {
  kept: Kept[]
  octets: number
  count: number
  missed: number
  idle: NodeJS.Timeout
  readonly close: () => void
}

/**
 * Looking on at SMPP sessions: PDUs are kept for a watch while somebody polls it, and told in words when they are fetched. Nobody
 * looks: nothing is kept, and nothing is asked for each PDU.
 */
export function createSmppWatches<Told>(parts: {
  readonly tap: SmppTap
  readonly tell: (octets: Uint8Array) => Told
  readonly limits?: Partial<WatchLimits>
}): SmppWatches<Told> {
  const { tap, tell } = parts
  const limits = { ...WATCH_LIMITS, ...parts.limits }
  const watches = new Map<number, Watch>()
  let last = 0

  function keep(watch: Watch, { sessionId: session, ip, sent, octets, atMs }: SmppSeen): void {
    const length = Math.min(octets.length, limits.pduOctetsMax)
    if (watch.kept.length >= limits.pdusMax || watch.octets + length > limits.octetsMax) {
      watch.missed += 1
      return
    }
    watch.count += 1
    watch.octets += length
    const copy = Uint8Array.from(octets.subarray(0, length))
    const about = { number: watch.count, atMs, session, ip, sent, length: octets.length, octets: copy }
    watch.kept.push({ ...about, missed: watch.missed })
    watch.missed = 0
  }

  function end(id: number): void {
    const watch = watches.get(id)
    if (!watch) return
    watches.delete(id)
    clearTimeout(watch.idle)
    watch.close()
  }

  const endLater = (id: number): NodeJS.Timeout => setTimeout(() => end(id), limits.idleMs).unref()

  return {
    begin(login) {
      if (watches.size >= limits.atOnceMax) {
        const reason = `${limits.atOnceMax} people look on already, and no more may: wait until one of them ends.`
        throw new Refusal('bad_request', { reason })
      }
      last += 1
      const id = last
      const watch: Watch = {
        kept: [],
        octets: 0,
        count: 0,
        missed: 0,
        idle: endLater(id),
        close: tap(login, (seen) => keep(watch, seen)),
      }
      watches.set(id, watch)
      return { watch: id }
    },

    poll(id, after) {
      const watch = watches.get(id)
      if (!watch)
        throw new Refusal('not_found', { field: 'watch', reason: 'That watch has ended, since nobody looked for a while.' })
      clearTimeout(watch.idle)
      watch.idle = endLater(id)
      watch.kept = watch.kept.filter(({ number }) => number > after)
      watch.octets = watch.kept.reduce((sum, { octets }) => sum + octets.length, 0)
      const told = watch.kept.slice(0, limits.aPollMax)
      const all = told.length === watch.kept.length
      const missed = all ? watch.missed : 0
      if (all) watch.missed = 0
      return {
        seen: told.map(({ atMs, session, ip, sent, length, octets, missed: before }) => ({
          ...{ at: new Date(atMs).toISOString(), session, ip, sent, octets: length, pdu: tell(octets), missed: before },
        })),
        missed,
        next: told.at(-1)?.number ?? Math.max(0, Math.min(after, watch.count)),
      }
    },

    end,
    stop: () => {
      for (const id of [...watches.keys()]) end(id)
    },
  }
}
