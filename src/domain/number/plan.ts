import { COUNTRIES } from './countries.ts'
import { drawLine, LINE_DIGITS, makePen, type NumberLine, overlay, SCALE, stretchOf, valueAt } from './number-line.ts'
import { eachRange, INDEX_MAX, type PackedRegister, readHolder } from './register.ts'
import { REGISTER } from './register-table.ts'
import { readRuns } from './runs.ts'
import { operatorOf } from './russian-operators.ts'
import { regionOf } from './russian-regions.ts'
import { WORLD } from './world-table.ts'

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
export interface PlanFacts {
  readonly operator?: string | undefined
  readonly region?: string | undefined
  readonly regionEn?: string | undefined
  readonly mcc?: string | undefined
  readonly mnc?: string | undefined
  readonly utcOffsetMinutes?: number | 'unknown' | undefined
}

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

const countryPlans = COUNTRIES.map(([code, { name, nameEn, mcc, utcOffsetMinutes }]) => {
  const plan: NumberPlan = { ...UNKNOWN, country: name, countryEn: nameEn, mcc, utcOffsetMinutes }
  return [code, plan] as const
})
const countryPlanOf = new Map(countryPlans)
const countries: NumberLine<NumberPlan> = drawLine(
  countryPlans.map(([code, plan]) => stretchOf(code, plan)),
  UNKNOWN,
)
const world: NumberLine<NumberPlan> = drawWorld()

/** A plan with what a source says of it. Written out, so that all plans are alike inside: ten thousand are made at a start. */
export function withFacts(plan: NumberPlan, facts: PlanFacts): NumberPlan {
  const { utcOffsetMinutes: hours } = facts
  return {
    country: plan.country,
    countryEn: plan.countryEn,
    operator: facts.operator ?? plan.operator,
    region: facts.region ?? plan.region,
    regionEn: facts.regionEn ?? plan.regionEn,
    mcc: facts.mcc ?? plan.mcc,
    mnc: facts.mnc ?? plan.mnc,
    utcOffsetMinutes: hours === 'unknown' ? undefined : (hours ?? plan.utcOffsetMinutes),
  }
}

/** Everything but Russia's mobile numbers, from the lines of world-table.ts: they are in the order of their codes. */
function drawWorld(): NumberLine<NumberPlan> {
  const runsMost = WORLD.reduce((sum, { runs }) => sum + Math.ceil(runs.length / 3), 1) // a run has three characters and more
  const pen = makePen<NumberPlan>(runsMost)
  pen.draw(0, UNKNOWN)
  for (const { code, values, runs } of WORLD) {
    const plans = values.split('|').map((written) => readPlan(written, code))
    const scale = SCALE[code.length] ?? 1
    let start = Number(code) * scale
    readRuns(runs, (count, value) => {
      pen.draw(start, plans[value] ?? UNKNOWN)
      start += count
    })
    pen.draw(start, UNKNOWN)
  }
  return pen.line()
}

function readPlan(written: string, callingCode: string): NumberPlan {
  const [code, operator, network, area, areaEn, minutes] = written.split('=')
  const country = countryPlanOf.get(code || callingCode) ?? UNKNOWN
  if (!operator && !area && !minutes) return country
  return {
    country: country.country,
    countryEn: country.countryEn,
    operator: operator || '',
    region: area || '',
    regionEn: areaEn || area || '',
    mcc: network ? network.slice(0, 3) : country.mcc,
    mnc: network ? network.slice(3) : '',
    utcOffsetMinutes: minutes === '?' ? undefined : minutes ? Number(minutes) : country.utcOffsetMinutes,
  }
}

const RUSSIAN_DIGITS = 11
const RUSSIA = 70_000_000_000

function factsOfRegister(packed: PackedRegister): NumberLine<PlanFacts> {
  const operators = packed.holders.map(readHolder).map(({ taxpayer, name }) => operatorOf(taxpayer, name))
  const regions = packed.places.map((place) => regionOf(place) ?? { name: place, nameEn: place, utcOffsetMinutes: undefined })
  const known = new Map<number, PlanFacts>()
  const factsOf = (holder: number, place: number): PlanFacts => {
    const key = holder * INDEX_MAX + place
    const found = known.get(key)
    if (found) return found
    const [operator = '', mnc = ''] = operators[holder] ?? []
    const { name = '', nameEn = '', utcOffsetMinutes } = regions[place] ?? {}
    const hours = utcOffsetMinutes ?? ('unknown' as const)
    const made = { operator, region: name, regionEn: nameEn, mcc: undefined, mnc, utcOffsetMinutes: hours }
    known.set(key, made)
    return made
  }

  const runsMost = Object.values(packed.codes).reduce((sum, runs) => sum + Math.ceil(runs.length / 3), 1)
  const pen = makePen<PlanFacts>(2 * runsMost)
  pen.draw(0, NOTHING)
  const scale = SCALE[RUSSIAN_DIGITS] ?? 1
  eachRange(packed, (start, count, holder, place) => {
    pen.draw((RUSSIA + start) * scale, factsOf(holder, place))
    pen.draw((RUSSIA + start + count) * scale, NOTHING)
  })
  return pen.line()
}

/** What an operator of a centre has put over the plan: whole prefixes, calling code included. Of equal ones the last counts. */
export type PrefixFacts = readonly (readonly [prefix: string, facts: PlanFacts])[]

/**
 * Compiles the plan of the world with a register of Russian mobile numbers and the operator's own prefixes over it. A look-up
 * takes well under a microsecond and allocates nothing: plans are shared. Of a number that is not whole it says what all numbers
 * that begin so have in common with their country.
 */
export function compilePlan(register: PackedRegister, prefixes: PrefixFacts = []): LookUp {
  const withRegister = overlay(world, factsOfRegister(register), NOTHING, withFacts)
  const own = drawLine<PlanFacts>(
    prefixes.map(([prefix, facts]) => stretchOf(prefix, facts)),
    NOTHING,
  )
  const line = prefixes.length === 0 ? withRegister : overlay(withRegister, own, NOTHING, withFacts)

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
