import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// What a customer asks about what was: history, incoming messages, statistics. The program, its store and its simulated carrier.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 1000)
})
after(() => centre?.stop())

const REFUSING = '79070000033' // the carrier refuses it at once
const REPLYING = '79070000001'
const OWN = '79990000001'

type Row = Readonly<Record<string, string | number>>
const list = async (question: string, params: Row = {}, who = shop): Promise<Row[]> => {
  const answer = JSON.parse(await who.ask('get', { [question]: 1, fmt: 3, ...params })) as Row[] & { error_code?: number }
  return answer.error_code === 3 ? [] : answer
}

story('pages of the history have every message once, though others are sent meanwhile', async () => {
  const phones = Array.from({ length: 25 }, (_, at) => 79161230000 + at)
  await shop.sent({ phones: phones.join(','), mes: 'To all', id: 7 })
  const seen: string[] = []
  for (let beforeId: string | number = 0; ; ) {
    const page = await list('get_messages', { cnt: 10, prev_id: beforeId })
    if (page.length === 0) break
    seen.push(...page.map(({ phone }) => String(phone)))
    beforeId = page.at(-1)?.int_id ?? 0
    await shop.sent({ phones: '79169999999', mes: `Meanwhile ${seen.length}` })
  }
  assert.deepEqual(seen, phones.map(String).reverse())
  const found = await list('get_messages', { phone: '8 (916) 123-00-03, 79161230004', cnt: 1000 })
  assert.deepEqual(
    found.map(({ phone, id, message }) => [phone, id, message]),
    [
      ['79161230004', 7, 'To all'],
      ['79161230003', 7, 'To all'],
    ],
  )
})

story('what the customer takes out of the history is not in it; in the statistics it is', async () => {
  const id = await shop.sent({ phones: '79161110000', mes: 'Forget me' })
  await shop.sees(1, '79161110000', id)
  const [before] = await list('get_stat')
  assert.equal((await list('get_messages', { phone: '79161110000' })).length, 1)
  await shop.ask('status', { phone: '79161110000', id, del: 1 })
  assert.deepEqual(await list('get_messages', { phone: '79161110000' }), [])
  assert.deepEqual(await list('get_stat'), [before])
})

story('statistics are messages and money: what came back is not spent, what was refused is not counted', async () => {
  const other = await centre.account('other', 100)
  await other.sent({ phones: '79161234567', mes: 'One' })
  await other.sent({ phones: '79161234567', mes: 'Two parts. '.repeat(20) })
  const id = await other.sent({ phones: REFUSING, mes: 'Refused' })
  await eventually(async () => assert.notEqual((await other.status(REFUSING, id)).status, -1))
  assert.equal((await other.send({ phones: '123', mes: 'Nowhere' })).error_code, 7)
  await centre.cli('account', 'topup', 'other', '50')
  const rows = await eventually(async () => {
    const found = await list('get_stat', {}, other)
    assert.equal(found[0]?.debit, (100 + 50 - Number(await other.balance())).toFixed(2), 'credit less debit is the balance')
    return found
  })
  assert.deepEqual(rows, [{ login: 'other', sms: '3', credit: '150.00', debit: '3.00', currency: 'RUR' }])
  const nothing = [{ login: 'other', sms: '0', credit: '0.00', debit: '0.00', currency: 'RUR' }]
  assert.deepEqual(await list('get_stat', { balance2: 1 }, other), nothing)
  assert.deepEqual(await list('get_stat', { start: '01.01.2014', end: '01.02.2014' }, other), nothing)
})

story('a sub-client that spends another’s balance has statistics of its own', async () => {
  await centre.cli('account', 'add', '--login', 'branch', '--password', 'branch-secret', '--parent', 'shop', '--type', '2')
  const branch = centre.customer('branch', 'branch-secret')
  await branch.sent({ phones: '79161234567', mes: 'From the branch' })
  assert.deepEqual(await list('get_stat', {}, branch), [
    { login: 'branch', sms: '1', credit: '0.00', debit: '1.00', currency: 'RUR' },
  ])
  assert.equal((await list('get_messages', {}, branch)).length, 1)
  assert.deepEqual(await list('get_messages', { phone: '79161234567' }), [], 'and a history of its own')
})

story('a reply to a number of the account is listed, and one who asks after the last he has seen misses none', async () => {
  await centre.cli('number', 'add', OWN, '--account', 'shop')
  assert.deepEqual(await list('get_answers'), [])
  for (const mes of ['First question', 'Second question']) {
    const known = (await list('get_answers')).length
    await shop.sent({ phones: REPLYING, mes, sender: OWN })
    await eventually(async () => assert.equal((await list('get_answers')).length, known + 1))
  }
  const [newest, oldest] = await list('get_answers', { hour: 1 })
  assert.ok(Number(newest?.id) > Number(oldest?.id))
  assert.deepEqual([newest?.phone, newest?.to_phone, newest?.message], [REPLYING, OWN, 'Yes'])
  assert.deepEqual(await list('get_answers', { after_id: oldest?.id ?? 0 }), [newest])
  assert.deepEqual(await list('get_answers', { after_id: newest?.id ?? 0 }), [])
  assert.deepEqual(await list('get_answers', { to_phone: '79990000002' }), [])
})

story('prices are the tariff’s, by zones, and the account’s own, as they are now', async () => {
  for (const row of [
    ['--default', '--price', '3.50'],
    ['--mccmnc', '25001', '--price', '2.95', '--mass', '3.10'],
    ['--country', 'Kazakhstan', '--price', '12', '--zone', '2'],
    ['--channel', 'mail', '--default', '--price', '0.05'],
    ['--country', 'Kazakhstan', '--price', '99', '--zone', '2', '--from', '2035-01-01'],
  ])
    assert.equal((await centre.cli('tariff', 'set', '--tariff', 'retail', ...row)).code, 0)
  await centre.cli('zone', 'set', '2', '--name', 'СНГ', '--name-en', 'CIS')
  await centre.cli('account', 'set', 'shop', 'tariff=retail')
  await centre.cli('tariff', 'exception', 'set', 'shop', '--mccmnc', '25002', '--price', '2.10')
  const price = JSON.parse(await shop.ask('get', { get_price: 1, fmt: 3 })) as { zones: Row[]; codes: Row[]; mail: string }
  assert.deepEqual(
    price.zones.map(({ zone, name, api, mass }) => [zone, name, api, mass]),
    [
      ['0', 'Остальные направления', '3.50', '3.50'],
      ['2', 'СНГ', '12.00', '12.00'],
      ['250', 'Россия (25001)', '2.95', '3.10'],
    ],
  )
  assert.deepEqual([price.codes, price.mail], [[{ mccmnc: '25002', cost: '2.10' }], '0.05'])
})

story('hours are counted while the centre runs, and the statistics stay what they were', async () => {
  const told = await list('get_stat')
  await eventually(async () => {
    const [row] = await centre.query<{ until: string }>(
      `select value #>> '{}' as until from settings where name = 'hours_counted_until'`,
    )
    assert.notEqual(Number(row?.until), 0, 'nothing is counted yet')
  })
  assert.deepEqual(await list('get_stat'), told)
  assert.deepEqual(await list('get_stat', { start: '01.01.2026', end: '31.12.2099' }), told)
})
