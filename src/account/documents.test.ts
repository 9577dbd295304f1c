import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { monthOf } from '../domain/message-id.ts'
import { Refusal } from '../domain/refusal.ts'
import { createSellers } from '../operator/seller.ts'
import { createDocuments } from './documents.ts'

const NOW = Date.UTC(2027, 1, 10, 22, 30) // the 11th in Moscow

let db: MessageStore
let documents: ReturnType<typeof createDocuments>
let main: Account
let sub: Account
let other: Account
before(async () => {
  db = await openMessageStore()
  documents = createDocuments({ session: db.store.session, now: () => NOW })
  ;[main, sub, other] = [await db.account(), await db.account(), await db.account()]
  await db.rows('update accounts set parent_id = $1 where id = $2', [main.id, sub.id])
})
after(() => db.close())

const isRefused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
const named = (account: Account) => ({ user: account.login, userId: undefined })
const MONEY = 1_000_000n
const HUNDRED = { amount: 100n * MONEY, service: 'Messages' }
const settings = (account: Account, values: object) =>
  db.rows('update accounts set settings = settings || $2 where id = $1', [account.id, JSON.stringify(values)])
const closed = async (account: Account, year: number, month: number, charged: number, refunded = 0, purse = 1, messages = 1) => {
  const { from, to } = monthOf(Date.UTC(year, month - 1, 1))
  await db.rows(
    `insert into closings (account_id, purse, from_id, until_id, charges_posted, refunds_posted, messages, charged, refunded)
     values ($1, $2, $3, $4, $5, $6, $7, 0, 0)`,
    [account.id, purse, from, to, charged * 1e6, refunded * 1e6, messages],
  )
}

test('there is no document before somebody has said whose', async () => {
  await assert.rejects(documents.addInvoice(main, named(sub), HUNDRED), isRefused('denied'))
  await closed(sub, 2026, 8, 1)
  await assert.rejects(documents.act(main, named(sub), { id: 202608 }), isRefused('denied'))
  await createSellers(db.store.session).set({ name: 'Operator', vat: 20 })
})

test('an invoice keeps the day and both parties as they were called that day', async () => {
  await settings(sub, { fio: 'Buyer', props: 'INN 1', cntr: '7/26' })
  const id = await documents.addInvoice(main, named(sub), HUNDRED)
  await settings(sub, { fio: 'Another' })
  const invoice = await documents.invoice(main, { user: '', userId: sub.id }, id)
  assert.deepEqual(invoice.date, { year: 2027, month: 2, day: 11 })
  assert.deepEqual([invoice.id, invoice.amount, invoice.currency, invoice.service], [id, 100n * MONEY, 'RUR', 'Messages'])
  assert.deepEqual(invoice.buyer, { login: sub.login, name: 'Buyer', details: 'INN 1', contract: '7/26' })
  assert.deepEqual([invoice.seller.name, invoice.seller.vat], ['Operator', 20])
  assert.ok((await documents.addInvoice(main, named(main), HUNDRED)) > id, 'one’s own')
})

test('an invoice is found by whom it is for', async () => {
  const id = await documents.addInvoice(main, named(sub), HUNDRED)
  for (const [asking, whose, code] of [
    [main, named(main), 'not_found'],
    [sub, named(main), 'no_subclient'],
    [other, named(sub), 'no_subclient'],
    [main, { user: '', userId: other.id }, 'no_subclient'],
    [main, { user: '', userId: 2 ** 40 }, 'no_subclient'],
    [main, { user: 'nobody', userId: sub.id }, 'no_subclient'],
  ] as const)
    await assert.rejects(documents.invoice(asking, whose, id), isRefused(code))
  await assert.rejects(documents.invoice(main, named(sub), id + 1_000), isRefused('not_found'))
  assert.equal((await documents.invoice(sub, named(sub), id)).id, id)
})

test('who spends another’s balance owes nothing himself', async () => {
  const shared = await db.account()
  await db.rows('update accounts set parent_id = $1, payer_id = $1 where id = $2', [main.id, shared.id])
  await assert.rejects(documents.addInvoice(main, named(shared), HUNDRED), isRefused('denied'))
  await assert.rejects(documents.act(main, named(shared), { num: 1 }), isRefused('not_found'))
})

test('a sub-client that is deleted gets no more invoices, but what it had is still printed', async () => {
  const gone = await db.account()
  await db.rows('update accounts set parent_id = $1 where id = $2', [main.id, gone.id])
  const id = await documents.addInvoice(main, named(gone), HUNDRED)
  await db.rows('update accounts set deleted_at = now() where id = $1', [gone.id])
  await assert.rejects(documents.addInvoice(main, named(gone), HUNDRED), isRefused('no_subclient'))
  assert.equal((await documents.invoice(main, named(gone), id)).id, id)
})

test('an act is what a closed month came to, both purses and the fees together', async () => {
  await closed(sub, 2026, 11, 12.345, 2, 1, 12)
  await closed(sub, 2026, 11, 1, 0, 2, 1)
  const { from, to } = monthOf(Date.UTC(2026, 10, 1))
  for (const [id, kind] of [
    [from, 7],
    [to - 1, 7],
    [to, 7],
    [to - 2, 6],
  ])
    await db.rows('insert into postings (account_id, id, kind, amount) values ($1, $2, $3, -250000000)', [sub.id, id, kind])
  const act = await documents.act(main, named(sub), { id: 202611 })
  assert.deepEqual([act.messages, act.charged, act.fees, act.amount], [13, 11_350_000n, 500n * MONEY, 511_350_000n])
  assert.deepEqual(
    [act.start, act.end],
    [
      { year: 2026, month: 11, day: 1 },
      { year: 2026, month: 11, day: 30 },
    ],
  )
})

test('acts are numbered within their year, and a number means the latest', async () => {
  await closed(sub, 2026, 12, 1)
  await closed(sub, 2027, 1, 2)
  const numbers: number[] = []
  for (const id of [202608, 202611, 202612, 202701]) numbers.push((await documents.act(main, named(sub), { id })).num)
  assert.deepEqual(numbers, [1, 2, 3, 1])
  assert.equal((await documents.act(main, named(sub), { num: 1 })).id, 202701)
  assert.equal((await documents.act(main, named(sub), { num: 3 })).id, 202612)
})

test('a month that is open, or in which nothing was, has no act', async () => {
  for (const asked of [{ id: 202702 }, { id: 202609 }, { id: 0 }, { id: 1e15 }, { num: 4 }, { num: 99 }])
    await assert.rejects(documents.act(main, named(sub), asked), isRefused('not_found'), JSON.stringify(asked))
})

test('an act that was printed once stays as it was', async () => {
  await documents.act(main, named(sub), { id: 202612 })
  await createSellers(db.store.session).set({ name: 'Renamed' })
  await settings(sub, { fio: 'Renamed too' })
  const [old, fresh] = [
    await documents.act(main, named(sub), { id: 202612 }),
    await documents.addInvoice(main, named(sub), HUNDRED),
  ]
  assert.deepEqual([old.seller.name, old.buyer.name], ['Operator', 'Another'])
  const { seller, buyer } = await documents.invoice(main, named(sub), fresh)
  assert.deepEqual([seller.name, buyer.name], ['Renamed', 'Renamed too'])
})

test('a main account with details of its own sells to its sub-clients itself', async () => {
  await settings(main, { fio: 'Reseller', props: 'INN 2' })
  const [theirs, own] = [
    await documents.addInvoice(main, named(sub), HUNDRED),
    await documents.addInvoice(main, named(main), HUNDRED),
  ]
  const { seller } = await documents.invoice(main, named(sub), theirs)
  assert.deepEqual([seller.name, seller.details, seller.vat], ['Reseller', 'INN 2', null])
  const { seller: operator, buyer } = await documents.invoice(main, named(main), own)
  assert.deepEqual([operator.name, buyer.name], ['Renamed', 'Reseller'])
})

test('an account has room for so many invoices', async () => {
  await db.rows(
    `insert into invoices (account_id, day, amount, currency, parties) select $1, 1, 1, 'RUR', '{}' from generate_series(1, 10000)`,
    [other.id],
  )
  await assert.rejects(documents.addInvoice(other, named(other), HUNDRED), isRefused('denied'))
})
