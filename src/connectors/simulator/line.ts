import { outageAt } from './outage.ts'
import type { Outage } from './settings.ts'

/** Is there a line to the simulated carrier? Three things can take it down: the switch, a message whose fate it is, the hour. */
export interface Line {
  /** `reason` is for the operator; `changesInMs`: when to look again, infinity when only the switch can change it. */
  look(nowMs: number, wallMs: number): { readonly isUp: boolean; readonly reason: string; readonly changesInMs: number }
  switch(isOn: boolean): void
  breakUntil(untilMs: number): void
}

/** `nowMs` and `untilMs` are on the monotonic clock, `wallMs` is Unix ms. */
export function createLine(outages: readonly Outage[]): Line {
  let isOn = true
  let brokenUntilMs = Number.NEGATIVE_INFINITY

  return {
    look(nowMs, wallMs) {
      const scheduled = outageAt(outages, wallMs)
      const isBroken = nowMs < brokenUntilMs
      const changesInMs = Math.min(scheduled.changesAtMs - wallMs, isBroken ? brokenUntilMs - nowMs : Number.POSITIVE_INFINITY)
      if (!isOn) return { isUp: false, reason: 'switched off', changesInMs }
      if (isBroken) return { isUp: false, reason: 'outage caused by a message', changesInMs }
      if (scheduled.isDown) return { isUp: false, reason: 'outage by the settings', changesInMs }
      return { isUp: true, reason: 'simulated carrier', changesInMs }
    },
    switch: (wanted) => {
      isOn = wanted
    },
    breakUntil: (untilMs) => {
      brokenUntilMs = Math.max(brokenUntilMs, untilMs)
    },
  }
}
