import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDestinations } from './destinations.ts'

const allowed = (list: string, to: string): boolean => {
  const destinations = readDestinations(list)
  assert.ok(typeof destinations === 'function', list)
  return destinations(to)
}

const CASES: readonly [list: string, to: string, may: boolean, why: string][] = [
  ['7,-77', '79161234567', true, 'Russia'],
  ['7,-77', '77011234567', false, 'but not Kazakhstan'],
  ['7,-77', '380501234567', false, 'and nothing that is not named'],
  ['-77,7', '77011234567', false, 'in any order'],
  ['7,-77,7701', '77011234567', true, 'the longest code decides'],
  ['7,-77,7701', '77021234567', false, 'and only for its own numbers'],
  ['-77', '79161234567', true, 'exceptions alone leave the rest'],
  ['-77', '77011234567', false, 'and are exceptions'],
  [' +7 ; 375 ', '375291234567', true, 'a plus, spaces and semicolons are understood'],
  ['7', 'alex@example.com', true, 'an address has no code'],
]
for (const [list, to, may, why] of CASES)
  test(`${list} and ${to}: ${why}`, () => {
    assert.equal(allowed(list, to), may)
  })

test('an empty list allows everything', () => {
  assert.equal(readDestinations(''), undefined)
  assert.equal(readDestinations(' , '), undefined)
})

for (const bad of ['7,x', '--7', '7 7', '7.5', '-', '1234567890123456', Array(501).fill('7').join()])
  test(`'${bad.slice(0, 20)}' is no list of codes`, () => {
    assert.deepEqual(readDestinations(bad), { problem: 'bad_list' })
  })
