import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CarrierId, idInAnswer, idInReceipt, readCarrierId, writeCarrierId } from './carrier-id.ts'

const carried: CarrierId = {
  end: 'undelivered',
  err: 21,
  kind: 'message',
  dueAtMs: 1_795_323_080_123,
  id: 258_342_912_000_256,
  part: 2,
  to: '79161234567',
}
const DIGITS = '3' + '021' + '0' + '1795323080123' + '0258342912000256' + '002' + '000079161234567'

test('the id is a number that can be read by eye', () => {
  assert.equal(writeCarrierId(carried), DIGITS)
})

const notations: [notation: Parameters<typeof idInAnswer>[0], answer: RegExp, receipt: RegExp][] = [
  ['same', /^\d{52}$/, /^\d{52}$/],
  ['hex_then_decimal', /^[\da-f]{43,44}$/, /^\d{52}$/],
  ['decimal_then_hex', /^\d{52}$/, /^[\da-f]{43,44}$/],
  ['upper_hex', /^[\da-f]{43,44}$/, /^[\dA-F]{43,44}$/],
  ['padded', /^\d{52}$/, /^0{12}\d{52}$/],
]
for (const [notation, answer, receipt] of notations) {
  test(`an id in the notation ${notation} is one number, and can be asked about in either form`, () => {
    const forms = [idInAnswer(notation, DIGITS), idInReceipt(notation, DIGITS)]
    assert.match(forms[0] ?? '', answer)
    assert.match(forms[1] ?? '', receipt)
    for (const form of forms) assert.deepEqual(readCarrierId(form), carried)
  })
}

test('whatever goes into an id comes out of it', () => {
  const any = fc.record({
    end: fc.constantFrom('delivered' as const, 'read' as const, 'undelivered' as const, 'expired' as const, 'rejected' as const),
    err: fc.nat(999),
    kind: fc.constantFrom('message' as const, 'hlr' as const, 'hlr_roaming' as const),
    dueAtMs: fc.integer({ min: 0, max: 9_999_999_999_999 }),
    id: fc.nat(Number.MAX_SAFE_INTEGER),
    part: fc.integer({ min: 1, max: 255 }),
    to: fc.stringMatching(/^[1-9]\d{0,14}$/),
  })
  fc.assert(fc.property(any, (id) => assert.deepEqual(readCarrierId(idInAnswer('upper_hex', writeCarrierId(id))), { ...id })))
})

test('an address is left out of the id', () => {
  for (const to of ['full@example.com', '@name', '#17', '7916123456789012345'])
    assert.equal(readCarrierId(writeCarrierId({ ...carried, to }))?.to, '')
})

for (const foreign of [
  '',
  '0',
  '12345',
  'A-B-C',
  '9'.repeat(52),
  'f'.repeat(44),
  DIGITS.slice(1),
  `${DIGITS}0`,
  DIGITS.replace('0', 'x'),
]) {
  test(`"${foreign}" is no id of ours`, () => {
    assert.equal(readCarrierId(foreign), undefined)
  })
}
