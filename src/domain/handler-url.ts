import { type Charset, charsetOf } from './text/charset.ts'

/**
 * A customer's handler: the address that is told of statuses, incoming messages and calls. How it wants to be told rides in
 * the query of its address (SMSC API, callback): charset, fmt, and the secret word under md5, sha1 or crc32.
 */
export interface HandlerUrl {
  /** What is called: as it was configured, without the secret words. */
  readonly url: string
  readonly format: 'form' | 'xml' | 'json'
  readonly charset: Charset
  readonly signatures: readonly { readonly kind: SignatureKind; readonly secret: string }[]
}

export type SignatureKind = 'md5' | 'sha1' | 'crc32'

const SIGNATURES: readonly string[] = ['md5', 'sha1', 'crc32']
const FORMATS: Readonly<Record<string, HandlerUrl['format']>> = { 2: 'xml', 3: 'json' }
/** Below 1024 only the web's own: other services there take an HTTP request for commands of theirs. */
const LOW_PORTS = new Set(['', '80', '443'])
const HIGH_PORTS_REFUSED = new Set(['2049', '3659', '4045', '5060', '5061', '6000', '6379', '6566', '6697', '11211'])

/**
 * Reads an address as it was configured; `problem` is a sentence that says what to do. A charset or fmt nobody knows is the
 * default, as everywhere in the SMSC API. Of several values of a parameter the last counts.
 */
export function readHandlerUrl(text: string): HandlerUrl | { readonly problem: string } {
  const problem = problemOf(text)
  if (problem !== undefined) return { problem }
  const [address = '', query] = splitOnce(text, '?')
  const kept: string[] = []
  const options = new Map<string, string>()
  for (const pair of query?.split('&') ?? []) {
    const [name = '', value = ''] = splitOnce(pair, '=')
    options.set(name, decoded(value))
    if (!SIGNATURES.includes(name)) kept.push(pair)
  }
  const format = FORMATS[options.get('fmt') ?? ''] ?? 'form'
  const charset = charsetOf(options.get('charset'))
  const signatures = SIGNATURES.flatMap((kind) => {
    const secret = options.get(kind)
    return secret === undefined ? [] : [{ kind: kind as SignatureKind, secret }]
  })
  const nameless = signatures.find(({ secret }) => secret === '')
  if (nameless) return { problem: `${nameless.kind}= names no secret word: write ${nameless.kind}=WORD, or leave it out.` }
  if (charset === 'koi8-r' && format !== 'form') {
    return { problem: 'charset=koi8-r goes with form fields only: with fmt=2 or fmt=3 use utf-8 or windows-1251.' }
  }
  return { url: kept.length > 0 ? `${address}?${kept.join('&')}` : address, format, charset, signatures }
}

function problemOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:\/\/[^/]/i.test(text) || !/^[\x21-\x7e]+$/.test(text)) {
    return 'The address of a handler begins with http:// or https:// and has no spaces; other characters are written as %XX.'
  }
  if (text.includes('#')) return 'The address of a handler has no # in it: what follows one is never sent.'
  const high = Number(url.port) >= 1024 && !HIGH_PORTS_REFUSED.has(url.port)
  if (!high && !LOW_PORTS.has(url.port)) {
    return `Port ${url.port} belongs to another service: a handler listens on 80, 443, or a port from 1024 on.`
  }
  return undefined
}

/** The address without what opens something: secret words and a password in it are written as ***. */
export const maskHandlerUrl = (text: string): string =>
  text.replace(/([?&](?:md5|sha1|crc32)=)[^&]*/g, '$1***').replace(/^(https?:\/\/[^/@:?]*):[^/@?]*@/i, '$1:***@')

/** The host as it will be connected to: `new URL` has written decimal, octal and hexadecimal addresses in the usual way. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
