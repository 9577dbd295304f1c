import assert from 'node:assert/strict'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { contentType, encodeAnswer } from './respond.ts'

test('the header names the charset that the body really has', () => {
  assert.equal(contentType(3, 'windows-1251'), 'application/json; charset=windows-1251')
  assert.equal(contentType(3, 'utf-8'), 'application/json; charset=utf-8')
  assert.equal(contentType(0, 'windows-1251'), 'text/plain; charset=windows-1251')
  assert.equal(contentType(1, 'koi8-r'), 'text/plain; charset=koi8-r')
  assert.equal(contentType(2, 'utf-8'), 'text/xml; charset=utf-8')
})

for (const charset of ['windows-1251', 'koi8-r', 'utf-8'] as const) {
  test(`${charset}: Cyrillic leaves as the octets that clients expect`, () => {
    assert.deepEqual(
      Buffer.from(encodeAnswer('{"a": "Доставлено ё"}', 3, charset)),
      iconv.encode('{"a": "Доставлено ё"}', charset),
    )
  })
}

// body, fmt, what a windows-1251 client reads
const homeless: [body: string, fmt: 0 | 1 | 2 | 3, read: string][] = [
  ['{"message": "я 😀 ☃"}', 3, '{"message": "я \\ud83d\\ude00 \\u2603"}'],
  ['<message>я 😀</message>', 2, '<?xml version="1.0" encoding="windows-1251"?>\n<message>я &#128512;</message>'],
  ['я 😀 ☃', 0, 'я ? ?'],
  ['я,😀', 1, 'я,?'],
]
for (const [body, fmt, read] of homeless) {
  test(`a character without a place in windows-1251, fmt ${fmt}`, () => {
    assert.equal(iconv.decode(Buffer.from(encodeAnswer(body, fmt, 'windows-1251')), 'windows-1251'), read)
  })
}

test('UTF-8 has a place for everything', () => {
  assert.equal(Buffer.from(encodeAnswer('"😀"', 3, 'utf-8')).toString(), '"😀"')
})

test('XML gets a prolog only when it is not ASCII', () => {
  assert.equal(Buffer.from(encodeAnswer('<a>b</a>', 2, 'utf-8')).toString(), '<a>b</a>')
  assert.equal(Buffer.from(encodeAnswer('<a>я</a>', 2, 'utf-8')).toString(), '<?xml version="1.0" encoding="utf-8"?>\n<a>я</a>')
})
