import { malformed } from '../fields.ts'
import type { Params } from '../params.ts'

/** A parameter of a script: for the reference (docs/api), and for the check of its length. */
export interface Parameter {
  readonly name: string
  readonly meaning: string
  /** In octets, as sent; undefined: as long as a request may be. */
  readonly octetsMax?: number
}

/** What every script understands. */
export const COMMON_PARAMETERS = [
  { name: 'login', meaning: "the account's login" },
  { name: 'psw', meaning: 'the password, its lower-case hex MD5 or SHA-1, or an API key' },
  { name: 'apikey', meaning: 'an API key, instead of `login` and `psw`' },
  {
    name: 'fmt',
    meaning: 'format of the answer: 0 a line (default), 1 values between commas, 2 XML, 3 JSON (default below `/rest/`)',
  },
  {
    name: 'charset',
    meaning: '`windows-1251` (default), `utf-8` or `koi8-r`: of the request (JSON is always UTF-8) and of the answer',
  },
] as const satisfies readonly Parameter[]

/** Refuses a request with a parameter that is longer than it can mean anything. Names that a script does not know are ignored. */
export function createLengthCheck(parameters: readonly Parameter[]): (params: Params) => void {
  const octetsMax = new Map(parameters.flatMap(({ name, octetsMax: max }) => (max === undefined ? [] : [[name, max] as const])))
  return (params) => {
    for (const name of params.names()) {
      const max = octetsMax.get(name)
      if (max !== undefined && (params.octets(name)?.length ?? 0) > max) throw malformed(name)
    }
  }
}
