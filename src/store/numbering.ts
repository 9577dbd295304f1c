import type { Network } from '../domain/number/override.ts'
import type { PackedRegister } from '../domain/number/register.ts'
import type { Session, Statement } from './session.ts'

/** The register that was imported last. */
export interface StoredRegister {
  readonly dated: string // YYYY-MM-DD
  readonly importedAtMs: number
  readonly ranges: number
  readonly numbers: number
  readonly packed: PackedRegister
}

/** What the operator has put over the shipped plan, but for the ported numbers themselves. */
export interface StoredNumbering {
  readonly version: number
  readonly register: StoredRegister | undefined
  readonly prefixes: readonly (Network & { readonly prefix: string })[]
}

/** Raises the version in the statement that changes something, so no node can see the one without the other. */
const BUMP = `bumped as (
  update settings set value = to_jsonb(value::int4 + 1) where name = 'numbering_version' and exists (select from changed)
)`

const VERSION: Statement = {
  name: 'numbering_version',
  text: `select (value)::int4 from settings where name = 'numbering_version'`,
}

export const numberingVersion = async (session: Session): Promise<number> =>
  ((await session.run(VERSION, []))[0]?.[0] as number | undefined) ?? 0

const REGISTER: Statement = {
  name: 'numbering_register',
  text: `select to_char(dated, 'YYYY-MM-DD'), (extract(epoch from imported_at) * 1000)::float8, ranges, numbers, packed from number_register`,
}
const PREFIXES: Statement = {
  name: 'numbering_prefixes',
  text: `select p.prefix, n.mcc, n.mnc, n.operator, n.region from number_prefixes p join number_networks n on n.id = p.network_id order by p.prefix`,
}

export async function readNumbering(session: Session): Promise<StoredNumbering> {
  const version = await numberingVersion(session)
  const [register] = await session.run(REGISTER, [])
  const prefixes = await session.run(PREFIXES, [])
  return {
    version,
    register: register && {
      dated: register[0] as string,
      importedAtMs: register[1] as number,
      ranges: register[2] as number,
      numbers: Number(register[3]),
      packed: register[4] as PackedRegister,
    },
    prefixes: prefixes.map(([prefix, ...network]) => ({ prefix: prefix as string, ...readNetwork(network) })),
  }
}

const readNetwork = ([mcc, mnc, operator, region]: readonly unknown[]): Network => ({
  mcc: mcc as string,
  mnc: mnc as string,
  operator: operator as string,
  region: region as string,
})

const STORE: Statement = {
  name: 'numbering_store',
  text: `
with changed as (
  insert into number_register (dated, ranges, numbers, packed) values ($1::date, $2, $3, $4)
  on conflict (id) do update set dated = excluded.dated, imported_at = now(), ranges = excluded.ranges,
    numbers = excluded.numbers, packed = excluded.packed
  returning id
), ${BUMP}
select count(*)::int4 from changed`,
}

/** Replaces the register as a whole. */
export async function storeRegister(session: Session, register: Omit<StoredRegister, 'importedAtMs'>): Promise<void> {
  const { dated, ranges, numbers, packed } = register
  await session.run(STORE, [dated, ranges, numbers, JSON.stringify(packed)])
}

const DROP: Statement = {
  name: 'numbering_drop',
  text: `with changed as (delete from number_register returning id), ${BUMP} select count(*)::int4 from changed`,
}

/** The shipped register is in force again; false when it was all along. */
export const dropRegister = async (session: Session): Promise<boolean> => (await session.run(DROP, []))[0]?.[0] === 1

const FIND: Statement = {
  name: 'numbering_find_ported',
  text: `select p.number, n.mcc, n.mnc, n.operator, n.region
from ported_numbers p join number_networks n on n.id = p.network_id where p.number = any($1::int8[])`,
}

/** Those of the numbers that are ported, and what is said of them. */
export async function findPorted(
  session: Session,
  numbers: readonly number[],
): Promise<(Network & { readonly number: number })[]> {
  const rows = await session.run(FIND, [numbers])
  return rows.map(([number, ...network]) => ({ number: Number(number), ...readNetwork(network) }))
}

const LIST_PREFIXES: Statement = {
  name: 'numbering_list_prefixes',
  text: `select p.prefix, n.mcc, n.mnc, n.operator, n.region from number_prefixes p join number_networks n on n.id = p.network_id
where starts_with(p.prefix, $1) order by p.prefix limit $2`,
}
const LIST_NUMBERS: Statement = {
  name: 'numbering_list_numbers',
  text: `select p.number, n.mcc, n.mnc, n.operator, n.region
from (select number, network_id from ported_numbers where number between $1 and $2 order by number limit $3) p
join number_networks n on n.id = p.network_id order by p.number`,
}

export interface ListedOverride extends Network {
  readonly digits: string
  readonly kind: 'prefix' | 'number'
}

/** Overrides that begin with these digits: prefixes first, then numbers by their length. */
export async function listOverrides(session: Session, beginning: string, limit: number): Promise<ListedOverride[]> {
  const listed = (kind: ListedOverride['kind'], [digits, ...network]: readonly unknown[]): ListedOverride => ({
    digits: String(digits),
    kind,
    ...readNetwork(network),
  })
  const rows = (await session.run(LIST_PREFIXES, [beginning, limit])).map((row) => listed('prefix', row))
  for (const [from, to] of beginning === '' ? [[0, 10 ** 15]] : boundsOf(beginning)) {
    if (rows.length >= limit) break
    for (const row of await session.run(LIST_NUMBERS, [from, to, limit - rows.length])) rows.push(listed('number', row))
  }
  return rows
}

/** Where whole numbers that begin with these digits lie, for each length that a number can have. */
function boundsOf(beginning: string): [number, number][] {
  const bounds: [number, number][] = []
  for (let digits = Math.max(7, beginning.length); digits <= 15; digits++) {
    const scale = 10 ** (digits - beginning.length)
    bounds.push([Number(beginning) * scale, (Number(beginning) + 1) * scale - 1])
  }
  return bounds
}

const COUNT: Statement = {
  name: 'numbering_count',
  text: `select (select count(*) from number_prefixes)::int4, (select count(*) from ported_numbers)`,
}

export async function countOverrides(session: Session): Promise<{ prefixes: number; numbers: number }> {
  const [row] = await session.run(COUNT, [])
  return { prefixes: (row?.[0] as number) ?? 0, numbers: Number(row?.[1] ?? 0) }
}

const REMOVE: Statement = {
  name: 'numbering_remove',
  text: `
with gone_prefixes as (
  delete from number_prefixes where prefix = any($1::text[]) returning prefix as digits
), gone_numbers as (
  delete from ported_numbers where number = any($2::int8[]) returning number::text as digits
), changed as (
  select digits from gone_prefixes union all select digits from gone_numbers
), ${BUMP}
select digits from changed`,
}

/** Removes overrides, each a prefix or a whole number; answers those that were there. */
export async function removeOverrides(session: Session, digits: readonly string[]): Promise<string[]> {
  const rows = await session.run(REMOVE, [digits, digits.map(Number)])
  return rows.map(([each]) => each as string)
}
