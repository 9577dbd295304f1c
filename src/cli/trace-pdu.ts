import { WIDTH_MAX, wrap } from './print.ts'
import type { Field, Pdu } from './trace-types.ts'

/** Octets a line of hex shows: eight groups of four. */
const HEX_LINE = 64
const HEX_LINES_MAX = 20
const INDENT = 4

/** A PDU for people: what it is, its fields, and its octets. */
export function showPdu(pdu: Pdu): string {
  const way = pdu.direction === 'sent' ? `to ${pdu.carrier}` : `from ${pdu.carrier}`
  const about = [
    pdu.name,
    ...(pdu.part === null ? [] : [`part ${pdu.part}`]),
    ...(pdu.sequence === null ? [] : [`sequence ${pdu.sequence}`]),
    ...(pdu.status === '' ? [] : [pdu.status]),
  ]
  const origin = pdu.origin === 'rebuilt' ? 'rebuilt' : (WHY[pdu.why ?? ''] ?? 'captured')
  const head = hanging(`${clock(pdu.at)}  ${way}: ${about.join(', ')} [${origin}]`, 0)
  return [...head, ...showFields(pdu.fields, INDENT), ...showHex(pdu.hex, pdu.octets)].join('\n')
}

const WHY: Readonly<Record<string, string>> = {
  asked: 'captured',
  error: 'captured: an error',
  unreadable: 'captured: can not be read',
}

/** Names and values beneath each other, `indent` from the left. */
export function showFields(fields: readonly Field[], indent: number): string[] {
  const width = Math.min(30, Math.max(0, ...fields.map(({ name }) => name.length))) + 2
  return fields.flatMap(({ name, value }) =>
    wrapHard(value, WIDTH_MAX - indent - width).map((line, at) =>
      `${' '.repeat(indent)}${(at === 0 ? clean(name) : '').padEnd(width)}${line}`.trimEnd(),
    ),
  )
}

export function showHex(hex: string, octets: number): string[] {
  const lines = hex.match(new RegExp(`.{1,${HEX_LINE}}`, 'g')) ?? []
  const shown = lines.slice(0, HEX_LINES_MAX).map((line) => `${' '.repeat(INDENT)}${line.replace(/.{8}(?=.)/g, '$& ')}`)
  const more = octets - Math.min(hex.length / 2, (HEX_LINES_MAX * HEX_LINE) / 2)
  return more > 0 ? [...shown, `${' '.repeat(INDENT)}… and ${more} octets more`] : shown
}

/** The time of day of an instant, to the millisecond, in UTC. */
export const clock = (at: string | null): string => (at === null ? '' : at.slice(11, 23))

/** Nothing that came from outside may speak to the terminal. */
export const clean = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')

/** Lines `indent` from the left, all but the first of them a bit more. */
export const hanging = (text: string, indent: number): string[] =>
  wrapHard(text, WIDTH_MAX - indent - INDENT).map((line, at) => ' '.repeat(at === 0 ? indent : indent + INDENT) + line)

const VALUE_CHARACTERS_MAX = 4_000

/** Lines of at most `width`, also where there is no space to break at; a very long text is cut. */
export function wrapHard(text: string, width: number): string[] {
  const safe = clean(text)
  const short = safe.length > VALUE_CHARACTERS_MAX ? `${safe.slice(0, VALUE_CHARACTERS_MAX)}… (${safe.length} characters)` : safe
  return wrap(short, width).flatMap((line) => {
    if (line.length <= width) return [line]
    const pieces: string[] = []
    for (let from = 0; from < line.length; from += width) pieces.push(line.slice(from, from + width))
    return pieces
  })
}
