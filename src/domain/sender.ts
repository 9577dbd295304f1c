/** What a sender is, which decides its type of number on the wire. */
export type SenderKind = 'none' | 'short_code' | 'digits' | 'alphanumeric'

export interface Sender {
  readonly sender: string // as it will be shown; empty for `none`
  readonly kind: SenderKind
}

const DIGITS_MAX = 15
const CHARACTERS_MAX = 11
/** Shorter than any number with a country code. */
const SHORT_CODE_DIGITS_MAX = 6

/** Printable ASCII that is one septet everywhere; backquotes, brackets, braces and the like are spoiled by networks. */
const ALPHANUMERIC = /^[A-Za-z0-9 !"#$%&'()*+,\-./:;<=>?@_]+$/

/**
 * Reads a sender name (SMSC API, sender): at most 11 Latin letters, digits, spaces and symbols, or at most 15 digits, with or
 * without `+`. Empty or `.`: none, the account's default is switched off. Whether it is registered is another question.
 */
export function parseSender(raw: string): Sender | { readonly problem: 'bad_sender' } {
  const trimmed = raw.trim()
  if (trimmed === '' || trimmed === '.') return { sender: '', kind: 'none' }
  const digits = /^\+?(\d+)$/.exec(trimmed)?.[1]
  if (digits === undefined) {
    const readable = trimmed.length <= CHARACTERS_MAX && ALPHANUMERIC.test(trimmed)
    return readable ? { sender: trimmed, kind: 'alphanumeric' } : { problem: 'bad_sender' }
  }
  if (digits.length > DIGITS_MAX) return { problem: 'bad_sender' }
  return { sender: digits, kind: digits.length <= SHORT_CODE_DIGITS_MAX ? 'short_code' : 'digits' }
}
