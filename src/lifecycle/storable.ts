/**
 * What carriers write may hold anything. PostgreSQL takes no NUL, a text no half characters, an index no long key:
 * such octets are left out, and the rest is cut.
 */
export function storable(text: string, max = 10_000): string {
  const short = text.length > max ? text.slice(0, max) : text
  for (let at = 0; at < short.length; at++) {
    const code = short.charCodeAt(at)
    if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) return short.replace(UNSTORABLE, '')
  }
  return short
}

const UNSTORABLE = /[\0\p{Surrogate}]/gu

/** Of a carrier's id: longer ones are known by their beginning. */
export const KEY_MAX = 100
