import type { Session, Statement } from './session.ts'
import { type Slice, walkBack } from './slices.ts'

/** Messages of one account to numbers with one beginning, in a span of time. */
export interface Traffic {
  readonly accountId: number
  readonly channel: number // domain/channel.ts
  readonly mccmnc: string
  readonly digits: string // what the numbers begin with; an address that is no number: ''
  readonly length: number // of the whole number, about
  readonly messages: number
  readonly parts: number
}

const COLUMNS = `m.account_id, m.channel, m.mccmnc,
  case when m.recipient ~ '^[0-9]+$' then left(m.recipient, $3) else '' end, max(length(m.recipient))::int4, count(*)::int4, sum(m.parts)::int4`

/** What a tariff's accounts were charged for, whatever its price was, and did not all get back. */
const BY_TARIFF: Statement = {
  name: 'price_traffic_of_tariff',
  text: `
select ${COLUMNS} from messages m
where m.id >= $1 and m.id < $2 and m.account_id = any(array(select id from accounts where tariff_id = $4))
  and (m.price > m.refunded or (m.price = 0 and m.carrier_id > 0))
group by 1, 2, 3, 4`,
}

/** What a carrier took. */
const BY_CARRIER: Statement = {
  name: 'price_traffic_of_carrier',
  text: `
select ${COLUMNS} from messages m
where m.id >= $1 and m.id < $2 and m.carrier_id = $4 and m.carrier_ids is not null
group by 1, 2, 3, 4`,
}

const GROUPS_MAX = 500_000

export interface TrafficLook {
  readonly owner: { readonly tariffId: number } | { readonly carrierId: number }
  readonly digits: number // of a number that matter
  readonly fromMs: number
  readonly toMs: number
  /** False: enough; what is older is left out. */
  readonly goesOn: () => boolean
}

/** The traffic of a tariff or a carrier, newest first and in slices; `sinceMs`: how far back all of it was counted. */
export async function readTraffic(session: Session, look: TrafficLook): Promise<{ traffic: Traffic[]; sinceMs: number }> {
  const [statement, ownerId] = 'tariffId' in look.owner ? [BY_TARIFF, look.owner.tariffId] : [BY_CARRIER, look.owner.carrierId]
  const groups = new Map<string, Traffic & { messages: number; parts: number }>()
  const sinceMs = await walkBack(look, async ({ fromId, toId }: Slice) => {
    for (const row of await session.run(statement, [fromId, toId, look.digits, ownerId])) {
      const [accountId, channel, mccmnc, digits, length, messages, parts] = row as [
        number,
        number,
        string,
        string,
        number,
        number,
        number,
      ]
      const key = `${accountId} ${channel} ${mccmnc} ${digits}`
      const known = groups.get(key)
      if (known) {
        known.messages += messages
        known.parts += parts
      } else groups.set(key, { accountId, channel, mccmnc, digits, length, messages, parts })
    }
    return groups.size < GROUPS_MAX && look.goesOn()
  })
  return { traffic: [...groups.values()], sinceMs }
}

const LOGINS: Statement = {
  name: 'price_traffic_logins',
  text: `select id, login, tariff_id from accounts where id = any($1::int4[])`,
}

export const readLogins = async (
  session: Session,
  ids: readonly number[],
): Promise<Map<number, { login: string; tariffId: number }>> =>
  new Map(
    (await session.run(LOGINS, [ids])).map(([id, login, tariffId]) => [
      id as number,
      { login: login as string, tariffId: tariffId as number },
    ]),
  )
