import type { LinkStats } from '../connectors/connector.ts'
import { createSlowDown, type SlowDown } from '../domain/throttle/rate.ts'
import type { PauseRow } from '../store/shaping.ts'

/** How much of what a connector could take it is given: pauses of its link, lowered rates. */
export interface Allowance {
  /** Parts that may go now, given what holds the link and its rate back. Wakes the carrier when that may have risen from 0. */
  allowed(
    carrierId: number,
    stats: Pick<LinkStats, 'submitted' | 'held'>,
    link: PauseRow | undefined,
    rate: PauseRow | undefined,
  ): number
  /** Whether `backOff` was said of a carrier lately. */
  backsOff(carrierId: number): boolean
  /** The carrier said "not so fast" in words its connector does not know: a pause that doubles while it does not help. */
  backOff(carrierId: number): void
}

const BACK_OFF = { firstMs: 1_000, longestMs: 30_000 } as const
const WAKE = { shortestMs: 10, longestMs: 60_000 } as const

export function makeAllowance(
  clock: { now: () => number; monotonic: () => number },
  wake: (carrierId: number) => void,
): Allowance {
  const timers = new Map<number, NodeJS.Timeout>()
  const slowDowns = new Map<number, { readonly rate: PauseRow; readonly slow: SlowDown }>()
  const backOffs = new Map<number, { untilMs: number; nextMs: number }>()

  const wakeIn = (carrierId: number, ms: number): void => {
    if (timers.has(carrierId)) return
    const timer = setTimeout(
      () => {
        timers.delete(carrierId)
        wake(carrierId)
      },
      Math.min(WAKE.longestMs, Math.max(WAKE.shortestMs, Math.ceil(ms))),
    )
    timers.set(carrierId, timer.unref())
  }

  /** Begun at the first look, so that it holds on whichever node owns the carrier. */
  const slowDownOf = (carrierId: number, rate: PauseRow, sent: number): SlowDown => {
    const known = slowDowns.get(carrierId)
    if (known?.rate.rate === rate.rate && known.rate.untilMs === rate.untilMs) return known.slow
    const slow = createSlowDown(rate.rate, clock.monotonic(), sent)
    slowDowns.set(carrierId, { rate, slow })
    return slow
  }

  return {
    allowed(carrierId, { submitted, held }, link, rate) {
      const nowMs = clock.now()
      const untilMs = Math.max(link?.untilMs ?? 0, backOffs.get(carrierId)?.untilMs ?? 0)
      if (nowMs < untilMs) {
        wakeIn(carrierId, untilMs - nowMs)
        return 0
      }
      if (!rate) return Number.POSITIVE_INFINITY
      const slow = slowDownOf(carrierId, rate, submitted)
      const room = slow.room(clock.monotonic(), submitted) - held
      if (room <= 0) wakeIn(carrierId, slow.waitMs())
      return Math.max(0, room)
    },
    backsOff(carrierId) {
      const backOff = backOffs.get(carrierId)
      if (!backOff) return false
      if (clock.now() > backOff.untilMs + backOff.nextMs) backOffs.delete(carrierId) // it has helped
      return true
    },
    backOff(carrierId) {
      const nowMs = clock.now()
      const backOff = backOffs.get(carrierId) ?? { untilMs: 0, nextMs: BACK_OFF.firstMs }
      if (nowMs < backOff.untilMs) return // said of what was on its way before the pause
      backOffs.set(carrierId, { untilMs: nowMs + backOff.nextMs, nextMs: Math.min(BACK_OFF.longestMs, backOff.nextMs * 2) })
    },
  }
}
