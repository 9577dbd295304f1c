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

const TARIFF: Statement = { name: 'trace_tariff', text: `select name from tariffs where id = $1` }

export const tariffName = async (session: Session, tariffId: number): Promise<string> =>
  ((await session.run(TARIFF, [tariffId]))[0]?.[0] as string | undefined) ?? `tariff ${tariffId}`
