import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../domain/account.ts'
import { createApiLog } from './api-log.ts'

const ACCOUNT: Account = {
  ...{ id: 1, version: 1, login: 'a', payerId: 1, tariffId: 1, currency: 'RUR', creditLimit: 0n, utcOffsetMinutes: 180 },
  ...{ blocked: false, allowedIps: [], settings: {} },
}

const scene = () => {
  const clock = { ms: 1_000 }
  const log = createApiLog(() => clock.ms)
  const note = (script: string, account = ACCOUNT) =>
    log.note(account, { atMs: clock.ms, script, ip: '127.0.0.1', parameters: [], error: 0, ms: 1 })
  return { clock, log, note, shown: (id = 1) => log.of(id).map(({ script }) => script) }
}

test('it is kept for accounts that want it', () => {
  const { log } = scene()
  assert.equal(log.isKeptFor(ACCOUNT), false)
  assert.equal(log.isKeptFor({ ...ACCOUNT, settings: { 'fl[30]': 1 } }), true)
})

test('it keeps the last twenty of each account, the latest first', () => {
  const { note, shown } = scene()
  for (let at = 1; at <= 25; at++) note(`script ${at}`)
  note('another', { ...ACCOUNT, id: 2 })
  assert.deepEqual(
    shown(),
    Array.from({ length: 20 }, (_, at) => `script ${25 - at}`),
  )
  assert.deepEqual(shown(2), ['another'])
})

test('an additional login has a log of its own', () => {
  const { note, shown } = scene()
  const login = { id: 7, version: 1, accountLogin: 'a', accountSettings: {}, accountOffsetMinutes: 180 }
  note('by the account')
  note('by the login', { ...ACCOUNT, additional: login })
  assert.deepEqual([shown(), shown(7)], [['by the account'], ['by the login']])
})

test('ten minutes after the last of them all are forgotten', () => {
  const { clock, note, shown } = scene()
  note('first')
  clock.ms += 599_000
  note('last')
  clock.ms += 599_000
  assert.deepEqual(shown(), ['last', 'first'])
  clock.ms += 2_000
  assert.deepEqual(shown(), [])
})
