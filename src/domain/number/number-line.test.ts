import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePrefixes } from './longest-prefix.ts'
import { drawLine, layLines, type NumberLine, SCALE, stretchOf, valueAt } from './number-line.ts'

const at = <T>(line: NumberLine<T>, prefix: string): T | undefined => {
  const { start, end } = stretchOf(prefix, undefined)
  return valueAt(line, start, end)
}

const line = drawLine([stretchOf('7', 'seven'), stretchOf('79', 'mobile'), stretchOf('7940', 'other'), stretchOf('49', 'DE')], '')

const cases: [prefix: string, value: string | undefined][] = [
  ['79161234567', 'mobile'],
  ['79401234567', 'other'],
  ['77011234567', 'seven'],
  ['491', 'DE'],
  ['5', ''],
  ['999999999999999', ''],
  ['000000000000000', ''],
  ['4', undefined],
  ['79', undefined],
  ['7', undefined],
]
for (const [prefix, value] of cases) {
  test(`${prefix} is ${value === undefined ? 'not decided' : value || 'nobody’s'}`, () => assert.equal(at(line, prefix), value))
}

test('of equal prefixes the last counts', () => {
  assert.equal(at(drawLine([stretchOf('79', 'first'), stretchOf('79', 'second')], ''), '79'), 'second')
})

test('a line laid upon another changes only what it covers, and neighbours alike become one piece', () => {
  const above = drawLine([stretchOf('7916', 'MTS'), stretchOf('7917', 'MTS')], '')
  const both = layLines(line, above, (country, operator) => (operator ? `${country}/${operator}` : country))
  assert.equal(at(both, '79165550000'), 'mobile/MTS')
  assert.equal(at(both, '79185550000'), 'mobile')
  assert.equal(at(both, '49'), 'DE')
  assert.equal([...both.starts].filter((start) => start > 7915 * (SCALE[4] ?? 0) && start < 7919 * (SCALE[4] ?? 0)).length, 2)
})

test('a prefix that is not 1 to 15 digits is refused', () => {
  for (const prefix of ['', '7a', '1234567890123456']) assert.throws(() => stretchOf(prefix, 0))
})

test('whatever the prefixes, the line says what the longest of them says', () => {
  const prefix = fc.string({ unit: fc.constantFrom('0', '1', '9'), minLength: 1, maxLength: 6 })
  const number = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 6, maxLength: 15 })
  fc.assert(
    fc.property(fc.array(fc.tuple(prefix, fc.nat(3)), { maxLength: 30 }), number, (entries, digits) => {
      const drawn = drawLine(
        entries.map(([each, value]) => stretchOf(each, value)),
        -1,
      )
      assert.equal(at(drawn, digits), compilePrefixes(entries)(digits) ?? -1)
    }),
  )
})
