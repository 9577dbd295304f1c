import assert from 'node:assert/strict'
import { decimal, hex, padded, type Script } from '../support/carrier.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { assemble, textOf } from '../support/carrier-wire.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Our SMPP connector against a carrier that somebody else wrote: the npm package `smpp`.
const scene = carrierScene()

story('a Latin text arrives letter by letter, paid and delivered', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const text = 'Price: 5 € @home {now} [1] ~ £3 ñ_Δ'
  const cost = await scene.spent(async () => {
    const id = await scene.shop.sent({ phones: phone(1), mes: text, sender: 'Shop' })
    await scene.shop.sees(1, phone(1), id)
  })
  assert.equal(cost, 1.5)
  const [submit] = carrier.submits
  assert.equal(submit && textOf(submit), text)
  assert.deepEqual([submit?.from, submit?.fromTonNpi, submit?.toTonNpi, submit?.dataCoding], ['Shop', '5/0', '1/1', 0])
  assert.equal(submit?.wantsReceipt, true)
})

story('a Russian text travels as UCS-2, an emoji too', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Ваш код: 1234 😀' })
  await scene.shop.sees(1, phone(1), id)
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
    const { carrier, phone } = await scene.carrierFor(t, {}, { settings })
    const latin = `Begin ${'0123456789'.repeat(35)} end`
    const russian = `Начало ${'абвгдежзик'.repeat(17)} конец`
    const cost = await scene.spent(async () => {
      for (const [number, mes] of [latin, russian].entries()) {
        const id = await scene.shop.sent({ phones: phone(number), mes })
        await scene.shop.sees(1, phone(number), id)
        assert.equal((await scene.shop.status(phone(number), id, { all: 2 })).sms_cnt, 3)
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
  const { carrier, phone } = await scene.carrierFor(t)
  const push = '0605040B8423F0DC0601AE02056A0045C60C037761702E72752F0001037761702E7275000101'
  const id = await scene.shop.sent({ phones: phone(1), mes: push, bin: 2 })
  await scene.shop.sees(1, phone(1), id)
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
    const { phone } = await scene.carrierFor(t, script)
    for (const number of [1, 2, 3]) {
      const id = await scene.shop.sent({ phones: phone(number), mes: `Number ${number}` })
      await scene.shop.sees(1, phone(number), id)
    }
  })
}

story('a receipt that comes before the answer, or long after it, or twice, is understood', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { receipt: 'before' })
  await scene.shop.sees(1, phone(1), await scene.shop.sent({ phones: phone(1), mes: 'Before' }))

  carrier.script.receipt = 'twice'
  await scene.shop.sees(1, phone(2), await scene.shop.sent({ phones: phone(2), mes: 'Twice' }))

  carrier.script.receipt = 'never'
  const late = await scene.shop.sent({ phones: phone(3), mes: 'Late' })
  await scene.shop.sees(0, phone(3), late)
  const [taken] = carrier.taken.slice(-1)
  assert.ok(taken)
  assert.equal(await carrier.receipt(taken, 'DELIVRD'), 0, 'the receipt is acknowledged')
  await scene.shop.sees(1, phone(3), late)
})

story('each word of a receipt has its status; a word nobody knows decides nothing', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { receipt: 'never' })
  const words = [
    ['DELIVRD', 1],
    ['UNDELIV', 20],
    ['EXPIRED', 3],
    ['REJECTD', 20],
    ['ENROUTE', 0],
    ['BUFFERED', 0],
  ] as const
  for (const [number, [stat, status]] of words.entries()) {
    const id = await scene.shop.sent({ phones: phone(number), mes: `It will be ${stat}` })
    await carrier.arrived(number + 1)
    await scene.shop.sees(0, phone(number), id)
    const [taken] = carrier.taken.slice(-1)
    assert.ok(taken)
    assert.equal(await carrier.receipt(taken, stat), 0)
    await scene.shop.sees(status, phone(number), id)
  }
})

story('transmitter and receiver may be two binds: receipts come by the second', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, {}, { settings: { bind: 'txrx' } })
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Two ways' })
  await scene.shop.sees(1, phone(1), id)
  assert.equal(carrier.binds(), 1)
})

story('a message from a handset is stored for whom it was written to; its parts are joined', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  assert.equal(await carrier.says(phone(1), '79009990001', 'STOP'), 0)
  const part = (number: number, message: string) => ({ udh: Buffer.from([5, 0, 3, 42, 2, number]), message })
  assert.equal(await carrier.says(phone(1), '79009990001', part(2, 'вместе.')), 0)
  assert.equal(await carrier.says(phone(1), '79009990001', part(1, 'Читаются только ')), 0)
  await eventually(async () => {
    const rows = await scene.centre.query<{ body: string }>('select body from incoming where sender = $1 order by at, id', [
      phone(1),
    ])
    assert.deepEqual(rows.map(({ body }) => body).sort(), ['STOP', 'Читаются только вместе.'].sort())
  })
})

story('after all this the books agree', async () => {
  const audit = await scene.centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})
