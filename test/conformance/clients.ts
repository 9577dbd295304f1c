import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const PHONE = '79161234567'
const UUID = '6fa459ea-ee8a-3ca4-894e-db77e160355e'
const form = (fields: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])).toString()

export function tellClients(scene: () => Scene): void {
  let account = ''
  let balance = 1000
  const login = { login: 'client', psw: 'secret' }
  const json = async (target: string, body?: string, type?: string) =>
    JSON.parse((await scene().ask(target, body, type)).text) as Record<string, unknown>
  before(async () => {
    account = await scene().open({ login: 'client', balance: '1000' })
  })

  /** The original's libraries (PHP, C#, Python …) put all their requests together like this, and split the answer at its commas. */
  const official = async (script: string, parameters: string, delimiter = ',') => {
    const query = `${account}&fmt=1&charset=windows-1251&${parameters}`
    const isLong = query.length > 2000
    const { text } = await scene().ask(`/sys/${script}.php${isLong ? '' : `?${query}`}`, isLong ? query : undefined)
    assert.notEqual(text, '', 'an empty answer is a lost connection to them')
    return text.split(delimiter)
  }

  test('the libraries of the original read four values of send, two of cost, and the status at its places', async () => {
    balance -= 1
    const parameters = `phones=${PHONE}&mes=%CF%F0%E8%E2%E5%F2%2C+%EC%E8%F0&translit=0&id=0`
    const [id = '', count, cost, left, ...rest] = await official('send', `cost=3&${parameters}`)
    assert.deepEqual([Number(count) > 0, count, cost, left, rest], [true, '1', '1', String(balance), []])
    assert.deepEqual(await official('send', `cost=1&${parameters}&sender=Shop`), ['1', '1'])
    await scene().until(account, 1, PHONE, id)
    assert.equal((await official('status', `phone=${PHONE}&id=${id}&all=0`))[0], '1')
    const full = await official('status', `phone=${PHONE}&id=${id}&all=1`)
    assert.equal(full.slice(8).join(','), 'Привет, мир,,0', 'all that follows the eighth comma is the text to them')
    assert.equal((await official('status', `phone=${PHONE}%2c&id=${id}%2c&all=0`, '\n')).length, 1)
    assert.deepEqual(await official('balance', ''), [balance.toFixed(2)])
  })

  test('they send what is longer than 2000 characters by POST', async () => {
    const phones = Array.from({ length: 200 }, (_, at) => 79161230000 + at).join(',')
    balance -= 200
    const [, count, cost] = await official('send', `cost=3&phones=${phones}&mes=Hello&translit=0&id=0`)
    assert.deepEqual([count, cost], ['200', '200'])
  })

  test('they see that an error is negative', async () => {
    assert.deepEqual(await official('send', 'cost=3&phones=12&mes=Hello&translit=0&id=778'), ['778', '-7'])
    assert.deepEqual(await official('send', 'cost=3&phones=&mes=Hello&translit=0&id=0'), ['0', '-1'])
    const several = await official('status', `phone=${PHONE}&id=&all=0`)
    assert.ok(several.length === 2 && several[1]?.startsWith('-'))
  })

  test('PHP over fsockopen takes all behind the headers for the answer', async () => {
    balance -= 1
    const socket = connect(Number(new URL(scene().centre.url).port), '127.0.0.1')
    const body = `${account}&fmt=1&cost=3&phones=${PHONE}&mes=By+fsockopen`
    socket.write(
      'POST /sys/send.php HTTP/1.1\r\nHost: smsc.ru\r\nUser-Agent: PHP\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        `Content-Length: ${body.length}\r\nConnection: Close\r\n\r\n${body}`,
    )
    let heard = ''
    for await (const chunk of socket) heard += chunk
    assert.match(heard.slice(heard.indexOf('\r\n\r\n') + 4), new RegExp(`^\\d+,1,1,${balance}$`))
  })

  test('programs that forget to urlencode put the octets of their text into the address', async () => {
    const texts: [charset: string, octets: string][] = [
      ['windows-1251', '\xcf\xf0\xe8\xe2\xe5\xf2!'],
      ['utf-8', Buffer.from('Привет!').toString('latin1')],
    ]
    for (const [charset, octets] of texts) {
      balance -= 1
      const socket = connect(Number(new URL(scene().centre.url).port), '127.0.0.1')
      const target = `/sys/send.php?${account}&phones=${PHONE}&charset=${charset}&fmt=1&mes=${octets}`
      socket.write(Buffer.from(`GET ${target} HTTP/1.0\r\nHost: smsc.ru\r\n\r\n`, 'latin1'))
      let heard = ''
      for await (const chunk of socket) heard += chunk
      const [, id] = /\r\n\r\n(\d+),1$/.exec(heard) ?? []
      const row = await json(`/sys/status.php?${account}&phone=${PHONE}&id=${id}&all=1&fmt=3&charset=utf-8`)
      assert.equal(row.message, 'Привет!')
    }
  })

  test('Symfony posts a window of the whole day, and refuses all but JSON', async () => {
    balance -= 1
    const body = form({ ...login, sender: 'Shop', phones: `+${PHONE}`, mes: 'Привет', fmt: 3, charset: 'utf-8', time: '0-24' })
    const { text, type } = await scene().ask('/sys/send.php', body)
    assert.match(type, /^application\/json/)
    const answer = JSON.parse(text) as { id: number }
    assert.ok(!('error' in answer) && answer.id > 0)
    await scene().until(account, 1, PHONE, answer.id)
  })

  test('Python asks for a list with commas at the end, and needs its members', async () => {
    balance -= 1
    const query = { ...login, fmt: 3, sender: 'SMSC.ru', cost: 2, phones: PHONE, mes: 'From Python', charset: 'utf-8' }
    const sent = await json(`/sys/send.php?${form(query)}`)
    assert.equal(Number(sent.cost), 1)
    const rows = await json(
      `/sys/status.php?${form({ ...login, fmt: 3, charset: 'utf-8', all: 2, phone: `${PHONE},`, id: `${sent.id},` })}`,
    )
    assert.ok(Array.isArray(rows))
    const [row] = rows as Record<string, unknown>[]
    for (const name of ['status', 'status_name', 'last_date', 'last_timestamp', 'send_date', 'send_timestamp', 'id', 'cost']) {
      assert.ok(row && name in row, name)
    }
    assert.match(String(row?.last_date), /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/)
  })

  test('Erlang joins phones by semicolons and numbers messages by UUIDs', async () => {
    balance -= 2
    const sent = await json(
      '/sys/send.php',
      form({ ...login, fmt: 3, id: UUID, phones: `${PHONE};79161234568`, mes: 'From Erlang' }),
    )
    assert.deepEqual(sent, { id: UUID, cnt: 2 })
    await scene().until(account, 1, PHONE, UUID)
    await scene().until(account, 1, '79161234568', UUID)
    const other = await json(`/sys/status.php?${account}&phone=79161234569&id=${UUID}&fmt=3`)
    assert.equal(other.status, -3)
  })

  test('Go and Haskell read an id of 31 bits, and Go a line', async () => {
    balance -= 2
    const { id } = await json(`/sys/send.php?${account}&phones=${PHONE}&mes=From+Haskell&fmt=3`)
    assert.ok(Number.isInteger(id) && Number(id) < 2 ** 31)
    const { text } = await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=From+Go`)
    assert.match(text, /^\S+ - \d+ SMS, ID - \S+$/)
  })

  test('one library wants all numbers and those in error, with an API key and flags that are words', async () => {
    balance -= 1
    const { key } = (await scene().centre.admin('POST', '/accounts/client/keys', { name: 'php' })) as { key: string }
    const ask = (phones: string) =>
      json(
        '/sys/send.php',
        form({ apikey: key, phones, mes: `To ${phones}`, translit: '', tinyurl: '0', charset: 'utf-8', fmt: 3, op: 1, err: 1 }),
      )
    const good = (await ask(PHONE)).phones as Record<string, string>[]
    assert.deepEqual(
      good.map(({ phone, error }) => [phone, error]),
      [[PHONE, undefined]],
    )
    balance -= 1
    const mixed = (await ask(`${PHONE},123`)).phones as Record<string, string>[]
    assert.deepEqual(
      mixed.map(({ phone, error }) => [phone, error]),
      [
        [PHONE, undefined],
        ['123', '249'],
      ],
    )
  })

  test('another strips the element from a balance, and sends lines with line feeds written as two characters', async () => {
    const { text } = await scene().ask('/sys/balance.php', form({ ...login, fmt: 2 }))
    assert.equal(text.replace(/<\/*balance>/g, ''), balance.toFixed(2))
    balance -= 3
    const list = `${PHONE}:two\\nlines\n79161234568,79161234569:both`
    const sent = await json('/sys/send.php', form({ ...login, fmt: 3, list, charset: 'utf-8' }))
    assert.equal(sent.cnt, 3)
    const row = await json(`/sys/status.php?${account}&phone=${PHONE}&id=${sent.id}&all=1&fmt=3`)
    assert.equal(row.message, 'two\nlines')
  })

  test('Laravel posts JSON without a format', async () => {
    balance -= 1
    const sent = await json(
      '/rest/send/',
      JSON.stringify({ ...login, phones: PHONE, mes: 'Привет из Laravel', sender: 'Shop' }),
      'application/json',
    )
    assert.deepEqual(Object.keys(sent), ['id', 'cnt'])
    const row = await json(`/sys/status.php?${account}&phone=${PHONE}&id=${sent.id}&all=1&fmt=3&charset=utf-8`)
    assert.equal(row.message, 'Привет из Laravel')
  })

  test('an array given to curl becomes a multipart body, in the charset of the file it was written in', async () => {
    balance -= 1
    const part = (name: string, value: string) => `--xYz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const fields = { ...login, phones: PHONE, mes: '\xc7\xe0\xea\xe0\xe7', fmt: '1' }
    const body = `${Object.entries(fields)
      .map(([name, value]) => part(name, value))
      .join('')}--xYz--\r\n`
    const { text } = await scene().ask('/sys/send.php', Buffer.from(body, 'latin1'), 'multipart/form-data; boundary=xYz')
    const row = await json(`/sys/status.php?${account}&phone=${PHONE}&id=${text.split(',')[0]}&all=1&fmt=3`)
    assert.equal(row.message, 'Заказ')
  })

  test('some post nothing, and have everything in the address', async () => {
    balance -= 1
    const sent = await json(
      `/sys/send.php?${account}&phones=${PHONE}&mes=By+address&fmt=3&cost`,
      '',
      'application/json; charset=UTF-8',
    )
    assert.deepEqual(Object.keys(sent), ['id', 'cnt'])
  })

  test('passwords come plain, as MD5, as SHA-1, and as an API key in their place', async () => {
    const hash = (algorithm: string) => createHash(algorithm).update('secret').digest('hex')
    const { key } = (await scene().centre.admin('POST', '/accounts/client/keys', { name: 'any' })) as { key: string }
    for (const psw of ['secret', hash('md5'), hash('sha1'), hash('md5').toUpperCase(), key]) {
      assert.equal((await scene().ask(`/sys/balance.php?${form({ login: 'client', psw })}`)).text, balance.toFixed(2))
    }
    assert.equal((await scene().ask(`/sys/balance.php?${form({ login: '', psw: key })}`)).text, balance.toFixed(2))
    assert.equal((await scene().ask(`/sys/balance.php?${form({ login: 'client', apikey: key })}`)).text, balance.toFixed(2))
  })

  test('names of charsets come in many spellings', async () => {
    const texts: [charset: string, escaped: string][] = [
      ['UTF8', '%D0%AF'],
      ['Utf-8', '%D0%AF'],
      ['cp1251', '%DF'],
      ['win1251', '%DF'],
      ['KOI8_R', '%F1'],
      ['UTF=8', '%D0%AF'], // a client says so, and means it
      ['', '%DF'],
      ['nonsense', '%DF'],
    ]
    for (const [charset, escaped] of texts) {
      balance -= 1
      const query = `phones=${PHONE}&mes=${escaped}&charset=${encodeURIComponent(charset)}&fmt=1`
      const [id = ''] = (await scene().ask(`/sys/send.php?${account}&${query}`)).text.split(',')
      const row = await json(`/sys/status.php?${account}&phone=${PHONE}&id=${id}&all=1&fmt=3&charset=utf-8`)
      assert.equal(row.message, 'Я', charset)
    }
  })

  test('what they add without need is ignored', async () => {
    balance -= 1
    const extras = 'test=1&txt=x&utf8=%E2%9C%93&pp=12345&mts_srv=1&userip=10.0.0.1&imgcode=x&smsreq=11&valid=01:00&tz=0&time=0'
    assert.equal(
      (await scene().ask(`/sys/send.php?${account}&phones=${PHONE}&mes=Extras&fmt=1&${extras}`)).text.split(',')[1],
      '1',
    )
  })

  test('and every rouble of it was counted', async () => {
    assert.equal((await scene().ask(`/sys/balance.php?${account}`)).text, balance.toFixed(2))
  })
}
