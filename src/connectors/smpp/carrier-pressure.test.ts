import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/support/eventually.ts'
import { answerSubmits, carrierRig } from '../../../test/support/smpp-carrier.ts'
import { outgoing, until } from '../contract.ts'

for (const [name, status, settings] of [
  ['throttled', 0x58, {}],
  ['with a full queue', 0x14, {}],
  ['whose "submit failed" means busy', 0x45, { busyStatuses: '0x14,0x58,0x45' }],
] as const) {
  test(`a carrier ${name} gets everything in the end, in the order it was submitted`, async (t) => {
    let refusals = 0
    // Takes three, then refuses until it was left alone.
    const room = { left: 3 }
    const { seen, smsc, connector } = await carrierRig(t, {
      settings: { window: 10, ...settings },
      receipts: 'none',
      on: answerSubmits(() => {
        if (room.left-- > 0) return 0
        refusals++
        return status
      }),
    })
    const queue = Array.from({ length: 40 }, (_, index) => outgoing({ id: index + 1 }))
    const taken: number[] = []
    let looked = 0
    const pump = () => {
      const back = []
      for (; looked < seen.results.length; looked++) {
        const result = seen.results[looked]
        if (result?.outcome === 'taken') taken.push(result.id)
        else if (result?.outcome === 'busy') back.push(outgoing({ id: result.id }))
      }
      queue.unshift(...back)
      if (back.length > 0) room.left = 3
      const free = connector.free()
      if (free > 0 && queue.length > 0) connector.submit(queue.splice(0, free))
    }
    await until(() => {
      pump()
      return taken.length === 40
    }, 'all are taken')
    assert.deepEqual(
      taken,
      Array.from({ length: 40 }, (_, index) => index + 1),
    )
    assert.ok(refusals > 0)
    assert.equal(smsc.submits.length, 40 + refusals)
  })
}

test('what is pushed back comes back in order, whatever order the carrier answers in, and with it what was never sent', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t, {
    settings: { window: 4, busyPauseMs: 60_000 },
    on: (pdu) => pdu.command === 'submit_sm',
  })
  send(6)
  await until(() => smsc.submits.length === 4, 'the window is full')
  const [session] = smsc.sessions
  const numbers = smsc.submits.map(({ sequence }) => sequence)
  for (const [index, status] of [
    [3, 0x58],
    [1, 0x58],
    [0, 0],
    [2, 0x14],
  ] as const) {
    session?.send({ command: 'submit_sm_resp', sequence: numbers[index] ?? 0, status, message_id: 'x' })
  }
  await answered(6)
  assert.deepEqual(
    seen.results.map(({ id, outcome, status }) => [id, outcome, status]),
    [
      [1, 'taken', 0],
      [2, 'busy', 0x58],
      [3, 'busy', 0x14],
      [4, 'busy', 0x58],
      [5, 'busy', 0],
      [6, 'busy', 0],
    ],
  )
  assert.equal(connector.free(), 0)
  assert.ok((connector.stats().pausedUntilMs ?? 0) > Date.now())
  assert.equal(smsc.submits.length, 4)
})

test('after a pause one part goes ahead, and the window opens when it is taken', async (t) => {
  let busy = true
  const { connector, seen, send, answered } = await carrierRig(t, {
    settings: { window: 50 },
    receipts: 'none',
    on: answerSubmits(() => (busy ? 0x58 : 0)),
  })
  send(1)
  await answered(1)
  await until(() => connector.free() > 0, 'the pause ends')
  assert.equal(connector.free(), 1)
  busy = false
  send(1)
  await answered(2)
  assert.equal(seen.results[1]?.outcome, 'taken')
  assert.equal(connector.free(), 50)
})

test('a carrier that goes on pushing back gets ever less at once, and its window back when it takes everything', async (t) => {
  let refuse = 60
  const { connector, seen, send, answered } = await carrierRig(t, {
    settings: { window: 20, busyPauseMaxMs: 5 },
    receipts: 'none',
    on: answerSubmits(() => (refuse-- > 0 ? 0x58 : 0)),
  })
  assert.deepEqual([connector.stats().window, connector.stats().windowMax, connector.free()], [20, 20, 20])
  let sent = 0
  const sendAllThatGoes = async (until: () => boolean) => {
    while (!until()) {
      await eventually(() => assert.ok(connector.free() > 0, 'the window is open'))
      const count = connector.free()
      send(count)
      sent += count
      await answered(sent)
      assert.ok(connector.free() <= connector.stats().window)
    }
  }
  await sendAllThatGoes(() => refuse <= 0)
  const { window } = connector.stats()
  assert.ok(window < 10, `${window}`)
  await sendAllThatGoes(() => connector.stats().window === 20)
  assert.equal(seen.results.filter(({ outcome }) => outcome === 'busy').length, 60)
})

test('what a vendor writes beside a status is handed on with it', async (t) => {
  const { smsc, seen, send, answered } = await carrierRig(t, { on: (pdu) => pdu.command === 'submit_sm' })
  send(2)
  await until(() => smsc.submits.length === 2, 'both have arrived')
  const [session] = smsc.sessions
  const [first, second] = smsc.submits.map(({ sequence }) => sequence)
  const refusal = { command: 'submit_sm_resp', status: 0x45 } as const
  session?.send({ ...refusal, sequence: first ?? 0, tlvs: { additional_status_info_text: 'SPAM detected' } })
  session?.send({ ...refusal, sequence: second ?? 0, message_id: 'Quota' })
  await answered(2)
  assert.deepEqual(
    seen.results.map(({ outcome, text, reason }) => [outcome, text, reason]),
    [
      ['rejected', 'SPAM detected', 'ESME_RSUBMITFAIL (0x45), submit failed: SPAM detected'],
      ['rejected', 'Quota', 'ESME_RSUBMITFAIL (0x45), submit failed: Quota'],
    ],
  )
})

test('the carrier’s own trouble is no refusal, and no reason to pause', async (t) => {
  const { connector, seen, send, answered } = await carrierRig(t, { on: answerSubmits(() => 0x08) })
  send(1)
  await answered(1)
  assert.deepEqual([seen.results[0]?.outcome, seen.results[0]?.status], ['busy', 8])
  assert.ok(connector.free() > 0)
})

test('the rate is kept per part, and nothing is lost by it', async (t) => {
  const { connector, seen, send, answered, smsc } = await carrierRig(t, {
    settings: { rate: 200, window: 1_000 },
    receipts: 'none',
  })
  assert.equal(connector.free(), 10, 'a twentieth of a second’s worth')
  const before = performance.now()
  send(30, { content: { kind: 'text', text: 'я'.repeat(100) } }) // two parts each
  assert.equal(connector.free(), 0)
  const { held } = connector.stats()
  const since = ((performance.now() - before) * 200) / 1_000
  assert.ok(held <= 50 && held >= 50 - since - 1, `${held} are held`)
  await answered(60)
  const elapsedMs = performance.now() - before
  assert.ok(smsc.submits.length <= 10 + (elapsedMs * 200) / 1_000 + 1, `${smsc.submits.length} parts in ${elapsedMs} ms`)
  assert.ok(seen.results.every(({ outcome }) => outcome === 'taken'))
})

test('no more than the window is ever unanswered, over all binds', async (t) => {
  const { smsc, send, connector } = await carrierRig(t, {
    settings: { binds: 3, window: 7 },
    on: (pdu) => pdu.command === 'submit_sm',
  })
  send(100)
  await until(() => smsc.submits.length === 21, 'the windows are full')
  assert.deepEqual(
    smsc.sessions.map(({ received }) => received.filter(({ command }) => command === 'submit_sm').length),
    [7, 7, 7],
  )
  assert.deepEqual([connector.stats().unanswered, connector.stats().held, connector.free()], [21, 79, 0])
})

test('a carrier that stops reading gets no more, is not asked to death, and everything goes through when it reads again', async (t) => {
  const { smsc, send, answered, connector, seen } = await carrierRig(t, {
    settings: { window: 10_000, longMessages: 'payload', enquireLinkSeconds: 0.1, responseTimeoutSeconds: 600 },
    receipts: 'none',
  })
  smsc.sessions[0]?.socket.pause()
  const content = { kind: 'text', text: 'я'.repeat(20_000) } as const
  send(400, { content })
  const start = performance.now()
  // Several times the silence after which we would ask; the kernel's own buffers take a few megabytes.
  await until(() => performance.now() - start > 500 && connector.free() === 0, 'the socket is full')
  const { submitted, held } = connector.stats()
  assert.ok(submitted < 400, 'the rest waits where it can be counted')
  assert.equal(submitted + held, 400)
  smsc.sessions[0]?.socket.resume()
  const resumed = performance.now()
  await answered(400)
  assert.ok(seen.results.every(({ outcome }) => outcome === 'taken'))
  const asked = smsc.sessions[0]?.received.filter(({ command }) => command === 'enquire_link').length ?? 0
  const silences = (performance.now() - resumed) / 100 // since then it may have been silent, and was asked each time
  assert.ok(asked <= 1 + silences, `${asked} questions`)
})

test('receipts that are not acknowledged stop the reading, and the answers behind them are not late', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t, {
    settings: { unacknowledgedMax: 50, responseTimeoutSeconds: 600, window: 10 },
    receipts: 'none',
  })
  seen.holding = true
  const [session] = smsc.sessions
  const deliver = () =>
    session?.send({
      command: 'deliver_sm',
      sequence: session.sequence(),
      esm_class: 4,
      short_message: Buffer.from('id:1 stat:DELIVRD'),
    })
  for (let count = 0; count < 20_000; count++) deliver()
  await until(() => connector.stats().receipts >= 50, 'the first come in')
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.ok(connector.stats().receipts < 20_000, `${connector.stats().receipts} were read`)
  assert.equal(connector.free(), 0, 'nothing is sent while its answer can not be read')
  seen.holding = false
  seen.release()
  await until(() => connector.stats().receipts === 20_000, 'the rest comes in')
  await until(() => connector.free() === 10, 'the window opens')
  send(1)
  await answered(1)
})

test('receipts that we never manage to store are given back to the carrier, and reading goes on', async (t) => {
  const { smsc, seen } = await carrierRig(t, {
    settings: { unacknowledgedMax: 1, responseTimeoutSeconds: 0.2 },
    receipts: 'none',
  })
  seen.holding = true
  const [session] = smsc.sessions
  session?.send({ command: 'deliver_sm', sequence: 500, esm_class: 4, short_message: Buffer.from('id:1 stat:DELIVRD') })
  const answer = () => session?.received.find(({ command, sequence }) => command === 'deliver_sm_resp' && sequence === 500)
  await until(() => answer() !== undefined, 'it is answered')
  assert.equal(answer()?.status, 0x64)
  seen.holding = false
  seen.release() // too late, and without effect
  session?.send({ command: 'deliver_sm', sequence: 501, esm_class: 4, short_message: Buffer.from('id:1 stat:DELIVRD') })
  await until(
    () => session?.received.some(({ command, sequence }) => command === 'deliver_sm_resp' && sequence === 501) ?? false,
    'the next one is taken',
  )
  assert.equal(session?.received.filter(({ command }) => command === 'deliver_sm_resp').length, 2)
})

test('nothing is written once the lease has run out', async (t) => {
  const { smsc, seen, send, answered, connector } = await carrierRig(t)
  seen.writable = false
  assert.equal(connector.free(), 0)
  send(3)
  await answered(3)
  assert.deepEqual(
    seen.results.map(({ outcome }) => outcome),
    ['busy', 'busy', 'busy'],
  )
  assert.equal(smsc.submits.length, 0)
})

test('a message whose time is over is given back, not sent', async (t) => {
  const { smsc, seen, send, answered } = await carrierRig(t)
  send(1, { expiresAtMs: Date.now() - 1 })
  await answered(1)
  assert.deepEqual([seen.results[0]?.outcome, smsc.submits.length], ['busy', 0])
})
