import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { createLowBalance } from './low-balance.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const roubles = (amount: number): bigint => BigInt(amount) * 1_000_000n

async function scene(settings: object, balance: number) {
  const account = await db.account({ balance: roubles(balance) })
  await db.rows('update accounts set settings = $2 where id = $1', [account.id, settings])
  const sent: string[] = []
  let away = false
  const make = () =>
    createLowBalance({
      session: db.store.session,
      language: 'en',
      async send({ id }, phone, text) {
        if (away) throw new Error('the store is away')
        if (id === account.id) sent.push(`${phone}: ${text.replace(account.login, 'Shop')}`)
        return true
      },
    })
  return {
    sent,
    look: make().look,
    lookElsewhere: make().look,
    away: (is: boolean) => {
      away = is
    },
    has: (amount: number) => db.rows('update accounts set balance = $2 where id = $1', [account.id, roubles(amount)]),
  }
}

const NOTICE = '79161234567: Shop has 99.00 RUR left, less than 100.00. Top it up.'

test('nb: whose balance falls below the level is told once, on whatever node, until it is topped up', async () => {
  const { sent, look, lookElsewhere, has } = await scene({ nb: '100.00', phone: '79161234567' }, 100)
  await look()
  assert.deepEqual(sent, [])
  await has(99)
  await Promise.all([look(), lookElsewhere()])
  await look()
  assert.deepEqual(sent, [NOTICE])
  await has(150)
  await look()
  await has(99)
  await lookElsewhere()
  assert.deepEqual(sent, [NOTICE, NOTICE])
})

test('a notice that could not be stored is told later', async () => {
  const { sent, look, away } = await scene({ nb: '100.00', phone: '79161234567' }, 99)
  away(true)
  await look()
  away(false)
  await look()
  assert.deepEqual(sent, [NOTICE])
})

test('without a level, or with one that cannot be read, nobody is told; without a phone it is for the log', async () => {
  for (const settings of [{ phone: '79161234567' }, { nb: 'little', phone: '79161234567' }, { nb: '100.00' }]) {
    const { sent, look } = await scene(settings, 1)
    await look()
    assert.deepEqual(sent, [])
  }
})
