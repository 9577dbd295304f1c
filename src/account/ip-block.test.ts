import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIpBlock } from './ip-block.ts'

function block({ exemptLoopback = false } = {}) {
  let ms = 0
  const ipBlock = createIpBlock({ exemptLoopback, monotonic: () => ms })
  return {
    ...ipBlock,
    pass: (span: number) => (ms += span),
    fail: (ip: string, times: number) => {
      for (let at = 0; at < times; at += 1) ipBlock.failed(ip)
    },
  }
}

test('twenty failures within five minutes block an address for ten', () => {
  const door = block()
  door.fail('192.0.2.1', 19)
  assert.ok(!door.isBlocked('192.0.2.1'))
  door.fail('192.0.2.1', 1)
  assert.ok(door.isBlocked('192.0.2.1'))
  assert.ok(door.isBlocked('::ffff:192.0.2.1'), 'the same address in another spelling')
  assert.ok(!door.isBlocked('192.0.2.2'))
  door.pass(10 * 60_000 - 1)
  assert.ok(door.isBlocked('192.0.2.1'))
  door.pass(1)
  assert.ok(!door.isBlocked('192.0.2.1'))
})

test('failures older than five minutes are forgiven', () => {
  const door = block()
  door.fail('192.0.2.1', 19)
  door.pass(5 * 60_000)
  door.fail('192.0.2.1', 1)
  assert.ok(!door.isBlocked('192.0.2.1'))
})

test('all of an IPv6 customer’s addresses count together', () => {
  const door = block()
  for (let at = 1; at <= 20; at += 1) door.failed(`2001:db8::${at}`)
  assert.ok(door.isBlocked('2001:db8::ffff'))
  assert.ok(!door.isBlocked('2001:db8:0:1::1'))
})

test('only the sandbox lets loopback guess for ever', () => {
  for (const ip of ['127.0.0.1', '::1']) {
    const sandbox = block({ exemptLoopback: true })
    sandbox.fail(ip, 100)
    assert.ok(!sandbox.isBlocked(ip))
    const production = block()
    production.fail(ip, 20)
    assert.ok(production.isBlocked(ip))
  }
})
