import assert from 'node:assert/strict'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { createBodyReader } from './body.ts'
import type { HttpCall } from './call.ts'
import { readForm } from './form.ts'
import { PARAMETERS_MAX, Params } from './params.ts'
import { readBytes, readRequest } from './request.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

async function read({ query = '', body = '' as string | Buffer, type = FORM }): Promise<Params> {
  const params = new Params()
  readForm(query, params)
  await readBytes(Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1'), type, params)
  return params
}

const percent = (bytes: Buffer): string => [...bytes].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')
const boundary = '----x1y2'
const multipart = `multipart/form-data; boundary=${boundary}`
const parts = (...each: [headers: string, body: Buffer | string][]): Buffer =>
  Buffer.concat([
    ...each.map(([headers, body]) =>
      Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`), Buffer.from(body as string), Buffer.from('\r\n')]),
    ),
    Buffer.from(`--${boundary}--\r\n`),
  ])
const named = (name: string) => `Content-Disposition: form-data; name="${name}"`

const TEXT = 'Привет, «мир» №1'
for (const charset of ['windows-1251', 'koi8-r', 'utf-8'] as const) {
  const text = charset === 'koi8-r' ? 'Привет, мир' : TEXT
  const octets = iconv.encode(text, charset)
  const spelled = charset === 'windows-1251' ? '' : `&charset=${charset}`

  test(`${charset}: the query, a form and a multipart body say the same`, async () => {
    assert.equal((await read({ query: `mes=${percent(octets)}${spelled}` })).text('mes'), text)
    assert.equal((await read({ body: `mes=${percent(octets)}${spelled}` })).text('mes'), text)
    assert.equal((await read({ body: `mes=${octets.toString('latin1')}${spelled}` })).text('mes'), text)
    for (const own of ['', '\r\nContent-Type: text/plain', '\r\nContent-Type: text/plain; charset=utf-8']) {
      const body = parts([named('mes') + own, octets], [named('charset') + own, charset])
      assert.equal((await read({ body, type: multipart })).text('mes'), text, own)
    }
  })
}

test('charset may stand anywhere, also in the query of a POST', async () => {
  const octets = percent(Buffer.from(TEXT))
  assert.equal((await read({ query: 'charset=utf-8', body: `mes=${octets}` })).text('mes'), TEXT)
  assert.equal((await read({ body: `mes=${octets}&charset=UTF8` })).text('mes'), TEXT)
})

// query, body, name, value
const merged: [claim: string, query: string, body: string, name: string, value: string | undefined][] = [
  ['the body wins', 'mes=q', 'mes=b', 'mes', 'b'],
  ['the last of several counts', 'id=1&id=2', '', 'id', '2'],
  ['what only the query has is there', 'login=alex', 'mes=b', 'login', 'alex'],
  ['a name without a value is given and empty', 'sender', '', 'sender', ''],
  ['an empty value is given', 'sender=', '', 'sender', ''],
  ['what nobody gave is not there', 'a=1', 'b=2', 'mes', undefined],
  ['an equals sign in a value stays', 'mes=a=b', '', 'mes', 'a=b'],
  ['an encoded ampersand stays in its value', 'mes=a%26id%3D5', '', 'mes', 'a&id=5'],
  ['brackets in a name, bare', 'fl[29]=1', '', 'fl[29]', '1'],
  ['brackets in a name, encoded', 'fl%5B29%5D=1', '', 'fl[29]', '1'],
  ['empty pairs are nothing', '&&a=1&&', '', 'a', '1'],
  ['a semicolon separates numbers, not parameters', 'phones=79161234567;79161234568', '', 'phones', '79161234567;79161234568'],
  ['a line end behind the form is not of the last value', '', 'mes=b\r\n', 'mes', 'b'],
  ['names that objects have are only names', '__proto__=1&constructor=2', '', 'constructor', '2'],
  ['NUL is taken out of a text', 'mes=a%00b', '', 'mes', 'ab'],
  [
    'an array of numbers, as axios writes it',
    'phones[]=79161234567&phones%5B%5D=79161234568',
    '',
    'phones',
    '79161234567,79161234568',
  ],
  [
    'an array of numbers, as PHP writes it',
    '',
    'phones%5B0%5D=79161234567&phones%5B1%5D=79161234568',
    'phones',
    '79161234567,79161234568',
  ],
  ['an array of lines', 'list[]=1:a&list[]=2:b', '', 'list', '1:a\n2:b'],
  ['an array of one', 'phone[]=79161234567&id[]=7', '', 'id', '7'],
]
for (const [claim, query, body, name, value] of merged) {
  test(`parameters: ${claim}`, async () => assert.equal((await read({ query, body })).text(name), value))
}

test('all values of a name are kept in order, and octets stay as they came', async () => {
  const params = await read({ query: 'a=1&b=x&a=%002', body: 'a=%ff' })
  assert.deepEqual(params.all('a'), ['1', '\x002', '\xff'])
  assert.equal(params.octets('a'), '\xff')
  assert.deepEqual([...params.names()], ['a', 'b'])
})

// JSON source, name, value
const json: [claim: string, source: string, name: string, value: string | undefined][] = [
  ['strings', '{"mes":"Привет 😀"}', 'mes', 'Привет 😀'],
  ['numbers', '{"id":33,"cost":3}', 'id', '33'],
  ['a phone as a number', '{"phones":79161234567}', 'phones', '79161234567'],
  ['true is 1', '{"flash":true}', 'flash', '1'],
  ['false is 0', '{"flash":false}', 'flash', '0'],
  ['null is not given', '{"sender":null}', 'sender', undefined],
  ['phones as an array', '{"phones":["79161234567",79161234568]}', 'phones', '79161234567,79161234568'],
  ['list as an array of lines', '{"list":["1:a","2:b"]}', 'list', '1:a\n2:b'],
  ['list as an array of pairs', '{"list":[["1","a:b\\nc"],[["2","3"],"d"],[4,5]]}', 'list', '1:a:b\\nc\n2,3:d\n4:5'],
  ['numbers by name', '{"phones":{"a":1}}', 'phones[a]', '1'],
  ['flags as an object', '{"fl":{"29":1}}', 'fl[29]', '1'],
  ['lone surrogates and NUL are taken out', '{"mes":"a\\ud800b\\u0000c"}', 'mes', 'abc'],
  ['a byte order mark in front', '\ufeff{"mes":"a"}', 'mes', 'a'],
]
for (const [claim, source, name, value] of json) {
  test(`JSON: ${claim}`, async () => {
    const params = await read({ body: Buffer.from(source), type: `${JSON_TYPE}; charset=utf-8` })
    assert.equal(params.fault, undefined)
    assert.equal(params.text(name), value)
  })
}

test('JSON is UTF-8 whatever charset says, which then is the charset of the answer', async () => {
  assert.equal((await read({ body: Buffer.from('{"mes":"я"}'), type: JSON_TYPE })).charset, 'utf-8')
  const params = await read({ body: Buffer.from('{"mes":"я","charset":"windows-1251"}'), type: JSON_TYPE })
  assert.equal(params.charset, 'windows-1251')
  assert.equal(params.text('mes'), 'я')
})

test('below /rest/ a request that does not say its charset is UTF-8', async () => {
  const ask = (query: string) =>
    readRequest({ path: '/rest/send/', query, req: { method: 'GET' } } as HttpCall, createBodyReader()) as Params
  assert.equal(ask('mes=%D1%8F').text('mes'), 'я')
  assert.equal(ask('mes=%FF&charset=windows-1251').text('mes'), 'я')
  assert.equal(ask('mes=%FF&charset=nonsense').text('mes'), 'я')
})

test('JSON under the name of a form is read too, and a form that begins with a brace stays a form', async () => {
  for (const body of ['{"mes":"a"}', '\r\n  {"mes":"a"}', '\xef\xbb\xbf{"mes":"a"}']) {
    for (const type of [FORM, 'text/plain; charset=utf-8', 'text/json', ''])
      assert.equal((await read({ body, type })).text('mes'), 'a')
  }
  assert.equal((await read({ body: '{x=1&mes=a' })).text('mes'), 'a')
})

const broken: [claim: string, body: string | Buffer, type: string][] = [
  ['half an object', '{"mes":', JSON_TYPE],
  ['an array', '[1,2]', JSON_TYPE],
  ['a bare word', 'hello', JSON_TYPE],
  ['deeply nested brackets', '['.repeat(100_000), JSON_TYPE],
  ['multipart without a boundary', 'x', 'multipart/form-data'],
  ['multipart cut off', parts([named('mes'), 'a']).subarray(0, 40), multipart],
  ['multipart that is none', 'hello', multipart],
  ['multipart of another kind', 'hello', 'multipart/mixed; boundary=x'],
  ['a malformed part header', `--${boundary}\r\n:::\r\n\r\nx\r\n--${boundary}--`, multipart],
  ['too many parameters', 'a=1&'.repeat(PARAMETERS_MAX + 1), FORM],
  [
    'too many parts',
    parts(...Array.from({ length: PARAMETERS_MAX + 1 }, () => [named('a'), 'x'] as [string, string])),
    multipart,
  ],
  ['a name as long as a text', `${'n'.repeat(1000)}=1`, FORM],
]
for (const [claim, body, type] of broken) {
  test(`a request that can't be read: ${claim}`, async () => assert.equal((await read({ body, type })).fault, 'bad_request'))
}

test('files are kept apart, their octets and names as they came', async () => {
  const bytes = Buffer.from([0, 1, 2, 0xff, 0x0d, 0x0a, 0x2d, 0x2d])
  const params = await read({
    body: parts(
      [named('mes'), 'hi'],
      [`${named('File1')}; filename="\xef\xf0.jpg"\r\nContent-Type: image/jpeg`, bytes],
      [`${named('raw')}\r\nContent-Type: application/octet-stream`, Buffer.from([0xff])],
    ),
    type: multipart,
  })
  assert.equal(params.fault, undefined)
  assert.equal(params.text('mes'), 'hi')
  assert.equal(params.octets('raw'), '\xff')
  assert.deepEqual(
    params.files.map(({ field, type, bytes: octets }) => [field, type, [...octets]]),
    [['File1', 'image/jpeg', [...bytes]]],
  )
})

test('a part with spaces around the equals signs of its heading is read, as the C# library of the original writes it', async () => {
  const body = parts(
    ['Content-Disposition: form-data; name="File1"; filename = "a.jpg"\r\nContent-Type: application/octet-stream', 'x; y = "z"'],
    ['Content-Disposition: form-data; name = "mes"\r\nContent-Type: text/plain; charset="UTF-8"', 'a; b = "c"'],
  )
  const params = await read({ body, type: multipart })
  assert.equal(params.text('mes'), 'a; b = "c"')
  assert.deepEqual(
    params.files.map(({ field, name, bytes }) => [field, name, String(bytes)]),
    [['File1', 'a.jpg', 'x; y = "z"']],
  )
})

test('a parameter named charset is not taken for the charset of its part', async () => {
  const params = await read({ body: parts([named('charset'), 'utf-8'], [named('mes'), Buffer.from('я')]), type: multipart })
  assert.equal(params.text('mes'), 'я')
})

test('a binary text is its octets, as JSON its characters, NUL among them', async () => {
  assert.equal((await read({ query: 'mes=%00%ff%d0' })).binary('mes'), '\0\xff\xd0')
  assert.equal((await read({ body: Buffer.from('{"mes":"\\u0000\\u00ff"}'), type: JSON_TYPE })).binary('mes'), '\0\xff')
})

test('many delimiters without an end are no work', async () => {
  const params = await read({ body: Buffer.from(`--${boundary}\r\n`.repeat(400_000)), type: multipart })
  assert.equal(params.fault, 'bad_request')
})
