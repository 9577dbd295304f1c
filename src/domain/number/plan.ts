import { COUNTRIES } from './countries.ts'
import { drawLine, LINE_DIGITS, layLines, type NumberLine, SCALE, type Stretch, stretchOf, valueAt } from './number-line.ts'
import { OPERATOR_PREFIXES } from './operators.ts'
import { NUMBERS_OF_CODE, type PackedRegister, unpackRegister } from './register.ts'
import { REGISTER } from './register-table.ts'
import { operatorOf } from './russian-operators.ts'
import { regionOf } from './russian-regions.ts'
import { WORLD_AREAS, WORLD_ZONES } from './world-areas.ts'
import { WORLD_OPERATORS } from './world-operators.ts'

/** What a number's digits say about it. Empty strings where they do not. */
export interface NumberPlan {
  readonly country: string // in Russian
  readonly countryEn: string
  readonly operator: string
  readonly region: string // in Russian where the country writes so
  readonly regionEn: string
  readonly mcc: string
  readonly mnc: string
  readonly utcOffsetMinutes: number | undefined // standard time
}

/** What a source says of some numbers; what it does not say stays as it is. */
export type PlanFacts = Partial<NumberPlan>

/** The plan of a number (digits, with the calling code). Anything but a number (an address, `@name`) is unknown. */
export type LookUp = (number: string) => NumberPlan

const UNKNOWN: NumberPlan = {
  country: '',
  countryEn: '',
  operator: '',
  region: '',
  regionEn: '',
  mcc: '',
  mnc: '',
  utcOffsetMinutes: undefined,
}

const NOTHING: PlanFacts = {}

const countries: NumberLine<NumberPlan> = drawLine(
  COUNTRIES.map(([code, { name, nameEn, mcc, utcOffsetMinutes }]) =>
    stretchOf(code, { ...UNKNOWN, country: name, countryEn: nameEn, mcc, utcOffsetMinutes }),
  ),
  UNKNOWN,
)

const withFacts = (plan: NumberPlan, facts: PlanFacts): NumberPlan => (facts === NOTHING ? plan : { ...plan, ...facts })

/** Everything but Russia's mobile numbers. Of the sources the later one counts. */
const world: NumberLine<NumberPlan> = [
  factsOfWorld(WORLD_ZONES, (minutes) => ({ utcOffsetMinutes: minutes === '' ? undefined : Number(minutes) })),
  factsOfWorld(WORLD_AREAS, (area) => {
    const [region = '', regionEn = region] = area.split('=')
    return { region, regionEn }
  }),
  factsOfWorld(WORLD_OPERATORS, (value) => {
    const [operator = '', network = ''] = value.split('=')
    return network === '' ? { operator } : { operator, mcc: network.slice(0, 3), mnc: network.slice(3) }
  }),
  drawLine<PlanFacts>(
    OPERATOR_PREFIXES.map(([prefix, { name, mcc, mnc }]) => stretchOf(prefix, { operator: name, mcc, mnc })),
    NOTHING,
  ),
].reduce<NumberLine<NumberPlan>>((below, above) => layLines(below, above, withFacts), countries)

/** Reads `code|value:prefixes|value:prefixes`, where `77-79` are three prefixes in a row. */
function factsOfWorld(lines: readonly string[], factsOf: (value: string) => PlanFacts): NumberLine<PlanFacts> {
  const stretches: Stretch<PlanFacts>[] = []
  for (const line of lines) {
    const [code = '', ...entries] = line.split('|')
    for (const entry of entries) {
      const colon = entry.indexOf(':')
      const value = factsOf(entry.slice(0, colon))
      for (const run of entry.slice(colon + 1).split(' ')) {
        const [first = '', last = first] = run.split('-')
        const scale = SCALE[code.length + first.length] ?? 1
        stretches.push({ start: Number(code + first) * scale, end: (Number(code + last) + 1) * scale, value })
      }
    }
  }
  return drawLine(stretches, NOTHING)
}

const RUSSIAN_DIGITS = 11
const RUSSIA = 70_000_000_000

function factsOfRegister(packed: PackedRegister): NumberLine<PlanFacts> {
  const { holders, places, ranges } = unpackRegister(packed)
  const known = new Map<number, PlanFacts>()
  const scale = SCALE[RUSSIAN_DIGITS] ?? 1
  const stretches = ranges.map(({ start, count, holder, place }) => {
    const key = holder * places.length + place
    const value = known.get(key) ?? russianFacts(holders[holder]?.taxpayer ?? '', holders[holder]?.name ?? '', places[place] ?? '')
    known.set(key, value)
    return { start: (RUSSIA + start) * scale, end: (RUSSIA + start + count) * scale, value }
  })
  return drawLine(stretches, NOTHING)
}

function russianFacts(taxpayer: string, legalName: string, place: string): PlanFacts {
  const [operator, mnc] = operatorOf(taxpayer, legalName)
  const region = regionOf(place)
  const { name = place, nameEn = place, utcOffsetMinutes } = region ?? {}
  return { operator, mnc, region: name, regionEn: nameEn, utcOffsetMinutes }
}

/** Numbers of one code are three digits of the register's ten: `900` is 7900 to the rest of the world. */
export const codeOfRegister = (start: number): number => Math.floor(start / NUMBERS_OF_CODE)

/** What an operator of a centre has put over the plan: whole prefixes, calling code included. Of equal ones the last counts. */
export type PrefixFacts = readonly (readonly [prefix: string, facts: PlanFacts])[]

/**
 * Compiles the plan of the world with a register of Russian mobile numbers and the operator's own prefixes over it. A look-up
 * takes well under a microsecond and allocates nothing: plans are shared. Of a number that is not whole it says what all numbers
 * that begin so have in common with their country.
 */
export function compilePlan(register: PackedRegister, prefixes: PrefixFacts = []): LookUp {
  const withRegister = layLines(world, factsOfRegister(register), withFacts)
  const own = drawLine<PlanFacts>(
    prefixes.map(([prefix, facts]) => stretchOf(prefix, facts)),
    NOTHING,
  )
  const line = prefixes.length === 0 ? withRegister : layLines(withRegister, own, withFacts)

  return (number) => {
    const scale = SCALE[number.length]
    if (scale === undefined || number.length === 0) return UNKNOWN
    let value = 0
    for (let at = 0; at < number.length; at++) {
      const digit = number.charCodeAt(at) - 0x30
      if (digit < 0 || digit > 9) return UNKNOWN
      value = value * 10 + digit
    }
    const start = value * scale
    return valueAt(line, start, start + scale) ?? valueAt(countries, start, start + scale) ?? UNKNOWN
  }
}

/**
 * The plan as it is shipped, without what an operator has imported. Ported numbers show their first operator.
 *
 *     lookUp('79161234567')  // МТС, 250 01, Москва и Московская область
 *     lookUp('77011234567')  // K'cell, 401 02
 */
export const lookUp: LookUp = compilePlan(REGISTER)

/** Digits of the longest number, and prefix. */
export const NUMBER_DIGITS_MAX = LINE_DIGITS
