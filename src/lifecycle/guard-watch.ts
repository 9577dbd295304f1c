import { now, sleep } from '../clock.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { log } from '../log.ts'
import * as guarding from '../store/guard.ts'
import { writeCases } from '../store/guard-cases.ts'
import type { Session } from '../store/session.ts'
import { type Guard, type GuardStore, makeGuard } from './guard.ts'

const TICK_MS = 5000

/** What the guard asks of the store. */
export const guardStore = (session: Session): GuardStore => ({
  readGuard: () => guarding.readGuard(session),
  readTrusted: () => guarding.readTrusted(session),
  readVolumes: (sinceHalfDay) => guarding.readVolumes(session, sinceHalfDay),
  addVolumes: (volumes) => guarding.addVolumes(session, volumes),
  readConfirmations: (afterMs, toMs) => guarding.readConfirmations(session, afterMs, toMs),
  writeCases: (cases) => writeCases(session, cases),
  forgetOld: (beforeHalfDay, confirmedBeforeMs) => guarding.forgetOld(session, beforeHalfDay, confirmedBeforeMs),
})

export interface GuardWatch extends Pick<Guard, 'check' | 'tick' | 'counters'> {
  figures(): Guard['counters'] & { readonly prefixes: number }
  /** Keeps what was noted last. */
  stop(): Promise<void>
}

/** The guard of this node, at work: it knows its settings when this resolves. */
export async function watchTraffic(session: Session, node: number, lookUp: LookUp): Promise<GuardWatch> {
  const guard = makeGuard({ store: guardStore(session), node, lookUp, now })
  const ending = new AbortController()
  let ticking = Promise.resolve()
  /** One at a time: two would count the same messages. */
  function tick(): Promise<void> {
    const next = ticking.then(guard.tick)
    ticking = next.catch(() => {})
    return next
  }

  await tick()
  void (async () => {
    while (!ending.signal.aborted) {
      await sleep(TICK_MS, ending.signal)
      if (ending.signal.aborted) return
      await tick().catch((error: Error) =>
        log.warn('the guard could not keep its notes, and tries again', { reason: error.message }),
      )
    }
  })()
  return {
    check: guard.check,
    counters: guard.counters,
    tick,
    figures: () => ({ ...guard.counters, prefixes: guard.pumping.prefixes.count() }),
    async stop() {
      ending.abort()
      await tick().catch(() => {}) // the store is away: the notes of the last seconds are lost
    },
  }
}
