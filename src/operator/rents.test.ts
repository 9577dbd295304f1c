import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { createRentedNumbers } from '../account/rented-numbers.ts'
import type { Account } from '../domain/account.ts'
import { lookUp } from '../domain/number/plan.ts'
import { removeAccount } from '../store/account-changes.ts'
import { createNumbers } from './numbers.ts'
import { createRenewRents } from './rents.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
  await db.rows(`insert into currencies (code, rate) values ('USD', 10000000000), ('KZT', 20000000)`)
})
after(() => db?.close())

const NOON = Date.UTC(2026, 10, 22, 9) // in Moscow
const FIRST = Date.UTC(2026, 10, 30, 21) // 1 December in Moscow
const clock = { nowMs: NOON }
const openDesk = () => createRentedNumbers({ session: db.sessions.general, nextId: db.nextId, now: () => clock.nowMs, lookUp })
const numbers = () => createNumbers(db.sessions.general, 'russia')

let used = 0
async function offered(price = '250'): Promise<string> {
  const number = String(79_991_000_000 + ++used)
  await numbers().add({ number, price })
  return number
}
const rowOf = (number: string) =>
  db.row<{ account_id: number | null; paid_until: number | null; prolong: boolean }>(
    'select account_id, paid_until, prolong from numbers where number = $1',
    [number],
  )
const fees = async (account: Account) =>
  (
    await db.rows<{ amount: string; note: string }>(
      'select amount::text, note from postings where account_id = $1 and kind = 7 order by id',
      [account.id],
    )
  ).map(({ amount, note }) => [Number(amount), note])
/** Renews what was not there before the test: others' numbers stand at other times. */
const renew = (nowMs: number, lost: () => void = () => undefined) =>
  createRenewRents({ session: db.sessions.general, nextId: db.nextId, lost })(nowMs)

test('a number is rented, and the rest of the month paid by the account’s calendar', async () => {
  const account = await db.account({ balance: 100_000_000n })
  const number = await offered()
  await openDesk().rent(account, number, true)
  assert.deepEqual(await fees(account), [[-75_000_000, `number ${number}, 9 of 30 days of 11.2026`]])
  assert.equal(await db.balanceOf(account.id), 25_000_000n)
  assert.deepEqual(await rowOf(number), { account_id: account.id, paid_until: FIRST, prolong: true })
  const own = (await openDesk().list(account)).find((each) => each.number === number)
  assert.deepEqual([own?.own, own?.price, own?.currency, own?.plan.country], [true, 250_000_000n, 'RUR', 'Россия'])
})

test('another’s, a shared, a given and an unknown number cannot be rented; nothing is charged', async () => {
  const account = await db.account()
  const taken = await offered()
  await openDesk().rent(await db.account(), taken, true)
  const shared = String(79_991_000_000 + ++used)
  await numbers().add({ number: shared, shared: true })
  const given = String(79_991_000_000 + ++used)
  await numbers().add({ number: given })
  for (const number of [taken, shared, given, '79990009999'])
    await assert.rejects(openDesk().rent(account, number, true), { code: 'not_found' }, number)
  assert.deepEqual(await fees(account), [])
  assert.ok(!(await openDesk().list(account)).some(({ number }) => [taken, shared, given].includes(number)))
})

test('without the money it stays where it is; a credit limit counts, and what costs nothing needs none', async () => {
  const poor = await db.account({ balance: 74_999_999n })
  const number = await offered()
  await assert.rejects(openDesk().rent(poor, number, true), { code: 'insufficient_funds' })
  assert.equal((await rowOf(number)).account_id, null)
  const indebted = await db.account({ balance: -10_000_000n, credit: 85_000_000n })
  await openDesk().rent(indebted, number, true)
  assert.equal(await db.balanceOf(indebted.id), -85_000_000n)
  const free = await offered('0')
  await openDesk().rent(indebted, free, true)
  assert.equal((await fees(indebted)).length, 1)
})

test('of many who want a number at once one gets it, and pays once', async () => {
  const number = await offered()
  const accounts = await Promise.all(Array.from({ length: 6 }, () => db.account()))
  const outcomes = await Promise.allSettled(accounts.map((account) => openDesk().rent(account, number, true)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const paid = await Promise.all(accounts.map(fees))
  assert.equal(paid.flat().length, 1)
})

test('a sub-client that spends another’s balance rents with that money', async () => {
  const payer = await db.account({ balance: 100_000_000n })
  const sub = await db.account({ payerId: payer.id })
  const number = await offered()
  await openDesk().rent(sub, number, true)
  assert.equal(await db.balanceOf(payer.id), 25_000_000n)
  assert.equal((await rowOf(number)).account_id, sub.id)
})

test('prices are told and paid in the account’s currency; without a rate nothing is', async () => {
  const account = await db.account()
  const number = await offered('100')
  const dollars: Account = { ...account, currency: 'USD' }
  const own = (await openDesk().list(dollars)).find((each) => each.number === number)
  assert.deepEqual([own?.price, own?.currency], [1_000_000n, 'USD'])
  await assert.rejects(openDesk().rent({ ...account, currency: 'EUR' }, number, true), { code: 'denied' })
  await openDesk().rent(dollars, number, true)
  assert.deepEqual(
    (await fees(account)).map(([amount]) => amount),
    [-300_000],
  )
})

test('on the first the next month is paid, by whatever nodes, once', async () => {
  const account = await db.account({ balance: 1_000_000_000n })
  const number = await offered()
  await openDesk().rent(account, number, true)
  await renew(FIRST - 1)
  assert.equal((await fees(account)).length, 1, 'the month is not over')
  await Promise.all([renew(FIRST + 1), renew(FIRST + 2), renew(FIRST + 3)])
  await renew(FIRST + 4)
  assert.deepEqual((await fees(account)).slice(1), [[-250_000_000, `number ${number}, 12.2026`]])
  assert.equal((await rowOf(number)).paid_until, Date.UTC(2026, 11, 31, 21))
  assert.equal(await db.postedTo(account.id), -325_000_000n)
})

test('a month in which the centre did not run is not paid', async () => {
  const account = await db.account({ balance: 1_000_000_000n })
  const number = await offered()
  await openDesk().rent(account, number, true)
  await renew(Date.UTC(2027, 1, 10))
  assert.deepEqual((await fees(account)).slice(1), [[-250_000_000, `number ${number}, 02.2027`]])
})

test('a number that is not to be renewed is given up, and can be rented again', async () => {
  const account = await db.account()
  const number = await offered()
  await openDesk().rent(account, number, true)
  await openDesk().prolong(account, number, false)
  await renew(FIRST + 1)
  assert.deepEqual(await rowOf(number), { account_id: null, paid_until: null, prolong: true })
  assert.equal((await fees(account)).length, 1)
  await openDesk().rent(account, number, false)
  assert.equal((await rowOf(number)).prolong, false)
})

test('a deleted account pays for no number, nor does who paid for it', async () => {
  const payer = await db.account({ balance: 1_000_000_000n })
  const branch = await db.account({ payerId: payer.id })
  const number = await offered()
  await openDesk().rent(branch, number, true)
  await db.rows('update accounts set deleted_at = now() where id = $1', [branch.id])
  await renew(FIRST + 1)
  assert.equal((await rowOf(number)).account_id, null)
  assert.equal((await fees(payer)).length, 1)
})

// settings, where the notice goes
const contacts: [settings: object, to: string | undefined][] = [
  [{ email: 'boss@example.com', phone: '79990000001' }, 'boss@example.com'],
  [{ phone: '79990000001' }, '79990000001'],
  [{}, undefined],
]
for (const [settings, to] of contacts) {
  test(`without money for the next month the number is lost, and ${to ?? 'nobody'} is told`, async () => {
    const account = await db.account({ balance: 300_000_000n })
    await db.rows('update accounts set settings = $2 where id = $1', [account.id, settings])
    const number = await offered()
    await openDesk().rent(account, number, true)
    let lost = 0
    const count = () => {
      lost += 1
    }
    await Promise.all([renew(FIRST + 1, count), renew(FIRST + 1, count)])
    assert.equal((await rowOf(number)).account_id, null)
    assert.equal(lost, 1)
    assert.equal(await db.balanceOf(account.id), 225_000_000n)
    const notices = await db.rows<{ recipient: string; body: string }>(
      'select recipient, body from follow_ups where account_id = $1 and kind = 4',
      [account.id],
    )
    assert.deepEqual(
      notices.map(({ recipient }) => recipient),
      to === undefined ? [] : [to],
    )
    for (const { body } of notices) assert.ok(body.includes(number) && body.includes('12.2026'), body)
  })
}

test('the numbers and keywords of an account that is deleted are nobody’s, and nobody pays for them any more', async () => {
  const payer = await db.account()
  const account = await db.account({ payerId: payer.id })
  const [rented, given] = [await offered(), String(79_991_000_000 + ++used)]
  await openDesk().rent(account, rented, true)
  await db.rows('insert into numbers (number, account_id) values ($1, $2)', [given, account.id])
  await db.rows(`insert into number_keywords values ('gone', $1)`, [account.id])
  await db.rows('update accounts set balance = 0 where id = $1', [account.id])
  assert.equal(await removeAccount(db.sessions.general, account.id), 'removed')
  for (const number of [rented, given])
    assert.deepEqual(await rowOf(number), { account_id: null, paid_until: null, prolong: true })
  assert.deepEqual(await db.rows(`select from number_keywords where word = 'gone'`), [])
  await renew(FIRST)
  assert.equal((await fees(payer)).length, 1)
  await openDesk().rent(await db.account(), rented, true)
})

test('only who rents a number changes whether it is renewed', async () => {
  const number = await offered()
  await openDesk().rent(await db.account(), number, true)
  const given = String(79_991_000_000 + ++used)
  const account = await db.account()
  await numbers().add({ number: given, account: account.login })
  for (const other of [number, given, '1234'])
    await assert.rejects(openDesk().prolong(account, other, false), { code: 'not_found' })
})

test('a new price holds from the next month; a number that cannot be rented any more stays, and costs nothing', async () => {
  const account = await db.account()
  const [dearer, kept] = [await offered(), await offered()]
  for (const number of [dearer, kept]) await openDesk().rent(account, number, true)
  await numbers().price(dearer, '300')
  await numbers().price(kept, 'none')
  await renew(FIRST + 1)
  assert.deepEqual(
    (await fees(account)).slice(2).map(([amount]) => amount),
    [-300_000_000],
  )
  assert.equal((await rowOf(kept)).account_id, account.id)
})
