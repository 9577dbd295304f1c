import { type LossCounters, type LossWatch, makeLossWatch } from './losses.ts'

/** What routing did beside sending messages by their first route. */
export interface RoutingCounters extends LossCounters {
  anew: number // sent once more over another carrier, since no receipt came in time
  rerouted: number // taken from a carrier that was down
  second: number // sent once more, since they were not delivered: delivery control
}

export interface RoutingFigures {
  readonly watch: LossWatch
  counted(what: 'anew' | 'rerouted' | 'second', count: number): void
  counters(): Readonly<RoutingCounters>
}

export function makeRoutingFigures(now: () => number): RoutingFigures {
  const losses = makeLossWatch(now)
  const counts = { anew: 0, rerouted: 0, second: 0 }
  return {
    watch: losses.watch,
    counted(what, count) {
      counts[what] += count
    },
    counters: () => ({ ...losses.counters, ...counts }),
  }
}
