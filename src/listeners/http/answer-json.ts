import type { Member, Members } from './answer.ts'

/**
 * The original's layout, byte for byte: one member a line, no indentation, a space behind the colon, no line end at the end.
 *
 *     {
 *     "id": 33,
 *     "cnt": 1
 *     }
 */
export const printJson = (members: Members): string => `{\n${lines(members)}\n}`

/** `[{` … `},` LF `{` … `}]` */
export const printJsonList = (rows: readonly Members[]): string => `[${rows.map(printJson).join(',\n')}]`

function lines(members: Members): string {
  let text = ''
  for (const member of members) text += text === '' ? line(member) : `,\n${line(member)}`
  return text
}

function line([name, value]: Member): string {
  if (typeof value === 'number') return `"${name}": ${value}`
  if (typeof value === 'string') return `"${name}": ${JSON.stringify(value)}`
  if ('object' in value) return `"${name}": ${value.object.length === 0 ? '{}' : printJson(value.object)}`
  return `"${name}": ${'strings' in value ? `[${value.strings.map((each) => JSON.stringify(each)).join(',')}]` : printJsonList(value)}`
}
