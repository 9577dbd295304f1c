import pg from 'pg'

/** Settings of one session (`plan_cache_mode`, `statement_timeout` …), as PostgreSQL spells them. */
export type SessionSettings = Readonly<Record<string, string>>

/**
 * What every session of ours starts with. The limits are a net under all that is not timed by itself:
 * no transaction of ours is meant to last longer than a second.
 */
export const SESSION_SETTINGS: SessionSettings = {
  timezone: 'UTC',
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '10s',
  // Planning a look-up over a year of partitions costs more than the look-up.
  plan_cache_mode: 'force_generic_plan',
}

/**
 * The accept path: one generic plan per statement, because planning would double a commit; no plan that
 * was made while a partition was empty and reads all of it when it is full.
 */
export const ACCEPT_SETTINGS: SessionSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_mergejoin: 'off',
}

/** Settling updates rows by their primary key, a batch at a time; any other plan is up to 15 times slower. */
export const SETTLE_SETTINGS: SessionSettings = {
  ...ACCEPT_SETTINGS,
  enable_hashjoin: 'off',
  enable_bitmapscan: 'off',
}

/** The due queue and what is handed over: small statements that find rows of big tables by their keys. */
export const QUEUE_SETTINGS: SessionSettings = SETTLE_SETTINGS

export async function applySettings(client: pg.ClientBase, settings: SessionSettings): Promise<void> {
  const values = [Object.keys(settings), Object.values(settings)]
  await client.query('select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s (name, value)', values)
}

const INT8 = 20
const INT8_ARRAY = 1016

const parseInt8 = (text: string): number | bigint => {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

const parseTextArray = pg.types.getTypeParser(1009 as never) as (text: string) => (string | null)[]

/**
 * An int8 arrives as a number while it is exact (ids, times and counts always are), beyond 2^53 as a bigint.
 * So money is read as `BigInt(value)`, which is right for both; an id needs nothing.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === INT8) return parseInt8
    if (format !== 'binary' && oid === INT8_ARRAY)
      return (text: string) => parseTextArray(text).map((item) => item && parseInt8(item))
    return pg.types.getTypeParser(oid as never, format as never)
  }) as typeof pg.types.getTypeParser,
}
