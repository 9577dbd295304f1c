import { channelCode } from '../domain/channel.ts'
import type { Session, Statement } from './session.ts'

/** A stored message as the guard sees it. */
export interface TrafficRow {
  readonly id: number
  readonly accountId: number
  readonly number: string
  readonly bulk: boolean
  readonly isCode: boolean
  readonly price: bigint
}

/** Texts are looked at here and not brought over: what counts is whether there is a number of 4 to 8 digits in them. */
const TRAFFIC: Statement = {
  name: 'guard_traffic',
  text: `
select id, account_id, recipient, lane = 2, coalesce(lane < 2 and body ~ '(^|[^0-9])[0-9]{4,8}($|[^0-9])', false), price::text
from messages
where id >= $1 and id < $2 and state not in (22, 24, 25) and recipient ~ '^[0-9]+$' and channel <> all($3::int2[])
order by id`,
}

const LOOK_UPS = [channelCode('hlr'), channelCode('ping')]

/** Messages of a range of ids in the order of their acceptance. */
export async function readTraffic(session: Session, from: number, to: number): Promise<TrafficRow[]> {
  const rows = await session.run(TRAFFIC, [from, to, LOOK_UPS])
  return rows.map(([id, accountId, number, bulk, isCode, price]) => ({
    id: Number(id),
    accountId: accountId as number,
    number: number as string,
    bulk: bulk as boolean,
    isCode: isCode as boolean,
    price: BigInt(price as string),
  }))
}

const LOGINS: Statement = { name: 'guard_logins', text: `select id, login, currency from accounts where id = any($1::int4[])` }

export async function readLogins(
  session: Session,
  ids: readonly number[],
): Promise<Map<number, { login: string; currency: string }>> {
  const rows = await session.run(LOGINS, [ids])
  return new Map(rows.map(([id, login, currency]) => [id as number, { login: login as string, currency: currency as string }]))
}
