import { COUNTRIES } from './countries.ts'
import { compilePrefixes } from './longest-prefix.ts'
import { OPERATOR_PREFIXES } from './operators.ts'
import { RUSSIAN_BLOCKS, RUSSIAN_OPERATORS, RUSSIAN_REGIONS } from './plan-table.ts'

/** What a number's digits say about it. Empty strings where they do not; ported numbers show their first operator. */
export interface NumberPlan {
  readonly country: string // in Russian
  readonly countryEn: string
  readonly operator: string
  readonly region: string
  readonly mcc: string
  readonly mnc: string
  readonly utcOffsetMinutes: number | undefined // standard time
}

const UNKNOWN: NumberPlan = {
  country: '',
  countryEn: '',
  operator: '',
  region: '',
  mcc: '',
  mnc: '',
  utcOffsetMinutes: undefined,
}

const countryPlans = COUNTRIES.map(([code, { name, nameEn, mcc, utcOffsetMinutes }]) => {
  const plan: NumberPlan = { ...UNKNOWN, country: name, countryEn: nameEn, mcc, utcOffsetMinutes }
  return [code, plan] as const
})
const planOfCountry = compilePrefixes(countryPlans)
const operatorPlans = OPERATOR_PREFIXES.map(([prefix, { name, mcc, mnc }]) => {
  const plan: NumberPlan = { ...(planOfCountry(prefix) ?? UNKNOWN), operator: name, mcc, mnc }
  return [prefix, plan] as const
})
const planOf = compilePrefixes([...countryPlans, ...operatorPlans])

const RUSSIAN_DIGITS = 11
const RUSSIAN_FIRST_BLOCK = 900_000 // six digits behind the 7
const russian = readRussianBlocks()

/**
 * What the numbering plan knows of a number (digits, with the calling code). A look-up takes well under a microsecond and allocates
 * nothing: plans are shared. Anything but a number (an address, `@name`) is unknown.
 *
 *     lookUp('79161234567')  // МТС, 250 01, Москва и Московская область
 *     lookUp('77011234567')  // K'cell, 401 02
 */
export function lookUp(number: string): NumberPlan {
  if (number.length === RUSSIAN_DIGITS && number.startsWith('79')) {
    const plan = russian.plans[russian.planOfBlock[sixDigits(number) - RUSSIAN_FIRST_BLOCK] ?? 0]
    if (plan) return plan
  }
  return planOf(number) ?? UNKNOWN
}

/** The digits behind the first; anything else becomes a number that is no block's. */
function sixDigits(number: string): number {
  let value = 0
  for (let at = 1; at <= 6; at++) value = value * 10 + number.charCodeAt(at) - 0x30
  return value
}

/** Spreads the table's runs over one small number per block: an index among the few hundred plans, 0 for "only the country is known". */
function readRussianBlocks(): { plans: readonly (NumberPlan | undefined)[]; planOfBlock: Uint16Array } {
  const plans: (NumberPlan | undefined)[] = [undefined]
  const indexOf = new Map<string, number>([['A00', 0]])
  const planOfBlock = new Uint16Array(RUSSIAN_BLOCKS.length * 1000)
  for (const [code, line] of RUSSIAN_BLOCKS.entries()) {
    let block = code * 1000
    for (const [, count, value = '', operator = '', region = ''] of line.matchAll(/([0-9a-z]*)(([A-Z])(\d\d))/g)) {
      const index = indexOf.get(value) ?? plans.push(russianPlan(operator.charCodeAt(0) - 0x41, Number(region))) - 1
      indexOf.set(value, index)
      const end = block + (count ? Number.parseInt(count, 36) : 1)
      planOfBlock.fill(index, block, end)
      block = end
    }
  }
  return { plans, planOfBlock }
}

function russianPlan(operatorIndex: number, regionIndex: number): NumberPlan {
  const [operator, mnc] = RUSSIAN_OPERATORS[operatorIndex] ?? ['', '']
  const [region, utcHours] = RUSSIAN_REGIONS[regionIndex] ?? ['', 0]
  const utcOffsetMinutes = region ? utcHours * 60 : undefined
  return { ...(planOfCountry('79') ?? UNKNOWN), operator, mnc, region, utcOffsetMinutes }
}
