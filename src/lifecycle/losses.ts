import { lossOf, type Question } from '../domain/route-choice.ts'
import { log } from '../log.ts'
import type { Catalogue } from './catalogue.ts'

/** Told of a message that is accepted, or refused, and of the carriers it may go to. */
export type LossWatch = (catalogue: Catalogue, asked: Question, candidates: readonly number[]) => void

export interface LossCounters {
  warned: number // accepted, though its first carrier takes more than it brings
  stopped: number // refused, because every carrier would
}

const SAID_EVERY_MS = 60_000

/** Counts messages that would lose money, and says so in the log once a minute. Costs nothing while no carrier has costs. */
export function makeLossWatch(now: () => number): { watch: LossWatch; counters: LossCounters } {
  const counters: LossCounters = { warned: 0, stopped: 0 }
  const saidAtMs = { warned: Number.NEGATIVE_INFINITY, stopped: Number.NEGATIVE_INFINITY }
  const unsaid = { warned: 0, stopped: 0 }

  function note(what: keyof LossCounters, carrier: string | undefined, { mccmnc, accountId }: Question): void {
    counters[what] += 1
    unsaid[what] += 1
    if (now() - saidAtMs[what] < SAID_EVERY_MS) return
    saidAtMs[what] = now()
    const event = what === 'warned' ? 'messages are sent at a loss' : 'messages are refused: they would be sent at a loss'
    log.warn(event, { count: unsaid[what], account: accountId, code: mccmnc, ...(carrier !== undefined && { carrier }) })
    unsaid[what] = 0
  }

  return {
    counters,
    watch(catalogue, asked, candidates) {
      const { table, facts } = catalogue.routing
      if (!facts.costOf || asked.price === undefined) return
      const [first] = candidates
      const { channel, number, mccmnc } = asked
      if (first === undefined) {
        if (table.decide(channel, number, mccmnc, asked).some((each) => 'lost' in each && each.lost === 'loss'))
          note('stopped', undefined, asked)
        return
      }
      if (!facts.hasCosts?.(first)) return
      const [route] = table.routes(channel, number, mccmnc, asked)
      if (route && lossOf(facts, route, asked)) note('warned', catalogue.carrier(first)?.name, asked)
    },
  }
}
