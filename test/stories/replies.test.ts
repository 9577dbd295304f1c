import assert from 'node:assert/strict'
import type { Answer, Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { handlerScene } from '../support/handler-scene.ts'
import { smppGateway } from '../support/smpp-gateway.ts'
import { story } from '../support/story.ts'

// Subscribers write back: to a number of one shop, to a number that several share, and that they want no more.
const scene = handlerScene()

let subscribers = 0
const subscriber = () => String(79_162_000_000 + ++subscribers)
const mo = async (from: string, to: string, text: string): Promise<void> => {
  const { code, output } = await scene.cli('sandbox', 'mo', '--from', from, '--to', to, '--text', text)
  assert.equal(code, 0, output)
}
const answersOf = async (customer: Customer): Promise<Answer[]> =>
  JSON.parse(await customer.ask('get', { get_answers: 1, fmt: 3 })) as Answer[]
const texts = (answers: readonly Answer[]) => answers.map(({ phone, to_phone: to, message }) => [phone, to, message])

story('a message to a dedicated number is in get.php, at the handler and in a deliver_sm', async (t) => {
  const { customer, handler, login } = await scene.shop(t, '?charset=utf-8', { 'fl[1]': 1, 'fl[2]': 1 })
  const number = '79002000001'
  assert.equal((await scene.cli('number', 'add', number, '--account', login)).code, 0)
  const gateway = await smppGateway(t, scene.centre, login)
  const from = subscriber()
  await mo(from, number, 'Да, приду')

  await gateway.received(1)
  assert.deepEqual([gateway.got[0]?.source_addr, gateway.texts()[0]], [from, 'Да, приду'])
  await scene.told(handler)
  const [call] = handler.calls
  const [answer] = await answersOf(customer)
  assert.deepEqual(
    [call?.form.phone, call?.form.to, Buffer.from(call?.form.mes ?? '', 'latin1').toString(), call?.form.id],
    [from, number, 'Да, приду', String(answer?.id)],
  )
  assert.deepEqual(texts(await answersOf(customer)), [[from, number, 'Да, приду']])
})

story('a shared number: to who wrote last, else by keyword, else to the operator, who gives it to somebody', async (t) => {
  const [shop, bank] = [await scene.shop(t), await scene.shop(t)]
  assert.equal((await scene.cli('number', 'add', '4321', '--shared')).code, 0)
  assert.equal((await scene.cli('keyword', 'add', 'Пицца', '--account', shop.login)).code, 0)
  const [known, hungry, stranger] = [subscriber(), subscriber(), subscriber()]
  await bank.customer.sent({ phones: known, mes: 'Your code is 1234' })

  await mo(known, '4321', 'пицца?')
  await mo(hungry, '4321', 'пицца, две')
  await mo(stranger, '4321', 'Who are you?')
  await eventually(async () => assert.deepEqual(texts(await answersOf(bank.customer)), [[known, '4321', 'пицца?']]))
  await eventually(async () => assert.deepEqual(texts(await answersOf(shop.customer)), [[hungry, '4321', 'пицца, две']]))

  const id = await eventually(async () => {
    const unclaimed = JSON.parse((await scene.cli('incoming', 'unclaimed', '--json')).output) as { id: number; from: string }[]
    const found = unclaimed.find(({ from }) => from === stranger)
    assert.ok(found, 'it is unclaimed')
    return found.id
  })
  const calls = shop.handler.calls.length
  const assigned = await scene.cli('incoming', 'assign', String(id), '--account', shop.login)
  assert.equal(assigned.code, 0, assigned.output)
  await scene.told(shop.handler, calls + 1)
  assert.equal((await answersOf(shop.customer)).length, 2)
  assert.match((await scene.cli('incoming', 'assign', String(id), '--account', shop.login)).output, /No unclaimed message/)
})

story('a message is forwarded to a phone and answered, each as a message of the account, paid and delivered', async (t) => {
  const settings = { 'fl[8]': 1, phone2: '79002000099', answ: 'Спасибо, мы перезвоним' }
  const { customer, login } = await scene.shop(t, '', settings)
  const number = '79002000002'
  await scene.cli('number', 'add', number, '--account', login)
  const from = subscriber()
  const before = Number(await customer.balance())
  await mo(from, number, 'Перезвоните')
  const history = await eventually(async () => {
    const rows = JSON.parse(await customer.ask('get', { get_messages: 1, fmt: 3 })) as Answer[]
    assert.deepEqual(rows.map(({ phone }) => phone).sort(), [from, '79002000099'].sort())
    assert.deepEqual(
      rows.map(({ status }) => status),
      [1, 1],
    )
    return rows
  })
  const said = new Map(history.map(({ phone, message }) => [phone, message]))
  assert.equal(said.get(from), 'Спасибо, мы перезвоним')
  assert.equal(said.get('79002000099'), `${from}: Перезвоните`)
  assert.equal(Number(await customer.balance()), before - 2)
})

story('who writes STOP hears no more, until he writes START or the shop takes it back', async (t) => {
  const { customer, login } = await scene.shop(t)
  const number = '79002000003'
  await scene.cli('number', 'add', number, '--account', login)
  const [first, second] = [subscriber(), subscriber()]
  const id = await customer.sent({ phones: first, mes: 'Sale!' })
  const blacklist = async (): Promise<Answer[]> => {
    const answer = JSON.parse(await customer.ask('phones', { get_black: 1, fmt: 3 })) as Answer[]
    return Array.isArray(answer) ? answer : []
  }
  for (const from of [first, second]) await mo(from, number, 'Стоп!')
  const listed = await eventually(async () => {
    const entries = await blacklist()
    assert.equal(entries.length, 2)
    return entries
  })
  const entry = listed.find(({ phone }) => phone === first)
  assert.deepEqual([entry?.type, entry?.to_phone, entry?.message, entry?.sms_id], [0, number, 'Стоп!', String(id)])

  for (const sender of ['Shop', 'Other']) {
    const refused = await customer.send({ phones: first, mes: `From ${sender}`, sender })
    assert.deepEqual([refused.error_code, refused.error], [6, 'message is denied'])
    const { status, err } = await customer.status(first, refused.id ?? 0)
    assert.deepEqual([status, err], [23, 250])
  }
  const traced = await scene.cli('message', 'trace', String(id + 1), '--account', login)
  assert.match(traced.output, /asked for no more messages: 'Стоп!'/)
  const shown = await scene.cli('opt-out', 'list', login)
  assert.match(shown.output, new RegExp(`${first} .*${number} .*Стоп!`))

  await mo(first, number, 'start')
  await eventually(async () =>
    assert.deepEqual(
      (await blacklist()).map(({ phone }) => phone),
      [second],
    ),
  )
  assert.equal((await customer.send({ phones: first, mes: 'Welcome back' })).cnt, 1)
  assert.equal((await scene.cli('opt-out', 'revoke', login, second)).code, 0)
  assert.equal((await customer.send({ phones: second, mes: 'Welcome back' })).cnt, 1)
})

story('a number is rented, written to, and given up', async (t) => {
  const { customer } = await scene.shop(t)
  const number = '79002000004'
  assert.equal((await scene.cli('number', 'add', number, '--price', '300')).code, 0)
  const ask = async (params: Record<string, string | number>): Promise<Answer & Answer[]> =>
    JSON.parse(await customer.ask('receive_phones', { fmt: 3, ...params })) as Answer & Answer[]
  const offered = async () => (await ask({ get: 1 })).find(({ phone }) => phone === number)
  assert.deepEqual([(await offered())?.cost, (await offered())?.connected], ['300.00', 0])
  const before = Number(await customer.balance())
  assert.deepEqual(await ask({ buy: 1, phone: number }), { result: 'OK' })
  const paid = before - Number(await customer.balance())
  assert.ok(paid > 0 && paid <= 300.01, `${paid} was paid`)
  const from = subscriber()
  await mo(from, number, 'Hello')
  await eventually(async () => assert.deepEqual(texts(await answersOf(customer)), [[from, number, 'Hello']]))
  assert.deepEqual(await ask({ chg: 1, phone: number, noprolong: 1 }), { result: 'OK' })
  assert.equal((await offered())?.noprolong, 1)
  assert.equal((await ask({ buy: 1, phone: number })).error_code, 3)
})
