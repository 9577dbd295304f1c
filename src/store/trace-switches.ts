import type { Session, Statement } from './session.ts'

/** A switch as its operator sees it. */
export interface SwitchDetails {
  readonly id: number
  readonly account: string | undefined // undefined: of all
  readonly carrier: string | undefined
  readonly texts: boolean
  readonly sinceMs: number
  readonly untilMs: number
  readonly rowLimit: number
  readonly kept: number
  readonly dropped: number
}

const ADD: Statement = {
  name: 'trace_switch_add',
  text: `
insert into trace_switches (account_id, carrier_id, texts, since, until, row_limit)
select $1::int4, $2::int4, $3, $4::int8, $5, $6 where (select count(*) from trace_switches where until > $4) < $7 returning id`,
}

/** Undefined: there are `most` of them already. */
export async function addSwitch(
  session: Session,
  one: { accountId: number; carrierId: number; texts: boolean; sinceMs: number; untilMs: number; rowLimit: number },
  most: number,
): Promise<number | undefined> {
  const [row] = await session.run(ADD, [one.accountId, one.carrierId, one.texts, one.sinceMs, one.untilMs, one.rowLimit, most])
  return row?.[0] as number | undefined
}

const END: Statement = {
  name: 'trace_switch_end',
  text: `update trace_switches set until = $2 where until > $2 and ($1::int4 = 0 or id = $1) returning id`,
}

/** Ends one, or with 0 all that are on; answers how many. */
export const endSwitches = async (session: Session, id: number, nowMs: number): Promise<number> =>
  (await session.run(END, [id, nowMs])).length

const LIST: Statement = {
  name: 'trace_switch_list',
  text: `
select s.id, case when s.account_id > 0 then coalesce(a.login, 'account ' || s.account_id) end,
  case when s.carrier_id > 0 then coalesce(c.name, 'carrier ' || s.carrier_id) end,
  s.texts, s.since, s.until, s.row_limit, s.kept, s.dropped
from trace_switches s left join accounts a on a.id = s.account_id left join carriers c on c.id = s.carrier_id
order by s.until > $1 desc, s.id desc limit 100`,
}

/** Those that are on first. */
export const listSwitches = async (session: Session, nowMs: number): Promise<SwitchDetails[]> =>
  (await session.run(LIST, [nowMs])).map((row) => ({
    id: row[0] as number,
    account: (row[1] as string | null) ?? undefined,
    carrier: (row[2] as string | null) ?? undefined,
    texts: row[3] as boolean,
    sinceMs: Number(row[4]),
    untilMs: Number(row[5]),
    rowLimit: row[6] as number,
    kept: row[7] as number,
    dropped: Number(row[8]),
  }))
