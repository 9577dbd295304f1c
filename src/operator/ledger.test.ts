import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { openOperator } from '../../test/support/operator.ts'
import { Refusal } from '../domain/refusal.ts'

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.fail('it was not refused'),
    (error) => (error instanceof Refusal ? `${error.code}: ${error.detail.reason}` : Promise.reject(error)),
  )

describe('the ledger', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  beforeEach(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
  })
  afterEach(() => opened.close())

  test('money is topped up and taken off with a posting each, and the books agree', async () => {
    const { addAccount, topUp, audit } = operator
    await addAccount({ login: 'alex', password: 'x', balance: '10' })
    await addAccount({ login: 'sub', password: 'x', parent: 'alex', type: 2 })
    assert.deepEqual(await topUp('alex', '0.5', 'cash'), {
      login: 'alex',
      purse: 1,
      amount: '0.50',
      balance: '10.50',
      currency: 'RUR',
    })
    assert.equal((await topUp('alex', '-20.25')).balance, '-9.75', 'a correction may pass the limit')
    assert.deepEqual(await audit(), { ok: true, purses: 4, postings: 3, messages: 0, differences: [], differing_purses: 0 })
    const cases: [attempt: () => Promise<unknown>, refusal: RegExp][] = [
      [() => topUp('alex', 'ten'), /'ten' is no amount/],
      [() => topUp('alex', '0'), /is no amount/],
      [() => topUp('nobody', '1'), /^not_found/],
      [() => topUp('sub', '1'), /sub spends the balance of alex: name alex/],
    ]
    for (const [attempt, refusal] of cases) assert.match(await refused(attempt()), refusal)
  })

  test('twenty top-ups at once of two accounts all arrive', async () => {
    const { addAccount, topUp, audit } = operator
    for (const login of ['a', 'b']) await addAccount({ login, password: 'x' })
    await Promise.all(Array.from({ length: 20 }, (_, at) => topUp(at % 2 === 0 ? 'a' : 'b', '1')))
    for (const login of ['a', 'b']) assert.equal((await operator.accounts.show(login)).balance, 10_000_000n)
    assert.equal((await audit()).ok, true)
  })

  test('the audit finds a balance, a charge and a refund that have no posting', async () => {
    const { addAccount, audit } = operator
    const alex = await addAccount({ login: 'alex', password: 'x', balance: '10' })
    const { pool } = opened.store
    for (const table of ['messages', 'refunds'])
      await pool.query(`create table if not exists ${table}_audit partition of ${table} for values from (0) to (1000)`)
    const message = (id: number, price: number, refunded: number, flags = 0) =>
      pool.query(
        `insert into messages (account_id, id, ref, price, refunded, expires_at, due_at, state_at, payer_id, state, channel, lane, parts, recipient, sender, flags)
         values ($1, $2, 1, $3, $4, 0, 0, 0, $1, 1, 0, 1, 1, '79161234567', '', $5)`,
        [alex.id, id, price, refunded, flags],
      )
    await message(1, 1_500_000, 500_000)
    await message(2, 2_000_000, 0)
    assert.equal((await audit()).ok, false)
    await pool.query(
      `insert into postings (account_id, id, kind, amount) values ($1, 1, 2, -3500000), ($1, 2, 3, 600000), ($1, 3, 4, -100000)`,
      [alex.id],
    )
    await pool.query(
      `insert into refunds (id, payer_id, purse, account_id, message_id, amount) values (2, $1, 1, $1, 1, 600000), (3, $1, 1, $1, 1, -100000)`,
      [alex.id],
    )
    await pool.query('update accounts set balance = 7000000')
    assert.deepEqual(await audit(), { ok: true, purses: 2, postings: 4, messages: 2, differences: [], differing_purses: 0 })

    await pool.query('update accounts set balance = balance + 1')
    await message(3, 40_000, 0, 32)
    assert.deepEqual((await audit()).differences, [
      'alex: the balance is 7.000001 RUR, but the postings add up to 7 RUR (0.000001 RUR apart).',
      'alex (electronic purse): messages were charged 0.04 RUR, but the charges posted are 0 RUR (0.04 RUR apart).',
      '  At 2026-01-01T00:00:00.000Z 0 RUR was posted for messages that cost 0.04 RUR; see message 3 and those with it.',
    ])
  })
})
