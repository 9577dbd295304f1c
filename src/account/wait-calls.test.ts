import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { makeCallReceived } from '../lifecycle/calls.ts'
import { createWaitCalls } from './wait-calls.ts'

const PHONE = '79161234567'
const TEN_MINUTES = 600_000
let db: MessageStore
let nowMs = Date.now()
const woken: number[] = []
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())
beforeEach(async () => {
  woken.length = 0
  nowMs += 10 * TEN_MINUTES
  await db.rows('delete from numbers')
  await db.rows('delete from outbox')
  for (const number of ['78000000001', '78000000002', '78000000003', '78000000004'])
    await db.rows('insert into numbers (number, calls) values ($1, true)', [number])
})

const waiting = (price = 0n) => {
  const parts = { session: db.store.session, pool: db.store.pool, nextId: db.nextId, now: () => nowMs }
  return createWaitCalls({ ...parts, profile: 'russia', price })
}
const ask = (account: Account, phone = PHONE) => waiting()(account, phone)
const called = (from: string, to: string): Promise<boolean> =>
  makeCallReceived({
    ...{ session: db.store.session, takeId: db.nextId, now: () => nowMs, profile: 'russia' },
    wake: (ids) => void woken.push(...ids),
  })(from, to)
const told = async () =>
  (await db.rows('select account_id, kind, detail, at from outbox order by id')).map((row) => [
    row.account_id,
    row.kind,
    row.detail,
    Number(row.at),
  ])

test('a call to any of the numbers is told once, and no other call is', async () => {
  const account = await db.account()
  assert.deepEqual(await ask(account, '8 (916) 123-45-67'), ['78000000001', '78000000002'])
  assert.equal(await called(PHONE, '78000000003'), false, 'a number that was not told to him')
  assert.equal(await called('79161234568', '78000000001'), false, 'another subscriber')
  assert.equal(await called('', '78000000001'), false, 'a withheld number')
  assert.deepEqual(await told(), [])
  nowMs += TEN_MINUTES - 1
  assert.equal(await called('+7 916 123-45-67', '+78000000002'), true)
  assert.equal(await called(PHONE, '78000000002'), false, 'the same call, reported twice')
  assert.equal(await called(PHONE, '78000000001'), false)
  assert.deepEqual(await told(), [[account.id, 3, `${PHONE}\n78000000002`, nowMs]])
  assert.deepEqual(woken, [account.id])
})

test('of calls that are reported at the same moment one is told', async () => {
  const account = await db.account()
  const [number = ''] = await ask(account)
  const came = await Promise.all(Array.from({ length: 8 }, () => called(PHONE, number)))
  assert.equal(came.filter(Boolean).length, 1)
  assert.equal((await told()).length, 1)
})

test('after ten minutes nobody waits', async () => {
  const account = await db.account()
  const [number = ''] = await ask(account)
  nowMs += TEN_MINUTES
  assert.equal(await called(PHONE, number), false)
})

test('who asks again is told the same for another ten minutes, three times, and then has to wait', async () => {
  const account = await db.account()
  const numbers = await ask(account)
  nowMs += TEN_MINUTES - 1
  assert.deepEqual(await ask(account), numbers)
  nowMs += TEN_MINUTES - 1
  assert.equal(await called(PHONE, numbers[0] ?? ''), true)
  assert.deepEqual(await ask(account), numbers)
  await assert.rejects(ask(account), { code: 'denied' })
  assert.deepEqual(await ask(account, '79161234568'), numbers, 'another phone is another matter')
  nowMs += TEN_MINUTES
  assert.deepEqual(await ask(account), numbers)
})

test('two accounts that ask for one phone, at the same moment too, are told different numbers', async () => {
  const accounts = await Promise.all([db.account(), db.account(), db.account()])
  const numbers = await Promise.all(accounts.map((account) => ask(account)))
  assert.equal(new Set(numbers.flat()).size, numbers.flat().length)
  await assert.rejects(ask(await db.account()), { code: 'denied' })
  for (const [at, account] of accounts.entries()) {
    assert.equal(await called(PHONE, numbers[at]?.[0] ?? ''), true)
    assert.equal((await told()).at(-1)?.[0], account.id)
  }
})

test('without numbers to call nothing is waited for; a number of an account’s own is its own', async () => {
  const [account, other] = [await db.account(), await db.account()]
  await db.rows('update numbers set calls = false')
  await assert.rejects(ask(account), { code: 'not_found' })
  await db.rows(`update numbers set calls = true, account_id = $1 where number = '78000000003'`, [account.id])
  assert.deepEqual(await ask(account), ['78000000003'])
  await assert.rejects(ask(other), { code: 'not_found' })
})

test('what is no phone is refused', async () => {
  const account = await db.account()
  for (const phone of ['123', 'alex', '7916123456789012345']) await assert.rejects(ask(account, phone), { code: 'bad_number' })
})

test('a request is paid for once, by who pays; who cannot is not waited for', async () => {
  const payer = await db.account({ balance: 5_000_000n })
  const account = await db.account({ payerId: payer.id })
  const price = 2_000_000n
  const numbers = await waiting(price)(account, PHONE)
  assert.deepEqual(await waiting(price)(account, PHONE), numbers)
  assert.equal(await db.balanceOf(payer.id), 3_000_000n)
  await waiting(price)(account, '79161234568')
  await assert.rejects(waiting(price)(account, '79161234569'), { code: 'insufficient_funds' })
  assert.equal(await called('79161234569', numbers[0] ?? ''), false)
  const [balance, posted] = [await db.balanceOf(payer.id), await db.postedTo(payer.id)]
  assert.deepEqual([balance, posted], [1_000_000n, -4_000_000n])
  await waiting(price)({ ...account, settings: { 'fl2[27]': 1 } }, '79161234569')
  assert.equal(await db.balanceOf(payer.id), 1_000_000n, 'test mode is free')
})
