import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import { decimal, hex, padded, type Script, startCarrier } from '../support/carrier.ts'
import { assemble, textOf } from '../support/carrier-wire.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { type Connection, connect, setPrice } from '../support/connect.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Our SMPP connector against a carrier that somebody else wrote: the npm package `smpp`.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'serve', database: 'test' })
  await setPrice(centre, '1.50')
  shop = await centre.account('shop', 10_000)
})
after(() => centre?.stop())

let stories = 0

/** A carrier for this story alone: numbers that begin with `prefix` go to it. */
async function carrierFor(t: TestContext, script: Partial<Script> = {}, more: Partial<Connection> = {}) {
  stories += 1
  const prefix = `7900${String(stories).padStart(3, '0')}`
  const name = `carrier-${stories}`
  const carrier = await startCarrier(script)
  t.after(async () => {
    await carrier.stop()
    await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
  })
  await connect(centre, carrier, { name, prefix, ...more })
  return { carrier, prefix, name, phone: (number: number) => `${prefix}${String(number).padStart(4, '0')}` }
}

const spent = async (deed: () => Promise<void>): Promise<number> => {
  const before = Number(await shop.balance())
  await deed()
  return Math.round((before - Number(await shop.balance())) * 100) / 100
}

const trace = async (id: number, login = 'shop'): Promise<string> => {
  const { code, output } = await centre.cli('message', 'trace', String(id), '--account', login)
  assert.equal(code, 0, output)
  return output
}

story('a Latin text arrives letter by letter, paid and delivered', async (t) => {
  const { carrier, phone } = await carrierFor(t)
  const text = 'Price: 5 € @home {now} [1] ~ £3 ñ_Δ'
  const cost = await spent(async () => {
    const id = await shop.sent({ phones: phone(1), mes: text, sender: 'Shop' })
    await shop.sees(1, phone(1), id)
  })
  assert.equal(cost, 1.5)
  const [submit] = carrier.submits
  assert.equal(submit && textOf(submit), text)
  assert.deepEqual([submit?.from, submit?.fromTonNpi, submit?.toTonNpi, submit?.dataCoding], ['Shop', '5/0', '1/1', 0])
  assert.equal(submit?.wantsReceipt, true)
})

story('a Russian text travels as UCS-2, an emoji too', async (t) => {
  const { carrier, phone } = await carrierFor(t)
  const id = await shop.sent({ phones: phone(1), mes: 'Ваш код: 1234 😀' })
  await shop.sees(1, phone(1), id)
  assert.deepEqual(
    carrier.submits.map((submit) => [textOf(submit), submit.dataCoding]),
    [['Ваш код: 1234 😀', 8]],
  )
})

for (const [how, settings] of [
  ['by UDH', { longMessages: 'udh' }],
  ['by sar_* parameters', { longMessages: 'sar' }],
  ['whole in message_payload', { longMessages: 'payload' }],
] as const) {
  story(`a text of three parts arrives whole, joined ${how}, and costs three`, async (t) => {
    const { carrier, phone } = await carrierFor(t, {}, { settings })
    const latin = `Begin ${'0123456789'.repeat(35)} end`
    const russian = `Начало ${'абвгдежзик'.repeat(17)} конец`
    const cost = await spent(async () => {
      for (const [number, mes] of [latin, russian].entries()) {
        const id = await shop.sent({ phones: phone(number), mes })
        await shop.sees(1, phone(number), id)
        assert.equal((await shop.status(phone(number), id, { all: 2 })).sms_cnt, 3)
      }
    })
    assert.equal(cost, 9)
    assert.deepEqual(
      assemble(carrier.submits).map(({ text }) => text),
      [latin, russian],
    )
    assert.equal(carrier.submits.length, how === 'whole in message_payload' ? 2 : 6)
  })
}

story('a binary message arrives with its header, its octets and its data_coding', async (t) => {
  const { carrier, phone } = await carrierFor(t)
  const push = '0605040B8423F0DC0601AE02056A0045C60C037761702E72752F0001037761702E7275000101'
  const id = await shop.sent({ phones: phone(1), mes: push, bin: 2 })
  await shop.sees(1, phone(1), id)
  const [submit] = carrier.submits
  assert.equal(submit?.udh.toString('hex'), '05040b8423f0')
  assert.ok(submit.content instanceof Buffer, 'octets, not a text')
  assert.equal(submit.content.toString('hex').toUpperCase(), push.slice(14))
  assert.equal(submit.esmClass & 0x40, 0x40)
})

for (const [how, script] of [
  ['decimal in both', { idInResponse: decimal, idInReceipt: decimal }],
  ['hexadecimal in the answer and decimal in the receipt', { idInResponse: hex, idInReceipt: decimal }],
  ['decimal in the answer and hexadecimal in the receipt', { idInResponse: decimal, idInReceipt: hex }],
  ['padded with zeros in the receipt', { idInResponse: decimal, idInReceipt: padded }],
  [
    'in small letters in the answer and in capitals in the receipt',
    { idInResponse: (id) => hex(id).toLowerCase(), idInReceipt: hex },
  ],
  ['in receipted_message_id as well', { idInResponse: hex, idInReceipt: hex, tlv: true }],
] as const satisfies [string, Partial<Script>][]) {
  story(`a receipt finds its message when ids are ${how}`, async (t) => {
    const { phone } = await carrierFor(t, script)
    for (const number of [1, 2, 3]) {
      const id = await shop.sent({ phones: phone(number), mes: `Number ${number}` })
      await shop.sees(1, phone(number), id)
    }
  })
}

story('a receipt that comes before the answer, or long after it, or twice, is understood', async (t) => {
  const { carrier, phone } = await carrierFor(t, { receipt: 'before' })
  await shop.sees(1, phone(1), await shop.sent({ phones: phone(1), mes: 'Before' }))

  carrier.script.receipt = 'twice'
  await shop.sees(1, phone(2), await shop.sent({ phones: phone(2), mes: 'Twice' }))

  carrier.script.receipt = 'never'
  const late = await shop.sent({ phones: phone(3), mes: 'Late' })
  await shop.sees(0, phone(3), late)
  const [taken] = carrier.taken.slice(-1)
  assert.ok(taken)
  assert.equal(await carrier.receipt(taken, 'DELIVRD'), 0, 'the receipt is acknowledged')
  await shop.sees(1, phone(3), late)
})

story('each word of a receipt has its status; a word nobody knows decides nothing', async (t) => {
  const { carrier, phone } = await carrierFor(t, { receipt: 'never' })
  const words = [
    ['DELIVRD', 1],
    ['UNDELIV', 20],
    ['EXPIRED', 3],
    ['REJECTD', 20],
    ['ENROUTE', 0],
    ['BUFFERED', 0],
  ] as const
  for (const [number, [stat, status]] of words.entries()) {
    const id = await shop.sent({ phones: phone(number), mes: `It will be ${stat}` })
    await carrier.arrived(number + 1)
    await shop.sees(0, phone(number), id)
    const [taken] = carrier.taken.slice(-1)
    assert.ok(taken)
    assert.equal(await carrier.receipt(taken, stat), 0)
    await shop.sees(status, phone(number), id)
  }
})

const ESME_RTHROTTLED = 0x58
const ESME_RMSGQFUL = 0x14
const ESME_RINVDSTADR = 0x0b

story('a carrier that throttles gets everything in the order in which it was accepted, once', async (t) => {
  const { carrier, phone } = await carrierFor(
    t,
    { verdict: ({ at }) => ({ status: at % 2 ? ESME_RTHROTTLED : ESME_RMSGQFUL }) },
    { settings: { window: 1 } },
  )
  const ids: number[] = []
  for (let number = 0; number < 30; number++) ids.push(await shop.sent({ phones: phone(number), mes: `In order ${number}` }))
  await carrier.arrived(3)
  assert.equal(carrier.taken.length, 0, 'nothing was taken yet')
  // Now and then it still says no.
  carrier.script.verdict = ({ at }) => (at % 7 === 0 ? { status: ESME_RTHROTTLED } : 'take')
  for (const [number, id] of ids.entries()) await shop.sees(1, phone(number), id)
  assert.deepEqual(
    carrier.taken.map(({ submit }) => submit.to),
    ids.map((_, number) => phone(number)),
  )
})

story('the window is what the carrier allows, and never more', async (t) => {
  const { carrier, phone } = await carrierFor(t, { verdict: () => 'later' }, { settings: { window: 4 } })
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, number) => shop.sent({ phones: phone(number), mes: 'Wait for it' })),
  )
  await carrier.arrived(4)
  while (carrier.taken.length < 20) {
    carrier.answer(1)
    await carrier.arrived(Math.min(20, carrier.taken.length + 4))
  }
  for (const [number, id] of ids.entries()) await shop.sees(1, phone(number), id)
  assert.equal(carrier.mostUnanswered(), 4)
})

story('a code that was sent and never answered is sent once more, marked as a possible duplicate', async (t) => {
  const { carrier, phone } = await carrierFor(t, { verdict: () => 'later', receipt: 'never' })
  const cost = await spent(async () => {
    const id = await shop.sent({ phones: phone(1), mes: 'Your code is 1234' })
    await carrier.arrived(1)
    carrier.script.verdict = () => 'take'
    carrier.script.receipt = 'after'
    carrier.hangUp()
    await shop.sees(1, phone(1), id)
    assert.deepEqual(
      carrier.submits.map((submit) => textOf(submit)),
      ['Your code is 1234', 'Your code is 1234'],
    )
    assert.match(await trace(id), /It was sent again once after no answer came: the subscriber may have it\s+twice/)
  })
  assert.equal(cost, 1.5, 'the customer pays once')
})

story('a newsletter that was sent and never answered is held, and says so', async (t) => {
  const { carrier, phone } = await carrierFor(t, { verdict: () => 'later', receipt: 'never' }, { settings: { window: 3 } })
  const phones = Array.from({ length: 21 }, (_, number) => phone(number))
  const id = await shop.sent({ phones: phones.join(','), mes: 'Our sale begins' })
  await carrier.arrived(3)
  const inWindow = carrier.submits.map(({ to }) => to)
  carrier.script.verdict = () => 'take'
  carrier.script.receipt = 'after'
  carrier.hangUp()
  const others = phones.filter((to) => !inWindow.includes(to))
  for (const to of others) await shop.sees(1, to, id)
  assert.equal(carrier.submits.length, 21, 'the three were not repeated')
  for (const to of inWindow) assert.equal((await shop.status(to, id)).status, -1)
  const [row] = await centre.query<{ id: string }>('select id from messages where ref = $1 and recipient = $2', [id, inWindow[0]])
  assert.match(await trace(Number(row?.id)), /never answered: held until a receipt is matched or its validity ends/)

  // The carrier had them after all: a receipt that fits releases one.
  await carrier.says(inWindow[0] ?? '', '', 'not this').catch(() => {})
  const lost = carrier.submits.find(({ to }) => to === inWindow[0])
  assert.ok(lost)
  assert.equal(await carrier.receipt({ submit: lost, id: 424_242n }, 'DELIVRD'), 0)
  await shop.sees(1, lost.to, id)
})

story('what one carrier refuses goes to the next; what all refuse is given back', async (t) => {
  const first = await carrierFor(t, { verdict: () => ({ status: ESME_RINVDSTADR }) })
  const second = await startCarrier()
  t.after(second.stop)
  const name = `${first.name}-b`
  await connect(centre, second, { name, prefix: first.prefix, priority: 50 })
  t.after(() => centre.admin('PATCH', `/carriers/${name}`, { enabled: false }))

  const cost = await spent(async () => {
    const id = await shop.sent({ phones: first.phone(1), mes: 'Try the other one' })
    await shop.sees(1, first.phone(1), id)
  })
  assert.equal(cost, 1.5)
  assert.deepEqual([first.carrier.submits.length, second.taken.length], [1, 1])

  second.script.verdict = () => ({ status: ESME_RINVDSTADR })
  const refund = await spent(async () => {
    const id = await shop.sent({ phones: first.phone(2), mes: 'Nobody wants me' })
    await shop.sees(20, first.phone(2), id)
  })
  assert.equal(refund, 0, 'refused by everybody before any part was taken: all money back')
})

story('a message that nobody could take until its validity ended has expired and costs nothing', async (t) => {
  const { carrier, phone, name } = await carrierFor(t)
  await carrier.close()
  await eventually(async () => {
    const { link } = (await centre.admin('GET', `/carriers/${name}`)) as { link: string }
    assert.notEqual(link, 'up')
  })
  const cost = await spent(async () => {
    const id = await shop.sent({ phones: phone(1), mes: 'Too late', valid: '00:01' })
    assert.equal((await shop.status(phone(1), id)).status, -1)
    assert.match(await trace(id), /waits for a carrier: no link that could take it is up/)
    // A minute is long for a test: its end is moved to now, where the centre keeps it.
    await centre.query('update messages set expires_at = due_at where ref = $1 and recipient = $2', [id, phone(1)])
    await shop.sees(3, phone(1), id)
  })
  assert.equal(cost, 0)
})

story('a carrier that was away gets what waited for it when it is back', async (t) => {
  const { carrier, phone } = await carrierFor(t)
  await carrier.close()
  const id = await shop.sent({ phones: phone(1), mes: 'Are you there?' })
  assert.equal((await shop.status(phone(1), id)).status, -1)
  await carrier.open()
  await shop.sees(1, phone(1), id)
})

story(
  "an operator changes a carrier's settings again and again while it works: nothing is lost, nothing goes twice",
  async (t) => {
    const { carrier, phone, name } = await carrierFor(t, {}, { settings: { window: 2 } })
    const phones = Array.from({ length: 600 }, (_, number) => phone(number))
    const id = await shop.sent({ phones: phones.join(','), mes: 'Never mind the settings' })
    for (let window = 3; window <= 8; window++) {
      await carrier.arrived(window * 40)
      await centre.admin('PATCH', `/carriers/${name}`, { settings: { window } })
    }
    await carrier.arrived(phones.length)
    await eventually(async () => {
      const rows = await centre.query(
        'select state, duplicates, count(*)::int from messages where ref = $1 and recipient = any($2) group by 1, 2',
        [id, phones],
      )
      assert.deepEqual(rows, [{ state: 1, duplicates: 0, count: phones.length }])
    })
    assert.equal(carrier.submits.length, phones.length)
  },
)

story('carriers that never answer are switched off together; meanwhile the others are served', async (t) => {
  const good = await carrierFor(t)
  const stuck = [
    await carrierFor(t, { verdict: () => 'later' }),
    await carrierFor(t, { verdict: () => 'later' }),
    await carrierFor(t, { verdict: () => 'later' }),
  ]
  for (const { carrier, phone } of stuck) {
    await shop.sent({ phones: phone(1), mes: 'Is there anybody?' })
    await carrier.arrived(1)
  }
  let off = false
  const switched = Promise.all(stuck.map(({ name }) => centre.admin('PATCH', `/carriers/${name}`, { enabled: false }))).then(
    () => {
      off = true
    },
  )
  for (let number = 0; !off; number++) {
    await shop.sent({ phones: good.phone(number), mes: 'In the meantime' })
    await good.carrier.arrived(number + 1)
  }
  await switched
})

story('transmitter and receiver may be two binds: receipts come by the second', async (t) => {
  const { carrier, phone } = await carrierFor(t, {}, { settings: { bind: 'txrx' } })
  const id = await shop.sent({ phones: phone(1), mes: 'Two ways' })
  await shop.sees(1, phone(1), id)
  assert.equal(carrier.binds(), 1)
})

story('a message from a handset is stored for whom it was written to; its parts are joined', async (t) => {
  const { carrier, phone } = await carrierFor(t)
  assert.equal(await carrier.says(phone(1), '79009990001', 'STOP'), 0)
  const part = (number: number, message: string) => ({ udh: Buffer.from([5, 0, 3, 42, 2, number]), message })
  assert.equal(await carrier.says(phone(1), '79009990001', part(2, 'вместе.')), 0)
  assert.equal(await carrier.says(phone(1), '79009990001', part(1, 'Читаются только ')), 0)
  await eventually(async () => {
    const rows = await centre.query<{ body: string }>('select body from incoming where sender = $1 order by at, id', [phone(1)])
    assert.deepEqual(rows.map(({ body }) => body).sort(), ['STOP', 'Читаются только вместе.'].sort())
  })
})

story('after all this the books agree', async () => {
  const audit = await centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})
