import { idOfTime, timeOfId } from '../domain/message-id.ts'
import type { Session, Statement } from './session.ts'
import { walkBack } from './slices.ts'

export type MarginBy = 'all' | 'account' | 'carrier' | 'country'

/** What messages of one payer brought and cost, in the payer's currency. */
export interface MarginRow {
  readonly payerId: number
  /** Id of the account or the carrier; the MCC, or `+` and the first digits of the number where it is not known. */
  readonly key: string
  readonly messages: number
  readonly charged: bigint
  readonly cost: bigint
  readonly uncosted: number // messages that a carrier took, of whose costs nothing is known
}

const KEY: Readonly<Record<MarginBy, string>> = {
  all: `''`,
  account: 'm.account_id::text',
  carrier: 'm.carrier_id::text',
  country: `case when m.mccmnc <> '' then left(m.mccmnc, 3) else '+' || left(m.recipient, 7) end`,
}

/** A message that was sent a second time, under delivery control, has cost something at two carriers; it counts at the last. */
const BY_ATTEMPT = `(
  select id, payer_id, carrier_id, price, refunded, sent_at, cost - coalesce((control -> 'first' ->> 'cost')::int8, 0) as cost, 1 as sent from messages
  union all
  select id, payer_id, (control -> 'first' ->> 'carrierId')::int4, 0, 0, 0, (control -> 'first' ->> 'cost')::int8, 0 from messages where control ? 'first'
) m`

const statementFor = (by: MarginBy): Statement => ({
  name: `margin_${by}`,
  text: `
select m.payer_id, ${KEY[by]}, ${by === 'carrier' ? 'sum(m.sent)' : 'count(*)'}::int4, sum(m.price - m.refunded)::text, sum(m.cost)::text,
  (count(*) filter (where m.cost = 0 and m.sent_at > 0))::int4
from ${by === 'carrier' ? BY_ATTEMPT : 'messages m'} where m.id >= $1 and m.id < $2 and (m.price > 0 or m.cost > 0)
group by 1, 2`,
})

const NEWEST: Statement = { name: 'margin_newest', text: 'select max(id) from messages where id >= $1 and id < $2' }

/** Sums over the messages accepted in a span of time, read in slices; hours in which nobody sent anything are not asked for one by one. */
export async function readMargin(session: Session, by: MarginBy, span: { fromMs: number; toMs: number }): Promise<MarginRow[]> {
  const statement = statementFor(by)
  const sums = new Map<string, { -readonly [Name in keyof MarginRow]: MarginRow[Name] }>()
  await walkBack(span, async ({ fromId, toId }) => {
    const rows = await session.run(statement, [fromId, toId])
    if (rows.length === 0) {
      const [[newest] = []] = await session.run(NEWEST, [idOfTime(span.fromMs), fromId])
      return typeof newest === 'number' && timeOfId(newest) + 1
    }
    for (const row of rows) {
      const [payerId, key, messages, charged, cost, uncosted] = row as [number, string, number, string, string, number]
      const known = sums.get(`${payerId} ${key}`)
      if (known) {
        known.messages += messages
        known.charged += BigInt(charged)
        known.cost += BigInt(cost)
        known.uncosted += uncosted
      } else sums.set(`${payerId} ${key}`, { payerId, key, messages, charged: BigInt(charged), cost: BigInt(cost), uncosted })
    }
    return true
  })
  return [...sums.values()]
}

const NAMES: Statement = {
  name: 'margin_names',
  text: `
select 'account', id, login, currency from accounts where id = any($1::int4[])
union all select 'carrier', id, name, '' from carriers`,
}

/** Logins and currencies of accounts, and the names of all carriers. */
export async function readNames(session: Session, accountIds: readonly number[]) {
  const accounts = new Map<number, { login: string; currency: string }>()
  const carriers = new Map<number, string>()
  for (const [kind, id, name, currency] of await session.run(NAMES, [accountIds])) {
    if (kind === 'carrier') carriers.set(id as number, name as string)
    else accounts.set(id as number, { login: name as string, currency: currency as string })
  }
  return { accounts, carriers }
}
