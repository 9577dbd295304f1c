import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeptNotification, tellNotifications } from './trace-notifications.ts'

const kept = (of: Partial<KeptNotification>): KeptNotification => ({
  atMs: 1,
  state: 1,
  result: 'delivered',
  nextAtMs: 0,
  doneAtMs: 0,
  tries: [],
  ...of,
})

test('each call of a handler is told, and what became of the notification, in the order of time', () => {
  const told = tellNotifications([
    kept({
      result: 'waiting',
      nextAtMs: 90,
      tries: [{ atMs: 20, ms: 5, code: 500, reason: 'the handler answered 500' }],
    }),
    kept({ state: 0, doneAtMs: 11, tries: [{ atMs: 10, ms: 3, code: 200, reason: '' }] }),
    kept({ state: 20, result: 'given up', doneAtMs: 80, tries: [{ atMs: 30, ms: 15_000, code: 0, reason: 'timed out' }] }),
  ])
  assert.deepEqual(
    told.map(({ atMs, says }) => `${atMs} ${says}`),
    [
      '10 Told of status 0: HTTP 200 after 3 ms.',
      '20 Told of status 1: HTTP 500 after 5 ms, the handler answered 500.',
      '30 Told of status 20: no answer after 15000 ms, timed out.',
      '80 Status 20 was given up: nobody took it.',
      '90 Status 1 will be told again then.',
    ],
  )
})
