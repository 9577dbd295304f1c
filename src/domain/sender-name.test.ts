import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSenderName, possibleNames, SENDER_KIND } from './sender-name.ts'

const { name, number, mail } = SENDER_KIND

// written, mail=1, name, kind, a code can be sent to it
const read: [written: string, isMail: boolean, name: string, kind: number, callable: boolean][] = [
  ['MyShop', false, 'MyShop', name, false],
  [' My Shop ', false, 'My Shop', name, false],
  ['a@b.ru', false, 'a@b.ru', name, false],
  ['79161234567', false, '79161234567', number, true],
  ['+79161234567', false, '79161234567', number, true],
  ['89161234567', false, '79161234567', number, true],
  ['9161234567', false, '79161234567', number, true],
  ['1234', false, '1234', number, false],
  ['123456789012345', false, '123456789012345', number, false],
  ['Ivan@Example.COM', true, 'ivan@example.com', mail, false],
]
for (const [written, isMail, wanted, kind, callable] of read) {
  test(`${written} is ${wanted}`, () => {
    assert.deepEqual(parseSenderName(written, isMail, 'russia'), { name: wanted, kind, callable })
  })
}

// written, mail=1
const bad: [written: string, isMail: boolean][] = [
  ['', false],
  ['.', false],
  ['TwelveLetter', false],
  ['Магазин', false],
  ['1234567890123456', false],
  ['a\nb', false],
  ['MyShop', true],
  ['a@b', true],
  [`${'a'.repeat(300)}@example.com`, true],
]
for (const [written, isMail] of bad) {
  test(`'${written.slice(0, 20)}' is no name${isMail ? ' of an e-mail' : ''}`, () => {
    assert.deepEqual(parseSenderName(written, isMail, 'russia'), { problem: 'bad_sender' })
  })
}

test('an address is looked for as a name and as an address, unless it is said which', () => {
  assert.deepEqual(possibleNames('A@b.ru', false, 'russia'), ['A@b.ru', 'a@b.ru'])
  assert.deepEqual(possibleNames('A@b.ru', true, 'russia'), ['a@b.ru'])
  assert.deepEqual(possibleNames('long.address@example.com', false, 'russia'), ['long.address@example.com'])
  assert.deepEqual(possibleNames('nobody could have this', false, 'russia'), [])
})
