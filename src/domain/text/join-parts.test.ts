import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinParts, type StoredPart } from './join-parts.ts'
import { concatUdh } from './udh.ts'

const header = (number: number) => concatUdh(7, number, 2)
const text = (number: number, body: string): StoredPart => ({ text: body, octets: header(number), dcs: -1 })
const octets = (number: number, body: string | null, payload: string, dcs: number): StoredPart => ({
  text: body,
  octets: Buffer.concat([header(number), Buffer.from(payload, 'hex')]),
  dcs,
})

test('texts follow each other', () => {
  assert.equal(joinParts([text(1, 'Hello, '), text(2, 'world')]), 'Hello, world')
  assert.equal(joinParts([text(1, 'alone')]), 'alone')
  assert.equal(joinParts([]), '')
})

test('an emoji cut in two is one again, and half of one without the other is marked', () => {
  const first = octets(1, 'Hi ', '004800690020d83d', 8)
  const second = octets(2, '!', 'de000021', 8)
  assert.equal(joinParts([first, second]), 'Hi 😀!')
  assert.equal(joinParts([first]), 'Hi \ufffd')
})

test('an escape and its character in two parts are one character', () => {
  const first = octets(1, 'price 5 ', '70726963652035' + '1b', 0)
  assert.equal(joinParts([first, text(2, 'e today')]), 'price 5€ today')
  assert.equal(joinParts([first, octets(2, 'e', '65', 0)]), 'price 5€')
  assert.equal(joinParts([first]), 'price 5')
})

test('octets without a text are written in hex, other alphabets as the history has them', () => {
  assert.equal(joinParts([octets(1, null, '00ff', 4), octets(2, null, 'a1', 4)]), '00FFA1')
  assert.equal(joinParts([octets(1, 'дом', '34eedc', 6), text(2, '!')]), 'дом!')
})
