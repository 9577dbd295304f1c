import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')
const OK = '{~"result": "OK"~}'

/** What a client of 2013 asked, in its order, and what it was answered byte for byte; ids are given out anew. */
export function tellSenders(scene: () => Scene): void {
  let account = ''
  before(async () => {
    account = await scene().open({ login: 'zxcabs2', balance: '10' })
  })
  const ask = async (parameters: string, of = account): Promise<string> =>
    (await scene().ask(`/sys/senders.php?${of}&fmt=3&charset=utf-8&${parameters}`)).text
  const withoutIds = (json: string): string => json.replace(/"id": \d+,\n/g, '')

  test('an account without names has an empty list; a name that is added is in it, with an id that is newer than the record', async () => {
    assert.equal(await ask('get=1'), '[]')
    assert.match(await ask('add=1&sender=zxcabs&cmt=own'), /^\{\n"sender": \d+\n\}$/)
    const listed = await ask('get=1')
    assert.match(listed, /^\[\{\n"id": \d+,\n"sender": "zxcabs"\n\}\]$/)
    assert.equal(withoutIds(listed), lines('[{~"sender": "zxcabs"~}]'))
    assert.equal((await scene().ask(`/sys/get.php?${account}&fmt=3&get_senders=1`)).text, listed)
  })

  // parameters, answer; N: an id
  const recorded: [parameters: string, answer: string][] = [
    ['add=1&sender=my_test_1&cmt=New+sender', '{~"sender": N~}'],
    ['add=1&sender=my_test_1&cmt=Another', '{~"error": "save error",~"error_code": 5~}'],
    ['add=1&sender=test_3&cmt=', '{~"error": "parameters error",~"error_code": 1~}'],
    ['add=1&sender=test_3', '{~"error": "parameters error",~"error_code": 1~}'],
    ['del=1&sender=my_test_1', OK],
    ['del=1&sender=not+exist', '{~"error": "record not found",~"error_code": 3~}'],
  ]
  for (const [parameters, answer] of recorded) {
    test(parameters, async () => {
      const told = await ask(parameters)
      assert.equal(answer.includes('N~') ? told.replace(/\d+/, 'N') : told, lines(answer))
    })
  }

  test('the examples of the documentation, each in every format', async () => {
    const alex = await scene().alex()
    const inFormat = async (parameters: string): Promise<string[]> => {
      const told: string[] = []
      for (const fmt of [0, 1, 2, 3]) told.push((await scene().ask(`/sys/senders.php?${alex}&${parameters}&fmt=${fmt}`)).text)
      return told
    }
    const [text, ...again] = await inFormat('add=1&sender=MyShop&cmt=shop')
    const id = Number(/^ID = (\d+)$/.exec(text ?? '')?.[1])
    assert.deepEqual(again[0], '0,-5')
    assert.deepEqual(await inFormat('get=1'), [
      'name = MyShop',
      'MyShop',
      `<list>\n<sender>\n<id>${id}</id>\n<name>MyShop</name>\n</sender>\n</list>`,
      `[{\n"id": ${id},\n"sender": "MyShop"\n}]`,
    ])
    const done = ['OK', 'OK', '<result>OK</result>', '{\n"result": "OK"\n}']
    assert.deepEqual(await inFormat(`chg=1&id=${id}&cmt=new+comment`), done)
    assert.deepEqual(await inFormat('send_code=1&sender=79999999999'), done)
    const [, , , history = ''] = await inFormatOf('get', 'get_messages=1&phone=79999999999&cnt=1')
    const code = /: (\d{4})"/.exec(history)?.[1]
    assert.deepEqual((await inFormat(`check_code=1&sender=79999999999&code=${code}`))[0], 'OK')
    assert.match((await inFormat('get=1'))[1] ?? '', /^MyShop\n79999999999$/)
    assert.deepEqual((await inFormat('del=1&sender=MyShop'))[0], 'OK')
    assert.deepEqual((await inFormat('del=1&id=1999999999'))[1], '0,-3')

    async function inFormatOf(script: string, parameters: string): Promise<string[]> {
      const told: string[] = []
      for (const fmt of [0, 1, 2, 3])
        told.push((await scene().ask(`/sys/${script}.php?${alex}&charset=utf-8&${parameters}&fmt=${fmt}`)).text)
      return told
    }
  })

  test('more than three identical requests a minute are error 9', async () => {
    const limited = await scene().open({ login: 'eager', balance: '0', limited: true })
    for (let asked = 0; asked < 3; asked++) assert.equal(await ask('get=1', limited), '[]')
    assert.equal(await ask('get=1', limited), lines('{~"error": "duplicate request, wait a minute",~"error_code": 9~}'))
  })

  test('any sender may be used in a sandbox, one that cannot be one is stored as 23, 254 for all numbers', async () => {
    const message = 'mes=Hello&phones=79161234567,79161234568&fmt=1'
    const send = async (more: string) => (await scene().ask(`/sys/send.php?${account}&${message}&${more}`)).text
    assert.match(await send('sender=Unheard'), /^\d+,2$/)
    const [, id] = /^(\d+),-6$/.exec(await send('sender=LongerThanEleven')) ?? []
    assert.ok(id)
    const status = await scene().ask(`/sys/status.php?${account}&phone=79161234567,79161234568&id=${id},${id}&fmt=1`)
    assert.match(status.text, /^23,\d+,254,.*\n23,\d+,254,/)
  })
}
