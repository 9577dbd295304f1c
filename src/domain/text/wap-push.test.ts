import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wapPush } from './wap-push.ts'

const hex = (mes: string): string | undefined => {
  const push = wapPush(mes)
  if ('problem' in push) return undefined
  return Buffer.concat([Buffer.of(push.udh.length), push.udh, push.octets])
    .toString('hex')
    .toUpperCase()
}

const HEAD = '0605040B8423F0DC0601AE02056A0045C6'
const string = (text: string) => `03${Buffer.from(text).toString('hex').toUpperCase()}00`

test('the sample of the API comes out octet by octet', () => {
  const sample = '0605040B8423F0DC0601AE02056A0045C60C037761702E72752F0001037761702E7275000101'
  assert.equal(hex('http://wap.ru/\nwap.ru'), sample)
})

const cases: [mes: string, octets: string][] = [
  ['http://www.wap.ru/a\nTitle', `0D${string('wap.ru/a')}01${string('Title')}0101`],
  ['https://wap.ru\nTitle', `0E${string('wap.ru')}01${string('Title')}0101`],
  ['https://www.wap.ru\r\nTitle', `0F${string('wap.ru')}01${string('Title')}0101`],
  ['HTTP://Wap.ru\nTitle', `0C${string('Wap.ru')}01${string('Title')}0101`],
  ['wap.ru\nЗаголовок', `0C${string('wap.ru')}01${string('Заголовок')}0101`],
  ['http://wap.ru', `0C${string('wap.ru')}01${string('http://wap.ru')}0101`],
  ['http://wap.ru\nTwo\nlines', `0C${string('wap.ru')}01${string('Two\nlines')}0101`],
]

test('an address and a title become a service indication', () => {
  for (const [mes, octets] of cases) assert.equal(hex(mes), HEAD + octets, mes)
})

test('a text without an address is no push', () => {
  for (const mes of ['', 'Title', '\nhttp://wap.ru', 'two words\nTitle', 'http://\nTitle']) {
    assert.deepEqual(wapPush(mes), { problem: 'no_url' }, mes)
  }
})
