import { isFormula } from '../domain/csv-table.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Zone } from '../domain/zone.ts'
import type { Session } from '../store/session.ts'
import { nameZones, readZones, setZones, zonesInUse } from '../store/zones.ts'
import { readZone } from './price-place.ts'

const NAME_MAX = 60

/** Why a text cannot be a zone's name; undefined: it can. */
export function zoneNameProblem(name: string): string | undefined {
  if (name === '' || name.length > NAME_MAX) return `a zone's name has 1 to ${NAME_MAX} characters`
  if (isFormula(name)) return `'${name.slice(0, 30)}' begins like a formula of a spreadsheet`
  return /\p{Cc}/u.test(name) ? 'a zone’s name has no control characters' : undefined
}

/** Zones group destinations for customers, who know them by their numbers. */
export const createZones = (session: Session) => ({
  /** Those that are in use or have been named. */
  async list(): Promise<(Zone & { readonly rows: number })[]> {
    const rows = new Map(await zonesInUse(session))
    const numbers = new Set([...rows.keys(), ...(await readZones(session)).map(({ number }) => number)])
    const zoneOf = await nameZones(session)
    return [...numbers].sort((a, b) => a - b).map((number) => ({ ...zoneOf(number), rows: rows.get(number) ?? 0 }))
  },

  /** What a zone is called in English. */
  async nameEn(): Promise<(number: number) => string> {
    const zoneOf = await nameZones(session)
    return (number) => zoneOf(number).nameEn
  },

  /** Names a zone; its number stays what it is for ever. */
  async set(number: number, names: { readonly name?: string; readonly nameEn?: string }): Promise<Zone> {
    const present = (await nameZones(session))(readZone(number))
    const zone = { number, name: (names.name ?? present.name).trim(), nameEn: (names.nameEn ?? present.nameEn).trim() }
    for (const [field, name] of [['name', zone.name] as const, ['name_en', zone.nameEn] as const]) {
      const problem = zoneNameProblem(name)
      if (problem) throw new Refusal('bad_request', { field, reason: `${problem[0]?.toUpperCase()}${problem.slice(1)}.` })
    }
    await setZones(session, [zone])
    return zone
  },
})

export type Zones = ReturnType<typeof createZones>
