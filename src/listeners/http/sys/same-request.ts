import { requestHash } from '../../../domain/request-hash.ts'
import type { Params } from '../params.ts'

/** How a request is signed and answered does not make it another one. */
const OF_THE_SENDER = new Set(['login', 'psw', 'apikey', 'fmt', 'charset'])

/** A hash of what makes two requests to a script identical: all other parameters, in whatever order (SMSC API, error 9). */
export function sameRequest(script: string, params: Params): bigint {
  const names = [...params.names()].filter((name) => !OF_THE_SENDER.has(name)).sort()
  return requestHash([script, ...names.flatMap((name) => [name, params.octets(name) ?? ''])])
}
