import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smpp } from './smpp.ts'

const parse = (settings: object) => smpp.settings.safeParse({ host: 'carrier.example', systemId: 'me', ...settings })

test('host and system_id are enough', () => {
  const { data } = parse({})
  assert.deepEqual(
    [data?.port, data?.bind, data?.window, data?.rate, data?.alphabet, data?.longMessages],
    [2775, 'trx', 10, 0, 'gsm7', 'udh'],
  )
  assert.deepEqual([data?.numberTonNpi, data?.busyStatuses], [{ ton: 1, npi: 1 }, [0x14, 0x58]])
})

test('settings may be text, as a command line has them', () => {
  const { data } = parse({
    port: '2776',
    window: '50',
    rate: '12.5',
    tls: 'true',
    tlsVerify: 'false',
    busyStatuses: '0x58, 69',
    interfaceVersion: 5,
  })
  assert.deepEqual(
    [data?.port, data?.window, data?.rate, data?.tls, data?.tlsVerify, data?.busyStatuses, data?.interfaceVersion],
    [2776, 50, 12.5, true, false, [0x58, 69], '5.0'],
  )
})

for (const [name, settings] of [
  ['no host', { host: '' }],
  ['a port of 0', { port: 0 }],
  ['a window of 0', { window: 0 }],
  ['a negative rate', { rate: -1 }],
  ['an alphabet nobody has', { alphabet: 'ebcdic' }],
  ['a bind nobody has', { bind: 'rx' }],
  ['a password that does not fit', { password: 'x'.repeat(65) }],
  ['TON and NPI that are none', { nameTonNpi: '5' }],
  ['a TON of 300', { nameTonNpi: '300/0' }],
  ['a key that is none', { tlsKey: 'secret' }],
] as const) {
  test(`refused: ${name}`, () => assert.equal(parse(settings).success, false))
}

test('it carries what the network’s short messages carry', () => {
  const { data } = parse({})
  assert.ok(data)
  assert.deepEqual(smpp.carries(data), ['sms', 'flash', 'bin', 'push', 'ping'])
})
