import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { openOperator } from '../../test/support/operator.ts'
import { createReadPrices } from '../account/prices.ts'
import type { Channel } from '../domain/channel.ts'
import { lookUp } from '../domain/number/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import { openCatalogue } from '../lifecycle/catalogue.ts'
import { readByLogin } from '../store/accounts.ts'
import { createPriceExceptions } from './price-exceptions.ts'

let opened: Awaited<ReturnType<typeof openTestStore>>
let operator: ReturnType<typeof openOperator>
let exceptions: ReturnType<typeof createPriceExceptions>
let shop: number
let other: number
let tariff: number
before(async () => {
  opened = await openTestStore()
  const { session } = opened.store
  operator = openOperator(session)
  exceptions = createPriceExceptions({ session, changed: () => {} })
  await operator.tariffs.set({ default: true, price: '3' })
  await operator.tariffs.set({ prefix: '7916123', price: '4' })
  await operator.tariffs.set({ channel: 'hlr', default: true, price: '0.20' })
  ;({ id: shop, tariffId: tariff } = await operator.addAccount({ login: 'shop', password: 'x' }))
  ;({ id: other } = await operator.addAccount({ login: 'other', password: 'x' }))
})
after(() => opened.close())

const MTS = '79161234567'
const MEGAFON = '79261234567'
const isRefused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
async function priceOf(accountId: number, number: string, channel: Channel = 'sms', origin: 'api' | 'mass' = 'api') {
  const catalogue = (await openCatalogue(opened.store.session)).current()
  const price = catalogue.priceOf(tariff, channel, number, lookUp(number), origin, accountId)
  return price === undefined ? undefined : Number(price) / 1e6
}
const codes = async () => {
  const found = await readByLogin(opened.store.session, 'shop', Buffer.alloc(32))
  assert.ok(found)
  const read = createReadPrices({ session: opened.store.session, now: Date.now })
  return (await read(found.account, 'ru')).codes.map(({ mccmnc, cost }) => `${mccmnc} ${Number(cost) / 1e6}`)
}

test('an account’s own price of a network goes before every price of its tariff, for that account alone', async () => {
  await exceptions.set('shop', { mccmnc: '25001', price: '1.25', mass: '1.50' })
  assert.deepEqual([await priceOf(shop, MTS), await priceOf(shop, MEGAFON)], [1.25, 3])
  assert.deepEqual([await priceOf(other, MTS), await priceOf(other, MEGAFON)], [4, 3])
  assert.equal(await priceOf(shop, MTS, 'sms', 'mass'), 1.5)
  assert.deepEqual([await priceOf(shop, MTS, 'flash'), await priceOf(shop, MTS, 'hlr')], [1.25, 0.2])
})

test('get_price tells an account’s own prices of messages, those in force', async () => {
  await exceptions.set('shop', { mccmnc: '25002,25099', price: '2' })
  await exceptions.set('shop', { mccmnc: '25020', price: '9', from: '2098-01-01' })
  await exceptions.set('shop', { mccmnc: '25001', price: '0.10', channel: 'hlr' })
  assert.deepEqual(await codes(), ['25001 1.25', '25002 2', '25099 2'])
  assert.deepEqual([await priceOf(shop, MTS, 'hlr'), await priceOf(shop, MEGAFON, 'hlr')], [0.1, 0.2])
})

test('what is removed is priced by the tariff again', async () => {
  const { prices } = await exceptions.remove('shop', { mccmnc: '25001,25002' })
  assert.deepEqual(
    prices.map(({ channel, mccmnc }) => `${channel} ${mccmnc}`),
    ['hlr 25001', 'sms 25020', 'sms 25099'],
  )
  assert.equal(await priceOf(shop, MTS), 4)
  assert.deepEqual(await codes(), ['25099 2'])
  await exceptions.remove('shop', { mccmnc: '25099,25020' })
  await exceptions.remove('shop', { mccmnc: '25001', channel: 'hlr' })
  assert.deepEqual((await exceptions.list('shop')).prices, [])
})

test('tariffs and costs know nothing of it', async () => {
  await exceptions.set('other', { mccmnc: '25001', price: '1' })
  const [listed] = await operator.tariffs.list('default')
  assert.equal(listed?.prices.length, 3)
  assert.deepEqual(await operator.costs.list(), await operator.costs.list(''))
})

// what is wrong, refusal
const bad: [claim: string, run: () => Promise<unknown>, code: string][] = [
  ['nobody', () => exceptions.set('nobody', { mccmnc: '25001', price: '1' }), 'not_found'],
  ['no network', () => exceptions.set('shop', { mccmnc: '', price: '1' }), 'bad_request'],
  ['a network that is none', () => exceptions.set('shop', { mccmnc: '25x', price: '1' }), 'bad_request'],
  ['no price', () => exceptions.set('shop', { mccmnc: '25001', price: '-1' }), 'bad_request'],
  ['no channel', () => exceptions.set('shop', { mccmnc: '25001', price: '1', channel: 'pigeon' }), 'bad_request'],
  ['a price that is not there', () => exceptions.remove('shop', { mccmnc: '40101' }), 'not_found'],
  [
    'a tariff’s worth of them',
    () =>
      exceptions.set('shop', {
        mccmnc: Array.from({ length: 1001 }, (_, at) => `25${String(at).padStart(4, '0')}`).join(),
        price: '1',
      }),
    'bad_request',
  ],
]
for (const [claim, run, code] of bad) {
  test(`refused: ${claim}`, () => assert.rejects(run(), isRefused(code)))
}
