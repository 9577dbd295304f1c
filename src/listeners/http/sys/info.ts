import { type NumberProfile, parseNumber } from '../../../domain/number/parse.ts'
import type { LookUp, NumberPlan } from '../../../domain/number/plan.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import { inLine, print, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { INFO_ERRORS } from '../errors.ts'
import { malformed, readFlag } from '../fields.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'

/** Every parameter of info.php, as docs/api/info.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'get_operator', meaning: '1: tell the operator of a number', octetsMax: 10 },
  { name: 'phone', meaning: 'the number', octetsMax: 100 },
] as const satisfies readonly Parameter[]

export interface InfoServices extends ScriptServices {
  /** By the numbering plan: a ported number shows the operator it was given out to (SMSC API, operator). */
  readonly lookUp: LookUp
  readonly numberProfile: NumberProfile
  readonly language: Language
}

interface OperatorRow {
  readonly plan: NumberPlan
  readonly language: Language
}

const checkLengths = createLengthCheck(PARAMETERS)

/** info.php: country, operator, region and hours of a number. */
export function createInfo(services: InfoServices): Handler {
  const { lookUp, numberProfile, language } = services
  return createScript({
    ...services,
    name: 'info',
    errors: INFO_ERRORS,
    run: async ({ params, fmt }) => {
      checkLengths(params)
      if (!readFlag(params, 'get_operator')) throw malformed('get_operator')
      const phone = params.text('phone')?.trim() ?? ''
      if (!/\d/.test(phone) || phone.includes(',')) throw malformed('phone')
      const parsed = parseNumber(phone, numberProfile)
      const plan = 'number' in parsed ? lookUp(parsed.number) : undefined
      if (!plan || plan.operator === '') throw new Refusal('not_found')
      return print(OPERATOR, { plan, language }, fmt)
    },
  })
}

const FIELDS = ['country', 'operator', 'region', 'mcc', 'mnc', 'tz'] as const

/** SMSC API, answers of info.php: all of them strings. */
const OPERATOR: Shape<OperatorRow> = {
  element: 'info',
  list: 'list',
  members: (row) => FIELDS.map((name) => [name, valuesOf(row)[name]] as const),
  text: (row) => inLine(FIELDS.map((name) => `${name} = ${valuesOf(row)[name]}`).join(', ')),
  commas: (row) => inLine(FIELDS.map((name) => valuesOf(row)[name]).join(',')),
}

function valuesOf({ plan, language }: OperatorRow): Readonly<Record<(typeof FIELDS)[number], string>> {
  const { operator, mcc, mnc, utcOffsetMinutes } = plan
  const inEnglish = language === 'en'
  return {
    country: inEnglish ? plan.countryEn : plan.country,
    operator,
    region: inEnglish ? plan.regionEn : plan.region,
    mcc,
    mnc,
    tz: utcOffsetMinutes === undefined ? '' : String(Math.trunc(utcOffsetMinutes / 60)), // whole hours from GMT
  }
}
