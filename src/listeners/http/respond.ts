import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Charset, decode, encode } from '../../domain/text/charset.ts'
import type { Fmt } from './answer.ts'

const TYPES = { 0: 'text/plain', 1: 'text/plain', 2: 'text/xml', 3: 'application/json' } as const

/**
 * Writes an answer of the SMSC API: always status 200, as clients test only the body, and no empty body but a list in lines that
 * has none: clients take it for a lost connection and repeat the request.
 */
export function respond(res: ServerResponse, body: string, fmt: Fmt, charset: Charset): void {
  const ascii = !NOT_ASCII.test(body)
  const octets = ascii ? body : encodeAnswer(body, fmt, charset)
  res.writeHead(200, [
    'Content-Type',
    contentType(fmt, charset),
    'Content-Length',
    String(octets.length),
    'X-Content-Type-Options',
    'nosniff',
  ])
  if (typeof octets === 'string') res.end(octets, 'latin1')
  else res.end(octets)
}

/** A file that is the answer, to be kept under its name. */
export interface Attachment {
  readonly type: string // of its content, as in Content-Type
  readonly name: string // of ASCII letters, digits, `.`, `-` and `_`
  /** All of it, or as it comes. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>
  /** In octets, where that is known of what comes in pieces. */
  readonly size?: number
}

/**
 * Writes a file. One that comes in pieces is written as fast as the client takes it; rejects when a piece does not come, or the
 * client has gone: the connection is broken off then, which is how a client knows that the file is not whole.
 */
export async function respondFile(res: ServerResponse, { type, name, content, size }: Attachment): Promise<void> {
  const whole = content instanceof Uint8Array
  const length = whole ? content.length : size
  res.writeHead(200, [
    ...['Content-Type', type, 'Content-Disposition', `attachment; filename="${name}"`],
    ...(length === undefined ? [] : ['Content-Length', String(length)]),
    ...['Cache-Control', 'private, no-store', 'X-Content-Type-Options', 'nosniff'],
  ])
  if (whole) res.end(content)
  else await pipeline(Readable.from(content, { objectMode: false }), res)
}

/** A header like `application/json; charset=windows-1251`: the charset the body really has. */
export const contentType = (fmt: Fmt, charset: Charset): string => HEADERS[charset][fmt]

const headers = (charset: Charset) =>
  [0, 1, 2, 3].map((fmt) => `${TYPES[fmt as Fmt]}; charset=${charset}`) as [string, string, string, string]
const HEADERS = { 'windows-1251': headers('windows-1251'), 'koi8-r': headers('koi8-r'), 'utf-8': headers('utf-8') }

/** A body in its charset. A character without a place in it is written as JSON and XML write such; in a line it is `?`. */
export function encodeAnswer(body: string, fmt: Fmt, charset: Charset): Uint8Array {
  const prolog = fmt === 2 && NOT_ASCII.test(body) ? `<?xml version="1.0" encoding="${charset}"?>\n` : ''
  return encode(prolog + (charset === 'utf-8' ? body : escapeHomeless(body, fmt, charset)), charset)
}

function escapeHomeless(body: string, fmt: Fmt, charset: 'windows-1251' | 'koi8-r'): string {
  if (fmt === 3) return body.replace(HOMELESS[charset], jsonEscape)
  if (fmt === 2) return body.replace(HOMELESS[charset], (character) => `&#${character.codePointAt(0)};`)
  return body
}

function jsonEscape(character: string): string {
  let escaped = ''
  for (let at = 0; at < character.length; at++) escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  return escaped
}

const NOT_ASCII = /[^\0-\x7f]/

/** Every character that the charset has no octet for. */
const homeless = (charset: Charset): RegExp => {
  const upperHalf = decode(
    Uint8Array.from({ length: 128 }, (_, at) => 128 + at),
    charset,
  ).replaceAll('\ufffd', '')
  return new RegExp(`[^\\0-\\x7f${upperHalf}]`, 'gu')
}
const HOMELESS = { 'windows-1251': homeless('windows-1251'), 'koi8-r': homeless('koi8-r') } as const

/** To HEAD: what the answer would look like. Nothing is done, for who asks so wants nothing done. */
export function respondEmpty(res: ServerResponse, fmt: Fmt): void {
  res.writeHead(200, ['Content-Type', contentType(fmt, 'windows-1251')])
  res.end()
}
