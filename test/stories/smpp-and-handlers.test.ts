import assert from 'node:assert/strict'
import { eventually } from '../support/eventually.ts'
import { handlerScene } from '../support/handler-scene.ts'
import { smppGateway } from '../support/smpp-gateway.ts'
import { story } from '../support/story.ts'

// Who is told what, over SMPP and over HTTP: in a sandbox, whose simulated carrier also looks numbers up.
const scene = handlerScene()
const PHONE = '79161234567'

const owed = async (login: string): Promise<number> => {
  const [row] = await scene.centre.query<{ count: string }>('select count(*) from deliveries where account_id = $1', [
    await scene.accountId(login),
  ])
  return Number(row?.count)
}

story('a receipt that was asked for over SMPP is not told to the handler; the others are', async (t) => {
  const { handler, login } = await scene.shop(t, '', { 'fl[2]': 1 })
  const gateway = await smppGateway(t, scene.centre, login)
  const asked = await gateway.submitted({ destination_addr: PHONE, short_message: 'a', registered_delivery: 1 })
  await gateway.received(1)
  const unasked = await gateway.submitted({ destination_addr: PHONE, short_message: 'b' })
  await scene.told(handler)
  assert.equal(handler.calls[0]?.form.id, unasked)
  assert.deepEqual(gateway.ids(), [asked])
})

story('the result of a look-up comes as the line of the SMSC API', async (t) => {
  const { login } = await scene.shop(t, '', { 'fl[2]': 1 })
  const gateway = await smppGateway(t, scene.centre, login)
  const id = await gateway.submitted({ destination_addr: PHONE, short_message: '__HLR__', registered_delivery: 1 })
  await gateway.received(1)
  const line =
    /^id:(\d+) stat:(\w+) err:(\d+) imsi:(\d*) msc:(\d*) mcc:(\d*) mnc:(\d*) cn:([^ ]*) net:([^ ]*) rcn:([^ ]*) rnet:([^ ]*)/
  const [, found, stat, err, imsi] = line.exec(gateway.texts()[0] ?? '') ?? []
  assert.deepEqual([found, stat, err], [id, 'DELIVRD', '000'])
  assert.match(imsi ?? '', /^\d{15}$/)
})

story(
  'messages from handsets come over SMPP to an account that wants them, wait while nobody is bound, and are told too',
  async (t) => {
    const { handler, login } = await scene.shop(t, '', { 'fl[2]': 1, 'fl[1]': 1 })
    const number = '79001112233'
    await scene.cli('number', 'add', number, '--account', login)
    const say = (text: string) => scene.centre.admin('POST', '/sandbox/mo', { from: PHONE, to: number, text })
    await say('Hello')
    await eventually(async () => assert.equal(await owed(login), 1))
    const gateway = await smppGateway(t, scene.centre, login)
    await gateway.received(1)
    await say('Да')
    await gateway.received(2)
    const [first, second] = gateway.got
    assert.deepEqual(gateway.texts(), ['Hello', 'Да'])
    assert.deepEqual([first?.esm_class, first?.data_coding, second?.data_coding], [0, 0, 8])
    assert.deepEqual([first?.source_addr, first?.destination_addr], [PHONE, number])
    await scene.told(handler, 2)
    await eventually(async () => assert.equal(await owed(login), 0))
  },
)

story('what waits for an account because nobody takes it is shown to the operator', async (t) => {
  const { login } = await scene.shop(t, '', { 'fl[2]': 1 })
  const gateway = await smppGateway(t, scene.centre, login, { bind: 'bind_transmitter' })
  await gateway.submitted({ destination_addr: PHONE, short_message: 'a', registered_delivery: 1 })
  await eventually(async () => assert.equal(await owed(login), 1))
  const { output } = await scene.cli('smpp', 'sessions')
  assert.match(output, new RegExp(`${login}\\b[^\n]*\\b1\\b`))
})
