import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf, maskHandlerUrl, readHandlerUrl } from './handler-url.ts'

test('the secret word is taken out of the address, everything else stays as it was written', () => {
  assert.deepEqual(readHandlerUrl('http://example.com/smscru?charset=utf-8&sha1=smscsecret'), {
    url: 'http://example.com/smscru?charset=utf-8',
    format: 'form',
    charset: 'utf-8',
    signatures: [{ kind: 'sha1', secret: 'smscsecret' }],
  })
  assert.deepEqual(readHandlerUrl('https://example.com:8443/h?a=%D1&md5=a%2Bb+c&fmt=3&&x'), {
    url: 'https://example.com:8443/h?a=%D1&fmt=3&&x',
    format: 'json',
    charset: 'windows-1251',
    signatures: [{ kind: 'md5', secret: 'a+b c' }],
  })
  assert.deepEqual(readHandlerUrl('http://example.com?crc32=1&fmt=2&charset=UTF8'), {
    url: 'http://example.com?fmt=2&charset=UTF8',
    format: 'xml',
    charset: 'utf-8',
    signatures: [{ kind: 'crc32', secret: '1' }],
  })
})

const REFUSED: [address: string, says: RegExp][] = [
  ['', /begins with http/],
  ['example.com/h', /begins with http/],
  ['ftp://example.com/', /begins with http/],
  ['file:///etc/passwd', /begins with http/],
  ['http:/example.com', /begins with http/],
  ['http://exa mple.com/', /begins with http/],
  ['http://пример.рф/', /written as %XX/],
  ['http://example.com/#top', /no # in it/],
  ['http://example.com:25/', /Port 25 belongs to another service/],
  ['http://example.com:6379/', /Port 6379/],
  ['http://example.com:99999/', /begins with http/],
  ['http://example.com/?md5=', /md5= names no secret word/],
  ['http://example.com/?fmt=3&charset=koi8-r', /koi8-r goes with form fields only/],
]

for (const [address, says] of REFUSED) {
  test(`'${address}' is no handler, and a sentence says why`, () => {
    const read = readHandlerUrl(address)
    assert.match('problem' in read ? read.problem : 'it was taken', says)
  })
}

test('an address is shown without what opens something', () => {
  assert.equal(
    maskHandlerUrl('https://user:pass@example.com/h?md5=word&fmt=3&sha1=a=b'),
    'https://user:***@example.com/h?md5=***&fmt=3&sha1=***',
  )
  assert.equal(maskHandlerUrl('http://example.com:8080/h@x?amd5=1'), 'http://example.com:8080/h@x?amd5=1')
})

test('a host is named as it is connected to, however it was spelled', () => {
  for (const spelled of ['http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://127.1/'])
    assert.equal(hostOf(spelled), '127.0.0.1', spelled)
  assert.equal(hostOf('http://[::FFFF:127.0.0.1]/'), '::ffff:7f00:1')
})
