import { setImmediate } from 'node:timers/promises'
import type { Channel } from '../domain/channel.ts'
import type { Money } from '../domain/money.ts'
import type { PricedPlan } from '../domain/price.ts'

/** What the running centre sells and what it pays, as it holds now. Money in the base currency unless it says otherwise. */
export interface Selling {
  /** Carriers that may take a message, the first to be tried first. */
  candidates(channel: Channel, number: string, mccmnc: string): readonly number[]
  costOf(carrierId: number, channel: Channel, number: string, plan: PricedPlan): Money | undefined
  /** In the tariff's currency. */
  priceOf(tariffId: number, channel: Channel, number: string, plan: PricedPlan): Money | undefined
  inBase(tariffId: number, amount: Money): Money | undefined
  carrier(carrierId: number): { readonly name: string } | undefined
}

/** A destination, or numbers that messages went to: something that has a price and a cost. */
export interface Sample {
  readonly channel: string
  readonly number: string
  readonly plan: PricedPlan
  readonly destination: string
  readonly messages: number // of the last month; 0: nobody sent there
}

/** Where a part costs more than it brings. */
export interface Loss {
  readonly tariff: string
  readonly carrier: string
  readonly channel: string
  readonly destination: string
  readonly price: Money
  readonly cost: Money
  readonly messages: number
}

/** Price and cost of a sample before and after, with who sells and who carries. */
export interface Margins {
  readonly tariff: string
  readonly carrier: string
  readonly price: Money
  readonly cost: Money
  readonly wasLoss: boolean
}

const AT_ONCE = 2_000

/** Losses that a change makes, the most sent to first; `before`: how many were there already and stay. */
export async function findLosses(
  samples: readonly Sample[],
  marginsOf: (sample: Sample) => readonly Margins[],
): Promise<{ losses: Loss[]; before: number }> {
  const losses = new Map<string, Loss & { messages: number }>()
  const before = new Set<string>()
  for (const [at, sample] of samples.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await setImmediate() // messages go on meanwhile
    for (const { tariff, carrier, price, cost, wasLoss } of marginsOf(sample)) {
      if (price >= cost) continue
      const key = `${tariff} ${carrier} ${sample.channel} ${sample.destination}`
      if (wasLoss) {
        before.add(key)
        continue
      }
      const known = losses.get(key)
      if (known) known.messages += sample.messages
      else
        losses.set(key, {
          tariff,
          carrier,
          channel: sample.channel,
          destination: sample.destination,
          price,
          cost,
          messages: sample.messages,
        })
    }
  }
  const sorted = [...losses.values()].sort((a, b) => b.messages - a.messages || Number(b.cost - b.price - (a.cost - a.price)))
  return { losses: sorted, before: before.size }
}

/** Lets messages go on between the steps of long work. */
export async function unhurried<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

/** The network of a plan as routes ask for it. */
export const networkOf = ({ mcc, mnc }: PricedPlan): string => mcc + mnc
