import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { monthOf } from '../../src/domain/message-id.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { pdfText } from '../support/pdf-text.ts'
import { story } from '../support/story.ts'

// A reseller invoices a sub-client and prints the act of its month; something breaks at night, and people are told.
let centre: Centre
let reseller: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  reseller = await centre.account('reseller', 1_000)
  await centre.admin('POST', '/accounts', {
    login: 'branch',
    password: 'branch-secret',
    parent: 'reseller',
    type: 0,
    balance: '500',
  })
})
after(() => centre?.stop())

const asked = async (script: string, params: Params): Promise<Answer & Record<string, unknown>> =>
  JSON.parse(await reseller.ask(script, { fmt: 3, charset: 'utf-8', ...params })) as Answer & Record<string, unknown>

async function pdf(params: Record<string, string>): Promise<{ name: string; text: string }> {
  const query = new URLSearchParams({ login: 'reseller', psw: 'reseller-secret', ...params })
  const answer = await centre.get(`/sys/documents.php?${query}`)
  assert.equal(answer.headers.get('content-type'), 'application/pdf')
  const text = pdfText(Buffer.from(await answer.arrayBuffer())).replaceAll(/[\n\u00a0]/g, ' ')
  return { name: answer.headers.get('content-disposition') ?? '', text }
}

story('an invoice is written for a sub-client, printed in two languages, and moves no money', async () => {
  await centre.admin('PATCH', '/accounts/branch/settings', { fio: 'ООО «Филиал»', props: 'ИНН 7711', cntr: '5' })
  const { id } = await asked('documents', { add_account: 1, user: 'branch', sum: '1500.50', service: 'Рассылки' })
  const russian = await pdf({ get_account: '1', user: 'branch', id: String(id) })
  assert.equal(russian.name, `attachment; filename="account_${id}.pdf"`)
  assert.match(russian.text, /ООО «Пример».*Счёт на оплату № \d+ от.*ООО «Филиал», ИНН 7711.*Рассылки.*1 500,50/)
  const english = await pdf({ get_account: '1', user: 'branch', id: String(id), lang: 'en' })
  assert.match(english.text, /Example LLC.*Invoice No\. \d+ of.*Total: 1,500\.50 RUB/)
  assert.equal((await asked('documents', { get_account: 1, user: 'branch', id: Number(id) })).sum, '1500.50')
  assert.equal(await centre.customer('branch', 'branch-secret').balance(), '500.00')
})

story('an open month has no act; a closed one has, whose sum is what the ledger says', async () => {
  assert.equal((await asked('documents', { get_act: 1, user: 'branch', num: 1 })).error_code, 3)
  const { from, to } = monthOf(Date.UTC(2026, 9, 1))
  await centre.query(
    `insert into closings (account_id, purse, from_id, until_id, charges_posted, refunds_posted, charged, refunded, messages)
     select id, 1, $1, $2, 12500000, 500000, 12500000, 500000, 12 from accounts where login = 'branch'`,
    [from, to],
  )
  const act = await asked('documents', { get_act: 1, user: 'branch', num: 1 })
  assert.deepEqual([act.id, act.num, act.sum, act.sms, act.vat], [202610, 1, '12.00', '12', '2.00'])
  assert.match(
    (await pdf({ get_act: '1', user: 'branch', id: '202610' })).text,
    /Акт № 1 от 31\.10\.2026.*за октябрь 2026 г\..*12,00/,
  )
  await centre.admin('PATCH', '/seller', { name: 'ООО «Другое»' })
  assert.match((await pdf({ get_act: '1', user: 'branch', id: '202610' })).text, /ООО «Пример»/)
})

story('somebody else’s sub-client is nobody', async () => {
  await centre.account('stranger', 0)
  for (const user of ['stranger', 'nobody'])
    assert.equal((await asked('documents', { add_account: 1, user, sum: 1 })).error_code, 6)
})

story('a failure reaches its group once, its end too, and both are paid', async () => {
  const made = await centre.cli(
    ...[
      'notify-group',
      'add',
      'reseller',
      '--name',
      'Web',
      '--failure',
      '{NAME} ({HOST}) is down: {INFO}',
      '--recovery',
      '{NAME} works',
    ],
    ...['--to', '+7 916 123-45-67', '--to', '79161234568', '--json'],
  )
  const { id } = JSON.parse(made.output) as { id: number }
  const before = Number(await reseller.balance())
  const event = { id, name: 'Site', host: '10.0.0.1', info: 'no answer' }
  for (const ok of [0, 0, 1, 1]) assert.deepEqual(await asked('ping', { ...event, ok }), { result: 'OK' })
  const rows = await centre.query<{ ref: string; recipient: string; body: string }>(
    `select m.ref, m.recipient, m.body from messages m join accounts a on a.id = m.account_id
     where a.login = 'reseller' order by m.id`,
  )
  assert.deepEqual(
    rows.map(({ recipient, body }) => `${recipient} ${body}`),
    [
      '79161234567 Site (10.0.0.1) is down: no answer',
      '79161234568 Site (10.0.0.1) is down: no answer',
      '79161234567 Site works',
      '79161234568 Site works',
    ],
  )
  assert.equal(Number(await reseller.balance()), before - 4)
  await reseller.sees(1, '79161234568', Number(rows[3]?.ref))
})

story('without money nobody is told, and the program hears of it', async () => {
  const poor = await centre.account('poor', 0)
  const group = { name: 'Web', failure: 'Down', recovery: 'Up', contacts: ['79161234567'] }
  const { id } = (await centre.admin('POST', '/accounts/poor/notify-groups', group)) as { id: number }
  assert.equal(await poor.ask('ping', { id }), 'ERROR = 5 (no money)')
  await centre.admin('POST', '/accounts/poor/topup', { amount: '10' })
  assert.equal(await poor.ask('ping', { id }), 'OK')
  assert.equal(await poor.balance(), '9.00')
})
