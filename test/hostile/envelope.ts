import assert from 'node:assert/strict'

/** An answer as it came. */
export interface HostileAnswer {
  readonly status: number
  readonly headers: string
  readonly body: Buffer
}

const TYPES = ['text/plain', 'text/plain', 'text/xml', 'application/json'] as const
const CHARSETS = ['windows-1251', 'utf-8', 'koi8-r'] as const

/** What no answer may have: names of our inside, and what is written where a value is missing. */
const INSIDE =
  /node:|\.ts\b|\.js\b|\bat .*:\d+:\d+|Error:|TypeError|undefined|\[object|NaN|Infinity|syntax error|relation "|constraint|pg_/

/** Errors: the numbers that the documents know, each with a few words in lower case. Not 9: nobody asks too often here. */
const N = '(?:[1-8]|10)'
const WORDS = "[a-z',. ]+"
const ERRORS = [
  new RegExp(`^ERROR = ${N} \\(${WORDS}\\)(?:, ID - [^\\n]+)?$`),
  new RegExp(`^[^\\n]+,-${N}$`),
  new RegExp(
    `^(?:<\\?xml[^\\n]+\\n)?<result>\\n<error>${WORDS}</error>\\n<error_code>${N}</error_code>\\n(?:<id>[^<\\n]*</id>\\n)?</result>$`,
  ),
  new RegExp(`^\\{\\n"error": "${WORDS}",\\n"error_code": ${N}(?:,\\n"id": [^\\n]+)?\\n\\}$`),
]

/** Error 9: there are no limits here, so it is an answer that could not be made. */
export const isBusy = ({ body }: HostileAnswer): boolean =>
  body.length < 200 && /too many concurrent requests|^0,-9$/.test(body.toString('latin1'))

/** Demands the documented envelope: HTTP 200, the type and charset that were asked for, an error or an answer of this format. */
export function assertEnvelope({ status, headers, body }: HostileAnswer, fmt: 0 | 1 | 2 | 3, claim: string): void {
  assert.equal(status, 200, claim)
  const type = /^content-type: (.*)$/im.exec(headers)?.[1] ?? ''
  if (/^content-disposition: attachment/im.test(headers)) return
  const charset = CHARSETS.find((each) => type === `${TYPES[fmt]}; charset=${each}`)
  assert.ok(charset !== undefined, `${claim}: ${type}`)
  const text = new TextDecoder(charset, { fatal: charset === 'utf-8' }).decode(body)
  const shown = `${claim}: ${text.slice(0, 300)}`
  assert.doesNotMatch(text, INSIDE, shown)
  assert.doesNotMatch(
    text,
    /too many concurrent requests|^0,-9$/,
    `${shown}: the store was asked something it does not understand`,
  )
  if (ERRORS[fmt]?.test(text)) return
  assert.doesNotMatch(text, /^ERROR|error_code/, shown)
  if (fmt === 3) assertJson(text, shown)
  else if (fmt === 2) assertXml(text, shown)
  // A line has no control characters but a tab: a break would end it.
  else assert.doesNotMatch(text, /[\0-\x08\x0b-\x1f]/, shown)
}

function assertJson(text: string, claim: string): void {
  if (text === 'Phone;mccmnc\n') return // get_mnp.php without a day is CSV in every format
  assert.ok(typeof JSON.parse(text) === 'object', claim)
  assert.match(text, /^(?:\{\n.*\n\}|\[\{\n.*\n\}\]|\[\])$/s, claim)
}

/** Elements within one another, and no character that would be read as one. */
function assertXml(text: string, claim: string): void {
  if (text === 'Phone;mccmnc\n') return
  const open: string[] = []
  let roots = 0
  const left = text
    .replace(/^<\?xml version="1.0" encoding="[\w-]+"\?>\n/, '')
    .replace(/<(\/?)(\w+)((?: [\w]+="[^"<]*")*)>/g, (_, end, name) => {
      if (end === '') {
        if (open.length === 0) roots += 1
        open.push(name)
      } else assert.equal(open.pop(), name, claim)
      return ''
    })
  assert.deepEqual([open, roots], [[], 1], claim)
  assert.doesNotMatch(left, /<|&(?!(?:amp|lt|gt|quot|#\d+);)/, claim)
}
