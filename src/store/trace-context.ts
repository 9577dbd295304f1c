import type { Session, Statement } from './session.ts'

/** A posting of a payer. */
export interface TracePosting {
  readonly id: number
  readonly kind: number // store/postings.ts
  readonly amount: bigint
  /** The message's own part of it. */
  readonly own: bigint
}

const REFUNDS: Statement = {
  name: 'trace_refunds',
  text: `
select p.id, p.kind, p.amount::text, r.amount::text
from refunds r join postings p on p.account_id = r.payer_id and p.id = r.id and p.purse = r.purse
where r.message_id = $1 and r.account_id = $2 order by p.id limit 50`,
}

/** Postings of money that went back, or forth again, for one message. */
export async function refundsOf(
  session: Session,
  message: { readonly accountId: number; readonly id: number },
): Promise<TracePosting[]> {
  const rows = await session.run(REFUNDS, [message.id, message.accountId])
  return rows.map(([id, kind, amount, own]) => ({
    id: Number(id),
    kind: kind as number,
    amount: BigInt(amount as string),
    own: BigInt(own as string),
  }))
}

const REFUND: Statement = {
  name: 'trace_refund',
  text: `
select id, kind, amount::text from postings
where account_id = $1 and kind in (3, 4) and id >= $2 and id < $3 and abs(amount) >= $4 order by id limit 1`,
}

/** Of messages from before refunds were itemised: the first posting in a span of ids that is large enough to hold an amount. */
export async function refundPosting(
  session: Session,
  wanted: { readonly payerId: number; readonly fromId: number; readonly toId: number; readonly amount: bigint },
): Promise<TracePosting | undefined> {
  const { payerId, fromId, toId, amount } = wanted
  const [row] = await session.run(REFUND, [payerId, fromId, toId, amount])
  return row && { id: Number(row[0]), kind: row[1] as number, amount: BigInt(row[2] as string), own: amount }
}

const TARIFF: Statement = { name: 'trace_tariff', text: `select name from tariffs where id = $1` }

export const tariffName = async (session: Session, tariffId: number): Promise<string> =>
  ((await session.run(TARIFF, [tariffId]))[0]?.[0] as string | undefined) ?? `tariff ${tariffId}`
