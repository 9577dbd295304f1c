import assert from 'node:assert/strict'
import { carrierScene } from '../support/carrier-scene.ts'
import { eventually } from '../support/eventually.ts'
import { smppGateway } from '../support/smpp-gateway.ts'
import { story } from '../support/story.ts'

// What customers' gateways are delivered: on the npm package `smpp` at both ends.
const scene = carrierScene()
let logins = 0

/** An account for one story, that may bind. */
async function account(settings: object = {}, limits: object = {}): Promise<string> {
  logins += 1
  const login = `gate${logins}`
  await scene.centre.account(login, 10_000, { 'fl[2]': 1, ...settings })
  await scene.centre.admin('PATCH', `/accounts/${login}/limits`, { throughput: 0, ...limits })
  return login
}

const owed = async (login: string): Promise<number> => {
  const [row] = await scene.centre.query<{ count: string }>(
    'select count(*) from deliveries d join accounts a on a.id = d.account_id where a.login = $1',
    [login],
  )
  return Number(row?.count)
}
const allGone = (login: string) => eventually(async () => assert.equal(await owed(login), 0))

story('a receipt comes to who asked for it, with what the SMSC API says it holds', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account()
  const gateway = await smppGateway(t, scene.centre, login)
  const fields = { source_addr: 'Shop', destination_addr: phone(1), short_message: 'a' }
  const id = await gateway.submitted({ ...fields, registered_delivery: 1 })
  await gateway.received(1)
  const [pdu] = gateway.got
  assert.deepEqual(gateway.ids(), [id])
  assert.match(
    gateway.texts()[0] ?? '',
    /^id:\d+ sub:001 dlvrd:001 submit date:\d{10} done date:\d{10} stat:DELIVRD err:000 text:$/,
  )
  assert.deepEqual([pdu?.esm_class, pdu?.source_addr, pdu?.destination_addr], [4, phone(1), 'Shop'])
  assert.deepEqual([pdu?.source_addr_ton, pdu?.dest_addr_ton], [1, 5])
  await allGone(login)
})

story('who asked for intermediate notifications hears that the operator has it', async (t) => {
  const { phone, carrier } = await scene.carrierFor(t, { receipt: 'never' })
  const login = await account()
  const gateway = await smppGateway(t, scene.centre, login)
  await gateway.submitted({ destination_addr: phone(1), short_message: 'a', registered_delivery: 0x11 })
  await gateway.received(1)
  assert.equal(gateway.got[0]?.esm_class, 0x20)
  assert.match(gateway.texts()[0] ?? '', / stat:ACCEPTD /)
  const [taken] = carrier.taken
  assert.ok(taken)
  await carrier.receipt(taken, 'UNDELIV')
  await gateway.received(2)
  assert.match(gateway.texts()[1] ?? '', / dlvrd:000 .* stat:UNDELIV /)
  await carrier.receipt(taken, 'DELIVRD')
  await gateway.received(3)
  assert.match(gateway.texts()[2] ?? '', / dlvrd:001 .* stat:DELIVRD /)
})

story('with nobody bound receipts wait, over a restart of the centre too, and come at the full window', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account()
  const sender = await smppGateway(t, scene.centre, login, { bind: 'bind_transmitter' })
  const ids: string[] = []
  for (let at = 0; at < 40; at++)
    ids.push(await sender.submitted({ destination_addr: phone(at), short_message: 'a', registered_delivery: 1 }))
  await eventually(async () => assert.equal(await owed(login), 40))
  sender.destroy()
  await scene.centre.terminate()
  await scene.centre.start()
  const receiver = await smppGateway(t, scene.centre, login, { bind: 'bind_receiver', answers: () => undefined })
  await receiver.received(5)
  assert.equal(receiver.got.length, 5, 'the window of an account is 5 unless it is set')
  receiver.answers = () => 0
  receiver.answerRest()
  await receiver.received(40)
  await allGone(login)
  assert.equal(receiver.mostUnanswered(), 5)
  assert.deepEqual(receiver.ids().sort(), ids.sort())
})

story('a window of 1000 is filled', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account({}, { receipts: 1000 })
  const sender = await smppGateway(t, scene.centre, login, { bind: 'bind_transmitter' })
  await Promise.all(
    Array.from({ length: 1200 }, (_, at) =>
      sender.submitted({ destination_addr: phone(at), short_message: 'a', registered_delivery: 1 }),
    ),
  )
  await eventually(async () => assert.equal(await owed(login), 1200))
  const receiver = await smppGateway(t, scene.centre, login, { bind: 'bind_receiver', answers: () => undefined })
  await receiver.received(1000)
  assert.equal(receiver.got.length, 1000)
  receiver.answers = () => 0
  receiver.answerRest()
  await receiver.received(1200)
  await allGone(login)
  assert.equal(new Set(receiver.ids()).size, 1200)
})

story('two sessions take turns; what one has not acknowledged when it drops goes to the other', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account({}, { receipts: 20 })
  const one = await smppGateway(t, scene.centre, login, { bind: 'bind_receiver' })
  const two = await smppGateway(t, scene.centre, login)
  let answered = 0
  one.answers = () => (++answered <= 3 ? 0 : undefined)
  const ids: string[] = []
  const submit = async (count: number) => {
    for (let at = 0; at < count; at++)
      ids.push(await two.submitted({ destination_addr: phone(ids.length), short_message: 'a', registered_delivery: 1 }))
  }
  await submit(30)
  await eventually(() =>
    assert.ok(one.got.length > 3 && one.got.length + two.got.length >= 30, `${one.got.length} and ${two.got.length}`),
  )
  const taken = one.ids().slice(0, 3)
  const open = one.ids().slice(3)
  one.destroy()
  await two.received(27)
  await allGone(login)
  assert.ok(open.every((id) => two.ids().includes(id)))
  assert.ok(taken.every((id) => !two.ids().includes(id)))
  assert.deepEqual([...taken, ...two.ids()].sort(), ids.sort())
})

story('what a customer cannot take now comes again; what he refuses for good does not', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account()
  const gateway = await smppGateway(t, scene.centre, login)
  gateway.answers = () => (gateway.got.length === 1 ? 0x64 : gateway.got.length === 2 ? 0x65 : 0)
  const first = await gateway.submitted({ destination_addr: phone(1), short_message: 'a', registered_delivery: 1 })
  await gateway.received(1)
  const second = await gateway.submitted({ destination_addr: phone(2), short_message: 'b', registered_delivery: 1 })
  await gateway.received(3)
  await allGone(login)
  assert.deepEqual(gateway.ids(), [first, second, first])
})

story('receipts of transactional messages overtake those of advertising', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account({}, { receipts: 1 })
  const gateway = await smppGateway(t, scene.centre, login, { answers: () => undefined })
  const bulk = await gateway.submittedMulti({
    dest_address: Array.from({ length: 21 }, (_, at) => ({ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: phone(at) })),
    short_message: 'Sale',
    registered_delivery: 1,
  })
  await eventually(async () => assert.equal(await owed(login), 21))
  await gateway.received(1)
  const urgent = await gateway.submitted({ destination_addr: phone(50), short_message: '1234', registered_delivery: 1 })
  await eventually(async () => assert.equal(await owed(login), 22))
  await scene.centre.get('/healthz') // what stands in the database, the centre has heard of by now
  gateway.answers = () => 0
  gateway.answerRest()
  await gateway.received(22)
  assert.deepEqual(gateway.ids().slice(0, 3), [bulk, urgent, bulk])
})

story('a session of version 3.3 gets the text alone', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account()
  const old = await smppGateway(t, scene.centre, login, { fields: { interface_version: 0x33 } })
  await old.submitted({ destination_addr: phone(1), short_message: 'a', registered_delivery: 1 })
  await old.received(1)
  assert.equal((old.got[0] as { receipted_message_id?: string }).receipted_message_id, undefined)
  const young = await smppGateway(t, scene.centre, login, { bind: 'bind_transmitter' })
  await young.submitted({ destination_addr: phone(2), short_message: 'a', registered_delivery: 1 })
  await old.received(2)
})

story('a message in test mode is receipted at once', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const login = await account({ 'fl2[27]': 1 })
  const gateway = await smppGateway(t, scene.centre, login)
  const id = await gateway.submitted({ destination_addr: phone(1), short_message: 'a', registered_delivery: 1 })
  await gateway.received(1)
  assert.deepEqual(gateway.ids(), [id])
  assert.match(gateway.texts()[0] ?? '', / stat:DELIVRD err:200 /)
})
