import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOBODY, type Route } from '../domain/route.ts'
import type { RouteFacts } from '../domain/route-choice.ts'
import { compileRoutes } from '../domain/route-table.ts'
import type { Catalogue } from './catalogue.ts'
import { makeLossWatch } from './losses.ts'

const route: Route = { id: 1, carrierId: 1, channel: 'sms', priority: 100 }
const asked = { ...NOBODY, channel: 'sms', number: '79161234567', mccmnc: '25001', price: 100n } as const

/** One route, whose carrier takes 150 a part. */
function catalogueWith(facts: Partial<RouteFacts>, of: Partial<Route> = {}) {
  const known: RouteFacts = { losses: 'warn', costOf: () => 150n, hasCosts: () => true, ...facts }
  const table = compileRoutes({ routes: [{ ...route, ...of }], facts: known })
  return { routing: { table, facts: known, usesQuality: false }, carrier: () => undefined } as unknown as Catalogue
}

// biome-ignore format: a table reads better in columns
const cases: [what: string, catalogue: Catalogue, price: bigint | undefined, warned: number, stopped: number][] = [
  ['a loss is sent and counted',             catalogueWith({}),                               100n,      1, 0],
  ['a loss is stopped',                      catalogueWith({ losses: 'stop' }),               100n,      0, 1],
  ['nobody minds',                           catalogueWith({ losses: 'allow' }),              100n,      0, 0],
  ['its route minds',                        catalogueWith({ losses: 'allow' }, { losses: 'stop' }), 100n, 0, 1],
  ['there is a margin',                      catalogueWith({}),                               150n,      0, 0],
  ['nothing is paid that could be compared', catalogueWith({ losses: 'stop' }),               undefined, 0, 0],
  ['no costs are known',                     catalogueWith({ losses: 'stop', costOf: undefined }), 100n, 0, 0],
]
for (const [what, catalogue, price, warned, stopped] of cases) {
  test(`${what}: ${warned} warned of, ${stopped} stopped`, () => {
    const { watch, counters } = makeLossWatch(() => 0)
    const question = { ...asked, price }
    watch(catalogue, question, catalogue.routing.table.carriers('sms', asked.number, asked.mccmnc, question))
    assert.deepEqual(counters, { warned, stopped })
  })
}
