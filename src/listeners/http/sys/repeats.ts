import type { Limits, WindowName } from '../../../account/account.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { requestHash } from '../../../domain/request-hash.ts'
import type { ScriptCall } from '../script.ts'
import { ownParameters, type Parameter } from './parameters.ts'

/**
 * Refuses with `duplicate` what an account asks of a script too often within a minute in the very same words. How the answer is to be
 * printed, and who signs in how, makes no request a different one; nor do parameters that the script does not know.
 */
export function createRepeatCheck(
  script: string,
  parameters: readonly Parameter[],
  limits: Limits,
  limit: WindowName = 'identical_other',
): (call: ScriptCall) => void {
  const names = ownParameters(parameters)
    .map(({ name }) => name)
    .sort()
  return ({ account, params }) => {
    const asked = names.flatMap((name) => (params.has(name) ? [name, params.octets(name) ?? ''] : []))
    if (!limits.allow(account, limit, requestHash([script, ...asked]))) throw new Refusal('duplicate')
  }
}
