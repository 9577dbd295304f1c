import type { Connector, ConnectorEvents, ConnectorKind, Content } from '../connectors/connector.ts'
import { log } from '../log.ts'
import type { CarrierRow } from '../store/catalogue.ts'
import type { LinkReport } from '../store/leases.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { Catalogue } from './catalogue.ts'
import type { Item } from './item.ts'
import { LeaseLost } from './node.ts'

export type Kinds = Readonly<Record<string, ConnectorKind>>

/** The carriers this node owns: their connectors run here, and nowhere else. */
export interface Carriers {
  readonly owned: ReadonlyMap<number, CarrierQueue>
  /** For the next renewal of the leases. */
  links(): LinkReport[]
  /** What the node holds after a renewal: starts and stops connectors accordingly. */
  hold(held: readonly { carrierId: number; epoch: number }[], catalogue: Catalogue): Promise<void>
  /** Parts a content takes on a carrier's wire, owned or not. */
  weigh(carrierId: number, content: Content): number
  /** Stops all connectors, giving answers still owed up to `graceMs`. */
  stop(graceMs: number): Promise<void>
}

interface Running {
  readonly row: CarrierRow
  readonly settings: string
  readonly own: CarrierQueue
}

export function makeCarriers(parts: {
  kinds: Kinds
  catalogue: () => Catalogue
  open: (row: CarrierRow, connector: Connector, epoch: number) => CarrierQueue
  events: (carrierId: number) => Pick<ConnectorEvents, 'settled' | 'receipts' | 'incoming' | 'captured'>
  mayWrite: () => boolean
  /** Items of a carrier that stops: to be sent another way. Also called later, for those that were being handed over. */
  homeless: (items: readonly Item[]) => void
  forget: (carrierId: number) => void
  release: (carriers: readonly { carrierId: number; epoch: number }[], reason: string) => Promise<void>
  now: () => number
}): Carriers {
  const owned = new Map<number, CarrierQueue>()
  const running = new Map<number, Running>()
  const broken = new Map<number, string>() // settings that did not parse: said once
  let stopped = false // a renewal that was under way then starts none of them again
  const weighers = new Map<number, { settings: string; weigh: (content: Content) => number }>()

  function start(row: CarrierRow, epoch: number): void {
    const settings = JSON.stringify(row.settings)
    const kind = parts.kinds[row.kind]
    const parsed = kind?.settings.safeParse(row.settings)
    if (!kind || !parsed?.success) {
      if (broken.get(row.id) === settings) return
      broken.set(row.id, settings)
      log.error('a carrier cannot be started', {
        carrier: row.name,
        reason: kind ? (parsed?.error?.issues[0]?.message ?? '') : `there is no connector of kind ${row.kind}`,
      })
      return
    }
    broken.delete(row.id)
    const connector = kind.create(parsed.data, row.name)
    const own = parts.open(row, connector, epoch)
    owned.set(row.id, own)
    running.set(row.id, { row, settings, own })
    connector.start({
      ...parts.events(row.id),
      link(state, reason) {
        if (own.up !== (state === 'up')) log.info(`link ${state}`, { carrier: row.name, reason })
        if (own.up && state !== 'up') own.downSinceMs = parts.now()
        own.up = state === 'up'
        own.linkReason = reason
        own.pump()
      },
      ready: () => own.pump(),
      mayWrite: parts.mayWrite,
    })
  }

  async function end(carrierId: number, graceMs: number): Promise<void> {
    const entry = running.get(carrierId)
    if (!entry) return
    running.delete(carrierId)
    owned.delete(carrierId)
    entry.own.up = false
    parts.homeless(entry.own.close())
    await entry.own.connector.stop(graceMs)
    parts.homeless(entry.own.withdraw(() => true))
    parts.forget(carrierId)
  }

  return {
    owned,
    links: () =>
      [...running.values()].map(({ row, own }) => {
        const { state, window, windowMax, pausedUntilMs } = own.connector.stats()
        const shape = { window, windowMax, pushedUntilMs: pausedUntilMs ?? 0 }
        return { carrierId: row.id, epoch: own.epoch, link: state, reason: own.linkReason, ...shape }
      }),
    async hold(held, catalogue) {
      const epochs = new Map(held.map(({ carrierId, epoch }) => [carrierId, epoch]))
      const ending: Promise<void>[] = []
      for (const { row, own, settings } of [...running.values()]) {
        const now = catalogue.carrier(row.id)
        const epoch = epochs.get(row.id)
        if (now?.enabled && epoch !== own.epoch) throw new LeaseLost('another node has taken a carrier of this one')
        if (!now?.enabled) {
          log.info('carrier stopped', { carrier: row.name })
          const release = () => parts.release([{ carrierId: row.id, epoch: own.epoch }], 'switched off')
          ending.push(end(row.id, STOP_GRACE_MS).then(release))
        } else if (JSON.stringify(now.settings) !== settings) {
          log.info('carrier restarted with new settings', { carrier: row.name })
          ending.push(end(row.id, STOP_GRACE_MS))
        }
      }
      // All at once: the node's lease waits to be renewed.
      await Promise.all(ending)
      if (stopped) return
      for (const [carrierId, epoch] of epochs) {
        const row = catalogue.carrier(carrierId)
        if (row?.enabled && !running.has(carrierId)) start(row, epoch)
      }
    },
    weigh(carrierId, content) {
      const row = running.get(carrierId)?.row ?? parts.catalogue().carrier(carrierId)
      if (!row || content.kind === 'none') return 1
      let weigher = weighers.get(carrierId)
      const settings = running.get(carrierId)?.settings ?? JSON.stringify(row.settings)
      if (weigher?.settings !== settings) {
        const kind = parts.kinds[row.kind]
        const parsed = kind?.settings.safeParse(row.settings)
        weigher = { settings, weigh: kind && parsed?.success ? (of) => kind.partsOf(parsed.data, of) : () => 1 }
        weighers.set(carrierId, weigher)
      }
      return weigher.weigh(content)
    },
    async stop(graceMs) {
      stopped = true
      await Promise.all([...running.keys()].map((carrierId) => end(carrierId, graceMs)))
    },
  }
}

const STOP_GRACE_MS = 5000
