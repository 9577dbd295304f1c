import assert from 'node:assert/strict'
import { startCarrier } from '../support/carrier.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { textOf } from '../support/carrier-wire.ts'
import { connect } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Carriers that push back, fall silent, refuse, or go away, and operators who change their settings meanwhile.
const scene = carrierScene()

const ESME_RTHROTTLED = 0x58
const ESME_RMSGQFUL = 0x14
const ESME_RINVDSTADR = 0x0b

story('a carrier that throttles gets everything in the order in which it was accepted, once', async (t) => {
  const { carrier, phone } = await scene.carrierFor(
    t,
    { verdict: ({ at }) => ({ status: at % 2 ? ESME_RTHROTTLED : ESME_RMSGQFUL }) },
    { settings: { window: 1 } },
  )
  const ids: number[] = []
  for (let number = 0; number < 30; number++)
    ids.push(await scene.shop.sent({ phones: phone(number), mes: `In order ${number}` }))
  await carrier.arrived(3)
  assert.equal(carrier.taken.length, 0, 'nothing was taken yet')
  // Now and then it still says no.
  carrier.script.verdict = ({ at }) => (at % 7 === 0 ? { status: ESME_RTHROTTLED } : 'take')
  for (const [number, id] of ids.entries()) await scene.shop.sees(1, phone(number), id)
  assert.deepEqual(
    carrier.taken.map(({ submit }) => submit.to),
    ids.map((_, number) => phone(number)),
  )
})

story('the window is what the carrier allows, and never more', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { verdict: () => 'later' }, { settings: { window: 4 } })
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, number) => scene.shop.sent({ phones: phone(number), mes: 'Wait for it' })),
  )
  await carrier.arrived(4)
  while (carrier.taken.length < 20) {
    carrier.answer(1)
    await carrier.arrived(Math.min(20, carrier.taken.length + 4))
  }
  for (const [number, id] of ids.entries()) await scene.shop.sees(1, phone(number), id)
  assert.equal(carrier.mostUnanswered(), 4)
})

story('a code that was sent and never answered is sent once more, marked as a possible duplicate', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { verdict: () => 'later', receipt: 'never' })
  const cost = await scene.spent(async () => {
    const id = await scene.shop.sent({ phones: phone(1), mes: 'Your code is 1234' })
    await carrier.arrived(1)
    carrier.script.verdict = () => 'take'
    carrier.script.receipt = 'after'
    carrier.hangUp()
    await scene.shop.sees(1, phone(1), id)
    assert.deepEqual(
      carrier.submits.map((submit) => textOf(submit)),
      ['Your code is 1234', 'Your code is 1234'],
    )
    const life = await scene.trace(id)
    assert.match(life, /which never answered[\s\S]*took it/, 'both attempts are told')
    assert.match(life, /It was sent again once after no answer came: the subscriber may have it\s+twice/)
  })
  assert.equal(cost, 1.5, 'the customer pays once')
})

story('a newsletter that was sent and never answered is held, and says so', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { verdict: () => 'later', receipt: 'never' }, { settings: { window: 3 } })
  const phones = Array.from({ length: 21 }, (_, number) => phone(number))
  const id = await scene.shop.sent({ phones: phones.join(','), mes: 'Our sale begins' })
  await carrier.arrived(3)
  const inWindow = carrier.submits.map(({ to }) => to)
  carrier.script.verdict = () => 'take'
  carrier.script.receipt = 'after'
  carrier.hangUp()
  const others = phones.filter((to) => !inWindow.includes(to))
  for (const to of others) await scene.shop.sees(1, to, id)
  assert.equal(carrier.submits.length, 21, 'the three were not repeated')
  for (const to of inWindow) assert.equal((await scene.shop.status(to, id)).status, -1)
  const [row] = await scene.centre.query<{ id: string }>('select id from messages where ref = $1 and recipient = $2', [
    id,
    inWindow[0],
  ])
  assert.match(await scene.trace(Number(row?.id)), /never answered: held until a receipt is matched or its validity ends/)

  // The carrier had them after all: a receipt that fits releases one.
  await carrier.says(inWindow[0] ?? '', '', 'not this').catch(() => {})
  const lost = carrier.submits.find(({ to }) => to === inWindow[0])
  assert.ok(lost)
  assert.equal(await carrier.receipt({ submit: lost, id: 424_242n }, 'DELIVRD'), 0)
  await scene.shop.sees(1, lost.to, id)
})

story('what one carrier refuses goes to the next; what all refuse is given back', async (t) => {
  const first = await scene.carrierFor(t, { verdict: () => ({ status: ESME_RINVDSTADR }) })
  const second = await startCarrier()
  t.after(second.stop)
  const name = `${first.name}-b`
  await connect(scene.centre, second, { name, prefix: first.prefix, priority: 50 })
  t.after(() => scene.centre.admin('PATCH', `/carriers/${name}`, { enabled: false }))

  const cost = await scene.spent(async () => {
    const id = await scene.shop.sent({ phones: first.phone(1), mes: 'Try the other one' })
    await scene.shop.sees(1, first.phone(1), id)
  })
  assert.equal(cost, 1.5)
  assert.deepEqual([first.carrier.submits.length, second.taken.length], [1, 1])

  second.script.verdict = () => ({ status: ESME_RINVDSTADR })
  const refund = await scene.spent(async () => {
    const id = await scene.shop.sent({ phones: first.phone(2), mes: 'Nobody wants me' })
    await scene.shop.sees(20, first.phone(2), id)
  })
  assert.equal(refund, 0, 'refused by everybody before any part was taken: all money back')
})

story('a message that nobody could take until its validity ended has expired and costs nothing', async (t) => {
  const { carrier, phone, name } = await scene.carrierFor(t)
  await carrier.close()
  await eventually(async () => {
    const { link } = (await scene.centre.admin('GET', `/carriers/${name}`)) as { link: string }
    assert.notEqual(link, 'up')
  })
  const cost = await scene.spent(async () => {
    const id = await scene.shop.sent({ phones: phone(1), mes: 'Too late', valid: '00:01' })
    assert.equal((await scene.shop.status(phone(1), id)).status, -1)
    assert.match(await scene.trace(id), /waits for a carrier: no link that could take it is up/)
    // A minute is long for a test: its end is moved to now, where the centre keeps it.
    await scene.centre.query('update messages set expires_at = due_at where ref = $1 and recipient = $2', [id, phone(1)])
    await scene.shop.sees(3, phone(1), id)
  })
  assert.equal(cost, 0)
})

story('a carrier that was away gets what waited for it when it is back', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  await carrier.close()
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Are you there?' })
  assert.equal((await scene.shop.status(phone(1), id)).status, -1)
  await carrier.open()
  await scene.shop.sees(1, phone(1), id)
})

story(
  "an operator changes a carrier's settings again and again while it works: nothing is lost, nothing goes twice",
  async (t) => {
    const { carrier, phone, name } = await scene.carrierFor(t, {}, { settings: { window: 2 } })
    const phones = Array.from({ length: 600 }, (_, number) => phone(number))
    const id = await scene.shop.sent({ phones: phones.join(','), mes: 'Never mind the settings' })
    for (let window = 3; window <= 8; window++) {
      await carrier.arrived(window * 40)
      await scene.centre.admin('PATCH', `/carriers/${name}`, { settings: { window } })
    }
    await carrier.arrived(phones.length)
    await eventually(async () => {
      const rows = await scene.centre.query(
        'select state, duplicates, count(*)::int from messages where ref = $1 and recipient = any($2) group by 1, 2',
        [id, phones],
      )
      assert.deepEqual(rows, [{ state: 1, duplicates: 0, count: phones.length }])
    })
    assert.equal(carrier.submits.length, phones.length)
  },
)

story('carriers that never answer are switched off together; meanwhile the others are served', async (t) => {
  const good = await scene.carrierFor(t)
  const stuck = [
    await scene.carrierFor(t, { verdict: () => 'later' }),
    await scene.carrierFor(t, { verdict: () => 'later' }),
    await scene.carrierFor(t, { verdict: () => 'later' }),
  ]
  for (const { carrier, phone } of stuck) {
    await scene.shop.sent({ phones: phone(1), mes: 'Is there anybody?' })
    await carrier.arrived(1)
  }
  let off = false
  const switched = Promise.all(
    stuck.map(({ name }) => scene.centre.admin('PATCH', `/carriers/${name}`, { enabled: false })),
  ).then(() => {
    off = true
  })
  for (let number = 0; !off; number++) {
    await scene.shop.sent({ phones: good.phone(number), mes: 'In the meantime' })
    await good.carrier.arrived(number + 1)
  }
  await switched
})

story('after all this the books agree', async () => {
  const audit = await scene.centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})
