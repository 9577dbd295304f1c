import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredId, describeRelation, formsOf, relationOf, settingsFor } from './receipt-id.ts'

const RELATIONS: readonly [answered: string, received: string, words: string, settings: object | undefined][] = [
  ['a1b2', '00A1B2', 'the same in answers and receipts', {}],
  ['A1B2', '41394', 'decimal in receipts, hexadecimal in answers', { receiptIds: 'decimal' }],
  ['812FC7470000001B', '9308878062554710043', 'decimal in receipts, hexadecimal in answers', { receiptIds: 'decimal' }],
  ['812FC7470000001B', '-9137866011154841573', 'decimal in receipts, hexadecimal in answers', { receiptIds: 'decimal' }],
  ['41394', 'a1b2', 'hexadecimal in receipts, decimal in answers', { receiptIds: 'hex' }],
  ['77001234', '77001234.1', 'followed by ".1" in receipts', { receiptIdEndsAt: '.' }],
  [
    'A1B2C',
    '662316:0',
    'decimal in receipts, hexadecimal in answers, followed by ":0" in receipts',
    { receiptIds: 'decimal', receiptIdEndsAt: ':' },
  ],
  ['77001234@smsc', '77001234', 'followed by "@SMSC" in answers', undefined],
  ['1101C1-C9D03D-F000', '1101C1C9D03DF000', 'written with dashes or spaces in one place only', undefined],
]

for (const [answered, received, words, settings] of RELATIONS) {
  test(`${answered} in the answer and ${received} in the receipt: ${words}`, () => {
    const relation = relationOf(answered, received)
    assert.ok(relation)
    assert.equal(describeRelation(relation), words)
    assert.deepEqual(settingsFor(relation), settings)
    if (settings === undefined) return
    const translated = answeredId(received, { receiptIds: 'auto', receiptIdEndsAt: '', ...settings })
    assert.equal(describeRelation(relationOf(answered, translated) ?? relation), 'the same in answers and receipts')
    assert.ok(formsOf(received).includes(answered.toUpperCase()), 'and it is among the forms the receipt is looked for by')
  })
}

test('ids of different messages have nothing in common', () => {
  for (const [one, other] of [
    ['12345', '12346'],
    ['A1B2', 'A1B3'],
    ['1', '1.7'],
    ['', '0'],
  ] as const) {
    assert.equal(relationOf(one, other), undefined, `${one} and ${other}`)
  }
})

test('a setting leaves alone what it does not fit', () => {
  assert.equal(answeredId('3f2a-uuid', { receiptIds: 'decimal', receiptIdEndsAt: '' }), '3f2a-uuid')
  assert.equal(answeredId('.5', { receiptIds: 'auto', receiptIdEndsAt: '.' }), '.5')
  assert.equal(answeredId('12.5', { receiptIds: 'auto', receiptIdEndsAt: '.:' }), '12')
})
