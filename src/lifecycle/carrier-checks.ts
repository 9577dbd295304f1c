import { monotonic, now, sleep } from '../clock.ts'
import type { Connector, ConnectorKind } from '../connectors/connector.ts'
import { basicPlan } from '../domain/carrier-check.ts'
import { log } from '../log.ts'
import * as stored from '../store/carrier-checks.ts'
import { releaseCarriers } from '../store/leases.ts'
import type { Session } from '../store/session.ts'
import { makeCheckNotes } from './check-notes.ts'
import { CHECK_LIMITS, CheckEnded, type CheckLimits, type CheckReport, runCheck } from './check-run.ts'
import type { Path } from './path.ts'

/** Runs the checks that operators ask for, on the node that owns the carrier or may borrow one that is switched off. */
export interface CarrierChecks {
  /** One was asked for just now. */
  look(): void
  stop(): Promise<void>
}

const LOOK_MS = 2_000
const LEASE_SAFE_MS = 9_000 // below the lease, as the node's own
const BEAT_MS = 2_000
const STOP_GRACE_MS = 1_000
const LATE_SLICE = 2_000
const LATE_MS = 3 * 86_400_000 // carriers forget what they have not reported by then
const LATE_BACK = 200 // numbers that may have been written out of their order

interface Parts {
  readonly session: Session
  readonly node: { readonly number: number; mayWrite(): boolean; readonly ids: { next(): number } }
  readonly kinds: Readonly<Record<string, ConnectorKind>>
  readonly path: Pick<Path, 'carriers' | 'probing' | 'eventsOf' | 'settle'>
  readonly limits?: CheckLimits
}

export function startCarrierChecks(parts: Parts): CarrierChecks {
  const { session, node, path, limits = CHECK_LIMITS } = parts
  const { owned } = path.carriers
  const ending = new AbortController()
  const running = new Set<Promise<void>>()
  let wake = new AbortController()
  let lateAfter: number | undefined

  async function round(): Promise<void> {
    for (const id of await stored.claimChecks(session, node.number, now())) {
      const check = await stored.readCheck(session, id)
      if (!check) continue
      const run = runOne(check).finally(() => running.delete(run))
      running.add(run)
    }
    lateAfter ??= await stored.firstLate(session)
    const { upTo } = await stored.takeLate(session, { afterId: lateAfter, limit: LATE_SLICE, sinceMs: now() - LATE_MS })
    if (upTo > 0) lateAfter = Math.max(lateAfter, upTo - LATE_BACK)
  }

  async function runOne(check: stored.CheckRow): Promise<void> {
    log.info('carrier check begins', { carrier: check.carrier, id: check.id })
    let last: CheckReport = { phase: 'link', link: '', untilMs: 0, probes: [] }
    const save = async (report: CheckReport, state: stored.CheckRow['state'], reason = ''): Promise<void> => {
      last = report
      await stored.saveCheck(session, { id: check.id, node: node.number, report, state, reason, nowMs: now() })
    }
    try {
      await save(await checkOver(check, (report) => save(report, 'running')), 'done')
    } catch (error) {
      const reason = error instanceof CheckEnded ? error.message : 'Something went wrong here; the log of the centre says what.'
      if (!(error instanceof CheckEnded)) log.error('a carrier check failed', { carrier: check.carrier, error })
      await save(last, 'failed', reason).catch((cause: unknown) =>
        log.warn('a carrier check could not be ended', { error: cause }),
      )
    }
    log.info('carrier check ended', { carrier: check.carrier, id: check.id })
  }

  async function checkOver(check: stored.CheckRow, save: (report: CheckReport) => Promise<void>): Promise<CheckReport> {
    const { carrierId, carrier } = check
    const kind = parts.kinds[check.kind]
    const settings = kind?.settings.safeParse(check.settings)
    if (!kind || !settings?.success) {
      const what = kind ? (settings?.error?.issues[0]?.message ?? '') : `there is no connector of kind ${check.kind}`
      throw new CheckEnded(`The carrier's settings do not fit: ${what}.`)
    }
    const borrowed = owned.has(carrierId) ? undefined : await borrow(check, kind.create(settings.data, carrier))
    const notes = makeCheckNotes(check.to)
    const unwatch = path.probing.watch(carrierId, notes)
    try {
      return await runCheck({
        ask: { to: check.to, from: check.from },
        waitMs: check.waitSeconds * 1_000,
        limits,
        plan: kind.check ?? basicPlan,
        settings: settings.data,
        notes,
        connector() {
          if (ending.signal.aborted) throw new CheckEnded('The centre was stopped during the check.')
          const own = owned.get(carrierId)?.connector ?? borrowed?.connector()
          if (!own) throw new CheckEnded('The carrier was switched off or set anew during the check: run it again.')
          return own
        },
        takeId: node.ids.next,
        keep: (probe, keys) => stored.storeProbe(session, { id: probe.id, checkId: check.id, carrierId, to: check.to, keys }),
        strays: () => stored.strayReceipts(session, carrierId, check.askedAtMs),
        takeStrays: async (taken) => void (await stored.takeStray(session, taken)),
        save,
        now,
        monotonic,
        sleep,
      })
    } finally {
      unwatch()
      await borrowed?.giveBack()
    }
  }

  /** A link of its own to a carrier that is switched off, as long as nobody else has it. */
  async function borrow({ carrierId, carrier }: stored.CheckRow, connector: Connector) {
    const askedAt = monotonic()
    const epoch = await stored.borrowLease(session, carrierId, node.number)
    if (epoch === undefined) throw new CheckEnded('The carrier was switched on or off just now: run the check again.')
    let safeUntil = askedAt + LEASE_SAFE_MS
    let lost = false
    const done = new AbortController()
    const keeping = (async () => {
      while (!done.signal.aborted) {
        await sleep(BEAT_MS, done.signal)
        const at = monotonic()
        const kept =
          done.signal.aborted || (await stored.keepLease(session, carrierId, node.number, epoch).catch(() => undefined))
        if (kept === false) lost = true
        else if (kept) safeUntil = at + LEASE_SAFE_MS
      }
    })()
    connector.start({
      ...path.eventsOf(carrierId),
      link: (state, reason) => log.info(`link ${state} for a check`, { carrier, reason }),
      ready: () => {},
      mayWrite: () => !lost && node.mayWrite() && monotonic() < safeUntil,
    })
    return {
      connector: () => (lost ? undefined : connector),
      async giveBack() {
        await connector.stop(STOP_GRACE_MS)
        done.abort()
        await keeping
        if (!owned.has(carrierId)) path.settle.forgetCarrier(carrierId)
        await releaseCarriers(session, node.number, [{ carrierId, epoch }], 'its check has ended').catch(() => {})
      },
    }
  }

  const looking = (async () => {
    while (!ending.signal.aborted) {
      await round().catch((error: Error) => log.warn('carrier checks could not be looked for', { reason: error.message }))
      await sleep(LOOK_MS, wake.signal)
      if (!ending.signal.aborted) wake = new AbortController()
    }
  })()

  return {
    look: () => wake.abort(),
    async stop() {
      ending.abort()
      wake.abort()
      await looking
      await Promise.all(running)
    },
  }
}
