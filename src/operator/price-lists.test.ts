import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { openOperator } from '../../test/support/operator.ts'
import { placeKey } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.fail('it was not refused'),
    (error) => (error instanceof Refusal ? `${error.code}: ${error.detail.reason}` : Promise.reject(error)),
  )

describe('price lists', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  let name = ''
  let lists = 0
  before(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
  })
  after(() => opened.close())
  beforeEach(async () => {
    lists += 1
    name = `list ${lists}`
    await operator.tariffs.set({ tariff: name, default: true, price: '3' })
    await operator.tariffs.set({ tariff: name, mccmnc: '25001', price: '2', zone: 5 })
  })

  const shown = async (): Promise<string[]> =>
    ((await operator.tariffs.list(name))[0]?.prices ?? []).map((row) => `${placeKey(row)} ${row.price / 10_000n}`)
  const file = (text: string, merge = false) => ({ file: Buffer.from(text), fileName: 'prices.csv', merge })
  const apply = (text: string, merge = false) => operator.priceLists.apply('tariff', name, file(text, merge))

  test('a file replaces the whole list, or with merge only what it mentions', async () => {
    await apply('mccmnc,country,price\n250,,1.5\n', true)
    assert.deepEqual(await shown(), ['sms * 300', 'sms /250 150', 'sms /25001 200'])
    await apply('mccmnc,country,price\n250,,1.5\n,*,4\n')
    assert.deepEqual(await shown(), ['sms * 400', 'sms /250 150'])
  })

  test('one wrong line, and nothing of the file is imported', async () => {
    assert.match(
      await refused(apply('mccmnc,price\n250,1\n25001,-1\n')),
      /^bad_request: Line 3: .*negative.* Nothing was imported\.$/,
    )
    assert.deepEqual(await shown(), ['sms * 300', 'sms /25001 200'])
  })

  test('an undo brings the version before back, an undo more the one before that, and --to any of them', async () => {
    const { undo, versions } = operator.priceLists
    await apply('mccmnc,price\n250,1\n')
    await apply('mccmnc,price\n401,9\n')
    await undo('tariff', name)
    assert.deepEqual(await shown(), ['sms /250 100'])
    await undo('tariff', name)
    assert.deepEqual(await shown(), ['sms * 300', 'sms /25001 200'])
    await undo('tariff', name, 4)
    assert.deepEqual(await shown(), ['sms /401 900'])
    await operator.tariffs.set({ tariff: name, mccmnc: '250', price: '7' })
    await undo('tariff', name)
    assert.deepEqual(await shown(), ['sms /401 900'])
    assert.deepEqual(
      (await versions('tariff', name)).map(({ version, sameAs }) => [version, sameAs]),
      [
        [9, 4],
        [8, 8],
        [7, 4],
        [6, 2],
        [5, 3],
        [4, 4],
        [3, 3],
        [2, 2],
        [1, 1],
      ],
    )
    assert.match(await refused(undo('tariff', name, 99)), /There is no version 99/)
    await undo('tariff', name, 1)
    assert.match(await refused(undo('tariff', name)), /no version before/)
  })

  test('what is exported is imported as it was, zones and dates with it', async () => {
    await operator.tariffs.set({
      tariff: name,
      country: 'Казахстан',
      price: '12',
      mass: '13.5',
      from: '2030-01-01 08:00',
      zone: 6,
    })
    await operator.zones.set(5, { name: 'Свои', nameEn: 'On-net' })
    await operator.zones.set(6, { name: 'СНГ', nameEn: 'CIS' })
    for (const spreadsheet of [false, true]) {
      const csv = await operator.priceLists.file('tariff', name, spreadsheet)
      assert.match(
        csv,
        spreadsheet ? /sms;;;Kazakhstan;2030-01-01 08:00;6;СНГ;CIS;12,00;13,50/ : /sms,,25001,,,5,Свои,On-net,2.00,/,
      )
      assert.equal(await apply(csv), undefined, 'nothing changes')
    }
  })

  test('a preview says what would change, and changes nothing', async () => {
    const plan = await operator.priceLists.plan('tariff', name, file('mccmnc,country,price\n25001,,2.5\n,*,3\n'))
    assert.deepEqual(plan.rows, { before: 2, after: 2, added: 1, removed: 1 })
    assert.deepEqual(
      plan.preview?.moments.map(({ changes }) => changes.map(({ mccmnc, was, now }) => [mccmnc, was, now])),
      [[['25001', 2_000_000n, 2_500_000n]]],
    )
    assert.deepEqual(await shown(), ['sms * 300', 'sms /25001 200'])
  })

  test('a preview for a tariff that is not there yet makes none', async () => {
    const plan = await operator.priceLists.plan('tariff', 'to come', file('mccmnc,price\n250,1\n'))
    assert.equal(plan.rows.before, 0)
    assert.deepEqual(await operator.tariffs.list('to come'), [])
  })

  test('two that change a list at once both get their way', async () => {
    const networks = Array.from({ length: 5 }, (_, at) => `2501${at}`)
    await Promise.all(networks.slice(0, 3).map((mccmnc) => operator.tariffs.set({ tariff: name, mccmnc, price: '1' })))
    assert.equal((await shown()).length, 5)
  })

  test('a price takes the place of those that have begun, and leaves what is entered for later', async () => {
    await operator.tariffs.set({ tariff: name, default: true, price: '4', from: '2020-01-01' })
    await operator.tariffs.set({ tariff: name, default: true, price: '5', from: '2035-01-01' })
    await operator.tariffs.set({ tariff: name, default: true, price: '6' })
    assert.deepEqual(await shown(), ['sms * 600', 'sms * 500', 'sms /25001 200'])
    await operator.tariffs.remove({ tariff: name, default: true, from: '2035-01-01' })
    assert.deepEqual(await shown(), ['sms * 600', 'sms /25001 200'])
  })

  test('costs have a currency that has a rate, and one only', async () => {
    const { costs, currencies, carriers, kinds } = operator
    assert.ok(kinds.simulator)
    const carrier = `carrier-${lists}`
    await carriers.add('simulator', carrier, {})
    assert.match(await refused(costs.set({ carrier, default: true, price: '1', currency: 'VND' })), /currency set VND=/)
    assert.match(await refused(currencies.set(['VND=0.0036', 'RUR=2'])), /always 1/)
    assert.match(await refused(currencies.set(['VND'])), /no rate above 0/)
    await currencies.set(['VND=0.0036'])
    await costs.set({ carrier, default: true, price: '500', currency: 'VND' })
    assert.deepEqual(
      (await costs.list(carrier)).map(({ currency, costs: rows }) => [currency, rows.length]),
      [['VND', 1]],
    )
    assert.match(await refused(costs.set({ carrier, mccmnc: '250', price: '1', currency: 'RUR' })), /are in VND/)
    assert.match(await refused(costs.set({ carrier, mccmnc: '250', price: '1', mass: '2' })), /takes one price/)
    assert.match(await refused(costs.set({ carrier: 'nobody', default: true, price: '1' })), /no carrier 'nobody'/)
    await costs.remove({ carrier, default: true })
    await costs.set({ carrier, default: true, price: '2', currency: 'RUR' })
    assert.deepEqual(
      (await costs.list(carrier)).map(({ currency }) => currency),
      ['RUR'],
    )
  })
})
