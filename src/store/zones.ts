import { type Zone, zoneByNumber } from '../domain/zone.ts'
import type { Session, Statement } from './session.ts'

const LIST: Statement = { name: 'zone_list', text: `select number, name, name_en from zones order by number` }

/** Zones that somebody has named; the others are called as their countries. */
export const readZones = async (session: Session): Promise<Zone[]> =>
  (await session.run(LIST, [])).map(([number, name, nameEn]) => ({
    number: number as number,
    name: name as string,
    nameEn: nameEn as string,
  }))

/** How zones are called: by the operator, else as their countries. */
export async function nameZones(session: Session): Promise<(number: number) => Zone> {
  const named = new Map((await readZones(session)).map((zone) => [zone.number, zone]))
  return (number) => named.get(number) ?? zoneByNumber(number)
}

const SET: Statement = {
  name: 'zone_set',
  text: `
insert into zones (number, name, name_en) select * from unnest($1::int4[], $2::text[], $3::text[])
on conflict (number) do update set name = excluded.name, name_en = excluded.name_en`,
}

export async function setZones(session: Session, zones: readonly Zone[]): Promise<void> {
  if (zones.length === 0) return
  await session.run(SET, [zones.map(({ number }) => number), zones.map(({ name }) => name), zones.map(({ nameEn }) => nameEn)])
}

const USED: Statement = {
  name: 'zone_used',
  text: `select zone, count(*)::int4 from price_rows where to_version = 2147483647 group by zone order by zone limit 2000`,
}

/** Numbers of the zones that rows of any list are in, and how many are. */
export const zonesInUse = async (session: Session): Promise<[number: number, rows: number][]> =>
  (await session.run(USED, [])).map(([number, rows]) => [number as number, rows as number])
