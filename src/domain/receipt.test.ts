import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errOfReceipt, foldId, mayReplace, otherForms, pickMatch } from './receipt.ts'

const folds: [raw: string, folded: string][] = [
  ['00a1', 'A1'],
  ['  17 ', '17'],
  ['0000', '0'],
  ['1101C1-C9D03D-F000', '1101C1-C9D03D-F000'],
  ['0e7b3c9e-8c1f-4c2c-9f47-3b6e5a1d2c4b', 'E7B3C9E-8C1F-4C2C-9F47-3B6E5A1D2C4B'],
]
for (const [raw, folded] of folds) test(`${raw} is looked up as ${folded}`, () => assert.equal(foldId(raw), folded))

// submitted id, id in the receipt
const sameMessage: [name: string, answered: string, receipt: string][] = [
  ['hex in the answer, decimal in the receipt', '1A', '26'],
  ['decimal in the answer, hex in the receipt', '26', '1a'],
  ['beyond 2^63', '812FC7470000001B', '9308878062554710043'],
  ['beyond 2^63, the other way', '9308878062554710043', '812fc7470000001b'],
  ['a signed 64-bit number for an unsigned one', '812FC7470000001B', '-9137866011154841573'],
  ['zero-padded', '0000000026', '26'],
  ['a UUID that lost its leading 0', '0e7b3c9e-8c1f', 'e7b3c9e-8c1f'],
]
for (const [name, answered, receipt] of sameMessage) {
  test(`one id in two notations: ${name}`, () => {
    const forms = [foldId(receipt), ...otherForms(foldId(receipt))]
    assert.ok(forms.includes(foldId(answered)), forms.join(' '))
  })
}

test('an id as written wins over another notation', () => {
  const candidates = [
    { key: '10', recipient: '79161111111' },
    { key: '16', recipient: '79162222222' },
  ]
  assert.equal(pickMatch(['16'], '', candidates)?.match.recipient, '79162222222')
})

test('another notation counts only when the recipient agrees', () => {
  const candidates = [{ key: '10', recipient: '79161111111' }]
  assert.equal(pickMatch(['16'], '79162222222', candidates), undefined)
  assert.equal(pickMatch(['16'], '', candidates), undefined)
  assert.equal(pickMatch(['16'], '+79161111111', candidates)?.notation, 'other')
})

test('two messages under one id are told apart by the recipient, or not at all', () => {
  const candidates = [
    { key: '7', recipient: '79161111111' },
    { key: '7', recipient: '79162222222' },
  ]
  assert.equal(pickMatch(['7'], '79162222222', candidates)?.match.recipient, '79162222222')
  assert.equal(pickMatch(['7'], '', candidates), undefined)
})

const errs: [state: 'delivered' | 'undelivered' | 'expired', err: string, expected: number][] = [
  ['delivered', '000', 0],
  ['undelivered', '001', 1],
  ['undelivered', '27', 6],
  ['undelivered', '21b', 255],
  ['undelivered', '', 255],
  ['undelivered', '954', 255],
  ['undelivered', '240', 240],
  ['undelivered', '003', 3],
  ['expired', '000', 6],
]
for (const [state, err, expected] of errs) {
  test(`${state} with err "${err}" is err ${expected}`, () => assert.equal(errOfReceipt(state, err), expected))
}

const changes: [from: number, err: number, to: number, may: boolean][] = [
  [-1, 0, 1, true],
  [0, 0, 20, true],
  [0, 0, 0, false],
  [1, 0, 1, false],
  [1, 0, 20, false],
  [1, 0, 4, true],
  [3, 6, 1, true],
  [20, 245, 1, true],
  [20, 245, 3, true],
  [20, 1, 3, false],
]
for (const [from, err, to, may] of changes) {
  test(`${from}/${err} ${may ? 'gives way to' : 'stands against'} ${to}`, () =>
    assert.equal(mayReplace({ state: from, err }, to), may))
}
