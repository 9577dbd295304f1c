import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')

// login, parameters, answer
const answers: [login: string, parameters: string, answer: string, length?: number][] = [
  ['spender', '', '250.80'],
  ['spender', '&fmt=0&cur=1', '250.80,RUR'],
  ['spender', '&fmt=1', '250.80'],
  ['spender', '&fmt=1&cur=1', '250.80,RUR'],
  ['spender', '&fmt=2', '<balance>250.80</balance>'],
  ['spender', '&fmt=2&cur=1', '<result>~<balance>250.80</balance>~<currency>RUR</currency>~</result>'],
  ['spender', '&fmt=3', '{~"balance": "250.80"~}'],
  ['fifteen', '&fmt=3', '{~"balance": "15.00"~}', 22],
  ['rich', '&fmt=3', '{~"balance": "1871.62"~}', 24],
  ['kazakh', '&fmt=3&cur=1', '{~"balance": "0.00",~"currency": "KZT"~}'],
  ['creditor', '&fmt=3', '{~"balance": "5.00",~"credit": "100.00"~}'],
  ['creditor', '&fmt=3&cur=1', '{~"balance": "5.00",~"credit": "100.00",~"currency": "RUR"~}'],
  ['creditor', '&fmt=2', '<result>~<balance>5.00</balance>~<credit>100.00</credit>~</result>'],
  ['creditor', '&fmt=1', '5.00'],
]

export function tellBalances(scene: () => Scene): void {
  before(async () => {
    await scene().centre.admin('PUT', '/prices', { tariff: 'kazakhstan', currency: 'KZT', default: true, price: '6.40' })
    await scene().open({ login: 'spender', balance: '250.80' })
    await scene().open({ login: 'fifteen', balance: '15' })
    await scene().open({ login: 'rich', balance: '1871.62' })
    await scene().open({ login: 'kazakh', balance: '0', tariff: 'kazakhstan' })
    await scene().open({ login: 'creditor', balance: '5', settings: { credit: '100' } })
  })

  for (const [login, parameters, answer, length] of answers) {
    test(`${login}${parameters}`, async () => {
      const { text, bytes } = await scene().ask(`/sys/balance.php?login=${login}&psw=secret${parameters}`)
      assert.equal(text, lines(answer))
      if (length !== undefined) assert.equal(bytes.length, length)
    })
  }

  test('a message less is told at once', async () => {
    const before = await scene().open({ login: 'careful', balance: '2' })
    await scene().ask(`/sys/send.php?${before}&phones=79161234567&mes=Hello`)
    assert.equal((await scene().ask(`/sys/balance.php?${before}`)).text, '1.00')
  })

  test('more than ten requests a minute are too many', async () => {
    const account = await scene().open({ login: 'curious', balance: '1', limited: true })
    const answers: string[] = []
    for (let asked = 0; asked < 11; asked++) answers.push((await scene().ask(`/sys/balance.php?${account}&fmt=1`)).text)
    assert.deepEqual(answers, [...Array(10).fill('1.00'), '0,-9'])
  })
}
