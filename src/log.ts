import { pino } from 'pino'

/**
 * Structured lines on stderr. The fields are an allow-list: message texts, passwords, keys and whole
 * phone numbers have no field here, so they cannot be logged by accident.
 */
export interface Fields {
  readonly account?: number | string
  readonly carrier?: string
  readonly id?: number
  readonly ids?: readonly number[]
  readonly count?: number
  readonly ms?: number
  readonly node?: number
  readonly port?: number
  readonly code?: string | number
  readonly reason?: string
  readonly error?: unknown
  readonly file?: string
  readonly listener?: string
  readonly ip?: string
  readonly number?: string // only through maskNumber()
}

const out = pino({ level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))

/** From here on only lines of this level or above: debug, info, warn, error, silent. */
export function setLogLevel(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): void {
  out.level = level
}

const plain = (fields: Fields): object => {
  if (!(fields.error instanceof Error)) return fields
  const { message, stack, name } = fields.error
  return { ...fields, error: { name, message, code: (fields.error as { code?: unknown }).code, stack } }
}

export const log = {
  debug: (event: string, fields: Fields = {}): void => out.debug(plain(fields), event),
  info: (event: string, fields: Fields = {}): void => out.info(plain(fields), event),
  warn: (event: string, fields: Fields = {}): void => out.warn(plain(fields), event),
  error: (event: string, fields: Fields = {}): void => out.error(plain(fields), event),
}

/** 79161234567 → 7916***4567: enough to find it, not enough to call it. */
export const maskNumber = (number: string): string => (number.length < 8 ? '***' : `${number.slice(0, 4)}***${number.slice(-4)}`)
