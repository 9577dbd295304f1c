import { textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** A posting of a payer. */
export interface TracePosting {
  readonly id: number
  readonly kind: number // store/postings.ts
  readonly amount: bigint
}

const REFUND: Statement = {
  name: 'trace_refund',
  text: `
select id, kind, amount::text from postings
where account_id = $1 and kind in (3, 4) and id >= $2 and id < $3 and abs(amount) >= $4 order by id limit 1`,
}

/** The first posting of money going back, or forth again, in a span of ids that is large enough to hold an amount. */
export async function refundPosting(
  session: Session,
  wanted: { readonly payerId: number; readonly fromId: number; readonly toId: number; readonly amount: bigint },
): Promise<TracePosting | undefined> {
  const { payerId, fromId, toId, amount } = wanted
  const [row] = await session.run(REFUND, [payerId, fromId, toId, amount])
  return row && { id: Number(row[0]), kind: row[1] as number, amount: BigInt(row[2] as string) }
}

/** A price as it stands in a tariff. */
export interface TracePrice {
  readonly tariff: string
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly price: bigint
}

const PRICES: Statement = {
  name: 'trace_prices',
  text: `
select t.name, p.channel, p.prefix, p.mccmnc, p.price::text from prices p join tariffs t on t.id = p.tariff_id
where p.tariff_id = $1 and p.channel = any($2::text[]) and ($3 like p.prefix || '%') and (p.mccmnc = '' or $4 like p.mccmnc || '%')
limit 1000`,
}

/** The prices of a tariff that could hold for a number, for the channel and the one it falls back to. */
export async function pricesFor(
  session: Session,
  wanted: { readonly tariffId: number; readonly channels: readonly string[]; readonly number: string; readonly mccmnc: string },
): Promise<TracePrice[]> {
  const rows = await session.run(PRICES, [wanted.tariffId, textArray([...wanted.channels]), wanted.number, wanted.mccmnc])
  return rows.map(([tariff, channel, prefix, mccmnc, price]) => ({
    tariff: tariff as string,
    channel: channel as string,
    prefix: prefix as string,
    mccmnc: mccmnc as string,
    price: BigInt(price as string),
  }))
}
