import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

/** Line feeds are written `~` in the tables of this folder. */
const lines = (written: string): string => written.replaceAll('~', '\n')

const PHONE = '79999999999'

// fmt, cost, and the answer to a message of 1.40; `{balance}` is what is left then
const answers: [fmt: number, cost: number, answer: string][] = [
  [0, 0, 'OK - 1 SMS, ID - 279'],
  [0, 1, '1.4 (1 SMS)'],
  [0, 2, 'OK - 1 SMS, ID - 279, COST - 1.4'],
  [0, 3, 'OK - 1 SMS, ID - 279, COST - 1.4, BALANCE - {balance}'],
  [1, 0, '279,1'],
  [1, 1, '1.4,1'],
  [1, 2, '279,1,1.4'],
  [1, 3, '279,1,1.4,{balance}'],
  [2, 0, '<result>~<id>279</id>~<cnt>1</cnt>~</result>'],
  [2, 1, '<result>~<cost>1.4</cost>~<cnt>1</cnt>~</result>'],
  [2, 2, '<result>~<id>279</id>~<cnt>1</cnt>~<cost>1.4</cost>~</result>'],
  [2, 3, '<result>~<id>279</id>~<cnt>1</cnt>~<cost>1.4</cost>~<balance>{balance}</balance>~</result>'],
  [3, 0, '{~"id": 279,~"cnt": 1~}'],
  [3, 1, '{~"cost": "1.4",~"cnt": 1~}'],
  [3, 2, '{~"id": 279,~"cnt": 1,~"cost": "1.4"~}'],
  [3, 3, '{~"id": 279,~"cnt": 1,~"cost": "1.4",~"balance": "{balance}"~}'],
]

const many = (count: number, ask: (at: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, (_, at) => ask(at)))

const types = ['text/plain', 'text/plain', 'text/xml', 'application/json']

export function tellSent(scene: () => Scene): void {
  before(async () => {
    const { admin } = scene().centre
    await admin('PUT', '/prices', { tariff: 'recorded', default: true, price: '1.40' })
    await admin('PUT', '/prices', { tariff: 'recorded', prefix: '7913', price: '0.4' })
  })

  test('a fresh account counts from 1', async () => {
    const fresh = await scene().open({ login: 'fresh', balance: '10' })
    const send = async (text: string, more = '') =>
      (await scene().ask(`/sys/send.php?${fresh}&phones=${PHONE}&mes=${text}${more}`)).text
    assert.equal(await send('one'), 'OK - 1 SMS, ID - 1')
    assert.equal(await send('two', '&fmt=1'), '2,1')
    assert.equal(await send('three', '&fmt=3'), lines('{~"id": 3,~"cnt": 1~}'))
    assert.equal(await send('my own', '&id=53233'), 'OK - 1 SMS, ID - 53233')
    assert.equal(await send('four', '&id=0'), 'OK - 1 SMS, ID - 4')
  })

  test('by cost and fmt', async () => {
    const account = await scene().open({ login: 'docs', balance: '117.30', tariff: 'recorded' })
    let balance = 117.3
    for (const [fmt, cost, answer] of answers) {
      if (cost !== 1) balance -= 1.4
      const reply = await scene().ask(
        `/sys/send.php?${account}&phones=${PHONE}&mes=fmt+${fmt}+cost+${cost}&id=279&fmt=${fmt}&cost=${cost}`,
      )
      assert.equal(reply.text, lines(answer).replace('{balance}', String(Number(balance.toFixed(2)))), `fmt ${fmt}, cost ${cost}`)
      assert.equal(reply.type, `${types[fmt]}; charset=windows-1251`)
    }
    assert.equal(balance.toFixed(2), '100.50')
  })

  test('of 22 and 27 bytes, in the charset asked for', async () => {
    const account = await scene().open({ login: 'ruby', balance: '50', tariff: 'recorded' })
    // Thirty-two messages went before.
    await many(32, (at) => scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=message+${at}`))
    const sent = await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=Hello&fmt=3&charset=utf-8`)
    assert.equal(sent.text, lines('{~"id": 33,~"cnt": 1~}'))
    assert.equal(sent.bytes.length, 22)
    assert.equal(sent.type, 'application/json; charset=utf-8')
    // Rejected requests consume an id too.
    const bad = await scene().ask(`/sys/send.php?${account}&phones=7123&mes=Hello&fmt=3`)
    assert.equal(bad.text, lines('{~"error": "invalid number",~"error_code": 7,~"id": 34~}'))
    assert.equal(bad.bytes.length, 56)
    assert.equal(bad.type, 'application/json; charset=windows-1251')

    const price = await scene().ask(`/sys/send.php?${account}&phones=79131234567&mes=Hello&fmt=3&cost=1`)
    assert.equal(price.text, lines('{~"cost": "0.4",~"cnt": 1~}'))
    assert.equal(price.bytes.length, 27)
  })

  test('to a JSON request that names no format', async () => {
    const account = await scene().open({ login: 'json', balance: '87.7', tariff: 'recorded' })
    await scene().centre.admin('PUT', '/prices', { tariff: 'recorded', prefix: '7914', price: '4.1' })
    await many(13, (at) => scene().ask(`/sys/send.php?${account}&phones=7123&mes=message+${at}`))
    const [, login, psw] = /login=(.*)&psw=(.*)/.exec(account) ?? []
    const body = JSON.stringify({ login, psw, phones: '79141234567', mes: 'Код 1234', cost: 3 })
    const { text, type } = await scene().ask('/rest/send/', body, 'application/json')
    assert.equal(text, lines('{~"id": 14,~"cnt": 1,~"cost": "4.1",~"balance": "83.6"~}'))
    assert.equal(type, 'application/json; charset=utf-8')
  })

  test('with the numbers, where they are asked for', async () => {
    const account = await scene().open({ login: 'numbers', balance: '50', tariff: 'recorded' })
    const ask = async (more: string) =>
      (await scene().ask(`/sys/send.php?${account}&phones=${PHONE},7123&mes=${more.length}${more}`)).text
    const good = '{~"phone": "79999999999",~"mccmnc": "25001",~"cost": "1.4"~}'
    const bad = '{~"phone": "7123",~"mccmnc": "",~"cost": "0.00",~"status": "22",~"error": "249"~}'
    const maskNetwork = (text: string) => text.replace(/(?<="phone": "79999999999",\n"mccmnc": ")\d{5}/, '25001')
    assert.equal(maskNetwork(await ask('&op=1&fmt=3')), lines(`{~"id": 1,~"cnt": 1,~"phones": [${good},~${bad}]~}`))
    assert.equal(await ask('&err=1&fmt=3'), lines(`{~"id": 2,~"cnt": 1,~"phones": [${bad}]~}`))
    assert.match(await ask('&op=1&fmt=1&cost=3'), /^3,1,1\.4,45\.8\n79999999999,\d{5},1\.4,,\n7123,,0\.00,22,249$/)
    const xml = '<phone mccmnc="" cost="0.00" status="22" error="249">7123</phone>'
    assert.equal(await ask('&err=1&fmt=2'), lines(`<result>~<id>4</id>~<cnt>1</cnt>~<phones>~${xml}~</phones>~</result>`))
    assert.equal(await ask('&fmt=1'), '5,1', 'never unasked')
  })
}
