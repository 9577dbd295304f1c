import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '../store/session.ts'
import type { Change } from '../store/settle.ts'
import { openHandlers } from './handlers.ts'

/** A store with these handlers: account, statuses, passed, incoming, stopped. */
const storeOf = (
  rows: () => readonly (readonly [number, boolean, boolean, boolean, boolean])[],
): Session & { reads: number } => ({
  reads: 0,
  async run({ name }) {
    if (name === 'handlers_mark') return [[JSON.stringify(rows())]]
    this.reads += 1
    return rows().map(([id, statuses, passed, incoming, stopped]) => [
      ...[id, 'http://h/', statuses, passed, incoming, 180, '', stopped ? 'http://h/' : ''],
    ])
  },
})
const change = (accountId: number, wasState: number, state: number): Change =>
  ({ accountId, id: accountId * 100 + state + 1, wasState, state, err: 0, stateAtMs: 5 }) as Change

test('a handler is told of every new status that it asked for, and of nothing else', async () => {
  let id = 0
  const handlers = await openHandlers(
    storeOf(() => [
      [1, true, false, false, false],
      [2, true, true, true, false],
      [3, false, false, true, false],
      [4, true, true, true, true],
    ]),
    () => ++id,
  )
  const changes = [1, 2, 3, 4, 5].flatMap((account) => [
    change(account, -1, 0),
    change(account, -1, -1),
    change(account, 0, 1),
    change(account, 1, 4),
    change(account, 1, 1),
  ])
  const told = handlers.toldOf(changes)?.map(({ accountId, state, atMs }) => [accountId, state, atMs])
  assert.deepEqual(told, [
    [1, 1, 5],
    [1, 4, 5],
    [2, 0, 5],
    [2, 1, 5],
    [2, 4, 5],
  ])
  assert.deepEqual(handlers.incoming, [2, 3])
  handlers.stopped(2, 'http://h/')
  assert.deepEqual(handlers.incoming, [3])
  assert.equal(handlers.toldOf([change(2, 0, 1)]), undefined)
})

test('without handlers nothing is looked at, and no id is taken', async () => {
  const handlers = await openHandlers(
    storeOf(() => []),
    () => assert.fail('an id was taken'),
  )
  assert.equal(handlers.toldOf([change(1, 0, 1)]), undefined)
})

test('handlers are read again when one of them changed, and only then', async () => {
  const rows: [number, boolean, boolean, boolean, boolean][] = [[1, true, false, false, false]]
  const store = storeOf(() => rows)
  const handlers = await openHandlers(store, () => 1)
  await handlers.refresh()
  assert.equal(store.reads, 1)
  rows.push([2, true, false, true, false])
  await handlers.refresh()
  assert.equal(store.reads, 2)
  assert.deepEqual(handlers.incoming, [2])
})
