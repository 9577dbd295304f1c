import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import { heliogram } from '../support/command-line.ts'
import type { Answer, Customer } from '../support/customer.ts'
import { smppClient } from '../support/smpp-client.ts'
import { story } from '../support/story.ts'

// A reseller says what a client of his may do: where to, how much a day, at which hours. Every interface keeps to it.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 1_000)
  await settings({ 'fl[2]': 1, 'fl[30]': 1 })
})
after(() => centre?.stop())

const settings = (set: object) => centre.admin('PATCH', '/accounts/shop/settings', set)
const ANNA = '79161234567'
const KAZAKHSTAN = '77011234567'

/** `error_code status/err`, as send.php and status.php tell it. */
async function refusal(sent: Answer, phone: string): Promise<string> {
  const { status, err } = await shop.status(phone, sent.id ?? 0)
  return `${sent.error_code} ${status}/${err}`
}

/** Two hours from now, for an hour, in Greenwich: never now, however long a test takes. */
function laterToday(): { readonly window: string; readonly opens: RegExp } {
  const hour = (new Date().getUTCHours() + 2) % 24
  return { window: `${hour}-${(hour + 1) % 24}`, opens: new RegExp(`${String(hour).padStart(2, '0')}:00`) }
}

story('numbers outside the allowed codes are refused over HTTP and SMPP', async () => {
  await settings({ fmts: '7,-77' })
  await shop.sent({ phones: ANNA, mes: 'Hello' })
  assert.equal(await refusal(await shop.send({ phones: KAZAKHSTAN, mes: 'Hello' }), KAZAKHSTAN), '6 23/250')
  const client = await smppClient({ port: centre.smppPort, systemId: 'shop', password: 'shop-secret' })
  const submit = (to: string) =>
    client.ask({ command: 'submit_sm', destination_addr: to, short_message: Buffer.from('Hello') }).then(({ status }) => status)
  assert.deepEqual([await submit(ANNA), await submit(KAZAKHSTAN)], [0, 0x45])
  await client.unbind()
  await settings({ fmts: null })
})

story('a limit of the day holds after a restart', async () => {
  await settings({ plim: 1, tz: 24 - new Date().getUTCHours() }) // about noon: no midnight passes meanwhile
  await shop.sent({ phones: '79161230001', mes: 'Hello' })
  await centre.terminate()
  await centre.start()
  const again = await shop.send({ phones: '79161230001', mes: 'Once more' })
  assert.equal(await refusal(again, '79161230001'), '6 23/251')
  await settings({ plim: null, tz: 15 })
})

story('what comes outside its hours says until when it is held, to its sender and to the operator', async () => {
  const { window, opens } = laterToday()
  await settings({ tmlim: window, tz: 12 })
  const id = await shop.sent({ phones: ANNA, mes: 'Good morning' })
  const held = await shop.status(ANNA, id, { all: 1 })
  assert.equal(held.status, -1)
  assert.match(String(held.status_name), /^Ожидает отправки \(отложено до \d\d\.\d\d\.\d{4} \d\d:00\)$/)
  assert.match(String(held.status_name), opens)
  const { output } = await heliogram(centre, 'message', 'trace', String(id), '--account', 'shop')
  assert.match(output, /held until its sending hours begin/)
  await settings({ 'fl2[15]': 1 })
  assert.equal(await refusal(await shop.send({ phones: ANNA, mes: 'Good morning again' }), ANNA), '6 23/246')
  await settings({ tmlim: null, 'fl2[15]': null, tz: 15 })
})

story('a value that cannot be right is refused when it is saved, and changes nothing', async () => {
  const { code, output } = await heliogram(centre, 'account', 'set', 'shop', 'tmlim=9-25', 'dlim=5')
  assert.equal(code, 1)
  assert.match(output, /tmlim must be two whole hours from 0 to 24/)
  const { settings: kept } = (await centre.admin('GET', '/accounts/shop')) as { settings: object }
  assert.equal('dlim' in kept, false)
})

story('the operator reads the last requests of an account that wants them kept', async () => {
  await shop.send({ phones: 'nobody', mes: 'A secret' })
  const { output } = await heliogram(centre, 'account', 'requests', 'shop')
  assert.match(output, /\/sys\/send\.php from 127\.0\.0\.1: error 7 in \d+ ms\n {2}login=shop\n {2}psw=\*\*\*/)
  assert.match(output, /phones=nobody\n {2}mes=\*\*\* \(8 characters\)/)
  assert.doesNotMatch(output, /secret/)
  const { output: none } = await heliogram(centre, 'account', 'requests', 'demo')
  assert.match(none, /No requests of demo are kept: heliogram account set demo 'fl\[30\]=1' begins\./)
})
