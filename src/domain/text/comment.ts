/** A text without its comment, which is kept for the account's history and neither sent nor counted. */
export interface Commented {
  readonly text: string
  readonly comment: string // empty: none
}

/** What a binary message's tail sets (SMSC API, bin). */
export interface BinaryTail {
  readonly pid: number // protocol_id
  readonly dcs: number // data_coding
}

/** LF and the two characters `\n` are both in use, in plain texts as in list lines. */
const SEPARATOR = /(?:\r?\n|\\n)~~~(?:\r?\n|\\n)/
const TAIL = /^pid: ?(\d{1,3}), ?dcs: ?(\d{1,3})\s*$/

/** Cuts `LF ~~~ LF comment` off the end of a text (SMSC API, mes). The first separator counts. */
export function splitComment(text: string): Commented {
  if (!text.includes('~~~')) return { text, comment: '' }
  const found = SEPARATOR.exec(text)
  if (!found) return { text, comment: '' }
  return { text: text.slice(0, found.index), comment: text.slice(found.index + found[0].length) }
}

/** Reads the comment of a binary message as `pid: <n>, dcs: <n>`, each 0-255. Undefined: it is an ordinary comment. */
export function readBinaryTail(comment: string): BinaryTail | undefined {
  const found = TAIL.exec(comment)
  const pid = Number(found?.[1] ?? 256)
  const dcs = Number(found?.[2] ?? 256)
  return pid <= 255 && dcs <= 255 ? { pid, dcs } : undefined
}
