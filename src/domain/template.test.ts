import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collapseSpaces, matches, parseTemplate, type Template } from './template.ts'

function read(written: string): Template {
  const template = parseTemplate(written)
  if ('problem' in template) assert.fail(template.problem)
  return template
}

const CODE = 'Your code: %d{1,6}'
const GREETING = 'Dear %w{1,2}, your order %d{1,8} is ready.'
// template, text, matches
const table: [template: string, text: string, matches: boolean][] = [
  [CODE, 'Your code: 123456', true],
  [CODE, 'Your code: 1', true],
  [CODE, 'Your code: 1234567', false],
  [CODE, 'Your code: ', false],
  [CODE, 'your code: 1', false],
  [CODE, 'Your code: 12a', false],
  [CODE, 'Your code: 12 ', true],
  [CODE, '  Your \r\n code:\t 12', true],
  [CODE, 'Your code:12', false],
  [CODE, 'Your code: 1٢', false],
  [GREETING, 'Dear Ivan Petrov, your order 17 is ready.', true],
  [GREETING, 'Dear Ivan, your order 17 is ready.', true],
  [GREETING, 'Dear Ivan Ivanovich Petrov, your order 17 is ready.', false],
  [GREETING, 'Dear , your order 17 is ready.', false],
  [GREETING, 'Dear Ivan, your order 17 is ready', false],
  ['%w{1,1}', 'Слово!', true],
  ['%w{1,1}', 'два слова', false],
  ['%w{1,3}', '', false],
  ['%d{1,2}%d{1,2}', '1234', true],
  ['%d{1,2}%d{1,2}', '12345', false],
  ['%d{1,2}%d{1,2}', '1', false],
  ['%w{1,2} %w{1,2}', 'a b c d', true],
  ['%w{1,2} %w{1,2}', 'a b c d e', false],
  ['100% of %d, %x{1,2} and $1 (.*)', '100% of %d, %x{1,2} and $1 (.*)', true],
  ['(.*)', 'anything', false],
  ['aab%w{1,1}aab', 'aaab-aaab', false],
  ['%w{1,1}aab', 'aaab', true],
  ['%w{1,1}aba!', 'abababa!', true],
]
for (const [template, text, expected] of table) {
  test(`'${template}' ${expected ? 'stands' : 'does not stand'} for '${text}'`, () => {
    assert.equal(matches(read(template), collapseSpaces(text)), expected)
  })
}

for (const written of [
  '',
  ' \n ',
  'x'.repeat(1_001),
  '%d{1,0}',
  '%w{1,100}',
  '%d{1,999999}',
  '%d{1,1} '.repeat(11),
  '%d{2,6}',
  'Hi %w{1,n}',
  '%d{1,6',
]) {
  test(`no template: ${written.slice(0, 20)}`, () => assert.ok('problem' in parseTemplate(written)))
}

/** Of few letters, so that much matches. */
const letters = (units: readonly string[], maxLength: number) => fc.array(fc.constantFrom(...units), { maxLength })
const placeholder = fc
  .tuple(fc.constantFrom('d', 'w'), fc.integer({ min: 1, max: 4 }))
  .map(([kind, most]) => `%${kind}{1,${most}}`)

/** What a template means, said as an expression. */
const asExpression = (template: string): RegExp =>
  new RegExp(
    `^${template
      .replaceAll(/%d\{1,(\d)\}/g, '\\d{1,$1}')
      .replaceAll(/%w\{1,(\d)\}/g, (_, most) => `[^ ]+(?: [^ ]+){0,${Number(most) - 1}}`)
      .replaceAll('.', '\\.')}$`,
  )

test('a template means what an expression would', () => {
  const template = fc.array(
    fc.oneof(
      placeholder,
      letters(['a', 'b', '1', ' ', '.'], 3).map((each) => each.join('')),
    ),
    { maxLength: 5 },
  )
  const text = letters(['a', 'b', '1', '2', ' ', '.'], 12).map((each) => collapseSpaces(each.join('')))
  fc.assert(
    fc.property(template, text, (tokens, sent) => {
      const written = collapseSpaces(tokens.join(''))
      fc.pre(written !== '')
      assert.equal(matches(read(written), sent), asExpression(written).test(sent))
    }),
    { numRuns: 5_000 },
  )
})

test('whatever the placeholders are filled with, the text matches, however it is spaced', () => {
  const filled = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 9999 }).map((number) => ['%d{1,4}', String(number)]),
      fc
        .array(fc.stringMatching(/^[a-zа-я!,.]{1,5}$/), { minLength: 1, maxLength: 3 })
        .map((words) => ['%w{1,3}', words.join('\n ')]),
      fc.stringMatching(/^[a-z.*+?]{1,6}$/).map((same) => [same, same]),
    ),
    { minLength: 1, maxLength: 9 },
  )
  fc.assert(
    fc.property(filled, (pieces) => {
      const template = read(pieces.map(([written]) => written).join(' '))
      assert.equal(matches(template, collapseSpaces(pieces.map(([, sent]) => sent).join('  '))), true)
    }),
  )
})

test('what an expression that goes back would never finish with is read in one pass', () => {
  const worst = read('%w{1,99}a'.repeat(10))
  const text = 'a '.repeat(2_000).trim()
  for (let times = 0; times < 100; times += 1) assert.equal(matches(worst, `${text}b`), false)
  assert.equal(matches(read('%w{1,99}'), 'x'.repeat(4_001)), false, 'and a longer one is not read')
})
