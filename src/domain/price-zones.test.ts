import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListRow } from './price-list.ts'
import { tablePrices } from './price-zones.ts'

const NOW = Date.UTC(2026, 10, 22)

const row = (of: Partial<ListRow> & { readonly price: bigint }): ListRow => ({
  ...{ channel: 'sms', prefix: '', mccmnc: '', country: '', validFromMs: 0, zone: 0, mass: undefined },
  ...of,
})

const show = (rows: readonly ListRow[]): string[] =>
  tablePrices(rows, NOW).zones.map(({ zone, within, api, mass, mms, hlr, call }) =>
    [zone, within, ...[api, mass, mms, hlr, call].map((price) => price ?? '-')].join(' '),
  )

test('a destination is a line, wider ones before narrower ones; what it does not name is what counts there', () => {
  const rows = [
    row({ price: 350n }),
    row({ mccmnc: '25001', zone: 250, price: 295n, mass: 310n }),
    row({ mccmnc: '250', zone: 250, price: 320n }),
    row({ prefix: '79161', zone: 250, price: 280n }),
    row({ country: 'Kazakhstan', zone: 2, price: 1200n }),
    row({ channel: 'hlr', price: 20n }),
    row({ channel: 'hlr', country: 'Kazakhstan', zone: 2, price: 30n }),
    row({ channel: 'call', mccmnc: '250', zone: 250, price: 500n }),
    row({ channel: 'mail', price: 5n }),
    row({ channel: 'viber', price: 90n }),
  ]
  assert.deepEqual(show(rows), [
    '0  350 350 - 20 -',
    '2  1200 1200 - 30 -',
    '250  320 320 - 20 500',
    '250 25001 295 310 - 20 500',
    '250 +79161 280 280 - 20 500',
  ])
  assert.equal(tablePrices(rows, NOW).mail, 5n)
})

test('a line is told with its own price, also where a narrower one always counts', () => {
  const rows = [row({ country: 'Russia', zone: 250, price: 350n }), row({ mccmnc: '250', zone: 250, price: 320n })]
  assert.deepEqual(show(rows).sort(), ['250  320 320 - - -', '250  350 350 - - -'])
})

test('what is entered in advance is not told, what it replaced is', () => {
  const rows = [row({ price: 1n }), row({ price: 2n, validFromMs: NOW }), row({ price: 3n, validFromMs: NOW + 1 })]
  assert.deepEqual(show(rows), ['0  2 2 - - -'])
})

test('a destination that only look-ups have is a line too; a tariff without rows has none, and no mail', () => {
  assert.deepEqual(show([row({ channel: 'hlr', mccmnc: '25001', zone: 250, price: 7n })]), ['250 25001 - - - 7 -'])
  assert.deepEqual(tablePrices([], NOW), { zones: [], mail: undefined })
})
