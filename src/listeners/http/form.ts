import { type Octets, percentDecode } from './octets.ts'
import type { Params } from './params.ts'

/** A query, or a body of application/x-www-form-urlencoded: cut first, decoded after, so that an encoded `&` stays in its value. */
export function readForm(source: Octets, params: Params): void {
  let start = 0
  while (start < source.length) {
    const next = source.indexOf('&', start)
    const end = next < 0 ? source.length : next
    if (end > start) {
      const equals = source.indexOf('=', start)
      if (equals < 0 || equals >= end) params.addBare(percentDecode(source.slice(start, end)))
      else params.add(percentDecode(source.slice(start, equals)), percentDecode(source.slice(equals + 1, end)))
      if (params.fault) return
    }
    start = end + 1
  }
}
