import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBalance, formatMoney, parseMoney } from './money.ts'

const written: [text: string, millionths: bigint][] = [
  ['1871.62', 1_871_620_000n],
  ['0', 0n],
  ['0.4', 400_000n],
  ['1000', 1_000_000_000n],
  ['0.0001', 100n],
  ['-2.5', -2_500_000n],
  [' 15.00 ', 15_000_000n],
  ['999999999999.9999', 999_999_999_999_999_900n],
]

test('money is read to the last of four decimals', () => {
  for (const [text, millionths] of written) assert.equal(parseMoney(text), millionths, text)
})

test('what is no money is a value, not an exception', () => {
  for (const text of ['', '.5', '5.', '1,5', '1e3', '0x10', '1.00001', '1234567890123', '--1', '+1', 'NaN', '1 000', '١']) {
    assert.deepEqual(parseMoney(text), { problem: 'bad_money' }, text)
  }
})

// biome-ignore format: a table reads better in columns
const prints: [millionths: bigint, two: string, trim: string, balance: string, balanceTrimmed: string][] = [
  [1_871_620_000n, '1871.62', '1871.62', '1871.62', '1871.62'],
  [15_000_000n,    '15.00',   '15',      '15.00',   '15'],
  [400_000n,       '0.40',    '0.4',     '0.40',    '0.4'],
  [83_600_000n,    '83.60',   '83.6',    '83.60',   '83.6'],
  [100_000_000n,   '100.00',  '100',     '100.00',  '100'],
  [0n,             '0.00',    '0',       '0.00',    '0'],
  [5_000n,         '0.01',    '0.005',   '0.00',    '0'],
  [4_999n,         '0.00',    '0.005',   '0.00',    '0'],
  [999_999n,       '1.00',    '1',       '0.99',    '0.99'],
  [12_500n,        '0.01',    '0.0125',  '0.01',    '0.01'],
  [50n,            '0.00',    '0.0001',  '0.00',    '0'],
  [49n,            '0.00',    '0',       '0.00',    '0'],
  [-5_000n,        '-0.01',   '-0.005',  '-0.01',   '-0.01'],
  [-1n,            '0.00',    '0',       '-0.01',   '-0.01'],
  [-2_500_000n,    '-2.50',   '-2.5',    '-2.50',   '-2.5'],
  [10_000_000n,    '10.00',   '10',      '10.00',   '10'],
]

for (const [millionths, two, trim, balance, balanceTrimmed] of prints) {
  test(`${millionths} millionths are a cost of ${two} and a balance of ${balance}`, () => {
    assert.equal(formatMoney(millionths), two)
    assert.equal(formatMoney(millionths, 'trim'), trim)
    assert.equal(formatBalance(millionths), balance)
    assert.equal(formatBalance(millionths, 'trim'), balanceTrimmed)
  })
}

test('what is printed with four decimals is read back', () => {
  for (const [, millionths] of written) assert.equal(parseMoney(formatMoney(millionths, 'trim')), millionths)
})
