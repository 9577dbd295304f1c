import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lookUp } from './number/plan.ts'
import { diffRows, withRows } from './price-change.ts'
import { comparePrices, type Moment } from './price-compare.ts'
import { compilePriceList, type ListRow, placeKey, priceIn } from './price-list.ts'

const row = (price: bigint, of: Partial<ListRow> = {}): ListRow => ({
  channel: 'sms',
  prefix: '',
  mccmnc: '',
  country: '',
  validFromMs: 0,
  zone: 0,
  mass: undefined,
  ...of,
  price,
})
const MTS = '79161234567'
const KAZAKH = '77011234567'

const priced = (rows: readonly ListRow[], nowMs: number, channel = 'sms', number = MTS): bigint | undefined =>
  compilePriceList(rows, nowMs).rowFor(channel, number, lookUp(number))?.price

describe('a list of prices', () => {
  const dated = [
    row(1n),
    row(2n, { validFromMs: 100 }),
    row(3n, { validFromMs: 200 }),
    row(9n, { mccmnc: '401', validFromMs: 150 }),
  ]
  // biome-ignore format: a table reads better in columns
  const moments: [nowMs: number, number: string, price: bigint, changesAtMs: number, why: string][] = [
    [99,  MTS,    1n, 100,                      'a row that is entered for later does not hold yet'],
    [100, MTS,    2n, 150,                      'it holds from its very millisecond'],
    [149, KAZAKH, 2n, 150,                      'a network falls back until its first row begins'],
    [150, KAZAKH, 9n, 200,                      'then it has a price of its own'],
    [999, MTS,    3n, Number.POSITIVE_INFINITY, 'the latest that has begun holds, and nothing is to come'],
  ]
  for (const [nowMs, number, price, changesAtMs, why] of moments) {
    test(`at ${nowMs}: ${why}`, () => {
      assert.equal(priced(dated, nowMs, 'sms', number), price)
      assert.equal(compilePriceList(dated, nowMs).changesAtMs, changesAtMs)
    })
  }

  test('what travels as an SMS costs what an SMS does, unless it has a price; a ping and a call do not', () => {
    const rows = [row(5n), row(7n, { channel: 'flash' }), row(1n, { channel: 'call' })]
    const costs = ['sms', 'flash', 'bin', 'push', 'ping', 'hlr', 'call'].map((channel) => priced(rows, 0, channel))
    assert.deepEqual(costs, [5n, 7n, 5n, 5n, undefined, undefined, 1n])
  })

  test('the personal account has a price of its own, or that of the machines', () => {
    assert.equal(priceIn(row(5n, { mass: 6n }), 'mass'), 6n)
    assert.equal(priceIn(row(5n, { mass: 6n }), 'api'), 5n)
    assert.equal(priceIn(row(5n), 'mass'), 5n)
  })
})

describe('a change of a list', () => {
  const present = [
    row(1n),
    row(2n, { mccmnc: '250' }),
    row(3n, { mccmnc: '250', validFromMs: 500 }),
    row(4n, { country: 'Germany' }),
  ]

  test('touches only the rows that become others', () => {
    const wanted = [
      row(1n),
      row(5n, { mccmnc: '250' }),
      row(3n, { mccmnc: '250', validFromMs: 500 }),
      row(6n, { prefix: '7916' }),
    ]
    const { added, removed } = diffRows(present, wanted)
    assert.deepEqual(added.map(placeKey), ['sms /250', 'sms 7916'])
    assert.deepEqual(removed.map(placeKey), ['sms /250', 'sms :Germany'])
  })

  test('a zone and a price of the personal account are changes too', () => {
    assert.equal(diffRows([row(1n)], [row(1n, { zone: 3 })]).added.length, 1)
    assert.equal(diffRows([row(1n)], [row(1n, { mass: 2n })]).added.length, 1)
    assert.equal(diffRows([row(1n)], [row(1n)]).added.length, 0)
  })

  test('a row put in replaces what has begun of its destination, and leaves what is entered for later', () => {
    const after = withRows(present, [row(9n, { mccmnc: '250', validFromMs: 100 })], 200)
    assert.deepEqual(
      after.filter(({ mccmnc }) => mccmnc).map(({ price, validFromMs }) => [price, validFromMs]),
      [
        [3n, 500],
        [9n, 100],
      ],
    )
  })
})

describe('a comparison of two lists', () => {
  function momentsOf(steps: ReturnType<typeof comparePrices>): Moment[] {
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }
  const told = (present: readonly ListRow[], wanted: readonly ListRow[]) =>
    momentsOf(comparePrices(present, wanted, 10)).flatMap(({ atMs, changes }) =>
      changes.map((change) => `${atMs} ${placeKey(change)} ${change.was} ${change.now}`),
    )
  const cases: [why: string, present: ListRow[], wanted: ListRow[], told: string[]][] = [
    ['nothing changes', [row(1n)], [row(1n)], []],
    ['a destination gets dearer', [row(1n)], [row(2n)], ['0 sms * 1 2']],
    [
      'one with a new price is compared with what it paid until then',
      [row(1n), row(2n, { mccmnc: '250' })],
      [row(1n), row(2n, { mccmnc: '250' }), row(3n, { mccmnc: '25001' })],
      ['0 sms /25001 2 3'],
    ],
    [
      'one that loses its price is compared with what it falls back to',
      [row(1n), row(2n, { country: 'Russia' })],
      [row(1n)],
      ['0 sms :Russia 2 1'],
    ],
    ['one without any price is no longer served', [row(2n, { prefix: '7916' })], [], ['0 sms 7916 2 undefined']],
    ['a later rise is a step of its own', [row(1n)], [row(1n), row(3n, { validFromMs: 50 })], ['50 sms * 1 3']],
    [
      'what is entered for later already is no news',
      [row(1n), row(3n, { validFromMs: 50 })],
      [row(2n), row(3n, { validFromMs: 50 })],
      ['0 sms * 1 2'],
    ],
    ['a rise that does not come is told', [row(1n), row(3n, { validFromMs: 50 })], [row(1n)], ['50 sms * 3 1']],
  ]
  for (const [why, present, wanted, expected] of cases) test(why, () => assert.deepEqual(told(present, wanted), expected))
})
