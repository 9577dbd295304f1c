import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { z } from 'zod'
import type { CarrierReceipt, Outgoing } from '../connector.ts'
import { outgoing, until, watch } from '../contract.ts'
import { createSimulator, type Simulator } from './link.ts'
import { settings } from './settings.ts'

type Configured = z.input<typeof settings>

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

type Fate = Omit<NonNullable<Configured['rules']>[number], 'title' | 'match'>
const withFate = (fate: Fate, others: Configured = {}) => open({ ...others, rules: [{ title: 'As told', ...fate }] })

describe('a fate is what its rule says', () => {
  // fate → the answer, and the receipts as stat:err
  const cases: [fate: Fate, answer: string, receipts: string][] = [
    [{}, 'taken 0', 'DELIVRD:0'],
    [{ outcome: 'read' }, 'taken 0', 'DELIVRD:0 READ:0'],
    [{ outcome: 'undeliverable', err: 13 }, 'taken 0', 'UNDELIV:13'],
    [{ outcome: 'expired', err: 6 }, 'taken 0', 'EXPIRED:6'],
    [{ outcome: 'filtered', err: 255 }, 'taken 0', 'REJECTD:255'],
    [{ receipt: 'twice' }, 'taken 0', 'DELIVRD:0 DELIVRD:0'],
    [{ receipt: 'early' }, 'taken 0', 'DELIVRD:0'],
    [{ answerMs: 5 }, 'taken 0', 'DELIVRD:0'],
    [{ answered: false }, 'unknown 0 No answer in time', 'DELIVRD:0'],
    [{ answerMs: 60_000 }, 'unknown 0 No answer in time', ''],
    [{ outcome: 'unknown' }, 'unknown 0 No answer in time', ''],
    [{ outcome: 'outage', pauseMs: 1 }, 'unknown 0 The line went down: outage caused by a message', ''],
    [{ receipt: 'never' }, 'taken 0', ''],
    [{ outcome: 'rejected' }, 'rejected 69 As told', ''],
    [{ outcome: 'rejected', status: 11 }, 'rejected 11 As told', ''],
    [{ outcome: 'busy', pauseMs: 1 }, 'busy 88 As told', ''],
    [{ outcome: 'busy', pauseMs: 1, status: 20 }, 'busy 20 As told', ''],
  ]

  for (const [fate, answer, receipts] of cases) {
    test(`${JSON.stringify(fate)}: ${answer}, then ${receipts || 'nothing'}`, async () => {
      const { connector, seen, submit } = await withFate(fate)
      submit({ id: 5 })
      await until(() => seen.results.length === 1, 'it is answered')
      const wanted = receipts.split(' ').filter(Boolean)
      await until(() => seen.got.length >= wanted.length, 'its receipts have come')
      await connector.stop(0)
      assert.deepEqual(
        seen.results.map(({ outcome, status, reason }) => `${outcome} ${status} ${reason}`.trim()),
        [answer],
      )
      assert.deepEqual(
        seen.got.map(({ stat, err }) => `${stat}:${err}`),
        wanted,
      )
    })
  }

  test('an early receipt is told before the answer', async () => {
    const { seen, submit } = await withFate({ receipt: 'early' })
    const order: string[] = []
    const { settled, receipts } = seen
    seen.settled = (results) => {
      order.push('answer')
      settled(results)
    }
    seen.receipts = (batch, acknowledge) => {
      order.push('receipt')
      receipts(batch, acknowledge)
    }
    submit({})
    await until(() => order.length === 2, 'both have come')
    assert.deepEqual(order, ['receipt', 'answer'])
    assert.deepEqual(seen.got[0]?.carrierIds, [seen.results[0]?.carrierId])
  })

  test('busy the first two times, taken the third', async () => {
    const { seen, submit } = await withFate({ outcome: 'busy', busyTimes: 2, pauseMs: 1 })
    for (let time = 1; time <= 3; time++) {
      submit({ id: 5 })
      await until(() => seen.results.length === time, 'it is answered')
    }
    assert.deepEqual(
      seen.results.map(({ outcome }) => outcome),
      ['busy', 'busy', 'taken'],
    )
  })

  test('an outage takes all that is unanswered with it, and the link comes back by itself', async () => {
    const { connector, seen } = await open({
      responseTimeoutMs: 60_000,
      rules: [
        { title: 'Slow', match: { suffix: '1' }, answerMs: 50_000 },
        { title: 'Outage', match: { suffix: '2' }, outcome: 'outage', pauseMs: 20 },
      ],
    })
    connector.submit([
      outgoing({ id: 1, to: '79160000001' }),
      outgoing({ id: 2, to: '79160000002' }),
      outgoing({ id: 3, to: '79160000003' }),
    ])
    await until(() => seen.results.length === 3, 'all are answered')
    assert.deepEqual(
      seen.results.map(({ id, outcome }) => `${id} ${outcome}`),
      ['1 unknown', '2 unknown', '3 taken'], // the third was not yet written: it waited
    )
    assert.deepEqual(
      seen.links.map(({ state }) => state),
      ['connecting', 'up', 'down', 'connecting', 'up'],
    )
    assert.equal(connector.stats().reconnects, 1)
  })
})

describe('receipts', () => {
  test('every part of a long text has its own, and each names its part', async () => {
    const { seen, submit } = await open()
    submit({ content: { kind: 'text', text: 'я'.repeat(140) } })
    await until(() => seen.got.length === 3, 'three receipts come')
    assert.deepEqual(
      seen.got.flatMap(({ carrierIds }) => carrierIds).sort(),
      seen.results.map(({ carrierId }) => carrierId).sort(),
    )
    assert.equal(new Set(seen.got.flatMap(({ carrierIds }) => carrierIds)).size, 3)
  })

  test('none for a text that wants none, always one for a look-up or a ping', async () => {
    const { seen, submit } = await open()
    submit({ id: 1, wantsReceipt: false })
    submit({ id: 2, wantsReceipt: false, channel: 'ping', content: { kind: 'none' } })
    submit({ id: 3, wantsReceipt: false, channel: 'hlr', content: { kind: 'none' } })
    await until(() => seen.got.length === 2 && seen.results.length === 3, 'two receipts come')
    const [ping, hlr] = seen.got
    assert.deepEqual([ping?.err, ping?.hlr, hlr?.err], ['0', undefined, '0'])
    assert.deepEqual(Object.keys(hlr?.hlr ?? {}).sort(), ['cn', 'imsi', 'mcc', 'mnc', 'msc', 'net', 'rcn', 'rnet'])
    assert.ok(Object.values(hlr?.hlr ?? {}).every((field) => typeof field === 'string'))
  })

  test('what is due while the line is down comes when it is up again', async () => {
    const slow = { receiptDelayMs: 200 } // a machine that is busy with something else does not tell answer and receipt at once
    const { connector, seen, submit } = await open(slow)
    const { settled } = seen
    seen.settled = (results) => {
      settled(results)
      connector.switchLine(false)
      connector.query?.([{ carrierId: results[0]?.carrierId ?? '', from: 'Centre' }])
      connector.simulateIncoming({ from: '79161234567', to: '3700', text: 'hi' })
    }
    submit({})
    await until(() => connector.stats().state === 'down', 'the line goes down')
    const { seen: other, submit: submitToOther } = await open(slow) // a neighbour with the same delays, to know when they are over
    submitToOther({})
    await until(() => other.got.length === 1, 'the neighbour has its receipt')
    assert.deepEqual([seen.got.length, seen.messages.length], [0, 0])
    connector.switchLine(true)
    await until(() => seen.got.length === 2 && seen.messages.length === 1, 'the receipt, the answer and the message come')
  })

  test('what was never acknowledged comes again after a reconnect, what was acknowledged does not', async () => {
    const { connector, seen, submit } = await open()
    submit({ id: 1 })
    await until(() => seen.got.length === 1, 'the first receipt comes')
    seen.holding = true
    submit({ id: 2 })
    await until(() => seen.got.length === 2, 'the second receipt comes')
    assert.equal(connector.unacknowledged(), 1)
    connector.switchLine(false)
    connector.switchLine(true)
    await until(() => seen.got.length === 3, 'a receipt comes again')
    assert.deepEqual(seen.got[2], seen.got[1])
    seen.release()
    assert.deepEqual([connector.unacknowledged(), connector.stats().receipts], [0, 2])
  })
})

describe('a question about a taken part', () => {
  const ask = async (fate: Fate, message: Partial<Outgoing> = {}): Promise<CarrierReceipt | undefined> => {
    const first = await withFate(fate)
    first.submit({ id: 77, ...message })
    await until(() => first.seen.results.length === 1, 'it is answered')
    await first.connector.stop(0)
    const again = await open({ seed: 99 }) // after a restart, with other settings
    again.connector.query?.([{ carrierId: first.seen.results[0]?.carrierId ?? '', from: 'Centre' }])
    await until(() => again.seen.got.length === 1, 'the question is answered')
    return again.seen.got[0]
  }

  const cases: [name: string, fate: Fate, answer: string][] = [
    ['whose receipt never came', { receipt: 'never', receiptMs: 0 }, 'delivered DELIVRD 0'],
    ['that was read', { outcome: 'read', receiptMs: 0 }, 'read READ 0'],
    ['that failed', { outcome: 'undeliverable', err: 11, receiptMs: 0 }, 'undelivered UNDELIV 11'],
    ['whose id is hexadecimal', { outcome: 'expired', err: 6, receiptMs: 0, notation: 'hex_then_decimal' }, 'expired EXPIRED'],
    ['that is still on its way', { receiptMs: 600_000 }, 'enroute ENROUTE'],
  ]
  for (const [name, fate, answer] of cases) {
    test(`${name} is answered after a restart: ${answer}`, async () => {
      const receipt = await ask(fate)
      assert.equal(`${receipt?.state} ${receipt?.stat} ${receipt?.err}`.trim(), answer)
      assert.deepEqual([receipt?.queried, receipt?.from], [true, 'Centre'])
      assert.equal(receipt?.to, fate.notation ? '' : '79161234560') // the short form has no room for it
    })
  }

  test('a look-up keeps its eight fields', async () => {
    const receipt = await ask({ receipt: 'never', receiptMs: 0, roaming: true }, { channel: 'hlr', content: { kind: 'none' } })
    assert.equal(receipt?.hlr?.rcn, 'Turkey')
    assert.match(receipt?.hlr?.imsi ?? '', /^25001\d{10}$/)
  })

  test('an id the carrier never gave is unknown to it', async () => {
    const { connector, seen } = await open()
    connector.query?.([{ carrierId: 'not-ours', from: '' }])
    await until(() => seen.got.length === 1, 'the question is answered')
    assert.deepEqual([seen.got[0]?.state, seen.got[0]?.queried, seen.got[0]?.carrierIds], ['unknown', true, ['not-ours']])
  })
})
