import { type Channel, channelOf, isShortMessage } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { idOfTime } from '../domain/message-id.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { POSTING } from '../store/postings.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'
import { pricesFor, refundPosting, type TracePrice } from '../store/trace-context.ts'
import { amount, money } from './trace-story.ts'

/** The row of a tariff that gives a price today. */
export interface PriceTold {
  readonly tariff: string
  readonly by: string // prefix 7916 · network 25001 · country 250 · everywhere else
  readonly perPart: bigint
}

export type PriceSource = (row: TraceRow, plan: NumberPlan) => Promise<PriceTold | undefined>

/** Which row of the account's tariff gives the price, as the tariff is now. */
export const priceSource =
  (session: Session): PriceSource =>
  async (row, plan) => {
    const channel = channelOf(row.channel)
    const channels = [channel, ...(isShortMessage(channel) && channel !== 'ping' ? (['sms'] as const) : [])]
    const mccmnc = row.mccmnc || plan.mcc + plan.mnc || plan.mcc
    const rows = await pricesFor(session, { tariffId: row.tariffId, channels, number: row.recipient, mccmnc })
    const found = channels.map((one) => mostSpecific(rows, one)).find((one) => one !== undefined)
    return found && { tariff: found.tariff, by: conditionOf(found), perPart: found.price }
  }

/** The longest prefix, then the network, then its country, then the default. */
const mostSpecific = (rows: readonly TracePrice[], channel: Channel): TracePrice | undefined =>
  rows
    .filter((row) => row.channel === channel)
    .sort((one, other) => other.prefix.length - one.prefix.length || other.mccmnc.length - one.mccmnc.length)[0]

function conditionOf({ prefix, mccmnc }: TracePrice): string {
  if (prefix !== '') return `prefix ${prefix}`
  return mccmnc === '' ? 'everywhere else' : mccmnc.length === 3 ? `country ${mccmnc}` : `network ${mccmnc}`
}

export function pricingOf(row: TraceRow, told: PriceTold | undefined) {
  return {
    currency: row.currency,
    charged: amount(row.price),
    refunded: amount(row.refunded),
    carrier_cost: row.cost === 0n ? null : amount(row.cost),
    parts: row.parts,
    tariff_today: told?.tariff ?? null,
    by_today: told?.by ?? null,
    per_part_today: told ? amount(told.perPart) : null,
    agrees: told !== undefined && told.perPart * BigInt(row.parts) === row.price,
    says: saysOf(row, told),
  }
}

function saysOf(row: TraceRow, told: PriceTold | undefined): string {
  if ((row.flags & FLAG.virtual) !== 0) return 'The account was in test mode: nothing is charged.'
  if (row.price === 0n && row.state > 20) return 'It was refused when it came, and cost nothing.'
  const parts = `${row.parts} ${row.parts === 1 ? 'part' : 'parts'}`
  if (!told) return `${money(row, row.price)} for ${parts}. Today's tariff has no price for it: it has changed since.`
  const rule = `tariff ${told.tariff}: ${told.by}`
  if (told.perPart * BigInt(row.parts) === row.price)
    return `${parts} × ${amount(told.perPart)} = ${money(row, row.price)} (${rule}).`
  return `${money(row, row.price)} for ${parts}. Today it would be ${parts} × ${amount(told.perPart)} (${rule}): the tariff has changed since, or the account has another.`
}

export interface PostingTold {
  readonly id: number
  readonly kind: string
  readonly at: string
  readonly account: string
  readonly amount: string // of this message
  readonly whole: string // of the posting, which may hold others of the same commit
  readonly found: 'by its commit' | 'by its time'
}

const SEARCHED_MS = 3_600_000

/** The postings that hold this message's money. A refund's is not noted in the message: it is found by its time. */
export async function postingsOf(session: Session, row: TraceRow, atOf: (id: number) => string): Promise<PostingTold[]> {
  const charge: PostingTold[] = row.posting
    ? [
        {
          id: row.posting.id,
          kind: 'charge',
          at: atOf(row.posting.id),
          account: row.payer,
          amount: amount(-row.price),
          whole: amount(row.posting.amount),
          found: 'by its commit',
        },
      ]
    : []
  if (row.refunded === 0n || row.price === 0n || row.stateAtMs === 0) return charge
  const refund = await refundPosting(session, {
    payerId: row.payerId,
    fromId: idOfTime(row.stateAtMs),
    toId: idOfTime(row.stateAtMs + SEARCHED_MS),
    amount: row.refunded,
  })
  if (!refund) return charge
  const kind = refund.kind === POSTING.refund ? 'refund' : 'correction'
  return [
    ...charge,
    {
      id: refund.id,
      kind,
      at: atOf(refund.id),
      account: row.payer,
      amount: amount(row.refunded),
      whole: amount(refund.amount),
      found: 'by its time',
    },
  ]
}
