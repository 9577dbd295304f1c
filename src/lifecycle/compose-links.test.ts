import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestOf } from '../../test/support/accepting.ts'
import { lookUp } from '../domain/number/plan.ts'
import type { Catalogue } from './catalogue.ts'
import { compose, type House } from './compose.ts'
import type { SendRequest } from './request.ts'

const ACCOUNT = { id: 1, tariffId: 1, payerId: 1, settings: {}, utcOffsetMinutes: 180 } as SendRequest['account']
const CATALOGUE = {
  version: 1,
  priceOf: () => 1n,
  candidates: () => [],
  refundsUndelivered: () => false,
} as unknown as Catalogue

/** What recipients of a text with links are sent, and where its links lead. */
function sent(text: string, of: Partial<SendRequest>, phones: readonly string[] = ['79161234567']) {
  let codes = 0
  const newLink = () => {
    codes += 1
    return { code: `c${codes}`, link: `https://go.example/c${codes}` }
  }
  const house: House = { profile: 'russia', lookUp, newLink, now: () => 0, bars: () => false, maySend: () => true }
  const line = { text, comment: '', sender: undefined, dueAtMs: 0 }
  const request = requestOf(ACCOUNT, phones, { lines: [{ ...line, phones }], shortenLinks: true, ...of })
  return [...compose(request, CATALOGUE, house)].map(({ content, parts, links }) => ({
    text: content.kind === 'text' ? content.text : '',
    ...{ parts, links: (links ?? []).map(({ code, url }) => `${code} ${url}`) },
  }))
}

test('each recipient has links of its own, one for each in the text', () => {
  const told = sent('http://a.ru/1, www.b.ru', {}, ['79161234567', '79161234568'])
  assert.deepEqual(told, [
    { text: 'https://go.example/c1, https://go.example/c2', parts: 1, links: ['c1 http://a.ru/1', 'c2 http://www.b.ru'] },
    { text: 'https://go.example/c3, https://go.example/c4', parts: 1, links: ['c3 http://a.ru/1', 'c4 http://www.b.ru'] },
  ])
})

test('a link that stands in a text twice is one', () => {
  const [told] = sent('http://a.ru, http://b.ru: http://a.ru', {})
  assert.equal(told?.text, 'https://go.example/c1, https://go.example/c2: https://go.example/c1')
  assert.deepEqual(told?.links, ['c1 http://a.ru', 'c2 http://b.ru'])
})

test('a text in Latin letters leads where it led in Cyrillic', () => {
  const [told] = sent('Привет! http://пример.рф/путь', { translit: 1 })
  assert.deepEqual(told, { text: 'Privet! https://go.example/c1', parts: 1, links: ['c1 http://xn--e1afmkfd.xn--p1ai/путь'] })
})

test('a text is counted, and cut, with its links short', () => {
  const long = `http://a.ru/${'b'.repeat(200)}`
  assert.equal(sent(long, {})[0]?.parts, 1)
  assert.deepEqual(sent(`${long} ${'c'.repeat(200)}`, { partsMax: 1 })[0], {
    text: `https://go.example/c1 ${'c'.repeat(160 - 22)}`,
    ...{ parts: 1, links: [`c1 ${long}`] },
  })
})
