import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
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

story('what is over a limit of the day is refused, and told so in the refused number’s status', async () => {
  await settings({ plim: 1, tz: 24 - new Date().getUTCHours() }) // about noon: no midnight passes meanwhile
  await shop.sent({ phones: '79161230001', mes: 'Hello' })
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
  const { output } = await centre.cli('message', 'trace', String(id), '--account', 'shop')
  assert.match(output, /held until its sending hours begin/)
  await settings({ 'fl2[15]': 1 })
  assert.equal(await refusal(await shop.send({ phones: ANNA, mes: 'Good morning again' }), ANNA), '6 23/246')
  await settings({ tmlim: null, 'fl2[15]': null, tz: 15 })
})

story('a mailing goes to each number at its hours, on its own clock', async () => {
  const hour = (new Date().getUTCHours() + 3) % 24 // in Moscow; it may be one more before the mailing goes
  await settings({ tmlim: `${hour}-${(hour + 4) % 24}`, 'fl2[16]': 1 })
  const VLADIVOSTOK = '79147010000' // seven hours ahead
  const made = JSON.parse(
    await shop.ask('jobs', { fmt: 3, add: 1, name: 'News', phones: `${ANNA},${VLADIVOSTOK}`, mes: 'News' }),
  ) as Answer
  assert.equal(made.error_code, undefined)
  const states = () =>
    centre.query<{ recipient: string; state: number; due: string | null }>(
      `select m.recipient, m.state, d.due_at::text as due from messages m left join due_queue d on d.id = m.id and d.reason = 15
       where m.body = 'News' order by m.recipient`,
    )
  const [held, sent] = await eventually(async () => {
    const rows = await states()
    assert.deepEqual(
      rows.map(({ state }) => state),
      [-1, 1],
    )
    return rows
  })
  assert.deepEqual([held?.recipient, sent?.recipient], [VLADIVOSTOK, ANNA])
  assert.equal((new Date(Number(held?.due)).getUTCHours() + 10) % 24, hour)
  await settings({ tmlim: null, 'fl2[16]': null })
})

story('a value that cannot be right is refused when it is saved, and changes nothing', async () => {
  const { code, output } = await centre.cli('account', 'set', 'shop', 'tmlim=9-25', 'dlim=5')
  assert.equal(code, 1)
  assert.match(output, /tmlim must be two whole hours from 0 to 24/)
  const { settings: kept } = (await centre.admin('GET', '/accounts/shop')) as { settings: object }
  assert.equal('dlim' in kept, false)
})

story('users.php answers error 1 to it, and what it takes acts on the sub-client', async () => {
  await centre.admin('PATCH', '/accounts/shop/limits', { subclients: 0 })
  const ask = async (params: Params) => JSON.parse(await shop.ask('users', { fmt: 3, user: 'branch', ...params })) as Answer
  const added = await ask({ add: 1, password: 'branch-secret', type: 2 })
  assert.equal(added.error_code, undefined)
  const wrong: Params[] = [
    { tmlim: '9-25' },
    { fmts: '7,x' },
    { dlim: 'many' },
    { vld: -1 },
    { email: 'nobody' },
    { nb: 'little' },
  ]
  for (const bad of wrong) assert.equal((await ask({ chg: 1, plim: 1, ...bad })).error_code, 1, JSON.stringify(bad))
  assert.equal((await ask({ chg: 1, fmts: '7,-77', 'fl[6]': 1 })).result, 'OK')
  const branch = centre.customer('branch', 'branch-secret')
  await branch.sent({ phones: ANNA, mes: 'Hello' })
  await branch.sent({ phones: ANNA, mes: 'Hello again' }) // what came with a bad value was not taken
  assert.equal((await branch.send({ phones: KAZAKHSTAN, mes: 'Hello' })).error_code, 6)
})

story('the operator reads the last requests of an account that wants them kept', async () => {
  await shop.send({ phones: 'nobody', mes: 'A secret' })
  const { output } = await centre.cli('account', 'requests', 'shop')
  assert.match(output, /\/sys\/send\.php from 127\.0\.0\.1: error 7 in \d+ ms\n {2}login=shop\n {2}psw=\*\*\*/)
  assert.match(output, /phones=nobody\n {2}mes=\*\*\* \(8 characters\)/)
  assert.doesNotMatch(output, /secret/)
  const { output: none } = await centre.cli('account', 'requests', 'demo')
  assert.match(none, /No requests of demo are kept: heliogram account set demo 'fl\[30\]=1' begins\./)
})
