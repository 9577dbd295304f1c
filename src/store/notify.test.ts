import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { createNotifier, hintedAccounts } from './notify.ts'

test('changes that come together are told together, and each account once', async () => {
  const told: unknown[][] = []
  const notifier = createNotifier({
    run: async (_, values) => {
      told.push([...values])
      return []
    },
  })
  for (let at = 0; at < 1_000; at += 1) notifier.accountChanged(1 + (at % 100))
  notifier.catalogueChanged()
  notifier.catalogueChanged()
  await eventually(() => assert.equal(told.length, 4))
  const accounts = told.filter(([topic]) => topic === 'accounts').map(([, payload]) => hintedAccounts(String(payload)))
  assert.deepEqual(accounts[0], [1], 'the first goes at once')
  assert.deepEqual(new Set(accounts[1]), new Set(Array.from({ length: 100 }, (_, at) => at + 1)), 'the rest in one')
  assert.equal(told.filter(([topic]) => topic === 'catalogue').length, 2)
})

test('a hint that is lost does not stop those after it', async () => {
  let asked = 0
  const notifier = createNotifier({
    run: () => {
      asked += 1
      return asked === 1 ? Promise.reject(new Error('the connection broke')) : Promise.resolve([])
    },
  })
  notifier.accountChanged(1)
  notifier.accountChanged(2)
  await eventually(() => assert.equal(asked, 2))
})

test('a hint without accounts, or one that cannot be read, means all of them', () => {
  assert.deepEqual(hintedAccounts('1,22,3'), [1, 22, 3])
  for (const payload of ['', 'x', '1,x']) assert.equal(hintedAccounts(payload), undefined)
})
