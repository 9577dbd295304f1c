/** What stands where in a source file, told apart so that a word in a comment is not taken for code. */
export interface Source {
  /** Without comments. */
  readonly code: string
  /** Without comments and without what stands between quotes: names, keywords and punctuation only. */
  readonly bare: string
}

/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};>+*%~^-]|\b(?:return|case|typeof|of|in))\s*$/

/** Reads TypeScript as far as needed here: comments, three kinds of quotes with what they nest, regular expressions. */
export function readSource(text: string): Source {
  let code = ''
  let bare = ''
  /** Depths of braces at which a `}` goes back into a template. */
  const templates: number[] = []
  let depth = 0
  let at = 0

  const copy = (piece: string): void => {
    code += piece
    bare += piece
  }
  /** Up to the closing quote, or in a template up to the next `${`. */
  const quoted = (quote: string): void => {
    const from = at
    while (at < text.length && text[at] !== quote && !(quote === '`' && text.startsWith('${', at)))
      at += text[at] === '\\' ? 2 : 1
    code += text.slice(from, at)
    if (quote === '`' && text.startsWith('${', at)) {
      templates.push(depth)
      copy('${')
      at += 2
    } else {
      copy(quote)
      at += 1
    }
  }

  while (at < text.length) {
    const char = text[at] ?? ''
    if (text.startsWith('//', at) || (text.startsWith('#!', at) && at === 0)) {
      at = endOf(text, '\n', at)
    } else if (text.startsWith('/*', at)) {
      const end = endOf(text, '*/', at) + 2
      copy(text.slice(at, end).replace(/[^\n]/g, ''))
      at = end
    } else if (char === "'" || char === '"' || char === '`') {
      copy(char)
      at += 1
      quoted(char)
    } else if (char === '}' && templates.at(-1) === depth) {
      templates.pop()
      copy('}')
      at += 1
      quoted('`')
    } else if (char === '/' && BEFORE_REGEX.test(bare.slice(-20))) {
      const end = endOfRegex(text, at)
      code += text.slice(at, end)
      bare += '//'
      at = end
    } else {
      if (char === '{') depth += 1
      if (char === '}') depth -= 1
      copy(char)
      at += 1
    }
  }
  return { code, bare }
}

function endOf(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  return found < 0 ? text.length : found
}

function endOfRegex(text: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\\') at += 1
    else if (char === '\n') return at
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at + 1
  }
  return text.length
}

/** One import of a file: what is named, and whether only types are taken. */
export interface Import {
  readonly target: string
  readonly typesOnly: boolean
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`, in the order they stand. */
export function importsOf({ code }: Source): Import[] {
  const clauses = /\b(?:(from)|import)\s*\(?\s*(['"])([^'"\n]+)\2/g
  return Array.from(code.matchAll(clauses), ({ 1: from, 3: target = '', index }) => {
    const statement = from && /\b(?:import|export)\b(?![\s\S]*\b(?:import|export)\b)[\s\S]*$/.exec(code.slice(0, index))
    return { target, typesOnly: !!statement && /^\w+\s+type\b/.test(statement[0]) }
  })
}
