import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hlrOf } from './hlr.ts'

// number, err, roaming → mcc mnc cn / rcn rnet
const cases: [name: string, number: string, err: number, isRoaming: boolean, home: string, visited: string][] = [
  ['a Russian subscriber at home', '79161234567', 0, false, '250 01 Russia', ' '],
  ['a Russian subscriber abroad', '79161234567', 0, true, '250 01 Russia', 'Turkey Turkcell'],
  ['a Turkish subscriber abroad', '905321234567', 0, true, '286', 'Russia MTS'],
  ['a number of no network', '8881234567', 0, false, '001 01 Test', ' '],
  ['switched off', '79161234567', 6, false, '250 01 Russia', ' '],
]

for (const [name, number, err, isRoaming, home, visited] of cases) {
  test(`${name} has an IMSI of 15 digits that begins with the network, and an MSC that is a number`, () => {
    const hlr = hlrOf(number, err, isRoaming)
    assert.ok(`${hlr.mcc} ${hlr.mnc} ${hlr.cn}`.startsWith(home), `${hlr.mcc} ${hlr.mnc} ${hlr.cn}`)
    assert.equal(`${hlr.rcn} ${hlr.rnet}`, visited)
    assert.match(hlr.imsi, /^\d{15}$/)
    assert.ok(hlr.imsi.startsWith(hlr.mcc + hlr.mnc))
    assert.match(hlr.msc, /^\d{11}$/)
    assert.notEqual(hlr.net, '')
  })
}

test('who does not exist has neither IMSI nor MSC', () => {
  const { imsi, msc, mcc } = hlrOf('79161234567', 1, false)
  assert.deepEqual([imsi, msc, mcc], ['', '', '250'])
})

test('two subscribers have two IMSIs, one always the same', () => {
  assert.notEqual(hlrOf('79161234567', 0, false).imsi, hlrOf('79161234568', 0, false).imsi)
  assert.deepEqual(hlrOf('79161234567', 0, false), hlrOf('79161234567', 0, false))
})
