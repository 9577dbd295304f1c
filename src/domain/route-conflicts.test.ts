import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Route, Strategy } from './route.ts'
import { conflictsOf, covers } from './route-conflicts.ts'

const route = (id: number, of: Partial<Route> = {}): Route => ({ id, carrierId: id, channel: 'sms', priority: 100, ...of })
const hours = { fromMinute: 600, toMinute: 660, utcOffsetMinutes: 180 }

// biome-ignore format: a table reads better in columns
const COVERS: [wide: Partial<Route>, narrow: Partial<Route>, covers: boolean][] = [
  [{},                    { prefix: '7916' },                     true],
  [{ prefix: '7916' },    {},                                     false],
  [{ prefix: '791' },     { prefix: '7916' },                     true],
  [{ mccmnc: '250' },     { mccmnc: '25001' },                    true],
  [{ mccmnc: '25001' },   { mccmnc: '25002' },                    false],
  [{ mccmnc: '25001' },   { prefix: '7916' },                     false],
  [{ accountId: 1 },      {},                                     false],
  [{},                    { accountId: 1, sender: 'BANK', hours }, true],
  [{ sender: 'B*' },      { sender: 'bank' },                     true],
  [{ sender: 'B*' },      { sender: 'BA*' },                      true],
  [{ sender: 'BA*' },     { sender: 'B*' },                       false],
  [{ hours },             { hours },                              true],
  [{ hours },             {},                                     false],
  [{ channel: 'sms' },    { channel: 'flash' },                   true],
  [{ channel: 'flash' },  { channel: 'sms' },                     false],
]
for (const [wide, narrow, expected] of COVERS) {
  test(`${JSON.stringify(wide)} ${expected ? 'takes all of' : 'does not take all of'} ${JSON.stringify(narrow)}`, () =>
    assert.equal(covers(route(1, wide), route(2, narrow)), expected))
}

const conflicts = (added: Route, others: readonly Route[], strategy: Strategy = 'order') =>
  conflictsOf(
    added,
    [...others, added],
    ({ channel, priority }) => ({ channel, priority, strategy, sticky: 'none' }),
    (id) => `carrier ${id}`,
  )

// biome-ignore format: a table reads better in columns
const CONFLICTS: [what: string, found: string[], expected: RegExp[]][] = [
  ['two carriers for the same: the second is there when the first is not', conflicts(route(2), [route(1)]), []],
  ['a sandbox beside a route that takes everything', conflicts(route(2, { priority: 0 }), [route(1)]), [/never used: route 1/]],
  ['the same carrier once more, later', conflicts(route(2, { carrierId: 1, priority: 50, prefix: '7916' }), [route(1)]),
    [/changes nothing: route 1 sends the same messages to carrier 1 already/]],
  ['the same carrier for a part, before the rest', conflicts(route(2, { carrierId: 1, priority: 200, prefix: '7916' }), [route(1)]), []],
  ['the same carrier before itself', conflicts(route(2, { carrierId: 1, priority: 200 }), [route(1)]), [/Route 1 changes nothing any more/]],
  ['what leaves the sandbox nothing', conflicts(route(2), [route(1, { priority: 0 })]), [/Route 1 \(carrier 1, priority 0\) is not used any more/]],
  ['a weight among routes that are tried in order', conflicts(route(2, { weight: 30 }), [route(1)]), [/weight has no effect/]],
  ['a weight among routes that share', conflicts(route(2, { weight: 30 }), [route(1)], 'weight'), []],
  ['nobody to send anew over', conflicts(route(2, { noReceiptMinutes: 5, prefix: '7916' }), [route(1, { prefix: '7926' })]), [/nothing can be sent anew/]],
  ['somebody to send anew over', conflicts(route(2, { noReceiptMinutes: 5, prefix: '7916' }), [route(1, { prefix: '79' })]), []],
]
for (const [what, found, expected] of CONFLICTS) {
  test(`said of ${what}: ${expected.length === 0 ? 'nothing' : expected.join(', ')}`, () => {
    assert.equal(found.length, expected.length, found.join('\n'))
    for (const [at, one] of expected.entries()) assert.match(found[at] ?? '', one)
  })
}
