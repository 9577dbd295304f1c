import type { WaitForCall } from '../../../account/wait-calls.ts'
import { print, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { WAIT_CALL_ERRORS } from '../errors.ts'
import { malformed } from '../fields.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'

/** Every parameter of wait_call.php, as docs/api/wait-call.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'phone',
    meaning: 'the number from which the call is to come',
    ru: 'номер, с которого должен поступить звонок',
    octetsMax: 100,
  },
] as const satisfies readonly Parameter[]

export interface WaitCallServices extends ScriptServices {
  readonly waitForCall: WaitForCall
}

const checkLengths = createLengthCheck(PARAMETERS)

/** wait_call.php: a number to call, by which a subscriber shows that a phone is his. */
export function createWaitCall(services: WaitCallServices): Handler {
  const checkRepeats = createRepeatCheck('wait_call', PARAMETERS, services.limits)
  return createScript({
    ...services,
    name: 'wait_call',
    errors: WAIT_CALL_ERRORS,
    run: async (call) => {
      const { params, account, fmt } = call
      checkLengths(params)
      const phone = params.text('phone')?.trim() ?? ''
      if (phone === '') throw malformed('phone')
      checkRepeats(call)
      const numbers = await services.waitForCall(account, phone)
      return print(fmt === 3 ? ALL_NUMBERS : NUMBER, numbers, fmt)
    },
  })
}

/** SMSC API, wait_call.php: the number to tell. */
const NUMBER: Shape<readonly string[]> = {
  element: 'result',
  list: 'list',
  members: ([number = '']) => [['phone', number]],
  text: ([number = '']) => `PHONE = ${number}`,
  commas: ([number = '']) => number,
}

/** JSON alone has all that may be called. */
const ALL_NUMBERS: Shape<readonly string[]> = {
  ...NUMBER,
  members: (numbers) => [...NUMBER.members(numbers), ['all_phones', { strings: numbers }]],
}
