import type { WindowName } from '../../../account/account.ts'
import type { Account } from '../../../domain/account.ts'
import { DONE, type Fmt, print } from '../answer.ts'
import type { Handler } from '../call.ts'
import { malformed, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'
import type { Attachment } from '../respond.ts'
import { createScript, type ScriptOptions } from '../script.ts'
import { createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'

/** One thing that a script does. Resolves with the answer, printed, or with a file; undefined: it is done. */
export type Operation = (params: Params, account: Account, fmt: Fmt) => Promise<string | Attachment | undefined>

export interface OperationsOptions extends Omit<ScriptOptions, 'run'> {
  readonly parameters: readonly Parameter[]
  /** By the parameter that asks for it. */
  readonly operations: Readonly<Record<string, Operation>>
  /** Whether an operation is asked for; a flag says so, unless told otherwise. */
  readonly isAsked?: (params: Params, name: string) => boolean
  /** Of identical requests; by default that of most scripts. none: the script counts what it counts by itself. */
  readonly limit?: WindowName | 'none'
  /** How `done` is printed. */
  readonly done?: (fmt: Fmt) => string
}

/** A script that does one of several things: the first that is asked for. */
export function createOperations(options: OperationsOptions): Handler {
  const { name, parameters, operations, isAsked = readFlag, bareOk = false, limit } = options
  const { done = (fmt) => (bareOk ? 'OK' : print(DONE, undefined, fmt)) } = options
  const checkLengths = createLengthCheck(parameters)
  const checkRepeats = limit === 'none' ? undefined : createRepeatCheck(name, parameters, options.limits, limit)

  return createScript({
    ...options,
    run: async (call) => {
      const { params, account, fmt } = call
      checkLengths(params)
      // All are read, so that a malformed one is refused wherever it stands.
      const [asked] = Object.entries(operations).filter(([operation]) => isAsked(params, operation))
      if (!asked) throw malformed('get')
      checkRepeats?.(call)
      return (await asked[1](params, account, fmt)) ?? done(fmt)
    },
  })
}
