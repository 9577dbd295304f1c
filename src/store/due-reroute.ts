import type { Control } from '../domain/delivery-control.ts'
import { int8Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** Where a walk through one carrier's due rows has come to. */
export interface DuePlace {
  readonly lane: number
  readonly accountId: number
  readonly dueAtMs: number
  readonly id: number
}

/** A message that waits for a carrier, with what its routes depend on. */
export interface DueMessage extends DuePlace {
  readonly carrierId: number
  readonly channel: number
  readonly recipient: string
  readonly sender: string
  readonly mccmnc: string
  readonly payerId: number
  readonly price: bigint
  readonly parts: number
  readonly duplicates: number
  readonly trace: Uint8Array | null
  readonly control: Control | null
}

/*
 * What the carrier has taken a part of, or may have taken and never answered (reasons 6 and 7), stays with it.
 */
const WALK: Statement = {
  name: 'due_walk',
  text: `
with slice as materialized (
  select d.lane, d.account_id, d.due_at, d.id, d.reason from due_queue d
  where d.carrier_id = $1 and (d.lane, d.account_id, d.due_at, d.id) > ($2::int2, $3::int4, $4::int8, $5::int8)
  order by d.lane, d.account_id, d.due_at, d.id limit $6
)
select s.lane, s.account_id, s.due_at, s.id, m.carrier_id, m.channel, m.recipient, m.sender, m.mccmnc, m.payer_id, m.price::text,
  m.parts, m.duplicates, m.trace, m.id is not null, m.control
from slice s left join lateral (
  select * from messages where account_id = s.account_id and id = s.id and carrier_ids is null and s.reason <> 6 and s.reason <> 7 offset 0
) m on true
order by s.lane, s.account_id, s.due_at, s.id`,
}

/** A slice of the rows that wait for a carrier, behind `after`: those that may go to another, and where the next slice begins. */
export async function walkDue(
  session: Session,
  carrierId: number,
  after: DuePlace,
  limit: number,
): Promise<{ messages: DueMessage[]; next: DuePlace | undefined }> {
  const rows = await session.run(WALK, [carrierId, after.lane, after.accountId, after.dueAtMs, after.id, limit])
  const places = rows.map((row) => ({
    lane: row[0] as number,
    accountId: row[1] as number,
    dueAtMs: Number(row[2]),
    id: Number(row[3]),
  }))
  const messages = rows.flatMap((row, at) => {
    const place = places[at]
    if (!place || row[14] !== true) return []
    const [carrier, channel, recipient, sender, mccmnc, payerId, price, parts, duplicates, trace, , control] = row.slice(4)
    return [
      {
        ...place,
        carrierId: carrier as number,
        channel: channel as number,
        recipient: recipient as string,
        sender: sender as string,
        mccmnc: mccmnc as string,
        payerId: payerId as number,
        price: BigInt(price as string),
        parts: parts as number,
        duplicates: duplicates as number,
        trace: trace as Uint8Array | null,
        control: control as Control | null,
      },
    ]
  })
  return { messages, next: rows.length < limit ? undefined : places.at(-1) }
}

const MOVE: Statement = {
  name: 'due_unroute',
  text: `
with picked as materialized (
  select d.id from due_queue d where d.id = any($2::int8[]) and d.carrier_id = $1 for update skip locked
)
update due_queue d set carrier_id = 0, reason = 9 from picked p where d.id = p.id returning d.id`,
}

/** Due rows of a carrier, to be routed anew; answers how many. */
export const unroute = async (session: Session, carrierId: number, ids: readonly number[]): Promise<number> =>
  ids.length === 0 ? 0 : (await session.run(MOVE, [carrierId, int8Array(ids)])).length
