import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldId, otherForms } from '../../domain/receipt.ts'
import { type CarrierId, readCarrierId, writeCarrierIds } from './carrier-id.ts'

const carried: CarrierId = {
  end: 'expired',
  err: 6,
  kind: 'message',
  dueAtMs: 1_795_323_080_123,
  id: 258_342_912_000_256,
  part: 2,
  to: '79161234567',
}
const DIGITS = `4${'006'}0${'1795323080123'}${'0258342912000256'}${'002'}${'000079161234567'}`
const SHORT = { ...carried, err: undefined, dueAtMs: undefined, to: '' }

// in the answer, in the receipt, what can be read from it
const notations: [notation: Parameters<typeof writeCarrierIds>[0], answer: RegExp, receipt: RegExp, known: CarrierId][] = [
  ['same', /^\d{52}$/, /^\d{52}$/, carried],
  ['padded', /^\d{52}$/, /^0{12}\d{52}$/, carried],
  ['hex_then_decimal', /^[\da-f]{16}$/, /^\d{19,20}$/, SHORT],
  ['decimal_then_hex', /^\d{19,20}$/, /^[\da-f]{16}$/, SHORT],
  ['upper_hex', /^[\da-f]{16}$/, /^[\dA-F]{16}$/, SHORT],
]

test('the long id can be read by eye', () => {
  assert.equal(writeCarrierIds('same', carried).inAnswer, DIGITS)
})

for (const [notation, answer, receipt, known] of notations) {
  test(`the notation ${notation}: either form can be asked about, and the receipt finds its message`, () => {
    const { inAnswer, inReceipt } = writeCarrierIds(notation, carried)
    assert.match(inAnswer, answer)
    assert.match(inReceipt, receipt)
    for (const form of [inAnswer, inReceipt]) assert.deepEqual(readCarrierId(form), known)
    const folded = foldId(inReceipt)
    assert.ok([folded, ...otherForms(folded)].includes(foldId(inAnswer)))
  })

  test(`the notation ${notation}: whatever goes into an id comes out of it`, () => {
    const ids = fc.record({
      end: fc.constantFrom(
        'delivered' as const,
        'read' as const,
        'undelivered' as const,
        'expired' as const,
        'rejected' as const,
      ),
      err: fc.nat(999),
      kind: fc.constantFrom('message' as const, 'hlr' as const, 'hlr_roaming' as const),
      dueAtMs: fc.integer({ min: 0, max: 9_999_999_999_999 }),
      id: fc.nat(Number.MAX_SAFE_INTEGER),
      part: fc.integer({ min: 1, max: 255 }),
      to: fc.stringMatching(/^[1-9]\d{0,14}$/),
    })
    const isLong = known === carried
    fc.assert(
      fc.property(ids, (id) => {
        const { inAnswer, inReceipt } = writeCarrierIds(notation, id)
        const expected = isLong ? { ...id } : { ...SHORT, end: id.end, id: id.id, part: id.part }
        assert.deepEqual(readCarrierId(inAnswer), expected)
        assert.deepEqual(readCarrierId(inReceipt), expected)
      }),
    )
  })
}

test('an address is left out of the id', () => {
  for (const to of ['full@example.com', '@name', '#17', '7916123456789012345']) {
    assert.equal(readCarrierId(writeCarrierIds('same', { ...carried, to }).inAnswer)?.to, '')
  }
})

const foreign = [
  '',
  '0',
  '12345',
  'A-B-C',
  '9'.repeat(52),
  'f'.repeat(16),
  '1'.repeat(19),
  DIGITS.slice(1),
  `${DIGITS}0`,
  `x${DIGITS}`,
]
for (const id of foreign) {
  test(`"${id}" is no id of ours`, () => {
    assert.equal(readCarrierId(id), undefined)
  })
}
