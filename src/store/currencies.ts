import { BASE_CURRENCY, RATE_UNIT, type Rate } from '../domain/currency.ts'
import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

export interface CurrencyRow {
  readonly code: string
  readonly rate: Rate
}

const LIST: Statement = { name: 'currency_list', text: `select code, rate::text from currencies order by code` }

/** The base currency, and those that have a rate. */
export const readCurrencies = async (session: Session): Promise<CurrencyRow[]> => [
  { code: BASE_CURRENCY, rate: RATE_UNIT },
  ...(await session.run(LIST, [])).map(([code, rate]) => ({ code: code as string, rate: BigInt(rate as string) })),
]

const SET: Statement = {
  name: 'currency_set',
  text: `
with changed as (
  insert into currencies (code, rate) select * from unnest($1::text[], $2::int8[])
  on conflict (code) do update set rate = excluded.rate returning code
), ${BUMP} select count(*)::int4 from changed`,
}

export async function setRates(session: Session, rates: readonly CurrencyRow[]): Promise<void> {
  await session.run(SET, [rates.map(({ code }) => code), rates.map(({ rate }) => String(rate))])
}

const PAYERS: Statement = {
  name: 'payers_of_other_currencies',
  text: `select id, currency from accounts where id > $1 and currency <> $2 order by id`,
}

/** Accounts above `afterId` that do not pay in `base`. An account's currency never changes. */
export const readForeignPayers = async (
  session: Session,
  afterId: number,
  base: string,
): Promise<[id: number, currency: string][]> =>
  (await session.run(PAYERS, [afterId, base])).map(([id, currency]) => [id as number, currency as string])
