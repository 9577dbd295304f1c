import { type AccountDetails, readDetailsById } from './accounts.ts'
import { int4Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/*
 * Who is below the level of its settings (users.php, nb) and was not told; told is who stands in low_balance_notices, until the balance
 * reaches the level. A blocked account sends nothing, so it needs no more money.
 */
const LOW: Statement = {
  name: 'low_balance_accounts',
  text: `
with level as materialized (
  select a.id, p.balance, (a.settings->>'nb')::numeric * 1000000 as level
  from accounts a join accounts p on p.id = a.payer_id
  where a.settings ? 'nb' and not a.blocked and (case when a.settings->>'nb' ~ '^\\d{1,12}(\\.\\d{1,6})?$' then true end)
), topped_up as (
  delete from low_balance_notices n where not exists (select from level l where l.id = n.account_id and l.balance < l.level)
), told as (
  insert into low_balance_notices (account_id, at)
  select id, $1 from level l where balance < level and not exists (select from low_balance_notices n where n.account_id = l.id)
  order by id limit 1000
  on conflict do nothing returning account_id
)
select account_id from told order by account_id`,
}

/** Those that fell below their level since this was asked last, on any node: each of them is answered once. */
export async function takeLowBalances(session: Session, nowMs: number): Promise<AccountDetails[]> {
  const ids = (await session.run(LOW, [nowMs])).map(([id]) => id as number)
  return ids.length === 0 ? [] : readDetailsById(session, ids)
}

const UNTOLD: Statement = {
  name: 'low_balance_untold',
  text: `delete from low_balance_notices where account_id = any($1::int4[])`,
}

/** They could not be told: they are taken again. */
export const leaveUntold = async (session: Session, accountIds: readonly number[]): Promise<void> => {
  await session.run(UNTOLD, [int4Array(accountIds)])
}
