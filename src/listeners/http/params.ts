import type { RefusalCode } from '../../domain/refusal.ts'
import { type Charset, charsetOf, cleanText, DEFAULT_CHARSET, decode } from '../../domain/text/charset.ts'
import { isPlainAscii, type Octets } from './octets.ts'

/** More parameters than any client sends; the rest of a longer request is a mistake or an attack. */
export const PARAMETERS_MAX = 1000
const NAME_CHARACTERS_MAX = 64

/** Lists that programs also write as an array, `phones[]=…&phones[]=…`, as axios and PHP do. */
const ARRAY = /^(phones?|id|list)\[\d{0,6}\]$/

/** A file that came in a multipart body. */
export interface UploadedFile {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

/**
 * The parameters of one request, wherever they stood. They are kept as octets, because `charset`, which says what
 * they mean, may be the last of them. Of several with one name the last counts, and the body comes after the query.
 */
export class Params {
  readonly files: UploadedFile[] = []
  /** Why the request can't be read as a whole; what was read stands, so the refusal is told in the format asked for. */
  fault: RefusalCode | undefined
  #values = new Map<string, Octets>()
  #earlier: [name: string, value: Octets][] | undefined
  #bare: Set<string> | undefined
  #count = 0
  #unicode = false
  #charset: Charset | undefined
  readonly #otherwise: Charset | undefined

  /** `otherwise`: the charset of a request that does not say its own; without it the original's. */
  constructor(otherwise?: Charset) {
    this.#otherwise = otherwise
  }

  add(name: string, value: Octets): void {
    if (++this.#count > PARAMETERS_MAX || name.length > NAME_CHARACTERS_MAX) {
      this.fault ??= 'bad_request'
      return
    }
    const list = name.endsWith(']') ? ARRAY.exec(name)?.[1] : undefined
    if (list !== undefined) {
      this.#addToList(list, value)
      return
    }
    const before = this.#values.get(name)
    if (before !== undefined) {
      this.#earlier ??= []
      this.#earlier.push([name, before])
    }
    this.#values.set(name, value)
    this.#bare?.delete(name)
  }

  #addToList(name: string, value: Octets): void {
    const before = this.#values.get(name)
    this.#values.set(name, before === undefined ? value : `${before}${name === 'list' ? '\n' : ','}${value}`)
  }

  /** A name with no `=` behind it: empty, but told apart from what was made empty. */
  addBare(name: string): void {
    this.add(name, '')
    this.#bare ??= new Set()
    this.#bare.add(name)
  }

  /** From here on the values are UTF-8, whatever `charset` says: they came as JSON. */
  addedAsUnicode(): void {
    this.#unicode = true
  }

  /** The charset of the answer, and of the request unless it came as JSON. */
  get charset(): Charset {
    const named = this.#values.get('charset')
    this.#charset ??= named ? charsetOf(named) : this.#unicode ? 'utf-8' : (this.#otherwise ?? DEFAULT_CHARSET)
    return this.#charset
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** Whether it stood without `=`. */
  isBare(name: string): boolean {
    return this.#bare?.has(name) ?? false
  }

  /** As it came, each character an octet. */
  octets(name: string): Octets | undefined {
    return this.#values.get(name)
  }

  /** In Unicode, without NUL and lone surrogates. Undefined: not given; '' is given and empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    if (value === undefined || isPlainAscii(value)) return value
    return cleanText(decode(Buffer.from(value, 'latin1'), this.#unicode ? 'utf-8' : this.charset))
  }

  /** One character an octet, for a binary text: the octets as they came, or of JSON the characters, NUL included. */
  binary(name: string): string | undefined {
    const value = this.#values.get(name)
    return value !== undefined && this.#unicode ? decode(Buffer.from(value, 'latin1'), 'utf-8') : value
  }

  /** All values of a name in the order they came, as octets. */
  all(name: string): Octets[] {
    const last = this.#values.get(name)
    if (last === undefined) return []
    const earlier = this.#earlier?.filter(([other]) => other === name).map(([, value]) => value) ?? []
    return [...earlier, last]
  }

  names(): Iterable<string> {
    return this.#values.keys()
  }
}
