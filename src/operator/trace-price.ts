import { channelOf } from '../domain/channel.ts'
import { FLAG, interfaceOf } from '../domain/message.ts'
import { idOfTime, timeOfId } from '../domain/message-id.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { compilePriceList, type ListRow, priceIn } from '../domain/price-list.ts'
import { POSTING } from '../store/postings.ts'
import { readPriceLists, readRowsOf } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import type { TraceRow } from '../store/trace.ts'
import { refundPosting, refundsOf, type TracePosting, tariffName } from '../store/trace-context.ts'
import { amount, money } from './trace-story.ts'

/** The row of a tariff that gives a price today. */
export interface PriceTold {
  readonly tariff: string
  readonly by: string // prefix 7916 · network 25001 · country 250 · everywhere else
  readonly perPart: bigint
}

export type PriceSource = (row: TraceRow, plan: NumberPlan) => Promise<PriceTold | undefined>

/** Which line of the account's tariff gives the price: of the tariff as it stands now, by the lines in force when the message came. */
export const priceSource =
  (session: Session): PriceSource =>
  async (row, plan) => {
    const heads = await readPriceLists(session)
    const own = heads.find(({ accountId }) => accountId === row.accountId)
    const tariff = heads.find(({ tariffId }) => tariffId === row.tariffId && tariffId > 0)
    const rowsOf = await readRowsOf(
      session,
      [own, tariff].flatMap((head) => head?.id ?? []),
    )
    const rowIn = (head: typeof own): ListRow | undefined =>
      head && compilePriceList(rowsOf.get(head.id) ?? [], timeOfId(row.id)).rowFor(channelOf(row.channel), row.recipient, plan)
    const exception = rowIn(own)
    const found = exception ?? rowIn(tariff)
    if (!found) return undefined
    const origin = interfaceOf(row.flags) === 'the web account' ? 'mass' : 'api'
    return {
      tariff: await tariffName(session, row.tariffId),
      by: `${exception ? 'the account’s own price, ' : ''}${conditionOf(found)}`,
      perPart: priceIn(found, origin),
    }
  }

function conditionOf({ prefix, mccmnc, country }: ListRow): string {
  if (prefix !== '') return `prefix ${prefix}`
  if (mccmnc !== '') return mccmnc.length === 3 ? `country ${mccmnc}` : `network ${mccmnc}`
  return country === '' ? 'everywhere else' : country
}

export function pricingOf(row: TraceRow, told: PriceTold | undefined) {
  return {
    currency: row.currency,
    charged: amount(row.price),
    refunded: amount(row.refunded),
    carrier_cost: row.cost === 0n ? null : amount(row.cost),
    margin: row.cost === 0n ? null : amount(row.price - row.refunded - row.cost),
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

/** The postings that hold this message's money. */
export async function postingsOf(session: Session, row: TraceRow, atOf: (id: number) => string): Promise<PostingTold[]> {
  const told = (posting: TracePosting, kind: string, found: PostingTold['found']): PostingTold => ({
    id: posting.id,
    kind,
    at: atOf(posting.id),
    account: row.payer,
    amount: amount(posting.own),
    whole: amount(posting.amount),
    found,
  })
  const charge = row.posting
    ? [told({ id: row.posting.id, kind: POSTING.charge, amount: row.posting.amount, own: -row.price }, 'charge', 'by its commit')]
    : []
  const kindOf = ({ kind }: TracePosting): string => (kind === POSTING.refund ? 'refund' : 'correction')
  const itemised = await refundsOf(session, row)
  if (itemised.length > 0) return [...charge, ...itemised.map((each) => told(each, kindOf(each), 'by its commit'))]
  if (row.refunded === 0n || row.price === 0n || row.stateAtMs === 0) return charge
  const refund = await refundPosting(session, {
    payerId: row.payerId,
    fromId: idOfTime(row.stateAtMs),
    toId: idOfTime(row.stateAtMs + SEARCHED_MS),
    amount: row.refunded,
  })
  return refund ? [...charge, told(refund, kindOf(refund), 'by its time')] : charge
}
