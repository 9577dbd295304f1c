import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { story } from '../support/story.ts'

// A shop keeps its customers in groups, writes to them by the group's number, and respects those who want to hear no more.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 10_000)
})
after(() => centre?.stop())

const phones = async (params: Params): Promise<Answer> => JSON.parse(await shop.ask('phones', { fmt: 3, ...params })) as Answer
const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(79_160_000_000 + from + at))
const refusedOf = ({ phones: told = [] }: Answer) =>
  told.filter(({ status }) => status !== undefined).map(({ phone, status, error }) => `${phone} ${status} ${error}`)

story('a message to a group goes to all who are in it, each once, and costs what they cost', async () => {
  const { id } = await phones({ add_group: 1, name: 'regulars', num: 7 })
  await phones({ add: 1, name: 'Regular', phone: numbers(0, 30).join(), grp: String(id) })
  await phones({ add: 1, name: 'By mail', mail: 'ivan@example.com', grp: String(id) })
  const before = Number(await shop.balance())
  const price = await shop.send({ phones: 'G7', mes: 'Hello', cost: 1 })
  assert.deepEqual([price.cnt, price.cost], [30, '30'])
  const sent = await shop.send({ phones: `${numbers(5, 1)},G7;79161234567`, mes: 'Hello', cost: 3 })
  assert.deepEqual([sent.cnt, sent.cost, Number(sent.balance)], [31, '31', before - 31])
  for (const phone of [...numbers(0, 1), ...numbers(29, 1), '79161234567']) await shop.sees(1, phone, sent.id ?? 0)
})

story('a group may be named by its id, and in a list beside texts of its own', async () => {
  const { id } = await phones({ add_group: 1, name: 'few' })
  await phones({ add: 1, name: 'One', phone: numbers(100, 2).join(), grp: String(id) })
  const sent = await shop.sent({ list: `G${id}:To the few\n${numbers(100, 1)}:And this\n79161234568:To another` })
  await shop.sees(1, numbers(101, 1).join(), sent)
  const rows = await centre.query<{ count: number }>('select count(*)::int as count from messages where ref = $1', [sent])
  assert.equal(rows[0]?.count, 4)
})

story('a group that is not there, or has no numbers, is a recipient nothing can be sent to', async () => {
  const { id } = await phones({ add_group: 1, name: 'empty', num: 8 })
  const alone = await shop.send({ phones: 'G9', mes: 'Hello' })
  assert.deepEqual([alone.error_code, alone.error], [7, 'invalid number'])
  for (const group of ['G9', 'G8', `G${id}`]) {
    const mixed = await shop.send({ phones: `79161234567,${group}`, mes: 'Hello', op: 1 })
    assert.equal(mixed.cnt, 1)
    assert.deepEqual(refusedOf(mixed), [`${group} 22 249`])
  }
})

story('a message to a group is spread over its period as if its numbers had been written', async () => {
  const sent = await shop.sent({ phones: 'G7', mes: 'Slowly', period: 1, freq: 6 })
  // A request may be read over some milliseconds: portions are six minutes apart.
  const rows = await centre.query<{ count: number }>(
    `select count(*)::int as count from messages, (select min(due_at) as first from messages where ref = $1) m
     where ref = $1 group by round((due_at - first) / 360000.0) order by round((due_at - first) / 360000.0)`,
    [sent],
  )
  assert.deepEqual(
    rows.map(({ count }) => count),
    Array(10).fill(3),
  )
})

// type, a single message passes, a mailing passes
const types: [type: number, single: boolean, mailing: boolean][] = [
  [0, false, false],
  [1, true, false],
  [2, false, true],
]
for (const [type, single, mailing] of types) {
  story(
    `the blacklist, type ${type}: ${single ? 'single messages pass' : 'no single message'}, ${mailing ? 'mailings pass' : 'no mailing'}`,
    async () => {
      const [phone = ''] = numbers(10, 1)
      assert.ok(((await phones({ add_black: 1, phone: `+${phone}`, type })) as { id: number }).id > 0)

      const alone = await shop.send({ phones: phone, mes: 'Only you', op: 1 })
      if (single) assert.equal(alone.cnt, 1)
      else {
        assert.deepEqual([alone.error_code, alone.error], [6, 'message is denied'])
        const status = await shop.status(phone, alone.id ?? 0)
        assert.deepEqual([status.status, status.err], [23, 250])
      }
      for (const to of ['G7', [...numbers(1000, 20), phone].join()]) {
        const all = await shop.send({ phones: to, mes: 'All of you', op: 1, cost: 2 })
        assert.deepEqual(refusedOf(all), mailing ? [] : [`${phone} 23 250`])
        const price = await shop.send({ phones: to, mes: 'All of you', cost: 1 })
        assert.deepEqual([price.cnt, price.cost], [all.cnt, all.cost])
      }
      assert.deepEqual(await phones({ del_black: 1, phone }), { result: 'OK' })
      assert.equal((await shop.send({ phones: phone, mes: 'Friends again' })).cnt, 1)
      assert.equal((await phones({ del_black: 1, phone })).error_code, 3)
    },
  )
}

story('the blacklist is not forgotten, in test mode it is respected, and another account has its own', async () => {
  const [phone = ''] = numbers(11, 1)
  await phones({ add_black: 1, phone: `${phone},79161234999` })
  await phones({ add_black: 1, mail: 'ivan@example.com' })
  await centre.terminate()
  await centre.start()
  assert.equal((await shop.send({ phones: phone, mes: 'After a restart' })).error_code, 6)
  assert.equal((await shop.send({ phones: phone, hlr: 1 })).cnt, 1, 'a look-up reaches nobody')
  const other = await centre.account('other', 10)
  assert.equal((await other.send({ phones: phone, mes: 'From another' })).cnt, 1)
  await centre.admin('PATCH', '/accounts/shop/settings', { 'fl2[27]': 1 })
  assert.equal((await shop.send({ phones: phone, mes: 'Virtually' })).error_code, 6)
  assert.equal((await shop.send({ phones: '79161234567', mes: 'Virtually' })).cnt, 1)
  await centre.admin('PATCH', '/accounts/shop/settings', { 'fl2[27]': 0 })
})

story('three thousand in a group', async () => {
  await phones({ add_group: 1, name: 'many', num: 3000 })
  const groups = (await phones({ get_group: 1 })) as unknown as { id: number; number?: number; cnt: string }[]
  const grp = groups.find(({ number }) => number === 3000)?.id ?? 0
  for (const from of [10_000, 11_000, 12_000])
    await phones({ add: 1, name: 'One of many', phone: numbers(from, 1000).join(), grp })
  const sent = await shop.send({ phones: 'G3000,G3000', mes: 'Hello' })
  assert.equal(sent.cnt, 3000)
  await shop.sees(1, numbers(12_999, 1).join(), sent.id ?? 0)
})
