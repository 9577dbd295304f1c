import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { story } from '../support/story.ts'

// A bank agrees its texts with the operators: nothing else may go out under its name. A shop signs what it writes.
let centre: Centre
let bank: Customer
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  bank = await centre.account('bank', 10_000)
  shop = await centre.account('shop', 10_000)
})
after(() => centre?.stop())

const asked = async (who: Customer, script: string, params: Params): Promise<Answer> =>
  JSON.parse(await who.ask(script, { fmt: 3, ...params })) as Answer
const settings = (login: string, set: object) => centre.admin('PATCH', `/accounts/${login}/settings`, set)
const MTS = '79161234567'
const MEGAFON = '79261234567'

const flagOf = async (who: Customer, phone: string, id: number | string): Promise<unknown> =>
  ((await asked(who, 'status', { phone, id, all: 1 })) as unknown as { flag: number }).flag
const storedText = async (id: number | string | undefined): Promise<unknown> =>
  (
    await centre.query<{ body: string; parts: number }>(
      'select body, parts from messages where ref = $1 order by id desc limit 1',
      [id],
    )
  )[0]

let code: Answer
story('a text of a template has its class in flag, by what the operator of the recipient takes it for', async () => {
  code = await asked(bank, 'op_templates', { add: 1, msg: 'Your code: %d{1,6}', mts_trn: 1, mega_srv: 1 })
  for (const [phone, flag] of [
    [MTS, 0x300],
    [MEGAFON, 0x100],
  ] as const) {
    const id = await bank.sent({ phones: phone, mes: 'Your  code: 123456' })
    assert.equal(await flagOf(bank, phone, id), flag)
  }
  assert.equal(await flagOf(bank, MTS, await bank.sent({ phones: MTS, mes: 'Your code is 1' })), 0, 'nothing is asked of others')
  assert.equal(await flagOf(shop, MTS, await shop.sent({ phones: MTS, mes: 'Your code: 123456' })), 0, 'not of the bank')
})

story('a sender may be held to templates, or the whole account; what matches none is 23, 238 and costs nothing', async () => {
  await settings('bank', { templates_only: 'BANK, Other' })
  const before = await bank.balance()
  for (const sent of [
    await bank.send({ phones: MTS, mes: 'Win a car', sender: 'BANK' }),
    await bank.send({ phones: MTS, mes: 'your code: 1', sender: 'BANK' }),
    await bank.send({ phones: MTS, mes: 'Your code: 1234567', sender: 'Other' }),
    await bank.send({ phones: MTS, mes: '00596F757220636F64653A2031', sender: 'BANK', bin: 2 }),
  ]) {
    assert.deepEqual([sent.error_code, sent.error], [6, 'message is denied'])
    const { status, err } = await bank.status(MTS, sent.id ?? 0)
    assert.deepEqual([status, err], [23, 238])
  }
  assert.equal(await bank.balance(), before)
  for (const params of [
    { mes: 'Your code: 1', sender: 'BANK' },
    { mes: 'Win a car', sender: 'FREE' },
    { hlr: 1, sender: 'BANK' },
  ])
    assert.equal((await bank.send({ phones: MTS, ...params })).cnt, 1)

  await settings('bank', { templates_only: '*' })
  assert.equal((await bank.send({ phones: MTS, mes: 'Win a boat', sender: 'FREE' })).error_code, 6)
  assert.equal((await bank.send({ phones: MTS, mes: 'Win a boat', sender: 'FREE', cost: 1 })).error_code, 6, 'nor has it a price')
  const mixed = await bank.send({ list: `${MTS}:Your code: 77\n${MEGAFON}:Win a bicycle`, op: 1 })
  assert.equal(mixed.cnt, 1)
  const refused = mixed.phones?.find(({ phone }) => phone === MEGAFON)
  assert.deepEqual([refused?.status, refused?.error], ['23', '238'])
})

story('what is added, deleted and switched off is in force with the answer, and after a restart', async () => {
  const { id } = await asked(bank, 'op_templates', { add: 1, msg: 'Dear %w{1,2}, welcome', sender: 'BANK' })
  assert.equal((await bank.send({ phones: MTS, mes: 'Dear Ivan Petrov, welcome', sender: 'BANK' })).cnt, 1)
  assert.equal((await bank.send({ phones: MTS, mes: 'Dear Anna, welcome', sender: 'FREE' })).error_code, 6, "another's template")
  await centre.terminate()
  await centre.start()
  assert.equal((await bank.send({ phones: MTS, mes: 'Dear Ivan, welcome', sender: 'BANK' })).cnt, 1)
  assert.deepEqual(await asked(bank, 'op_templates', { del: 1, id: String(id) }), { result: 'OK' })
  assert.equal((await bank.send({ phones: MTS, mes: 'Dear Maria, welcome', sender: 'BANK' })).error_code, 6)
  await asked(bank, 'op_templates', { del: 1, id: String(code.id) })
  assert.equal((await bank.send({ phones: MTS, mes: 'Your code: 5' })).error_code, 6, 'without templates nothing goes')
  await settings('bank', { templates_only: '' })
  assert.equal((await bank.send({ phones: MTS, mes: 'Your code: 6' })).cnt, 1)
  const [account] = await centre.query<{ settings: object }>(`select settings from accounts where login = 'bank'`, [])
  assert.equal('text_rules' in (account?.settings ?? {}), false, 'and the path asks for nothing any more')
})

story('the auto-signature is counted and paid with the text, and stands under no binary and no look-up', async () => {
  const signature = 'Your shop. '.repeat(5).trim()
  const { id } = await asked(shop, 'templates', { add: 1, name: 'Signature', msg: signature, 'fl[1]': 1 })
  const text = 'x'.repeat(120)
  assert.equal((await shop.send({ phones: MTS, mes: text, cost: 1 })).cnt, 2)
  assert.deepEqual(await storedText(await shop.sent({ phones: MTS, mes: text })), { body: `${text}\n${signature}`, parts: 2 })
  const hlr = await shop.send({ phones: MTS, hlr: 1 })
  assert.deepEqual(await storedText(hlr.id), { body: null, parts: 1 })
  const bin = await shop.sent({ phones: MTS, mes: '0048656C6C6F', bin: 2 })
  assert.equal(((await storedText(bin)) as { parts: number }).parts, 1)

  const { id: own } = await asked(shop, 'templates', {
    add: 1,
    name: 'Of one',
    msg: ' -- SALE',
    sender: 'SALE',
    format: 'sms',
    'fl[1]': 1,
  })
  assert.deepEqual(await storedText(await shop.sent({ phones: MTS, mes: 'Now', sender: 'SALE' })), {
    body: 'Now -- SALE',
    parts: 1,
  })
  await asked(shop, 'templates', { chg: 1, id: String(own), 'fl[1]': 0 })
  await asked(shop, 'templates', { del: 1, id: String(id) })
  assert.deepEqual(await storedText(await shop.sent({ phones: MTS, mes: 'Later', sender: 'SALE' })), { body: 'Later', parts: 1 })
})

story('each account has its own templates', async () => {
  const { id } = await asked(shop, 'templates', { add: 1, name: 'Mine', msg: 'Mine' })
  assert.equal((await asked(bank, 'templates', { chg: 1, id: String(id), name: 'Theirs' })).error_code, 3)
  assert.equal((await asked(bank, 'templates', { del: 1, id: String(id) })).error_code, 3)
  assert.deepEqual(await asked(bank, 'templates', { get: 1 }), [])
})
