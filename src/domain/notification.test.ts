import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, type Notification, sampleOf, signedText } from './notification.ts'
import { writeBody } from './notification-body.ts'
import { decode } from './text/charset.ts'

const AT = Date.UTC(2026, 10, 22, 9, 5, 7)
const MOSCOW = 180
const lookUp: Notification = {
  ...sampleOf('status', 1_700_000_000_000),
  ...{ id: 1001, phone: '79991234567', status: 1, err: 0, type: 4, cost: 300_000n, parts: 1, flag: 4, sender: 'HLR', mccmnc: '' },
  hlr: ['250011234567890', '', '250', '01', 'Russia', 'MTS', '', ''],
} as Notification
const incoming: Notification = { kind: 'incoming', id: 7, phone: '79161234567', to: '79000000001', text: 'Да & <нет>', atMs: AT }
const text = (body: Uint8Array): string => Buffer.from(body).toString('latin1')

test('a look-up is told with all that was found, and with err also when it is 0', () => {
  const fields = Object.fromEntries(fieldsOf(lookUp, MOSCOW))
  const known =
    '{"id":"1001","phone":"79991234567","status":"1","err":"0","imsi":"250011234567890","mcc":"250","mnc":"01","cn":"Russia","net":"MTS","type":"4","cost":"0.30","ts":"1700000000"}'
  for (const [name, value] of Object.entries(JSON.parse(known) as Record<string, string>)) assert.equal(fields[name], value, name)
})

test('a plain status is told in the account’s time, without err when there is none', () => {
  const fields = fieldsOf(
    { ...lookUp, atMs: AT, type: 0, flag: 0, sender: 'Shop', mccmnc: '25001', hlr: undefined } as Notification,
    MOSCOW,
  )
  assert.equal(
    text(writeBody(fields, { format: 'form', charset: 'utf-8' }).octets),
    'id=1001&phone=79991234567&status=1&time=22.11.2026+12%3A05%3A07&ts=1795338307&type=0&cost=0.30&cnt=1&flag=0&sender=Shop&mccmnc=25001',
  )
})

// biome-ignore format: a table reads better in columns
const FORMS: [charset: 'windows-1251' | 'koi8-r' | 'utf-8', mes: string][] = [
  ['windows-1251', '%C4%E0+%26+%3C%ED%E5%F2%3E'],
  ['koi8-r',       '%E4%C1+%26+%3C%CE%C5%D4%3E'],
  ['utf-8',        '%D0%94%D0%B0+%26+%3C%D0%BD%D0%B5%D1%82%3E'],
]

for (const [charset, mes] of FORMS) {
  test(`a form in ${charset} has its octets`, () => {
    const body = text(writeBody(fieldsOf(incoming, MOSCOW), { format: 'form', charset }).octets)
    assert.equal(body, `id=7&phone=79161234567&mes=${mes}&to=79000000001&time=22.11.2026+12%3A05%3A07&ts=1795338307`)
  })
}

test('JSON is ASCII, so that it reads the same in every charset', () => {
  for (const charset of ['utf-8', 'windows-1251'] as const) {
    const { type, octets } = writeBody(fieldsOf(incoming, MOSCOW), { format: 'json', charset })
    assert.equal(type, 'application/json')
    assert.match(text(octets), /^[\x20-\x7e]+$/)
    assert.equal((JSON.parse(text(octets)) as { mes: string }).mes, 'Да & <нет>')
  }
})

test('XML names its charset, escapes what it must, and loses no character', () => {
  const fields = fieldsOf({ ...incoming, text: 'Да & <нет> 😀\0' }, MOSCOW)
  const { octets } = writeBody(fields, { format: 'xml', charset: 'windows-1251' })
  const written = decode(octets, 'windows-1251')
  assert.match(written, /^<\?xml version="1.0" encoding="windows-1251"\?>\n<result>\n<id>7<\/id>\n/)
  assert.match(written, /<mes>Да &amp; &lt;нет&gt; &#128512;<\/mes>/)
})

test('what is signed is what happened and the secret word', () => {
  assert.equal(signedText({ ...lookUp, id: 123, phone: 'text', status: 234 } as Notification, 'zxc'), '123:text:234:zxc')
  assert.equal(signedText(incoming, 'zxc'), '79161234567:Да & <нет>:79000000001:zxc')
  assert.equal(signedText({ kind: 'wait-call', phone: '7916', called: '7800', atMs: 5_999 }, 'zxc'), '7916:5:zxc')
})
