import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')

/** Times of any day stand for those of the record. */
const DATE = /\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d/g
const STAMP = /\b\d{10}\b/g
const masked = (text: string): string => text.replace(DATE, 'DATE').replace(STAMP, 'STAMP')

/** Members that the service added after the record was made. */
const withoutNewer = (json: string): string =>
  json.replace(/"(?:flag|comment|mccmnc|sms_cnt)": (?:\d+|"[^"]*"),?\n/g, '').replace(/,\n}/g, '\n}')

const PHONE = '79161234567'
const KAZAKH = '77011234567'
const RECORDED_2016 = '{~"status": 1,~"last_date": "18.10.2016 15:34:12",~"last_timestamp": 1476794052~}'
const RECORDED_2018 =
  '{~"status": 1,~"last_date": "12.02.2018 18:34:21",~"last_timestamp": 1518438861,~"send_date": "12.02.2018 18:34:17",~' +
  '"send_timestamp": 1518438857,~"phone": "77011234567",~"cost": "6.40",~"sender_id": "SMSC.KZ",~"status_name": "Доставлено",~' +
  '"message": "Test",~"country": "Казахстан",~"operator": "K\'cell",~"region": "",~"type": 0~}'
const RECORDED_2023 =
  '[{~"status": 25,~"last_date": "17.03.2023 16:47:56",~"last_timestamp": 1679060876,~"flag": 0,~"err": 248,~"id": 32,~"phone": "77051234567"~},~' +
  '{~"status": 23,~"last_date": "17.03.2023 16:47:56",~"last_timestamp": 1679060876,~"flag": 0,~"err": 254,~"id": 32,~"phone": "79651234567"~}]'

export function tellStatuses(scene: () => Scene): void {
  let account = ''
  let kazakh = ''
  const ask = async (parameters: string, who = account) =>
    (await scene().ask(`/sys/status.php?${who}&${parameters}&charset=utf-8`)).text

  before(async () => {
    const { admin } = scene().centre
    await admin('PUT', '/prices', { tariff: 'almaty', currency: 'KZT', prefix: '7701', price: '6.40' })
    await admin('PUT', '/prices', { tariff: 'almaty', prefix: '7965', price: '9' })
    account = await scene().open({ login: 'status', balance: '100' })
    kazakh = await scene().open({ login: 'almaty', balance: '100', tariff: 'almaty', settings: { tz: 18 } }) // GMT+6
    await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=Hello,+world&id=1&sender=Shop`)
    await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&id=2&hlr=1`)
    await scene().ask(`/sys/send.php?${kazakh}&phones=${KAZAKH}&mes=Test&id=1&sender=SMSC.KZ`)
    await scene().until(account, 1, PHONE, 1)
    await scene().until(account, 1, PHONE, 2)
    await scene().until(kazakh, 1, KAZAKH, 1)
  })

  test('a delivered message, 2016', async () => {
    assert.equal(lines(RECORDED_2016).length, 81)
    const json = await ask(`phone=${PHONE}&id=1&fmt=3`)
    assert.equal(masked(withoutNewer(json)), masked(lines(RECORDED_2016)))
    assert.match(json, /"last_timestamp": \d+,\n"flag": 0\n}$/, 'the flag is newer, and stands last')
    assert.equal(masked(await ask(`phone=${PHONE}&id=1`)), 'Status = 1, check_time = DATE, err = 0')
    assert.equal(masked(await ask(`phone=${PHONE}&id=1&fmt=1`)), '1,STAMP,0')
    const xml =
      '<sms>~<status>1</status>~<last_date>DATE</last_date>~<last_timestamp>STAMP</last_timestamp>~<flag>0</flag>~</sms>'
    assert.equal(masked(await ask(`phone=${PHONE}&id=1&fmt=2`)), lines(xml))
  })

  test('all of a delivered message, 2018, in Almaty', async () => {
    const json = await ask(`phone=${KAZAKH}&id=1&all=2&fmt=3`, kazakh)
    const [, operator = ''] = /"operator": "([^"]*)"/.exec(json) ?? []
    const [, region = ''] = /"region": "([^"]*)"/.exec(json) ?? []
    const expected = lines(RECORDED_2018).replace("K'cell", operator).replace('"region": ""', `"region": "${region}"`)
    assert.equal(masked(withoutNewer(json)), masked(expected))

    const { last_date: date, last_timestamp: stamp } = JSON.parse(json) as { last_date: string; last_timestamp: number }
    const [day = '', month = '', year = '', time = ''] = date.split(/[. ]/)
    assert.equal(Date.parse(`${year}-${month}-${day}T${time}+06:00`), stamp * 1000, 'the clock is that of the account')
  })

  test('the lines of all=1 and all=2', async () => {
    const one = `phone=${PHONE}&id=1`
    const tail = '1.00,Shop,Доставлено,Hello, world,,0'
    assert.equal(masked(await ask(`${one}&all=1&fmt=1`)), `1,STAMP,0,STAMP,${PHONE},${tail}`)
    const place = 'Россия,МТС,Москва и Московская область'
    assert.equal(masked(await ask(`${one}&all=2&fmt=1`)), `1,STAMP,0,STAMP,${PHONE},${place},${tail}`)
    const words =
      `Status = 1, check_time = DATE, err = 0, send_date = DATE, phone = ${PHONE}, cost = 1.00, sender_id = Shop, ` +
      'status_name = Доставлено, message = Hello, world, comment = , type = 0'
    assert.equal(masked(await ask(`${one}&all=1`)), words)
  })

  test('the name of a status in the charset asked for', async () => {
    for (const charset of ['windows-1251', 'koi8-r', 'utf-8']) {
      const { text, type } = await scene().ask(`/sys/status.php?${account}&phone=${PHONE}&id=1&all=1&fmt=3&charset=${charset}`)
      assert.equal(type, `application/json; charset=${charset}`)
      assert.equal((JSON.parse(text) as { status_name: string }).status_name, 'Доставлено')
    }
  })

  test('two rejected numbers of one request, 2023', async () => {
    const list = encodeURIComponent('77051234567:Test\nNobodyKnowsMe|79651234567:Test')
    const sent = await scene().ask(`/sys/send.php?${kazakh}&list=${list}&id=32&fmt=3`)
    assert.equal(sent.text, lines('{~"error": "can\'t to deliver",~"error_code": 8,~"id": 32~}'))
    const both = `phone=${encodeURIComponent('+77051234567, +79651234567')}&id=32,32`
    assert.equal(masked(await ask(`${both}&fmt=3`, kazakh)), masked(lines(RECORDED_2023)))
    assert.equal(masked(await ask(`${both}&fmt=1`, kazakh)), lines('25,STAMP,248,32,77051234567~23,STAMP,254,32,79651234567'))
    const row = (status: number, err: number, phone: string) =>
      `Status = ${status}, check_time = DATE, err = ${err}, ID = 32, phone = ${phone}`
    assert.equal(masked(await ask(both, kazakh)), `${row(25, 248, '77051234567')}\n${row(23, 254, '79651234567')}`)
    assert.match(
      await ask(`${both}&fmt=2`, kazakh),
      /^<list>\n<sms>\n<status>25<[\s\S]*<phone>79651234567<\/phone>\n<\/sms>\n<\/list>$/,
    )
  })

  test('of several, with all, the id stands last', async () => {
    const json = await ask(`phone=${PHONE},&id=1,&all=2&fmt=3`)
    assert.match(json, /^\[\{\n"status": 1,\n[\s\S]*"sms_cnt": 1,\n"id": 1\n}]$/)
    assert.match(await ask(`phone=${PHONE},&id=1,&all=1&fmt=1`), /,0,1$/)
  })

  test('a message that is not there is not an error', async () => {
    assert.equal(await ask(`phone=${PHONE}&id=99`), 'Status = -3, check_time = , err = 0')
    assert.equal(await ask(`phone=${PHONE}&id=99&fmt=1`), '-3,0,0')
    assert.equal(await ask(`phone=${PHONE}&id=99&fmt=3`), lines('{~"status": -3,~"last_date": "",~"last_timestamp": 0~}'))
  })

  test('an HLR look-up has its eight fields behind err, and says HLR where the sender stands', async () => {
    const hlr = `phone=${PHONE}&id=2`
    const json = JSON.parse(await ask(`${hlr}&fmt=3`)) as Record<string, unknown>
    const fields = ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet']
    assert.deepEqual(Object.keys(json), ['status', 'last_date', 'last_timestamp', 'flag', 'err', ...fields])
    assert.deepEqual([json.status, json.flag, json.err, json.mcc, json.rcn, json.rnet], [1, 4, 0, '250', '', ''])

    const values = fields.map((field) => json[field])
    const short = (await ask(`${hlr}&fmt=1`)).split(',')
    assert.deepEqual(short.slice(3), values)
    const words = fields.map((field, at) => `${field} = ${values[at]}`).join(', ')
    assert.equal(masked(await ask(hlr)), `Status = 1, check_time = DATE, err = 0, ${words}`)
    // By this the original's own library knows such a row.
    assert.equal((await ask(`${hlr}&fmt=1&all=1`)).split(',')[14], 'HLR')
    assert.equal((await ask(`${hlr}&fmt=1&all=2`)).split(',')[17], 'HLR')
  })

  test('a deleted message is gone, in each format', async () => {
    const done = ['OK', 'OK', '<result>OK</result>', '{~"result": "OK"~}']
    for (const [fmt, answer] of done.entries()) {
      await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=Forget+${fmt}&id=5${fmt}`)
      await scene().until(account, 1, PHONE, `5${fmt}`)
      assert.equal(await ask(`del=1&phone=${PHONE}&id=5${fmt}&fmt=${fmt}`), lines(answer))
      assert.equal(await ask(`phone=${PHONE}&id=5${fmt}&fmt=1`), '-3,0,0')
    }
    assert.equal(await ask(`del=1&phone=${PHONE}&id=50`), 'ERROR = 5 (delete failed)')
  })
}
