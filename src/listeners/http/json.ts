import type { Octets } from './octets.ts'
import type { Params } from './params.ts'

/**
 * A body that is one JSON object of parameters. Values may be strings, numbers or booleans (`true` is 1); an array is its values
 * joined as the parameter is written, `phones` by commas and `list` by line ends; in `list` `["79161234567", "Hi"]` is a line;
 * `{"fl": {"29": 1}}` is `fl[29]=1`; null is not given.
 * False: this is not such an object.
 */
export function readJson(body: Buffer, params: Params): boolean {
  const source = body.toString('utf8')
  let object: unknown
  try {
    object = JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source)
  } catch {
    return false
  }
  if (!isObject(object)) return false
  params.addedAsUnicode()
  for (const [name, value] of Object.entries(object)) addValue(name, value, params)
  return true
}

function addValue(name: string, value: unknown, params: Params): void {
  if (value === null || value === undefined) return
  if (Array.isArray(value))
    params.add(octets(name), octets(name === 'list' ? value.map(lineOf).join('\n') : value.map(scalar).join()))
  else if (isObject(value))
    for (const [key, one] of Object.entries(value)) params.add(octets(`${name}[${key}]`), octets(scalar(one)))
  else params.add(octets(name), octets(scalar(value)))
}

/** A line of `list`, or a pair of recipients and text: a line end in its text is two characters, as in every line. */
const lineOf = (value: unknown): string =>
  Array.isArray(value) ? `${[value[0]].flat().map(scalar).join()}:${scalar(value[1]).replace(/\r?\n/g, '\\n')}` : scalar(value)

function scalar(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return ''
}

/** A lone surrogate, which only JSON can spell, is left out: PostgreSQL has no place for it. */
const octets = (text: string): Octets => Buffer.from(text.replace(/\p{Surrogate}/gu, ''), 'utf8').toString('latin1')

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
