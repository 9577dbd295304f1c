import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { z } from 'zod'
import type { Outgoing } from '../connector.ts'
import { outgoing, testConnector, until, watch } from '../contract.ts'
import { createSimulator, type Simulator } from './link.ts'
import { settings } from './settings.ts'
import { isSimulator, simulator } from './simulator.ts'

type Configured = z.input<typeof settings>

testConnector('simulator', () => {
  const connector = createSimulator(settings.parse({ receiptDelayMs: 5 }))
  return {
    connector,
    numbers: { delivered: '79161234567', rejected: '79070000033', busy: '79070000043', silent: '79070000051' },
    acknowledged: () => connector.stats().receipts - connector.unacknowledged(),
    cut: () => connector.switchLine(false),
    close: () => connector.stop(0),
  }
})

const started: Simulator[] = []
afterEach(() => Promise.all(started.splice(0).map((connector) => connector.stop(0))))

async function open(configured: Configured = {}) {
  const connector = createSimulator(settings.parse({ receiptDelayMs: 5, responseTimeoutMs: 100, ...configured }))
  started.push(connector)
  const seen = watch()
  connector.start(seen)
  await until(() => seen.links.at(-1)?.state === 'up', 'the link is up')
  return { connector, seen, submit: (message: Partial<Outgoing>) => connector.submit([outgoing(message)]) }
}

describe('messages from handsets', () => {
  test('a recipient replies once to a long message, to the number that wrote', async () => {
    const { seen, submit } = await open({ rules: [{ title: 'Reply', reply: { text: 'Yes', afterMs: 0 } }] })
    submit({ from: '3700', content: { kind: 'text', text: 'a'.repeat(400) } })
    await until(() => seen.messages.length > 0 && seen.got.length === 3, 'the reply comes')
    assert.deepEqual(
      seen.messages.map(({ from, to, text, part }) => ({ from, to, text, part })),
      [{ from: '79161234560', to: '3700', text: 'Yes', part: undefined }],
    )
  })

  test('a reply to a name goes where the operator says', async () => {
    const { seen, submit } = await open({ replyTo: '3701', rules: [{ title: 'Reply', reply: { text: 'Yes', afterMs: 0 } }] })
    submit({ from: 'Centre' })
    await until(() => seen.messages.length > 0, 'the reply comes')
    assert.equal(seen.messages[0]?.to, '3701')
  })

  test('a long message comes in parts of one reference, the next has another', async () => {
    const { connector, seen } = await open()
    const text = 'ж'.repeat(100)
    connector.simulateIncoming({ from: '79161234567', to: '3700', text })
    connector.simulateIncoming({ from: '79161234567', to: '3700', text })
    await until(() => seen.messages.length === 4, 'four parts come')
    assert.equal(
      seen.messages.slice(0, 2).reduce((all, part) => all + part.text, ''),
      text,
    )
    const places = seen.messages.map(({ part }) => part)
    assert.deepEqual(
      places.map((place) => [place?.number, place?.of]),
      [
        [1, 2],
        [2, 2],
        [1, 2],
        [2, 2],
      ],
    )
    assert.equal(places[0]?.reference, places[1]?.reference)
    assert.notEqual(places[0]?.reference, places[2]?.reference)
    assert.equal(connector.stats().incoming, 4)
  })
})

describe('the link', () => {
  test('never has more unanswered than its window, and sends the rest in order', async () => {
    const { connector, seen } = await open({ window: 7, responseDelayMs: 1 })
    let most = 0
    connector.submit(Array.from({ length: 100 }, (_, index) => outgoing({ id: index + 1 })))
    assert.deepEqual([connector.stats().unanswered, connector.stats().held, connector.free()], [7, 93, 0])
    await until(() => {
      most = Math.max(most, connector.stats().unanswered)
      return seen.results.length === 100
    }, 'all are answered')
    assert.equal(most, 7)
    assert.deepEqual(
      seen.results.map(({ id }) => id),
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  test('a multi-part message takes as much of the window as it has parts', async () => {
    const { connector, submit } = await open({ window: 10, responseDelayMs: 10_000, responseTimeoutMs: 60_000 })
    submit({ content: { kind: 'text', text: 'a'.repeat(400) } })
    assert.equal(connector.free(), 7)
  })

  test('a rate lets through what it has saved, holds the rest, and then says that there is room', async () => {
    const { connector, seen } = await open({ rate: 100 })
    const readiesBefore = seen.readies
    connector.submit(Array.from({ length: 13 }, (_, index) => outgoing({ id: index + 1 })))
    assert.deepEqual([connector.stats().submitted, connector.stats().held, connector.free()], [11, 2, 0])
    await until(() => seen.results.length === 13, 'all are answered')
    await until(() => seen.readies > readiesBefore, 'room is announced')
  })

  test('busy pauses all that was not yet written, and room is announced when the pause ends', async () => {
    const { connector, seen } = await open({
      window: 1,
      rules: [{ title: 'Throttled', match: { suffix: '9' }, outcome: 'busy', pauseMs: 30 }],
    })
    const readiesBefore = seen.readies
    const { settled } = seen
    const stats: ReturnType<Simulator['stats']>[] = []
    seen.settled = (results) => {
      stats.push(connector.stats())
      settled(results)
    }
    connector.submit([outgoing({ id: 1, to: '79160000009' }), outgoing({ id: 2 }), outgoing({ id: 3 })])
    await until(() => stats.length > 0, 'the first is answered')
    assert.equal(stats[0]?.held, 2)
    assert.ok((stats[0]?.pausedUntilMs ?? 0) > 0)
    await until(() => seen.results.length === 3 && seen.readies > readiesBefore, 'the others follow')
    assert.deepEqual(
      seen.results.map(({ id, outcome }) => `${id} ${outcome}`),
      ['1 busy', '2 taken', '3 taken'],
    )
    assert.equal(connector.stats().pausedUntilMs, undefined)
  })

  test('writes nothing without the lease, and goes on when it is back', async () => {
    const { connector, seen, submit } = await open()
    seen.writable = false
    submit({})
    assert.deepEqual([connector.free(), connector.stats().submitted], [0, 0])
    const readiesBefore = seen.readies
    seen.writable = true
    await until(() => seen.results.length === 1 && seen.readies > readiesBefore, 'the message is sent')
  })

  test('answers and receipts come in batches, not one by one', async () => {
    const { connector, seen } = await open({ window: 10_000, receiptDelayMs: 0 })
    const batches = { settled: 0 }
    const { settled } = seen
    seen.settled = (results) => {
      batches.settled++
      settled(results)
    }
    connector.submit(Array.from({ length: 5_000 }, (_, index) => outgoing({ id: index + 1 })))
    await until(() => seen.got.length === 5_000, 'all are delivered')
    assert.equal(batches.settled, 1)
  })

  test('may be given more from within every event, and answers for each part once', async () => {
    const { connector, seen } = await open({
      window: 5,
      rules: [{ title: 'Outage', match: { suffix: '2' }, outcome: 'outage', pauseMs: 1 }],
    })
    const { settled, link } = seen
    let next = 1
    const more = (to: string) => next <= 60 && connector.submit([outgoing({ id: next++, to }), outgoing({ id: next++ })])
    seen.settled = (results) => {
      settled(results)
      more('79160000001')
    }
    seen.link = (state, reason) => {
      link(state, reason)
      more('79160000001')
    }
    seen.ready = () => void more('79160000002')
    more('79160000002')
    await until(() => seen.results.length === 60, 'all are answered')
    assert.ok(connector.stats().reconnects > 0)
    assert.deepEqual(
      seen.results.map(({ id }) => id).sort((a, b) => a - b),
      Array.from({ length: 60 }, (_, index) => index + 1),
    )
  })

  test('stop before start ends', async () => {
    await createSimulator(settings.parse({})).stop(1_000)
  })
})

describe('the kind', () => {
  const parts = (content: Outgoing['content']) => simulator.partsOf(settings.parse({}), content)

  test('carries every channel, and counts parts as the network does', () => {
    assert.equal(simulator.carries(settings.parse({})).length, 13)
    const octets = (count: number) => new Uint8Array(count)
    assert.deepEqual(
      [
        parts({ kind: 'none' }),
        parts({ kind: 'text', text: '' }),
        parts({ kind: 'text', text: 'a'.repeat(161) }),
        parts({ kind: 'binary', udh: octets(0), octets: octets(140) }),
        parts({ kind: 'binary', udh: octets(0), octets: octets(141) }),
        parts({ kind: 'binary', udh: Uint8Array.of(5, 4, 0x0b, 0x84, 0x23, 0xf0), octets: octets(133) }),
        parts({ kind: 'binary', udh: Uint8Array.of(5, 4, 0x0b, 0x84, 0x23, 0xf0), octets: octets(134) }),
      ],
      [1, 1, 2, 1, 2, 1, 2],
    )
  })

  test('can be told from another connector', () => {
    const made = simulator.create(settings.parse({}), 'sandbox')
    assert.ok(isSimulator(made))
    const { free, start, submit, stop, stats } = made
    assert.ok(!isSimulator({ free, start, submit, stop, stats }))
  })

  const wrong: unknown[] = [
    { window: 0 },
    { rate: -1 },
    { unknown: 1 },
    { rules: [{}] },
    { rules: [{ title: 'x', outcome: 'gone' }] },
  ]
  for (const configured of wrong) {
    test(`settings ${JSON.stringify(configured)} are refused`, () => {
      assert.equal(settings.safeParse(configured).success, false)
    })
  }
})
