import { printAll, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { GET_ERRORS } from '../errors.ts'
import { readDay } from '../fields.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'

/** Every parameter of get_mnp.php, as docs/api/get-mnp.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'date',
    meaning: 'numbers ported on this day, `dd.mm.yyyy`: a list; without it all, as CSV',
    ru: 'номера, перенесённые в этот день, `дд.мм.гггг`: список; без него – все, в CSV',
    octetsMax: 30,
  },
] as const satisfies readonly Parameter[]

const checkLengths = createLengthCheck(PARAMETERS)

/** get_mnp.php: ported numbers, of which a centre gives none away: an empty list, or CSV that is a headline alone. */
export function createGetMnp(services: ScriptServices): Handler {
  const checkRepeats = createRepeatCheck('get_mnp', PARAMETERS, services.limits)
  return createScript({
    ...services,
    name: 'get_mnp',
    errors: GET_ERRORS,
    run: async (call) => {
      checkLengths(call.params)
      const day = readDay(call.params, 'date')
      checkRepeats(call)
      return day ? printAll(PORTED, [], call.fmt) : 'Phone;mccmnc\n'
    },
  })
}

const PORTED: Shape<never> = { element: 'number', list: 'list', members: () => [], text: () => '', commas: () => '' }
