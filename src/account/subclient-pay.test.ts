import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSubclients, refused, type SubclientScene } from '../../test/support/subclients.ts'
import { idOfTime } from '../domain/message-id.ts'
import { createAudit } from '../operator/audit.ts'
import { glancing } from '../store/pool-session.ts'
import type { Purse } from '../store/postings.ts'
import { ConnectionLost, type Session } from '../store/session.ts'
import { summarise } from '../store/summarise.ts'
import { createPay } from './subclient-pay.ts'

let scene: SubclientScene
before(async () => {
  scene = await openSubclients()
})
after(() => scene.close())

const ROUBLE = 1_000_000n

// purse, what is paid, whose money is there (main, its electronic, sub's), what comes of it, what all have then
type Three = [main: number, electronic: number, own: number]
const PAYMENTS: [purse: Purse, sum: number, of: Three, outcome: string, then: Three][] = [
  [1, 100, [100, 0, 0], 'done', [0, 0, 100]],
  [1, 100.01, [100, 0, 0], 'insufficient_funds', [100, 0, 0]],
  [1, 100, [99, 100, 0], 'shared_balance', [99, 100, 0]],
  [2, 100, [99, 100, 0], 'done', [99, 0, 0]],
  [2, 100, [100, 99, 0], 'insufficient_funds', [100, 99, 0]],
  [1, -30, [0, 0, 30], 'done', [30, 0, 0]],
  [1, -30.01, [0, 0, 30], 'insufficient_funds', [0, 0, 30]],
]
for (const [purse, sum, [money, electronic, own], outcome, then] of PAYMENTS) {
  test(`paying ${sum} of purse ${purse} where there are ${money}, ${electronic} and ${own}: ${outcome}`, async () => {
    const main = await scene.open(money, electronic)
    const { id, login } = await scene.add(main)
    if (own > 0) await scene.fill(id, 1, own)
    const found = await scene.subclients.find(main, { login })
    assert.equal(await refused(scene.pay(main, found, BigInt(Math.round(sum * 100)) * 10_000n, purse)), outcome)
    assert.deepEqual([...(await scene.purses(main.login)), (await scene.purses(login))[0]], then)
    if (purse === 2 && outcome === 'done') assert.deepEqual(await scene.purses(login), [0, sum])
  })
}

test('credit may be given too, but not taken back', async () => {
  const main = await scene.open(0)
  await scene.pool.query('update accounts set credit_limit = 50000000 where login = $1', [main.login])
  const { id, login } = await scene.add(main)
  await scene.pool.query('update accounts set credit_limit = 50000000 where id = $1', [id])
  const found = await scene.subclients.find(main, { login })
  await scene.pay(main, found, 50n * ROUBLE, 1)
  assert.deepEqual(
    [await scene.purses(main.login), await scene.purses(login)],
    [
      [-50, 0],
      [50, 0],
    ],
  )
  assert.equal(await refused(scene.pay(main, found, -51n * ROUBLE, 1)), 'insufficient_funds')
})

test('who spends the main account’s balance is not paid', async () => {
  const main = await scene.open()
  for (const type of [2, 3, 4]) {
    const found = await scene.subclients.find(main, { id: (await scene.add(main, { type })).id })
    for (const purse of [1, 2] as const) assert.equal(await refused(scene.pay(main, found, ROUBLE, purse)), 'shared_balance')
  }
})

test('a sub-client that was deleted after it was found is not paid', async () => {
  const main = await scene.open(10)
  const { login } = await scene.add(main)
  const found = await scene.subclients.find(main, { login })
  await scene.access.remove(login)
  assert.notEqual(await refused(scene.pay(main, found, ROUBLE, 1)), 'done')
  assert.deepEqual(await scene.purses(main.login), [10, 0])
})

test('a payment into another currency goes by the rate of now, which both postings keep', async () => {
  const main = await scene.open(1000)
  const { id, login } = await scene.add(main, { tariff: 1, currency: 'USD' })
  const found = await scene.subclients.find(main, { login })
  await scene.pay(main, found, 185n * ROUBLE, 1)
  assert.deepEqual(
    [await scene.purses(main.login), await scene.purses(login)],
    [
      [815, 0],
      [2, 0],
    ],
  )
  const { rows } = await scene.pool.query(
    'select account_id, id, amount, rate, peer_id, note from postings where account_id = any($1) and kind = 5 order by amount',
    [[main.id, id]],
  )
  assert.deepEqual(
    rows.map(({ account_id, amount, rate, peer_id, note }) => [account_id, Number(amount), Number(rate), peer_id, note]),
    [
      [main.id, -185_000_000, 9_250_000_000, id, `to ${login}: 2.00 USD, 1 USD = 92.5 RUR`],
      [id, 2_000_000, 9_250_000_000, main.id, `from ${main.login}: 185.00 RUR, 1 USD = 92.5 RUR`],
    ],
  )
  assert.equal(rows[0].id, rows[1].id)
  await scene.pay(main, found, -(185n * ROUBLE), 1)
  assert.deepEqual(
    [await scene.purses(main.login), await scene.purses(login)],
    [
      [1000, 0],
      [0, 0],
    ],
  )
  const without = await scene.subclients.find(main, { id: (await scene.add(main, { tariff: 3 })).id })
  assert.equal(await refused(scene.pay(main, without, ROUBLE, 1)), 'denied', 'hryvnias have no rate')
})

test('a payment whose answer was lost is looked for, and told as made', async () => {
  const main = await scene.open(10)
  const { login } = await scene.add(main)
  const found = await scene.subclients.find(main, { login })
  /** The connection breaks before the statement is sent, or behind it. */
  const breaking = (done: boolean): Session => ({
    run: async (statement, values) => {
      if (statement.name !== 'pay') return scene.session.run(statement, values)
      if (done) await scene.session.run(statement, values)
      throw new ConnectionLost('unknown')
    },
  })
  const nextId = () => idOfTime(Date.now()) + 1
  await createPay({ session: breaking(true), nextId })(main, found, 2n * ROUBLE, 1)
  assert.deepEqual(
    [await scene.purses(main.login), await scene.purses(login)],
    [
      [8, 0],
      [2, 0],
    ],
  )
  await assert.rejects(createPay({ session: breaking(false), nextId })(main, found, 2n * ROUBLE, 1), ConnectionLost)
  assert.deepEqual(
    [await scene.purses(main.login), await scene.purses(login)],
    [
      [8, 0],
      [2, 0],
    ],
  )
})

test('of payments that come at once no more is given than there is', async () => {
  const main = await scene.open(10)
  const found = await Promise.all([1, 2].map(async () => scene.subclients.find(main, { id: (await scene.add(main)).id })))
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, at) => refused(scene.pay(main, found[at % 2] ?? assert.fail(), 2n * ROUBLE, 1))),
  )
  assert.equal(outcomes.filter((each) => each === 'done').length, 5)
  assert.deepEqual(await scene.purses(main.login), [0, 0])
})

test('the books agree', async () => {
  const report = await createAudit({ glance: glancing(scene.pool), summarise: () => summarise(scene.session) })()
  assert.deepEqual(report.differences, [])
})
