// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources to be read, not templates
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, readSource } from './source.ts'

// what is written, and what of it is neither comment nor text
const cases: [claim: string, text: string, bare: string][] = [
  ['a comment is no code', 'a // Date.now()\nb', 'a \nb'],
  ['nor is one over lines', 'a /* Math\n.random */ b', 'a \n b'],
  ['a text is no code', "a('process.env')", "a('')"],
  ['two slashes in a text begin no comment', "a('http://b') // c", "a('') "],
  ['a quote in a text is kept in it', "a('it\\'s') + b", "a('') + b"],
  ['what a template nests is code', '`x ${now()} y ${`z ${a}`} w` + b', '`${now()}${`${a}`}` + b'],
  ['braces inside of it do not end it', '`x ${f({ a: 1 })} y`', '`${f({ a: 1 })}`'],
  ['a quote in a regular expression opens no text', "a.replace(/'/g, b) // c", 'a.replace(//g, b) '],
  ['nor does one in a class of characters', "if (/[/'\"]/.test(a)) b('c')", "if (//.test(a)) b('')"],
  ['division is no regular expression', "a / b / c + 'd'", "a / b / c + ''"],
]
for (const [claim, text, bare] of cases) {
  test(`sources are read: ${claim}`, () => assert.equal(readSource(text).bare, bare))
}

test('every way to import is seen', () => {
  const source = readSource(`
    import a, { b } from './a.ts'
    import type { C } from '../c.ts'
    import {
      d,
      e,
    } from './d.ts'
    import './f.ts'
    export { g } from './g.ts'
    export type { H } from './h.ts'
    const i = await import('./i.ts')
    export const j = './j.ts'
    // import './k.ts'
  `)
  assert.deepEqual(
    importsOf(source).map(({ target, typesOnly }) => (typesOnly ? `type ${target}` : target)),
    ['./a.ts', 'type ../c.ts', './d.ts', './f.ts', './g.ts', 'type ./h.ts', './i.ts'],
  )
})
