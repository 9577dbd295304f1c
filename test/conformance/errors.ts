import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')

/** A request that is refused, and how the original says so in its four formats; the id is the client's own. */
interface Refused {
  readonly claim: string
  readonly login: string
  readonly query: string
  readonly number: number
  readonly text: string
  readonly id?: number
}

const ONE = 'phones=79161234567&mes=Hello'
const refused: readonly Refused[] = [
  { claim: '1: a parameter is missing', login: 'errors', query: 'phones=79161234567', number: 1, text: 'parameters error' },
  { claim: '2: a wrong password', login: 'nobody', query: ONE, number: 2, text: 'authorise error' },
  { claim: '3: no money', login: 'poor', query: `${ONE}&id=275`, number: 3, text: 'no money', id: 275 },
  { claim: '5: no date', login: 'errors', query: `${ONE}&time=tomorrow`, number: 5, text: 'wrong date format' },
  {
    claim: '6: a bot that is not registered',
    login: 'errors',
    query: `${ONE}&bot=@nobody_bot&id=542`,
    number: 6,
    text: 'message is denied',
    id: 542,
  },
  { claim: '7: no number', login: 'errors', query: 'phones=7123&mes=Hi&id=541', number: 7, text: 'invalid number', id: 541 },
  {
    claim: '8: nowhere to send it',
    login: 'errors',
    query: 'phones=77051234567&mes=Hi&id=639',
    number: 8,
    text: "can't to deliver",
    id: 639,
  },
  {
    claim: '9: the same once more',
    login: 'limited',
    query: ONE,
    number: 9,
    text: 'duplicate request, wait a minute',
  },
]

export function tellErrors(scene: () => Scene): void {
  before(async () => {
    const { admin } = scene().centre
    await admin('PUT', '/prices', { tariff: 'russia', prefix: '79', price: '1' })
    await scene().open({ login: 'errors', balance: '100', tariff: 'russia' })
    await scene().open({ login: 'poor', balance: '0.5' })
    await scene().open({ login: 'limited', balance: '100', limited: true })
    await scene().ask(`/sys/send.php?login=limited&psw=secret&${ONE}`)
  })

  for (const { claim, login, query, number, text, id } of refused) {
    test(claim, async () => {
      const ask = (fmt: string) => scene().ask(`/sys/send.php?login=${login}&psw=secret&${query}${fmt}`)
      const withId = id !== undefined
      const plain = await ask('')
      assert.equal(plain.text, `ERROR = ${number} (${text})${withId ? `, ID - ${id}` : ''}`)
      assert.equal((await ask('&fmt=1')).text, `${id ?? 0},-${number}`)
      const element = withId ? `<id>${id}</id>~` : ''
      const xml = lines(`<result>~<error>${text}</error>~<error_code>${number}</error_code>~${element}</result>`)
      assert.equal((await ask('&fmt=2')).text, xml)
      const member = withId ? `,~"id": ${id}` : ''
      const json = await ask('&fmt=3&charset=utf-8')
      assert.equal(json.text, lines(`{~"error": "${text}",~"error_code": ${number}${member}~}`))
      assert.equal(json.type, 'application/json; charset=utf-8')
      for (const reply of [plain, json]) assert.equal(reply.status, 200)
    })
  }

  // error, its recorded length
  const recorded: [query: string, json: string, length: number][] = [
    ['login=nobody&psw=x', '{~"error": "authorise error",~"error_code": 2~}', 47],
    ['login=limited&psw=secret', '{~"error": "duplicate request, wait a minute",~"error_code": 9~}', 64],
  ]
  for (const [credentials, json, length] of recorded) {
    test(`of ${length} bytes`, async () => {
      const { bytes } = await scene().ask(`/sys/send.php?${credentials}&${ONE}&fmt=3`)
      assert.equal(bytes.toString('latin1'), lines(json))
      assert.equal(bytes.length, length)
    })
  }

  test('an error of status.php is one line, also where several were asked for', async () => {
    const { text } = await scene().ask('/sys/status.php?login=nobody&psw=x&phone=79161234567,79161234568&id=1,2&fmt=1')
    assert.equal(text, '0,-2')
  })

  test('JSON that is none is told so with the HTTP status 200', async () => {
    const { status, text, type } = await scene().ask('/rest/send/', '{"login":"errors","psw":', 'application/json')
    assert.deepEqual([status, text], [200, lines('{~"error": "parameters error",~"error_code": 1~}')])
    assert.match(type, /^application\/json;/)
  })
}
