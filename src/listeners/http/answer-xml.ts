import type { Member, Members, Value } from './answer.ts'

/** An element a line, no indentation, no prolog (`respond` puts one before a body that is not ASCII). */
export function printXml(element: string, members: Members, bareWhenAlone: boolean): string {
  const body = lines(members)
  return bareWhenAlone && members.length === 1 ? body : `<${element}>\n${body}\n</${element}>`
}

export function printXmlList(list: string, element: string, rows: readonly Members[]): string {
  if (rows.length === 0) return `<${list}></${list}>`
  return `<${list}>\n${rows.map((row) => printXml(element, row, false)).join('\n')}\n</${list}>`
}

const lines = (members: Members): string => members.map(line).join('\n')

function line([name, value]: Member): string {
  if (typeof value === 'object' && 'strings' in value) return `<${name}>${escaped(value.strings.join(','))}</${name}>`
  if (typeof value !== 'object') return `<${name}>${escaped(value)}</${name}>`
  if ('object' in value) return value.object.length === 0 ? `<${name}></${name}>` : printXml(name, value.object, false)
  return value.length === 0 ? `<${name}></${name}>` : `<${name}>\n${value.map(attributes).join('\n')}\n</${name}>`
}

/** An object within an answer is one element: its first member is the content, the others are attributes. */
function attributes(members: Members): string {
  const [first, ...rest] = members
  if (!first) return ''
  const written = rest.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')
  return `<${first[0]}${written}>${escaped(first[1])}</${first[0]}>`
}

const escaped = (value: Value): string =>
  typeof value === 'string' ? value.replace(SPECIAL, (character) => ENTITIES[character] ?? '') : String(value)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

/** What XML 1.0 has no place for at all is left out: most control characters, lone surrogates, U+FFFE and U+FFFF. */
const SPECIAL = /[&<>"\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu
