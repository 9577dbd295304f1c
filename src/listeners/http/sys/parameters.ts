import { malformed } from '../fields.ts'
import type { Params } from '../params.ts'

/** A parameter of a script: for the reference (docs/api), and for the check of its length. */
export interface Parameter {
  readonly name: string
  readonly meaning: string
  /** The same in Russian, for pages that are in both languages. */
  readonly ru?: string
  /** In octets, as sent; undefined: as long as a request may be. */
  readonly octetsMax?: number
}

/** What every script understands. */
export const COMMON_PARAMETERS = [
  { name: 'login', meaning: "the account's login", ru: 'логин клиента' },
  {
    name: 'psw',
    meaning: 'the password, its hex MD5 or SHA-1, or an API key',
    ru: 'пароль, его MD5 или SHA-1 шестнадцатеричными цифрами либо ключ API',
  },
  { name: 'apikey', meaning: 'an API key, instead of `login` and `psw`', ru: 'ключ API вместо `login` и `psw`' },
  {
    name: 'fmt',
    meaning: 'format of the answer: 0 a line (default), 1 values between commas, 2 XML, 3 JSON (default below `/rest/`)',
    ru: 'формат ответа: 0 – строка (по умолчанию), 1 – значения через запятую, 2 – XML, 3 – JSON (по умолчанию для `/rest/`)',
  },
  {
    name: 'charset',
    meaning:
      '`windows-1251` (default; `utf-8` below `/rest/`), `utf-8` or `koi8-r`: of the request (JSON is always UTF-8) and of the answer',
    ru: '`windows-1251` (по умолчанию; для `/rest/` – `utf-8`), `utf-8` или `koi8-r`: кодировка запроса (JSON – всегда UTF-8) и ответа',
  },
] as const satisfies readonly Parameter[]

/** The parameters of a script beside those that every script understands. */
export const ownParameters = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter(({ name }) => !COMMON_PARAMETERS.some((common) => common.name === name))

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
