import { type Attempt, unpackTrace } from '../domain/attempts.ts'
import type { Channel } from '../domain/channel.ts'
import { type Control, secondCandidates } from '../domain/delivery-control.ts'
import { lookUp } from '../domain/number/plan.ts'
import type { Asking, Wish } from '../domain/route.ts'
import type { Catalogue } from './catalogue.ts'

/** What routing needs of a message that was accepted before: one in memory, or a row. */
export interface Routed {
  readonly channel: Channel
  readonly to: string
  readonly from: string
  readonly mccmnc: string
  readonly accountId: number
  readonly payerId: number
  readonly price: bigint // for all parts
  readonly charged: number // parts
  readonly tried: readonly number[] // carriers it does not go to again
  readonly control?: Control | undefined
}

/** The number's network, or its country, as routes are asked for it. */
export const networkOf = ({ mccmnc, to }: Pick<Routed, 'mccmnc' | 'to'>): string => mccmnc || lookUp(to).mcc

export const askingOf = (message: Routed, atMs: number, wish: Wish | undefined): Asking => ({
  accountId: message.accountId,
  sender: message.from,
  atMs,
  price: message.charged > 0 ? message.price / BigInt(message.charged) : undefined,
  payerId: message.payerId,
  plan: undefined,
  wish,
})

/** Who asked for the cheap routes first did so with the message; of the account it may not be known here yet. */
const wishFor = (catalogue: Catalogue, { accountId, control }: Routed): Wish | undefined =>
  catalogue.wishOf(accountId) ?? (control?.on === 'undeliverable' ? 'cost' : undefined)

/** Carriers that may take a message now and have neither refused it nor kept silent about it, best first. */
export function candidatesFor(catalogue: Catalogue, message: Routed, atMs: number): readonly number[] {
  const { channel, to, tried, control } = message
  const candidates = catalogue.candidates(channel, to, networkOf(message), askingOf(message, atMs, wishFor(catalogue, message)))
  if (control?.first) return secondCandidates(candidates, control, control.first, tried)
  return tried.length === 0 ? candidates : candidates.filter((carrierId) => !tried.includes(carrierId))
}

/** A message's row, with what carriers answered. */
interface Answered {
  readonly id: number
  readonly carrierId: number
  readonly duplicates: number
  readonly trace: Uint8Array | null
  readonly control?: Control | null | undefined
}

/** Of the attempt that is under way: the first, or the second. */
const answersTo = ({ trace, control }: Answered): Attempt[] => {
  const answers = trace === null ? [] : unpackTrace(Buffer.from(trace))
  return control?.first ? answers.slice(control.first.answers) : answers
}

/**
 * Carriers that refused a message, or took it whole and never reported: it does not go to them again. One that pushed a part of
 * it back has not: it gets all of it once more.
 */
export function triedIn(message: Answered): readonly number[] {
  if (message.trace === null) return NONE
  const last = new Map<number, Map<number, Attempt['outcome']>>()
  for (const { outcome, carrierId, part } of answersTo(message)) {
    const parts = last.get(carrierId) ?? new Map<number, Attempt['outcome']>()
    last.set(carrierId, parts.set(part, outcome))
  }
  const isDone = (outcome: Attempt['outcome']) => outcome === 'taken' || outcome === 'rejected'
  return [...last].filter(([, parts]) => [...parts.values()].every(isDone)).map(([carrierId]) => carrierId)
}

const NONE: readonly number[] = []

/**
 * Whether a message was sent and never answered: the carrier may have it, so it goes to no other. (One that was sent once more
 * because a receipt did not come was answered, and is free to go.)
 */
export const isBound = (message: Answered): boolean =>
  message.duplicates > 0 &&
  !answersTo(message).some(({ outcome, carrierId }) => outcome === 'taken' && carrierId !== message.carrierId)
