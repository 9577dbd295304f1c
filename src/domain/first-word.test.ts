import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asKeyword, firstWord } from './first-word.ts'

const texts: [text: string, word: string | undefined][] = [
  ['alex: order 5', 'alex'],
  ['alex:order', 'alex'],
  ['ALEX order', 'alex'],
  ['  Alex', 'alex'],
  ['Пицца 2', 'пицца'],
  ['a:b:c', 'a'],
  ['Пицца, две', 'пицца'],
  ['Shop. Hello', 'shop'],
  ['shop!', 'shop'],
  ['bank.ru: hello', 'bank.ru'],
  ['a+b@c_d-e x', 'a+b@c_d-e'],
  ['...', undefined],
  ['', undefined],
  ['   ', undefined],
  [':alex', undefined],
  ['x'.repeat(65), undefined],
  ['line\nbreak', 'line'],
]
for (const [text, word] of texts)
  test(`'${text.slice(0, 20)}' begins with ${word ?? 'no word'}`, () => assert.equal(firstWord(text), word))

const keywords: [written: string, keyword: string | undefined][] = [
  ['Pizza', 'pizza'],
  [' Пицца ', 'пицца'],
  ['two words', undefined],
  ['with:colon', undefined],
  ['', undefined],
  ['nul\0', undefined],
]
for (const [written, keyword] of keywords)
  test(`'${written}' ${keyword ? `is the keyword ${keyword}` : 'is no keyword'}`, () => assert.equal(asKeyword(written), keyword))
