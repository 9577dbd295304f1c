import { type NumberProfile, parseNumber } from './parse.ts'

/** What a channel is addressed by: numbers; mail by addresses; Telegram and bots by numbers, `@name` or `#id`. */
export type AddressKind = 'number' | 'mail' | 'bot'

/**
 * One entry of `phones`: a recipient ready to be sent to, a group of the contact base, or something no message can be sent to,
 * with what of it goes into the history.
 */
export type Recipient =
  | { readonly to: string }
  | { readonly group: number }
  | { readonly problem: 'bad_number'; readonly to: string }

const GROUP = /^G(\d{1,9})$/i
const NO_GROUP = /^G\d{10,}$/i // of so many digits there is none, nor is it a number
const MAIL = /^([^\s@,;:"<>()[\]\\]{1,64})@((?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,})$/u
const MAIL_LENGTH_MAX = 254
const NAME = /^@[a-z0-9_]{3,64}$/i
const USER_ID = /^#\d{1,19}$/
const KEPT = 100 // characters of a recipient that can't be one

/**
 * Splits `phones` into its entries, without empty ones: `,` `;` and line ends part them, and so do spaces before a `+` or between
 * whole numbers. Other spaces stand inside a number (`8 916 123-45-67`). Entries given twice are given back twice.
 */
export function splitPhones(phones: string): string[] {
  const entries: string[] = []
  for (const piece of phones.split(/[,;\r\n]/)) {
    const entry = piece.trim()
    if (entry === '') continue
    if (INNER_SPACE.test(entry)) for (const part of splitBySpaces(entry)) entries.push(part)
    else entries.push(entry)
  }
  return entries
}

const INNER_SPACE = /\s/
const WHOLE = /^(?:\+?\d{9,}|G\d+|\S+@\S+|[@#]\w+)$/i

function splitBySpaces(entry: string): string[] {
  const runs: string[][] = []
  for (const part of entry.split(/\s+/)) {
    const run = part.startsWith('+') ? undefined : runs.at(-1)
    if (run) run.push(part)
    else runs.push([part])
  }
  return runs.flatMap((run) => (run.every((part) => WHOLE.test(part)) ? run : [run.join(' ')]))
}

/** Reads one entry of `phones` (SMSC API, phones). `G12` is the group 12 on every channel. */
export function parseRecipient(raw: string, kind: AddressKind, profile: NumberProfile): Recipient {
  const entry = raw.trim()
  const group = entry.length <= 10 ? GROUP.exec(entry) : null
  if (group) return { group: Number(group[1]) }
  if (NO_GROUP.test(entry)) return { problem: 'bad_number', to: entry.slice(0, KEPT) }

  if (kind === 'mail') {
    const mail = entry.length <= MAIL_LENGTH_MAX ? MAIL.exec(entry) : null
    return mail ? { to: `${mail[1]}@${(mail[2] ?? '').toLowerCase()}` } : { problem: 'bad_number', to: entry.slice(0, KEPT) }
  }
  if (kind === 'bot' && (NAME.test(entry) || USER_ID.test(entry))) return { to: entry }

  const parsed = parseNumber(entry, profile)
  return 'number' in parsed ? { to: parsed.number } : { problem: 'bad_number', to: parsed.digits || entry.slice(0, KEPT) }
}

/** Writes a recipient that was read before so that it is read as it stands: a number is corrected once, when somebody writes it. */
export const asRead = (to: string): string => (/^\d+$/.test(to) ? `+${to}` : to)
