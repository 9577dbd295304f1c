import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { openOperator } from '../../test/support/operator.ts'
import { lookUp } from '../domain/number/plan.ts'
import { openCatalogue } from './catalogue.ts'
import { costOfPart } from './price-book.ts'

const NUMBER = '79161234567'
const PLAN = lookUp(NUMBER)

describe('prices and costs in memory', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  before(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
  })
  after(() => opened.close())

  const tariffId = async (name: string): Promise<number> => (await operator.tariffs.list(name))[0]?.id ?? 0

  test('a price entered in advance takes force at its moment, in a catalogue that nobody reads again', async () => {
    const at = new Date(Date.now() + 2_000).toISOString().slice(0, 19)
    await operator.tariffs.set({ tariff: 'dated', default: true, price: '1', mass: '2' })
    await operator.tariffs.set({ tariff: 'dated', default: true, price: '5', from: `${at}Z` })
    const catalogue = (await openCatalogue(opened.store.session)).current()
    const id = await tariffId('dated')
    const price = () => catalogue.priceOf(id, 'sms', NUMBER, PLAN)
    const before = price()
    if (Date.now() < Date.parse(`${at}Z`)) assert.equal(before, 1_000_000n)
    await eventually(() => assert.equal(price(), 5_000_000n))
    assert.ok(Date.now() >= Date.parse(`${at}Z`))
    assert.equal(catalogue.priceOf(id, 'sms', NUMBER, PLAN, 'mass'), 5_000_000n)
  })

  test('a refresh reads the lists that changed, and what is sold no more goes', async () => {
    const keeper = await openCatalogue(opened.store.session)
    await operator.tariffs.set({ tariff: 'fresh', prefix: '7916', price: '2', mass: '2.5' })
    const id = await tariffId('fresh')
    assert.equal(keeper.current().priceOf(id, 'sms', NUMBER, PLAN), undefined)
    await keeper.refresh()
    assert.equal(keeper.current().priceOf(id, 'sms', NUMBER, PLAN), 2_000_000n)
    assert.equal(keeper.current().priceOf(id, 'sms', NUMBER, PLAN, 'mass'), 2_500_000n)
    await operator.tariffs.remove({ tariff: 'fresh', prefix: '7916' })
    await keeper.refresh()
    assert.equal(keeper.current().priceOf(id, 'sms', NUMBER, PLAN), undefined)
  })

  test('a cost is told in the base currency, and for a message in the currency of who pays', async () => {
    await operator.carriers.add('simulator', 'beta', {})
    await operator.carriers.add('simulator', 'gamma', {})
    await operator.currencies.set(['USD=90', 'EUR=100'])
    await operator.costs.set({ carrier: 'beta', default: true, price: '0.01', currency: 'USD' })
    await operator.tariffs.set({ tariff: 'euro', default: true, price: '0.05', currency: 'EUR' })
    const euro = await operator.addAccount({ login: 'euro', password: 'x', tariff: 'euro' })
    const rouble = await operator.addAccount({ login: 'rouble', password: 'x' })
    const current = (await openCatalogue(opened.store.session)).current()
    const [beta, gamma] = [(await operator.carriers.find('beta')).id, (await operator.carriers.find('gamma')).id]

    assert.equal(current.costOf(beta, 'sms', NUMBER, PLAN), 900_000n)
    assert.equal(current.costOf(beta, 'hlr', NUMBER, PLAN), undefined)
    assert.deepEqual([current.hasCosts(beta), current.hasCosts(gamma)], [true, false])
    assert.equal(current.costOf(gamma, 'sms', NUMBER, PLAN), undefined)
    assert.equal(current.inBase(await tariffId('euro'), 50_000n), 5_000_000n)

    const message = { carrierId: beta, channel: 'sms', to: NUMBER, mccmnc: '25001' } as const
    assert.equal(costOfPart({ ...message, payerId: rouble.id }, current), 900_000n)
    assert.equal(costOfPart({ ...message, payerId: euro.id }, current), 9_000n)
    assert.equal(costOfPart({ ...message, carrierId: gamma, payerId: euro.id }, current), 0n)
  })

  test('the network that a message was accepted for decides its cost, whatever its number says', async () => {
    await operator.carriers.add('simulator', 'delta', {})
    await operator.costs.set({ carrier: 'delta', mccmnc: '25001', price: '1' })
    await operator.costs.set({ carrier: 'delta', mccmnc: '25002', price: '2' })
    const current = (await openCatalogue(opened.store.session)).current()
    const message = { carrierId: (await operator.carriers.find('delta')).id, channel: 'sms', to: NUMBER, payerId: 999 } as const
    assert.equal(costOfPart({ ...message, mccmnc: '25001' }, current), 1_000_000n)
    assert.equal(costOfPart({ ...message, mccmnc: '25002' }, current), 2_000_000n)
  })
})
