import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AddressKind, asRead, parseRecipient, type Recipient, splitPhones } from './recipient.ts'

const lists: [phones: string, entries: string[]][] = [
  ['79161234567', ['79161234567']],
  ['79161234567,79161234568;79161234569', ['79161234567', '79161234568', '79161234569']],
  ['79161234567\n79161234568\r\n79161234569', ['79161234567', '79161234568', '79161234569']],
  ['+79161234567;+79161234568', ['+79161234567', '+79161234568']],
  [' ,; 79161234567,, ;', ['79161234567']],
  ['8 916 123-45-67, 8 (916) 123-45-68', ['8 916 123-45-67', '8 (916) 123-45-68']],
  ['79161234567 79161234568', ['79161234567', '79161234568']],
  ['+7 916 123-45-67 +7 916 123-45-68', ['+7 916 123-45-67', '+7 916 123-45-68']],
  ['G1 G25 79161234567', ['G1', 'G25', '79161234567']],
  ['ann@example.com bob@example.com', ['ann@example.com', 'bob@example.com']],
  ['79161234567,79161234567', ['79161234567', '79161234567']],
  ['', []],
  [',;\n', []],
]

test('a list of phones is split where people part numbers, not where they write them in groups', () => {
  for (const [phones, entries] of lists) assert.deepEqual(splitPhones(phones), entries, phones)
})

test('a list of a hundred thousand is split whole', () => {
  const numbers = Array.from({ length: 100_000 }, (_, index) => String(79_160_000_000 + index))
  for (const separator of [',', '\n', ' ']) assert.deepEqual(splitPhones(numbers.join(separator)), numbers)
  assert.deepEqual(splitPhones(`1${' '.repeat(1_000_000)}2`), ['1 2'])
})

const refused = (to: string): Recipient => ({ problem: 'bad_number', to })

// biome-ignore format: a table reads better in columns
const entries: [kind: AddressKind, raw: string, recipient: Recipient][] = [
  ['number', '8 916 123-45-67',            { to: '79161234567' }],
  ['number', 'G12',                        { group: 12 }],
  ['number', ' g7 ',                       { group: 7 }],
  ['number', 'G',                          refused('G')],
  ['number', 'G9161234567',                refused('G9161234567')],
  ['number', '7123',                       refused('7123')],
  ['number', 'nobody',                     refused('nobody')],
  ['number', '@ann_lee',                   refused('@ann_lee')],
  ['mail',   'Ann.Lee+news@Example.COM',   { to: 'Ann.Lee+news@example.com' }],
  ['mail',   'анна@почта.рф',              { to: 'анна@почта.рф' }],
  ['mail',   'G3',                         { group: 3 }],
  ['mail',   'ann@localhost',              refused('ann@localhost')],
  ['mail',   'ann',                        refused('ann')],
  ['mail',   'a b@example.com',            refused('a b@example.com')],
  ['mail',   `${'a'.repeat(300)}@e.com`,   refused('a'.repeat(100))],
  ['mail',   '79161234567',                refused('79161234567')],
  ['bot',    '@ann_lee',                   { to: '@ann_lee' }],
  ['bot',    '#123456789',                 { to: '#123456789' }],
  ['bot',    '89161234567',                { to: '79161234567' }],
  ['bot',    '@a b',                       refused('@a b')],
  ['bot',    '#',                          refused('#')],
]

for (const [kind, raw, recipient] of entries) {
  test(`${kind}: ${raw.slice(0, 30)}`, () => {
    const read = parseRecipient(raw, kind, 'russia')
    assert.deepEqual(read, recipient)
  })
}

test('what was read once is not corrected again', () => {
  for (const written of ['+9607712345', '+84912345678', '8 916 123-45-67', '89161234567@example.com']) {
    const read = parseRecipient(written, written.includes('@') ? 'mail' : 'number', 'russia')
    assert.ok('to' in read)
    assert.deepEqual(parseRecipient(asRead(read.to), written.includes('@') ? 'mail' : 'number', 'russia'), read)
  }
})
