import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createSmppWatches, type SmppSeen, type WatchLimits } from './smpp-watches.ts'

/** A door with watches on it; `pass` lets a PDU of a login go by. */
function scene(limits: Partial<WatchLimits> = {}) {
  const taps = new Set<{ readonly login: string; see(seen: SmppSeen): void }>()
  const watches = createSmppWatches<string>({
    tap: (login, see) => {
      const tap = { login, see }
      taps.add(tap)
      return () => void taps.delete(tap)
    },
    tell: (octets) => Buffer.from(octets).toString('latin1'),
    limits,
  })
  const pass = (login: string, text: string): void => {
    const octets = Buffer.from(text, 'latin1')
    for (const tap of taps)
      if (tap.login === login)
        tap.see({ sessionId: 3, ip: '127.0.0.1', sent: false, octets, atMs: Date.UTC(2026, 10, 22, 9, 0, 0) })
    octets.fill(0) // good until the call returns
  }
  return { taps, watches, pass }
}
const words = ({ seen }: { seen: readonly { readonly pdu: string }[] }) => seen.map(({ pdu }) => pdu)

test('who looks sees what passes, each PDU once', () => {
  const { watches, pass } = scene()
  pass('shop', 'before')
  const { watch } = watches.begin('shop')
  pass('shop', 'one')
  pass('other', 'no')
  pass('shop', 'two')
  const first = watches.poll(watch, 0)
  assert.deepEqual(words(first), ['one', 'two'])
  const { at, session, ip, sent, octets, missed } = first.seen[0] ?? {}
  assert.deepEqual(
    { at, session, ip, sent, octets, missed },
    { at: '2026-11-22T09:00:00.000Z', session: 3, ip: '127.0.0.1', sent: false, octets: 3, missed: 0 },
  )
  assert.deepEqual(words(watches.poll(watch, first.next)), [])
  pass('shop', 'three')
  assert.deepEqual(words(watches.poll(watch, first.next)), ['three'])
  watches.stop()
})

test('a poll whose answer was lost is answered again', () => {
  const { watches, pass } = scene()
  const { watch } = watches.begin('shop')
  pass('shop', 'one')
  assert.deepEqual(words(watches.poll(watch, 0)), ['one'])
  assert.deepEqual(words(watches.poll(watch, 0)), ['one'])
  watches.stop()
})

test('what does not fit is counted where it is missing', () => {
  const { watches, pass } = scene({ pdusMax: 3, aPollMax: 2 })
  const { watch } = watches.begin('shop')
  for (const text of 'abcde') pass('shop', text)
  const first = watches.poll(watch, 0)
  assert.deepEqual([words(first), first.missed], [['a', 'b'], 0])
  pass('shop', 'f')
  const second = watches.poll(watch, first.next)
  assert.deepEqual([words(second), second.seen.map(({ missed }) => missed), second.missed], [['c'], [0], 3])
  pass('shop', 'g')
  const third = watches.poll(watch, second.next)
  assert.deepEqual([words(third), third.seen[0]?.missed, third.missed], [['g'], 0, 0])
  watches.stop()
})

test('octets are bounded, of one PDU and of all', () => {
  const { watches, pass } = scene({ pduOctetsMax: 4, octetsMax: 10 })
  const { watch } = watches.begin('shop')
  for (const text of ['123456', '123456', '123456']) pass('shop', text)
  const { seen, missed } = watches.poll(watch, 0)
  assert.deepEqual(
    [seen.map(({ pdu, octets }) => [pdu, octets]), missed],
    [
      [
        ['1234', 6],
        ['1234', 6],
      ],
      1,
    ],
  )
  watches.stop()
})

test('when nobody asks for a while the watch ends, and nothing is looked at any more', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { taps, watches } = scene({ idleMs: 10_000 })
    const { watch } = watches.begin('shop')
    mock.timers.tick(9_000)
    watches.poll(watch, 0)
    mock.timers.tick(9_000)
    assert.equal(taps.size, 1)
    mock.timers.tick(1_000)
    assert.equal(taps.size, 0)
    assert.throws(() => watches.poll(watch, 0), { code: 'not_found' })
  } finally {
    mock.timers.reset()
  }
})

test('no more than a few look at once', () => {
  const { taps, watches } = scene({ atOnceMax: 2 })
  const { watch } = watches.begin('a')
  watches.begin('b')
  assert.throws(() => watches.begin('c'), { code: 'bad_request' })
  watches.end(watch)
  watches.begin('c')
  watches.stop()
  assert.equal(taps.size, 0)
})
