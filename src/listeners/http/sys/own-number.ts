import { handsetAddress } from '../../../domain/number/handset-address.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { malformed } from '../fields.ts'
import type { Params } from '../params.ts'

/** A number that subscribers write to, as it is stored: corrected where it is a whole one. Undefined: not given, or empty. */
export function readOwnNumber(params: Params, name: string, profile: NumberProfile): string | undefined {
  const written = params.text(name)?.trim() ?? ''
  if (written === '') return undefined
  if (!/\d/.test(written)) throw malformed(name)
  return handsetAddress(written.replace(/(?!^\+)\D/g, ''), profile)
}
