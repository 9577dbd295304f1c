import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Network, Override } from '../domain/number/override.ts'

/** A row of the file and the line it stood in. */
export interface ImportedOverride extends Override {
  readonly line: number
}

export interface OverrideCounts {
  readonly added: number
  readonly changed: number
  readonly same: number
  readonly removed: number // only when the file replaces everything
}

export interface OverrideImport {
  /** What the file has, a batch at a time. It is read to its end, whatever is wrong with it. */
  readonly batches: AsyncIterable<readonly ImportedOverride[]>
  /** Takes out what the file does not have. */
  readonly replace: boolean
  /** Asked when the file was read to its end: false undoes everything. */
  readonly isGood: () => boolean
  /** Nothing is kept; the counts say what would have happened. */
  readonly preview: boolean
  readonly networksMax: number
}

/** `clashes`: lines that say different things of the same digits, the first 20. */
export interface OverrideOutcome {
  readonly prefixes: OverrideCounts
  readonly numbers: OverrideCounts
  readonly clashes: readonly { readonly digits: string; readonly line: number; readonly other: number }[]
  readonly tooManyNetworks: boolean
}

const CHUNK_CHARACTERS = 1 << 16
const CLASHES_MAX = 20

/**
 * Brings overrides in, all of them or none. Rows are streamed into a table of the transaction's own and go to their places in two
 * statements, so ten million take no memory here, and look-ups go on by the old ones until the commit.
 */
export async function importOverrides(pool: pg.Pool, request: OverrideImport): Promise<OverrideOutcome> {
  const client = await pool.connect()
  try {
    await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set work_mem = '64MB'`)
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]) // one import at a time
    await client.query(
      'create temp table fresh (digits int8 not null, width int2 not null, whole bool not null, line int4 not null, network int4 not null) on commit drop',
    )
    const networks = numberNetworks(request.networksMax)
    const sink = client.query(copyFrom('copy fresh (digits, width, whole, line, network) from stdin'))
    await pipeline(Readable.from(copyLines(request.batches, networks.indexOf)), sink)
    const outcome = request.isGood() && !networks.tooMany() ? await apply(client, request, networks.all()) : undefined
    const keep = outcome !== undefined && outcome.clashes.length === 0 && !request.preview
    await client.query(keep ? 'commit' : 'rollback')
    return outcome ?? { prefixes: NONE, numbers: NONE, clashes: [], tooManyNetworks: networks.tooMany() }
  } finally {
    client.release(true)
  }
}

// "Heliogram numbers", as a number nobody else uses.
const LOCK = 7_435_416_411
const NONE: OverrideCounts = { added: 0, changed: 0, same: 0, removed: 0 }

/** Numbers the different networks of a file from 0 on. */
function numberNetworks(most: number) {
  const known = new Map<string, { readonly index: number; readonly network: Network }>()
  let tooMany = false
  return {
    tooMany: () => tooMany,
    all: (): Network[] => [...known.values()].map(({ network }) => network),
    indexOf({ mcc, mnc, operator, region }: Network): number {
      const key = `${mcc}\t${mnc}\t${operator}\t${region}`
      const found = known.get(key)
      if (found) return found.index
      if (known.size >= most) {
        tooMany = true
        return 0
      }
      known.set(key, { index: known.size, network: { mcc, mnc, operator, region } })
      return known.size - 1
    },
  }
}

async function* copyLines(
  batches: AsyncIterable<readonly ImportedOverride[]>,
  indexOf: (network: Network) => number,
): AsyncGenerator<string> {
  let text = ''
  for await (const batch of batches) {
    for (const row of batch) {
      text += `${row.digits}\t${row.digits.length}\t${row.kind === 'number'}\t${row.line}\t${indexOf(row)}\n`
      if (text.length < CHUNK_CHARACTERS) continue
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

async function apply(client: pg.ClientBase, { replace }: OverrideImport, networks: readonly Network[]): Promise<OverrideOutcome> {
  const clashes = await findClashes(client)
  if (clashes.length > 0) return { prefixes: NONE, numbers: NONE, clashes, tooManyNetworks: false }
  await client.query('analyze each_one')
  const columns = (['mcc', 'mnc', 'operator', 'region'] as const).map((name) => networks.map((each) => each[name]))
  await client.query(
    `insert into number_networks (mcc, mnc, operator, region) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
     on conflict (mcc, mnc, operator, region) do nothing`,
    columns,
  )
  await client.query(
    `create temp table network_ids on commit drop as
     select (f.place - 1)::int4 as network, n.id from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as f(mcc, mnc, operator, region, place)
     join number_networks n using (mcc, mnc, operator, region)`,
    columns,
  )
  const prefixes = await merge(client, 'number_prefixes', 'prefix', `lpad(digits::text, width, '0')`, 'not whole', replace)
  const numbers = await merge(client, 'ported_numbers', 'number', 'digits', 'whole', replace)
  if (prefixes.changes + numbers.changes > 0) {
    await client.query(`update settings set value = to_jsonb(value::int4 + 1) where name = 'numbering_version'`)
  }
  return { prefixes: prefixes.counts, numbers: numbers.counts, clashes: [], tooManyNetworks: false }
}

/** Puts what the file says of each number once into `each_one`; answers where it says different things. */
async function findClashes(client: pg.ClientBase): Promise<OverrideOutcome['clashes']> {
  await client.query(
    `create temp table each_one on commit drop as
     select digits, width, whole, min(network) as network, max(network) as highest, min(line) as other, max(line) as line
     from fresh group by digits, width, whole`,
  )
  const { rows } = await client.query<{ digits: string; line: number; other: number }>(
    `select lpad(digits::text, width, '0') as digits, line, other from each_one where network <> highest order by line limit $1`,
    [CLASHES_MAX],
  )
  return rows
}

/** One of the two kinds goes to its table. Only rows that are new or say something else are written. */
async function merge(client: pg.ClientBase, table: string, key: string, digits: string, kind: string, replace: boolean) {
  const wanted = `(select ${digits} as ${key}, id as network_id from each_one join network_ids using (network) where ${kind})`
  const removed = replace
    ? await client.query(`delete from ${table} t where not exists (select from ${wanted} w where w.${key} = t.${key})`)
    : null
  const { rows } = await client.query<{ total: string; same: string; changed: string }>(
    `select count(*) as total, count(*) filter (where t.network_id = w.network_id) as same,
       count(*) filter (where t.network_id <> w.network_id) as changed
     from ${wanted} w left join ${table} t using (${key})`,
  )
  const [total, same, changed] = [rows[0]?.total, rows[0]?.same, rows[0]?.changed].map(Number) as [number, number, number]
  if (same < total) {
    await client.query(
      `insert into ${table} as t (${key}, network_id) select ${key}, network_id from ${wanted} w order by ${key}
       on conflict (${key}) do update set network_id = excluded.network_id where t.network_id <> excluded.network_id`,
    )
  }
  const counts: OverrideCounts = { added: total - same - changed, changed, same, removed: removed?.rowCount ?? 0 }
  return { counts, changes: counts.added + changed + counts.removed }
}
