import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { countIds } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import { setRates } from '../store/currencies.ts'
import { openSenderBook } from './sender-book.ts'

const ROUBLE = 1_000_000n

let rig: Awaited<ReturnType<typeof openTestStore>>
let nextId: () => number
let nowMs = 0
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  nextId = countIds()
})
after(() => rig?.close())

const query = async (sql: string, values: unknown[] = []) => (await rig.store.pool.query(sql, values)).rows
/** One of the nodes at this database. */
const node = (fee = 300n * ROUBLE) =>
  openSenderBook({
    ...{ pool: rig.store.pool, mode: 'registered', moderated: false, fee, profile: 'russia', language: 'ru' },
    ...{ nextId, now: () => nowMs, changed: () => {} },
  })

let accounts = 0
async function account({
  balance = 1000n,
  currency = 'RUR',
  parent = null as number | null,
  settings = {},
} = {}): Promise<number> {
  accounts += 1
  const [row] = await query(
    `insert into accounts (login, payer_id, parent_id, tariff_id, balance, currency, settings) values ($1, coalesce($2, 1), $2, 1, $3, $4, $5) returning id`,
    [`shop${accounts}`, parent, balance * ROUBLE, currency, settings],
  )
  if (parent === null) await query('update accounts set payer_id = id where id = $1', [row.id])
  return row.id as number
}

const add = (accountId: number, sender: string, book = node()): Promise<number> =>
  book.register(accountId, { sender, comment: 'x', isMail: false })
const balanceOf = async (id: number) => Number((await query('select balance from accounts where id = $1', [id]))[0].balance) / 1e6
const standingOf = async (id: number): Promise<unknown[]> => {
  const [{ status, waits }] = await query('select status, waits from senders where id = $1', [id])
  return [status, waits]
}
const at = (text: string): void => {
  nowMs = Date.parse(`${text}Z`)
}
beforeEach(() => at('2026-11-16T09:00:00'))

test('a name that is put in use costs the rest of its month, and the next one on the first, by the account’s own clock', async () => {
  const id = await account()
  const name = await add(id, 'MyShop')
  assert.equal(await balanceOf(id), 850)
  at('2026-11-30T20:00:00')
  await node().fees.renew()
  assert.equal(await balanceOf(id), 850)
  at('2026-11-30T21:30:00')
  await node().fees.renew()
  assert.equal(await balanceOf(id), 550)
  assert.deepEqual(await standingOf(name), [1, ''])
  const rows = await query(`select kind, amount, note from postings where account_id = $1 order by id`, [id])
  assert.deepEqual(
    rows.map(({ kind, amount, note }) => `${kind} ${Number(amount) / 1e6} ${note}`),
    ['7 -150 sender name MyShop, 11.2026', '7 -300 sender name MyShop, 12.2026'],
  )
})

test('many nodes that begin the month at once charge every name once', async () => {
  const ids = [await account(), await account()]
  const names: number[] = []
  for (const id of ids) for (const sender of ['One', 'Two', 'Three']) names.push(await add(id, sender, node(1n * ROUBLE)))
  const before = await Promise.all(ids.map(balanceOf))
  at('2026-12-01T09:00:00')
  const nodes = [node(), node(), node(), node()]
  await Promise.all(nodes.map(({ fees }) => fees.renew()))
  await node().fees.renew()
  for (const [place, id] of ids.entries()) assert.equal(await balanceOf(id), (before[place] ?? 0) - 900, `account ${id}`)
  const [{ count }] = await query(
    `select count(*)::int as count from postings where account_id = any($1) and note like '%12.2026'`,
    [ids],
  )
  assert.equal(count, 6)
})

test('a centre that was away when the month began charges the whole month when it is back', async () => {
  const id = await account()
  await add(id, 'MyShop')
  at('2026-12-20T09:00:00')
  await node().fees.renew()
  assert.equal(await balanceOf(id), 550)
})

test('a name that cannot be paid waits for money, is not sent under, and is put in use when there is some', async () => {
  const id = await account({ balance: 200n })
  const name = await add(id, 'MyShop')
  assert.equal(await balanceOf(id), 50)
  at('2026-12-01T09:00:00')
  const waiting = node()
  assert.ok((await waiting.fees.renew()).unpaid >= 1)
  assert.deepEqual(await standingOf(name), [0, 'money'])
  const [{ settings, version }] = await query('select settings, version from accounts where id = $1', [id])
  const known = { id, version, settings, login: 'x', payerId: id, tariffId: 1, currency: 'RUR', creditLimit: 0n }
  const maySend = await waiting.maySendOf({ ...known, utcOffsetMinutes: 180, blocked: false, allowedIps: [] })
  assert.equal(maySend?.('MyShop'), false)

  await waiting.fees.renew()
  assert.equal(await balanceOf(id), 50)
  await query('update accounts set balance = balance + 300000000 where id = $1', [id])
  at('2026-12-11T09:00:00')
  await node().fees.renew()
  assert.deepEqual(await standingOf(name), [1, ''])
  assert.ok(Math.abs((await balanceOf(id)) - (350 - 203.22)) < 0.011, 'from the day on that it is used again')
})

test('credit is money too; a fee of the account’s own goes before the centre’s, and nothing is free of trouble', async () => {
  const id = await account({ balance: 0n, settings: { sender_fee: '30' } })
  const poor = await add(id, 'MyShop')
  assert.deepEqual(await standingOf(poor), [0, 'money'])
  await query('update accounts set credit_limit = 15000000 where id = $1', [id])
  await node().fees.renew()
  assert.deepEqual(await standingOf(poor), [1, ''])
  assert.equal(await balanceOf(id), -15)
  const free = await account({ balance: 0n, settings: { sender_fee: '0' } })
  const name = await add(free, 'MyShop')
  at('2027-01-01T09:00:00')
  await node().fees.renew()
  assert.deepEqual(await standingOf(name), [1, ''])
  assert.equal(await balanceOf(free), 0)
})

test('who shares a balance pays from it, and another currency by its rate', async () => {
  const main = await account()
  const branch = await account({ parent: main, balance: 0n })
  await add(branch, 'Branch')
  assert.deepEqual([await balanceOf(main), await balanceOf(branch)], [850, 0])
  await setRates(rig.store.session, [{ code: 'USD', rate: 7_500_000_000n }])
  const abroad = await account({ currency: 'USD', balance: 10n })
  await add(abroad, 'Abroad')
  assert.equal(await balanceOf(abroad), 8)
})

test('a deleted account pays for its names no more, nor does who paid for it', async () => {
  const main = await account()
  const branch = await account({ parent: main, balance: 0n })
  await add(branch, 'Branch')
  await query('update accounts set deleted_at = now() where id = $1', [branch])
  at('2026-12-01T09:00:00')
  await node().fees.renew()
  assert.equal(await balanceOf(main), 850)
})

test('a name that was rejected and is approved again in its month is not paid twice', async () => {
  const id = await account()
  const book = node()
  const name = await add(id, 'MyShop', book)
  await query(`update senders set status = -1 where id = $1`, [name])
  await book.fees.activate(id, name)
  assert.equal(await balanceOf(id), 850)
})
