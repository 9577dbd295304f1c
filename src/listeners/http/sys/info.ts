import { type NumberProfile, parseNumber } from '../../../domain/number/parse.ts'
import type { LookUp, NumberPlan } from '../../../domain/number/plan.ts'
import { splitPhones } from '../../../domain/number/recipient.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import { inLine, print, printAll, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { INFO_ERRORS } from '../errors.ts'
import { malformed, readFlag } from '../fields.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'

/** Every parameter of info.php, as docs/api/info.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'get_operator',
    meaning: '1: tell the operator of a number',
    ru: '1 – сообщить оператора номера',
    octetsMax: 10,
  },
  {
    name: 'phone',
    meaning: 'the number, or a list of at most 1000 with commas between',
    ru: 'номер или список не более чем из 1000 номеров через запятую',
    octetsMax: 40_000,
  },
] as const satisfies readonly Parameter[]

export interface InfoServices extends ScriptServices {
  /** By the numbering plan: a ported number shows the operator it was given out to (SMSC API, operator). */
  readonly lookUp: LookUp
  readonly numberProfile: NumberProfile
  readonly language: Language
}

const NUMBERS_MAX = 1_000

/** A number among several; undefined plan: nobody's that is known. */
interface OperatorRow {
  readonly phone: string
  readonly plan: NumberPlan | undefined
  readonly language: Language
}

const checkLengths = createLengthCheck(PARAMETERS)

/** info.php: country, operator, region and hours of a number, or of many. */
export function createInfo(services: InfoServices): Handler {
  const { lookUp, numberProfile, language, limits } = services
  const checkRepeats = createRepeatCheck('info', PARAMETERS, limits)

  function rowOf(written: string): OperatorRow {
    const parsed = parseNumber(written, numberProfile)
    if (!('number' in parsed)) return { phone: parsed.digits, plan: undefined, language }
    const plan = lookUp(parsed.number)
    return { phone: parsed.number, plan: plan.operator === '' ? undefined : plan, language }
  }

  return createScript({
    ...services,
    name: 'info',
    errors: INFO_ERRORS,
    run: async (call) => {
      const { params, account, fmt } = call
      checkLengths(params)
      if (!readFlag(params, 'get_operator')) throw malformed('get_operator')
      const phones = splitPhones(params.text('phone') ?? '')
      if (phones.length === 0 || phones.length > NUMBERS_MAX || !phones.every((phone) => /\d/.test(phone)))
        throw malformed('phone')
      checkRepeats(call)
      if (!limits.allow(account, 'operator', '')) throw new Refusal('duplicate')
      const rows = phones.map(rowOf)
      const [first] = rows
      if (!first || rows.every(({ plan }) => plan === undefined)) throw new Refusal('not_found')
      return rows.length === 1 ? print(OPERATOR, first, fmt) : printAll(OPERATORS, rows, fmt)
    },
  })
}

const FIELDS = ['country', 'operator', 'region', 'mcc', 'mnc', 'tz'] as const

/** SMSC API, answers of info.php: all of them strings. */
const OPERATOR = shapeOf(FIELDS)
/** Of several each says which it is. */
const OPERATORS = shapeOf(['phone', ...FIELDS])

function shapeOf(names: readonly (keyof ReturnType<typeof valuesOf>)[]): Shape<OperatorRow> {
  const pairs = (row: OperatorRow) => {
    const values = valuesOf(row)
    return names.map((name) => [name, values[name]] as const)
  }
  return {
    element: 'info',
    list: 'list',
    members: pairs,
    text: (row) =>
      inLine(
        pairs(row)
          .map(([name, value]) => `${name} = ${value}`)
          .join(', '),
      ),
    commas: (row) =>
      inLine(
        pairs(row)
          .map(([, value]) => value)
          .join(','),
      ),
  }
}

function valuesOf({ phone, plan, language }: OperatorRow) {
  const inEnglish = language === 'en'
  const hours = plan?.utcOffsetMinutes
  return {
    phone,
    country: (inEnglish ? plan?.countryEn : plan?.country) ?? '',
    operator: plan?.operator ?? '',
    region: (inEnglish ? plan?.regionEn : plan?.region) ?? '',
    mcc: plan?.mcc ?? '',
    mnc: plan?.mnc ?? '',
    tz: hours === undefined ? '' : String(Math.trunc(hours / 60)), // whole hours from GMT
  }
}
