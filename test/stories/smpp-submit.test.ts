import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import smpp, { type Pdu, type Session } from 'smpp'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { assemble, textOf } from '../support/carrier-wire.ts'
import { eventually, within } from '../support/eventually.ts'
import { hex, rawSmpp } from '../support/raw-smpp.ts'
import { story } from '../support/story.ts'

// Customers' gateways on the npm package `smpp`, and a carrier on it: what goes in comes out, and is paid.
const scene = carrierScene({ 'fl[2]': 1 })

interface Gateway {
  submit(fields: object): Promise<Pdu>
  /** Fails the test when it is refused; resolves with the message_id. */
  submitted(fields: object): Promise<string>
}

async function gateway(t: TestContext, login = 'shop'): Promise<Gateway> {
  const session: Session = smpp.connect({ host: '127.0.0.1', port: scene.centre.smppPort })
  session.on('error', () => {})
  t.after(() => session.destroy())
  const ask = (operation: 'bind_transceiver' | 'submit_sm', fields: object): Promise<Pdu> =>
    within(new Promise((resolve) => void session[operation](fields, resolve)), `an answer to ${operation}`)
  const bound = await ask('bind_transceiver', { system_id: login, password: `${login}-secret` })
  assert.equal(bound.command_status, 0)
  const submit = (fields: object) => ask('submit_sm', fields)
  return {
    submit,
    async submitted(fields) {
      const { command_status, message_id } = await submit(fields)
      assert.equal(command_status, 0)
      return message_id
    },
  }
}

story('a text is taken, paid, delivered, and found by its message_id', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const cost = await scene.spent(async () => {
    const id = await submitted({ source_addr: 'Shop', destination_addr: `+${phone(1)}`, short_message: 'Hello @ 5 €' })
    assert.match(id, /^\d+$/)
    await scene.shop.sees(1, phone(1), id)
  })
  assert.equal(cost, 1.5)
  const [submit] = carrier.submits
  assert.equal(submit && textOf(submit), 'Hello @ 5 €')
  assert.equal(submit?.from, 'Shop')
})

story('the message_id is the account’s own number, which HTTP counts on', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const first = Number(await submitted({ destination_addr: phone(1), short_message: 'one' }))
  assert.equal(await scene.shop.sent({ phones: phone(2), mes: 'two' }), first + 1)
  assert.equal(await submitted({ destination_addr: phone(3), short_message: 'three' }), String(first + 2))
})

story('a text of three parts in message_payload is cut here, and costs three', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const text = `Начало ${'абвгдежзик'.repeat(17)} конец 😀`
  const cost = await scene.spent(async () => {
    const id = await submitted({ destination_addr: phone(1), data_coding: 8, message_payload: { message: text } })
    await scene.shop.sees(1, phone(1), id)
  })
  assert.equal(cost, 4.5)
  assert.deepEqual(
    assemble(carrier.submits).map((shown) => shown.text),
    [text],
  )
})

for (const [how, part] of [
  ['by UDH', (n: number) => ({ esm_class: 0x43, udh: Buffer.from([5, 0, 3, 0x77, 3, n]) })],
  ['by sar_*', (n: number) => ({ sar_msg_ref_num: 0x177, sar_total_segments: 3, sar_segment_seqnum: n })],
] as const) {
  story(`parts that the customer cut ${how} are answered and paid one by one, and join on the handset`, async (t) => {
    const { carrier, phone } = await scene.carrierFor(t)
    const { submitted } = await gateway(t)
    const texts = ['@'.repeat(153), '{'.repeat(76), 'end']
    const ids: string[] = []
    const cost = await scene.spent(async () => {
      for (const [index, message] of texts.entries()) {
        const { udh, ...fields } = { udh: undefined, ...part(index + 1) }
        ids.push(await submitted({ destination_addr: phone(1), ...fields, short_message: udh ? { udh, message } : message }))
      }
      for (const id of ids) await scene.shop.sees(1, phone(1), id)
    })
    assert.equal(cost, 4.5)
    assert.equal(new Set(ids).size, 3)
    assert.deepEqual(
      assemble(carrier.submits).map((shown) => shown.text),
      [texts.join('')],
    )
    assert.deepEqual(
      carrier.submits.map((submit) => [submit.part?.number, submit.part?.of]),
      [
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    )
    const told = await scene.shop.status(phone(1), ids[0] ?? '', { all: 1 })
    assert.equal(told.message, texts[0])
  })
}

story('a part that had to wait in the queue still has its header', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const texts = ['Первая '.repeat(9), 'вторая']
  for (const [index, text] of texts.entries()) {
    const message = Buffer.from(text, 'utf16le').swap16()
    const short_message = { udh: Buffer.from([5, 0, 3, 9, 2, index + 1]), message }
    const wait = { schedule_delivery_time: '000000000001000R', data_coding: 0x18 }
    const id = await submitted({ destination_addr: phone(1), esm_class: 0x40, ...wait, short_message })
    await scene.shop.sees(1, phone(1), id)
    assert.match(await scene.trace(Number(id)), /SMPP/)
  }
  assert.deepEqual(
    assemble(carrier.submits).map(({ text }) => text),
    [texts.join('')],
  )
  assert.deepEqual(
    carrier.submits.map(({ dataCoding }) => dataCoding),
    [0x18, 0x18],
  )
})

story('octets travel with their header and their data_coding', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const id = await submitted({
    destination_addr: phone(1),
    esm_class: 0x40,
    data_coding: 0xf5,
    short_message: { udh: Buffer.from('0605040b8423f0', 'hex'), message: Buffer.from('010203ff', 'hex') },
  })
  await scene.shop.sees(1, phone(1), id)
  const [submit] = carrier.submits
  assert.equal(submit?.udh.toString('hex'), '05040b8423f0')
  assert.equal(submit?.dataCoding, 0xf5)
  assert.ok(submit.content instanceof Buffer, 'octets, not a text')
  assert.equal(submit.content.toString('hex'), '010203ff')
})

story('priority and protocol_id reach the carrier, flash stays flash', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const id = await submitted({
    destination_addr: phone(1),
    priority_flag: 3,
    protocol_id: 0x41,
    data_coding: 0x18,
    short_message: Buffer.from('Да', 'utf16le').swap16(),
  })
  await scene.shop.sees(1, phone(1), id)
  const [submit] = carrier.submits
  assert.deepEqual([submit?.priority, submit?.protocolId, submit?.dataCoding], [3, 0x41, 0x18])
})

story('a message that waits for its hour is not sent before', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted } = await gateway(t)
  const later = await submitted({
    destination_addr: phone(1),
    short_message: 'later',
    schedule_delivery_time: '000000010000000R',
  })
  const now = await submitted({ destination_addr: phone(2), short_message: 'now' })
  await scene.shop.sees(1, phone(2), now)
  assert.equal((await scene.shop.status(phone(1), later)).status, -1)
  assert.deepEqual(carrier.submits.map(textOf), ['now'])
})

story('what can’t be sent is refused with why, stored or not', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submit } = await gateway(t)
  const refusals: readonly (readonly [expected: keyof typeof STATUS, fields: object])[] = [
    ['ESME_RINVDSTADR', { destination_addr: '123', short_message: 'Hello' }],
    ['ESME_RINVDSTADR', { destination_addr: '998901234567', short_message: 'Hello' }], // no route
    ['ESME_RINVSRCADR', { destination_addr: phone(1), source_addr: 'Far too long it is', short_message: 'Hello' }],
    ['ESME_RINVMSGLEN', { destination_addr: phone(1), short_message: '' }],
    ['ESME_RINVSCHED', { destination_addr: phone(1), short_message: 'Hello', schedule_delivery_time: '200101000000000+' }],
    ['ESME_RINVEXPIRY', { destination_addr: phone(1), short_message: 'Hello', validity_period: '200101000000000+' }],
    ['ESME_RINVPRTFLG', { destination_addr: phone(1), short_message: 'Hello', priority_flag: 9 }],
    ['ESME_RINVDCS', { destination_addr: phone(1), short_message: 'Hello', data_coding: 0x20 }],
  ]
  const cost = await scene.spent(async () => {
    for (const [expected, fields] of refusals) {
      const { command_status, message_id } = await submit(fields)
      assert.equal(command_status, STATUS[expected], expected)
      assert.equal(message_id ?? '', '')
    }
  })
  assert.equal(cost, 0)
  assert.equal(carrier.submits.length, 0)
})

story('no money is a failure, and is not repeated by itself', async (t) => {
  const { phone } = await scene.carrierFor(t)
  await scene.centre.account('poor', 1, { 'fl[2]': 1 })
  const { submit } = await gateway(t, 'poor')
  const { command_status } = await submit({ destination_addr: phone(1), short_message: 'Hello' })
  assert.equal(command_status, STATUS.ESME_RSUBMITFAIL)
})

story('the same within a minute fails; over the throughput is throttled; a new limit holds at once', async (t) => {
  const { phone } = await scene.carrierFor(t)
  await scene.centre.account('hasty', 1_000, { 'fl[2]': 1 })
  const { submit, submitted } = await gateway(t, 'hasty')
  await scene.centre.admin('PATCH', '/accounts/hasty/limits', { identical: 1 })
  const same = { destination_addr: phone(1), short_message: 'Hello' }
  // The commit notices that the account has changed and signs in anew; the first after that knows the limit.
  await submitted({ destination_addr: phone(2), short_message: 'Hello' })
  await submitted(same)
  assert.equal((await submit(same)).command_status, STATUS.ESME_RSUBMITFAIL)

  await scene.centre.admin('PATCH', '/accounts/hasty/limits', { throughput: 2 })
  await submitted({ destination_addr: phone(3), short_message: 'Hello' })
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => submit({ destination_addr: phone(10 + index), short_message: 'Hello' })),
  )
  const statuses = answers.map(({ command_status }) => command_status)
  assert.ok(statuses.includes(0) && statuses.includes(STATUS.ESME_RTHROTTLED), String(statuses))
  assert.ok(statuses.filter((status) => status === 0).length < 30)
})

story('submit_multi is one request, and names who was refused; data_sm is a submit_sm', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const client = await rawSmpp(scene.centre.smppPort)
  t.after(client.close)
  await client.bind('shop', 'shop-secret')
  const to = (address: string) => ({ ton: 1, npi: 1, address })
  const multi = await client.ask({
    command: 'submit_multi',
    sequence: 2,
    source_addr: 'Shop',
    dest_address: [to(phone(1)), to('123'), { distributionList: 'all' }, to(phone(2))],
    short_message: Buffer.from('Hello'),
  })
  assert.ok(multi.command === 'submit_multi_resp' && multi.status === 0)
  assert.deepEqual(
    multi.unsuccess_sme.map(({ address, status }) => [address, status]),
    [
      ['123', STATUS.ESME_RINVDSTADR],
      ['all', STATUS.ESME_RINVDLNAME],
    ],
  )
  for (const number of [1, 2]) await scene.shop.sees(1, phone(number), multi.message_id)

  const data = await client.ask({
    command: 'data_sm',
    sequence: 3,
    destination_addr: phone(3),
    tlvs: { message_payload: Buffer.from('Data') },
  })
  assert.ok(data.command === 'data_sm_resp' && data.status === 0)
  await scene.shop.sees(1, phone(3), data.message_id)
  assert.deepEqual(carrier.submits.map(textOf).sort(), ['Data', 'Hello', 'Hello'])
})

story('the official PHP library’s octets are taken as they are', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const client = await rawSmpp(scene.centre.smppPort)
  t.after(client.close)
  await client.bind('shop', 'shop-secret', 'bind_transmitter', { addr_ton: 5, addr_npi: 1 })
  const to = Buffer.from(phone(1)).toString('hex')
  client.raw(
    hex(`00000042 00000004 00000000 00000002  00 05 01 73656e64657200 05 01 ${to}00
         00 00 03 00 00 00 00 04 00 00  0424 000c 74657374206d657373616765`),
  )
  const answer = await client.answer(2)
  assert.ok(answer.command === 'submit_sm_resp' && answer.status === 0)
  await scene.shop.sees(1, phone(1), answer.message_id)
  await eventually(() => assert.equal(carrier.submits.length, 1))
  assert.deepEqual(
    carrier.submits.map((submit) => [textOf(submit), submit.from]),
    [['test message', 'sender']],
  )
})
