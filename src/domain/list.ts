/** A line of `list`: its own recipients and text, and maybe its own sender and zone. */
export interface ListLine {
  readonly sender: string | undefined
  readonly tz: number | undefined // hours from Moscow, for a `time` that is a date
  readonly phones: string
  readonly text: string
}

export interface ListProblem {
  readonly problem: 'bad_list'
  readonly line: number // 1-based
}

/**
 * With real line feeds inside texts, only a line that begins like recipients begins a new message: a number of seven digits or
 * more, a group, an address, `@name`. `12:30 at the office` and `Order 5: ready` go on with the text before them.
 */
const RECIPIENT = String.raw`(?:\+?\(?\d[\d ()-]{5,30}\d|G\d{1,9}|[@#]\w{3,64}|[^\s@,:;|]{1,64}@[^\s@,:;|]{3,253})`
const BEGINNING = new RegExp(String.raw`^(?:[^|:;]{0,20}\|)? {0,9}${RECIPIENT} {0,9}(?:,[^:;|]*)?[:;]`, 'i')

/** The sender of a line may have 15 characters, and `,-12` behind it. */
const SENDER_MAX = 20
const ZONE = /^(.*),\s*([+-]?\d{1,2})$/

/**
 * Reads `list` (SMSC API): lines `phones:text`, `sender|phones:text` or `sender,tz|phones:text`; the first `:` or `;` parts them.
 * The two characters `\n` in a text are a line feed. With `nl`, real line feeds may stand in texts too. Empty lines are skipped
 * (with `nl`, kept inside a text). A line that can't be read refuses the whole list.
 */
export function parseList(list: string, nl: boolean): readonly ListLine[] | ListProblem {
  const messages: string[] = []
  const starts: number[] = []
  for (const [index, raw] of list.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const last = messages.length - 1
    if (nl && last >= 0 && !BEGINNING.test(line)) messages[last] += `\n${line}`
    else if (line.trim() !== '') {
      messages.push(line)
      starts.push(index + 1)
    }
  }
  if (messages.length === 0) return { problem: 'bad_list', line: 1 }

  const lines: ListLine[] = []
  for (const [index, message] of messages.entries()) {
    const line = readLine(nl ? withoutLastLineFeeds(message) : message)
    if (!line) return { problem: 'bad_list', line: starts[index] ?? 1 }
    lines.push(line)
  }
  return lines
}

function readLine(line: string): ListLine | undefined {
  const colon = line.search(/[:;]/)
  if (colon < 1) return undefined
  const head = line.slice(0, colon)
  const text = withLineFeeds(line.slice(colon + 1))
  const bar = head.indexOf('|')
  const phones = head.slice(bar + 1).trim()
  if (phones === '' || bar > SENDER_MAX) return undefined
  if (bar < 0) return { sender: undefined, tz: undefined, phones, text }

  const own = head.slice(0, bar).trim()
  const [, sender = own, tz] = ZONE.exec(own) ?? []
  return { sender: sender || undefined, tz: tz === undefined ? undefined : Number(tz), phones, text }
}

const withLineFeeds = (text: string): string => (text.includes('\\n') ? text.replaceAll('\\n', '\n') : text)

function withoutLastLineFeeds(text: string): string {
  let end = text.length
  while (text[end - 1] === '\n') end--
  return text.slice(0, end)
}
