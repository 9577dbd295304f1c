import type { HandlerUrl } from './handler-url.ts'
import type { Fields } from './notification.ts'
import { type Charset, encode } from './text/charset.ts'

export interface NotificationBody {
  readonly type: string
  readonly octets: Uint8Array
}

/**
 * Fields as a handler wants them. JSON is pure ASCII (\uXXXX for the rest), so it reads the same in every charset. The type of
 * a form names no charset: common frameworks refuse a form with any but UTF-8, whatever is in it.
 */
export function writeBody(fields: Fields, { format, charset }: Pick<HandlerUrl, 'format' | 'charset'>): NotificationBody {
  if (format === 'json') return { type: 'application/json', octets: Buffer.from(json(fields), 'latin1') }
  if (format === 'xml') return { type: `application/xml; charset=${charset}`, octets: encode(xml(fields, charset), charset) }
  return { type: 'application/x-www-form-urlencoded', octets: Buffer.from(form(fields, charset), 'latin1') }
}

const json = (fields: Fields): string => `{${fields.map(([name, value]) => `"${name}":${ascii(value)}`).join(',')}}`

const ascii = (value: string): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function xml(fields: Fields, charset: Charset): string {
  const lines = fields.map(([name, value]) => `<${name}>${escaped(value, charset)}</${name}>`)
  return `<?xml version="1.0" encoding="${charset}"?>\n<result>\n${lines.join('\n')}\n</result>`
}

/** What XML 1.0 has no place for is left out; what the charset has no place for is written as a reference. */
const escaped = (value: string, charset: Charset): string =>
  Array.from(value.replace(NOT_IN_XML, ''), (character) => {
    const entity = ENTITIES[character]
    if (entity !== undefined) return entity
    const fits = charset === 'utf-8' || character <= '\x7f' || encode(character, charset)[0] !== QUESTION
    return fits ? character : `&#${character.codePointAt(0)};`
  }).join('')

const QUESTION = 0x3f
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu

const form = (fields: Fields, charset: Charset): string =>
  fields.map(([name, value]) => `${name}=${percent(encode(value, charset))}`).join('&')

function percent(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += PERCENT[octet] ?? ''
  return text
}

/** By octet: letters, digits and -._* as they are, a space as +. */
const PERCENT = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet)
  if (/[A-Za-z0-9._*-]/.test(character)) return character
  return octet === 0x20 ? '+' : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
})
