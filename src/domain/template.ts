/** Characters of a template, and of a text that one can match; both with their spaces collapsed. */
export const TEMPLATE_MAX = 1_000
const TEXT_MAX = 4_000
/** More would make matching slow, and say nothing. */
const PLACEHOLDERS_MAX = 10
const REPEATS_MAX = 99

type Token =
  | { readonly kind: 'digits' | 'words'; readonly most: number }
  | { readonly kind: 'literal'; readonly text: string; readonly borders: Uint16Array }

/** A template as it is compared with texts. */
export interface Template {
  readonly tokens: readonly Token[]
}

/** Runs of white space become one space, and none is left at the ends. */
export const collapseSpaces = (text: string): string => text.trim().replace(/\s+/g, ' ')

/**
 * Reads a template: `%d{1,n}` stands for one to n digits, `%w{1,n}` for one to n words, which are anything without spaces;
 * everything else for itself, in its case. What begins like a placeholder and is none would be matched by nothing that anybody
 * writes, so it is refused. `problem` says why it is none.
 */
export function parseTemplate(written: string): Template | { readonly problem: string } {
  const text = collapseSpaces(written)
  if (text === '') return { problem: 'a template has a text' }
  if (text.length > TEMPLATE_MAX) return { problem: `a template has at most ${TEMPLATE_MAX} characters` }
  const tokens: Token[] = []
  let from = 0
  for (const found of text.matchAll(/%([dw])\{1,(\d{1,6})\}/g)) {
    if (found.index > from) tokens.push(literal(text.slice(from, found.index)))
    const most = Number(found[2])
    if (most < 1 || most > REPEATS_MAX) return { problem: `a placeholder stands for 1 to ${REPEATS_MAX} digits or words` }
    tokens.push({ kind: found[1] === 'd' ? 'digits' : 'words', most })
    from = found.index + found[0].length
  }
  if (from < text.length) tokens.push(literal(text.slice(from)))
  if (tokens.some((token) => token.kind === 'literal' && /%[dw]\{/.test(token.text)))
    return { problem: 'a placeholder is written %d{1,n} or %w{1,n}' }
  if (tokens.filter(({ kind }) => kind !== 'literal').length > PLACEHOLDERS_MAX)
    return { problem: `a template has at most ${PLACEHOLDERS_MAX} placeholders` }
  return { tokens }
}

/** With the lengths of its borders (Knuth, Morris, Pratt): it is found wherever it stands in one pass. */
function literal(text: string): Token {
  const borders = new Uint16Array(text.length)
  for (let at = 1, border = 0; at < text.length; at += 1) {
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1] ?? 0
    if (text[at] === text[border]) border += 1
    borders[at] = border
  }
  return { kind: 'literal', text, borders }
}

/**
 * Whether a text, its spaces collapsed, is one of those that the template stands for. Token by token over the set of places
 * where the text may be parted, so the time is the number of tokens times the length of the text, whatever they are.
 */
export function matches({ tokens }: Template, text: string): boolean {
  if (text.length > TEXT_MAX) return false
  const [first] = tokens
  if (first?.kind === 'literal' && !text.startsWith(first.text)) return false
  let ends = new Uint8Array(text.length + 1)
  ends[0] = 1
  for (const token of tokens) {
    const next = new Uint8Array(text.length + 1)
    if (token.kind === 'literal') passLiteral(token, text, ends, next)
    else if (token.kind === 'digits') passDigits(token.most, text, ends, next)
    else passWords(token.most, text, ends, next)
    ends = next
  }
  return ends[text.length] === 1
}

/** Marks in `next` where a token may end that begins at one of `ends`. */
function passLiteral(token: Token & { kind: 'literal' }, text: string, ends: Uint8Array, next: Uint8Array): void {
  const { text: wanted, borders } = token
  for (let at = 0, fits = 0; at < text.length; at += 1) {
    while (fits > 0 && (fits === wanted.length || text[at] !== wanted[fits])) fits = borders[fits - 1] ?? 0
    if (text[at] === wanted[fits]) fits += 1
    if (fits === wanted.length && ends[at + 1 - fits] === 1) next[at + 1] = 1
  }
}

function passDigits(most: number, text: string, ends: Uint8Array, next: Uint8Array): void {
  let furthest = -1
  for (let at = 0; at < text.length; at += 1) {
    if (ends[at] === 1) furthest = at + most
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) furthest = -1
    else if (at < furthest) next[at + 1] = 1
  }
}

/** How many words may follow the one that is being read is the most of all places where the first may have begun. */
function passWords(most: number, text: string, ends: Uint8Array, next: Uint8Array): void {
  let within = -1
  let between = -1
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === ' ') {
      between = within - 1
      within = -1
      continue
    }
    within = Math.max(within, between, ends[at] === 1 ? most - 1 : -1)
    between = -1
    if (within >= 0) next[at + 1] = 1
  }
}
