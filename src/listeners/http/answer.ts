import { printJson, printJsonList } from './answer-json.ts'
import { printXml, printXmlList } from './answer-xml.ts'

/** 0 a line for people, 1 values between commas, 2 XML, 3 JSON. */
export type Fmt = 0 | 1 | 2 | 3

/** A number is printed bare, a string between quotes; a list is a list of objects, or one of strings; an object may stand by itself. */
export type Value = number | string | readonly Members[] | Strings | { readonly object: Members }
export interface Strings {
  readonly strings: readonly string[]
}
export type Member = readonly [name: string, value: Value]
export type Members = readonly Member[]

/**
 * One description of an answer, from which all four formats are printed. XML and JSON have the same members in the same order;
 * the lines of fmt 0 and 1 have orders of their own, so they are functions, which stand beside the members in one file.
 */
export interface Shape<T> {
  /** XML: the element around one value. */
  readonly element: string
  /** XML: the element around several. */
  readonly list: string
  /** XML: a member that is the only one stands without the element around it, as `<balance>250.80</balance>` does. */
  readonly bareWhenAlone?: boolean
  readonly members: (value: T) => Members
  readonly text: (value: T) => string
  readonly commas: (value: T) => string
}

/** One value in the format asked for: a body without line end. */
export function print<T>(shape: Shape<T>, value: T, fmt: Fmt): string {
  if (fmt === 3) return printJson(shape.members(value))
  if (fmt === 1) return shape.commas(value)
  if (fmt === 0) return shape.text(value)
  return printXml(shape.element, shape.members(value), shape.bareWhenAlone === true)
}

/** Several values: lines, `<list>` or an array. */
export function printAll<T>(shape: Shape<T>, values: readonly T[], fmt: Fmt): string {
  if (fmt === 3) return printJsonList(values.map(shape.members))
  if (fmt === 2) return printXmlList(shape.list, shape.element, values.map(shape.members))
  return values.map(fmt === 1 ? shape.commas : shape.text).join('\n')
}

/** So many are printed in one go. */
const TURN = 500

/** As `printAll`, for thousands: others have their turn in between. */
export async function printMany<T>(shape: Shape<T>, values: readonly T[], fmt: Fmt): Promise<string> {
  if (values.length <= TURN) return printAll(shape, values, fmt)
  const [open, between, close] = FRAMES[fmt](shape.list)
  const turns: string[] = []
  for (let from = 0; from < values.length; from += TURN) {
    const turn = printAll(shape, values.slice(from, from + TURN), fmt)
    turns.push(turn.slice(open.length, turn.length - close.length))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return `${open}${turns.join(between)}${close}`
}

/** What stands before, between and behind several values. */
const FRAMES: Readonly<Record<Fmt, (list: string) => readonly [string, string, string]>> = {
  0: () => ['', '\n', ''],
  1: () => ['', '\n', ''],
  2: (list) => [`<${list}>\n`, '\n', `\n</${list}>`],
  3: () => ['[', ',\n', ']'],
}

/** A value within a line of fmt 0 or 1: a line break would end the line. */
export const inLine = (value: string): string => (/[\r\n]/.test(value) ? value.replace(/\r\n|\r|\n/g, ' ') : value)

/** What operations say that return nothing. */
export const DONE: Shape<undefined> = {
  element: 'result',
  list: 'list',
  bareWhenAlone: true,
  members: () => [['result', 'OK']],
  text: () => 'OK',
  commas: () => 'OK',
}

/** What was added, by its id. */
export const created = (element: string): Shape<number> => ({
  element,
  list: 'list',
  members: (id) => [['id', id]],
  text: (id) => `ID = ${id}`,
  commas: (id) => String(id),
})
