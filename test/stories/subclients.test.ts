import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, NO_LIMITS, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { smppClient } from '../support/smpp-client.ts'
import { story } from '../support/story.ts'

// A reseller opens sub-clients, gives them money, and sees what they spend. The program, its store and its simulated carrier.
let centre: Centre
let reseller: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  reseller = await centre.account('reseller', 1000)
})
after(() => centre?.stop())

const PASSWORD = 'mypassword'
const PHONE = '79161234567'

const users = async (params: Params, who = reseller): Promise<Answer & { result?: string }> =>
  JSON.parse(await who.ask('users', { fmt: 3, ...params })) as Answer & { result?: string }
/** A new sub-client, which may ask as often as it likes. */
async function opened(user: string, params: Params = {}): Promise<Customer> {
  const { id } = await users({ add: 1, user, password: PASSWORD, ...params })
  assert.ok(Number(id) > 0, user)
  await centre.admin('PATCH', `/accounts/${user}/limits`, NO_LIMITS)
  return centre.customer(user, PASSWORD)
}
const done = async (params: Params): Promise<void> =>
  assert.deepEqual(await users(params), { result: 'OK' }, JSON.stringify(params))
const rows = async (params: Params): Promise<string[]> => {
  const found = JSON.parse(await reseller.ask('users', { fmt: 3, ...params })) as Record<string, string>[]
  return found.map(({ login, sms, credit, debit }) => `${login} ${sms} +${credit} -${debit}`)
}

story('a shop gets money, spends it, and its reseller sees it', async () => {
  const shop = await opened('shop')
  assert.equal((await shop.send({ phones: PHONE, mes: 'Hello' })).error_code, 3, 'there is no money yet')
  await done({ pay: 1, user: 'shop', sum: '12.50' })
  assert.deepEqual([await shop.balance(), await reseller.balance()], ['12.50', '987.50'])
  const sent = await shop.sent({ phones: `${PHONE},79161234568`, mes: 'Hello' })
  await shop.sees(1, PHONE, sent)
  await done({ pay: 1, user: 'shop', sum: '-10.5', fmt: 3 })
  assert.equal((await users({ pay: 1, user: 'shop', sum: '-0.01' })).error_code, 10)
  assert.deepEqual([await shop.balance(), await reseller.balance()], ['0.00', '998.00'])
  assert.deepEqual(await rows({ get_stat: 1, reseller: 1 }), ['shop 2 +12.50 -2.00'])
  assert.deepEqual(await rows({ get_stat_all: 1, reseller: 1 }), ['shop 2 +12.50 -2.00'])
  assert.equal((await users({ get_stat: 1 })).error_code, 3, 'nobody spends the reseller’s balance')
})

story('who spends the main account’s balance needs no money, and leaves what he had', async () => {
  const branch = await opened('branch', { type: 0 })
  await done({ pay: 1, user: 'branch', sum: 7 })
  const before = Number(await reseller.balance())
  await done({ chg: 1, user: 'branch', type: 2, new_login: 'branch2', fmts: '7,-77' })
  assert.equal(Number(await reseller.balance()), before + 7)
  const renamed = centre.customer('branch2', PASSWORD)
  await renamed.sent({ phones: PHONE, mes: 'On the house' })
  assert.equal(Number(await reseller.balance()), before + 6)
  assert.equal(await renamed.balance(), await reseller.balance())
  assert.equal((await users({ pay: 1, user: 'branch2', sum: 1 })).error_code, 7)
  assert.equal((await users({ pay: 1, user: 'branch', sum: 1 })).error_code, 6)
  assert.deepEqual(await rows({ get_stat: 1 }), ['branch2 1 +7.00 -1.00'])
  await done({ chg: 1, user: 'branch2', type: 1 })
  assert.equal(await renamed.balance(), '0.00')
  assert.equal((await branch.send({ phones: PHONE, mes: 'x' })).error_code, 2, 'the old login is nobody’s')
})

story('an additional login is the account itself, over HTTP and SMPP, until it is blocked', async () => {
  await centre.admin('PATCH', '/accounts/reseller/settings', { 'fl[2]': 1 })
  const secretary = await opened('secretary', { type: 4, sender: 'Office' })
  assert.equal(await secretary.balance(), await reseller.balance())
  const sent = await secretary.sent({ phones: PHONE, mes: 'From the office' })
  const seen = await reseller.sees(1, PHONE, sent)
  assert.equal(seen.status, 1, 'the account sees what its other login sent')
  const told = await secretary.status(PHONE, sent, { all: 1 })
  assert.deepEqual([told.sender_id ?? told.sender, told.error_code], ['Office', undefined], JSON.stringify(told))
  const bound = await smppClient({ port: centre.smppPort, systemId: 'secretary', password: PASSWORD, bind: 'bind_transmitter' })
  assert.equal(bound.status, 0)
  await bound.unbind()
  await reseller.ask('phones', { add: 1, name: 'Ivan', phone: '79160000001' })
  assert.match(await secretary.ask('phones', { get: 1 }), /79160000001/)
  const stat = JSON.parse(await reseller.ask('get', { get_stat: 1, fmt: 3 })) as Record<string, string>[]
  assert.deepEqual(
    stat.map(({ login, sms }) => [login, sms]),
    [
      ['reseller', '0'],
      ['secretary', '1'],
    ],
  )
  await done({ chg: 1, user: 'secretary', 'fl2[27]': 1 })
  const mailing = JSON.parse(await secretary.ask('jobs', { add: 1, name: 'News', phones: PHONE, mes: 'News', fmt: 3 })) as Answer
  const [row] = await eventually(async () => {
    const found = await centre.query<{ err: number; price: string; login_id: number }>(
      `select m.err, m.price::text, m.login_id from mailing_slices s
       join messages m on m.account_id = s.account_id and m.id between s.low and s.high where s.mailing_id = $1`,
      [Number(mailing.id)],
    )
    assert.equal(found.length, 1)
    return found
  })
  assert.deepEqual(
    [row?.err, row?.price, Number(row?.login_id) > 0],
    [200, '0', true],
    'its mailings are under its settings, too',
  )
  await done({ chg: 1, user: 'secretary', 'fl2[10]': 1 })
  assert.equal((await secretary.send({ phones: PHONE, mes: 'Blocked' })).error_code, 2)
  assert.match(await reseller.balance(), /^\d+\.\d\d$/, 'the account is not')
})

story('the electronic purse pays what the main one does not cover, and says so', async () => {
  const kiosk = await opened('kiosk')
  assert.deepEqual([(await users({ pay: 1, user: 'kiosk', sum: 5, balance2: 1 })).error_code], [10])
  await centre.admin('POST', '/accounts/reseller/topup', { amount: '2000', purse: 2 })
  await done({ pay: 1, user: 'kiosk', sum: 3, balance2: 1 })
  assert.equal((await users({ pay: 1, user: 'kiosk', sum: 1500 })).error_code, 7, 'it is in the other purse')
  await done({ pay: 1, user: 'kiosk', sum: 1 })
  const phones = `${PHONE},79161234568`
  const [first, second] = [await kiosk.sent({ phones, mes: 'By both' }), await kiosk.sent({ phones: PHONE, mes: 'By one' })]
  assert.deepEqual([(await kiosk.sees(1, PHONE, first)).flag, (await kiosk.sees(1, PHONE, second)).flag], [0x20, 0])
  assert.equal((await kiosk.send({ phones, mes: 'Neither' })).error_code, 3)
  assert.deepEqual(await rows({ get_stat: 1, user: 'kiosk', balance2: 1 }), ['kiosk 2 +3.00 -2.00'])
  assert.deepEqual(await rows({ get_stat: 1, user: 'kiosk' }), ['kiosk 1 +1.00 -1.00'])
})

story('contacts of the main account are a sub-client’s where fl[26] says so', async () => {
  const helper = await opened('helper', { type: 2, 'fl[26]': 1 })
  const { id } = JSON.parse(await reseller.ask('phones', { add_group: 1, name: 'few', num: 5, fmt: 3 })) as { id: number }
  await reseller.ask('phones', { add: 1, name: 'Two', phone: '79160000011,79160000012', grp: id })
  assert.match(await helper.ask('phones', { get_group: 1 }), /name = Few/)
  assert.equal((await helper.send({ phones: 'G5', mes: 'To the few' })).cnt, 2)
  await done({ chg: 1, user: 'helper', 'fl[26]': 0 })
  assert.equal((await helper.send({ phones: 'G5', mes: 'To the few' })).error_code, 7)
  assert.match(await helper.ask('phones', { get_group: 1 }), /^ERROR = 3/)
})

story('three are added a minute, and three changes made of each; what is paid is paid as often as it is asked for', async () => {
  const careless = await centre.account('careless', 100)
  await centre.admin('PATCH', '/accounts/careless/limits', { subclients: null, identical_other: null })
  const add = async (user: string) => (await users({ add: 1, user, password: PASSWORD }, careless)).error_code
  const codes: unknown[] = []
  for (const user of ['one', 'two', 'three', 'four']) codes.push(await add(user))
  assert.deepEqual(codes, [undefined, undefined, undefined, 9])
  const change = async (user: string, nb: number) => (await users({ chg: 1, user, nb }, careless)).error_code
  assert.deepEqual(
    [await change('one', 1), await change('one', 2), await change('one', 3), await change('one', 4), await change('two', 1)],
    [undefined, undefined, undefined, 9, undefined],
  )
  const paid: unknown[] = []
  for (let nth = 0; nth < 4; nth++) paid.push((await users({ pay: 1, user: 'one', sum: 10 }, careless)).error_code)
  assert.deepEqual(paid, [undefined, undefined, undefined, undefined])
  assert.equal(await centre.customer('one', PASSWORD).balance(), '40.00')
})

story('all of this is in the books', async () => {
  const { code, output } = await centre.cli('audit')
  assert.equal(code, 0, output)
})
