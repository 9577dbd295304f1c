import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// A shop writes to its customers: now, later, again and again, slowly; and its operator looks on.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 10_000)
})
after(() => centre?.stop())

const jobs = async (params: Params, who = shop): Promise<Answer> =>
  JSON.parse(await who.ask('jobs', { fmt: 3, ...params })) as Answer
const added = async (params: Params, who = shop): Promise<number> => {
  const answer = await jobs({ add: 1, name: 'News', ...params }, who)
  assert.equal(answer.error, undefined, JSON.stringify(answer))
  return answer.id as number
}
const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(79_160_000_000 + from + at))
const until = (id: number, check: (answer: Answer) => void, who = shop): Promise<Answer> =>
  eventually(async () => {
    const answer = await jobs({ get: 1, id }, who)
    assert.equal(answer.error, undefined, JSON.stringify(answer))
    check(answer)
    return answer
  })
const messagesOf = (id: number) =>
  centre.query<{ recipient: string; run: number; state: number; ref: string; sender: string; err: number }>(
    `select m.recipient, s.run, m.state, m.err, m.ref::text, m.sender from mailing_slices s
     join messages m on m.account_id = s.account_id and m.id between s.low and s.high where s.mailing_id = $1 order by m.id`,
    [id],
  )

story('a mailing goes to everybody once, costs what its messages cost, and tells how it went', async () => {
  const before = Number(await shop.balance())
  const id = await added({ phones: `${numbers(0, 30).join()};${numbers(0, 5).join()}`, mes: 'Hello' })
  assert.ok(id >= 1_000_001)
  const told = await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 30]))
  assert.deepEqual(
    [told.name, told.cnt, told.phones, told.cost, told.waiting, told.sent, told.not_delivered, told.message, told.type],
    ['News', 30, 30, '30.00', 0, 0, 0, 'Hello', 0],
  )
  assert.equal(Number(await shop.balance()), before - 30)
  const messages = await messagesOf(id)
  assert.deepEqual(
    messages.map(({ recipient }) => recipient),
    numbers(0, 30),
  )
  assert.equal(new Set(messages.map(({ ref }) => ref)).size, 1)
  await shop.sees(1, '79160000029', messages[0]?.ref ?? '')
})

const statusOf = async (id: number): Promise<unknown> => (await jobs({ get: 1, id })).status
const FAR = '0141234567890' // in the year 2446: beyond what a time may be
const NEXT_YEAR = `0101${(new Date().getUTCFullYear() % 100) + 1}1200`

const reasonOf = async (id: number): Promise<string> =>
  ((await centre.admin('GET', `/mailings/${id}`)) as { reason: string }).reason

/** As if time had passed: what its row says of times is moved back, while nobody works on it. */
const pass = (id: number, ms: number): Promise<void> =>
  eventually(async () => {
    const moved = await centre.query(
      `update mailings set start_at = start_at - $2, first_at = first_at - $2, base_at = base_at - $2, next_at = next_at - $2
       where id = $1 and until < now() and next_at > $3 returning id`,
      [id, ms, Date.now()],
    )
    assert.equal(moved.length, 1, 'it waits for its time')
  })
const rowOf = async (id: number) => {
  const [row] = await centre.query<{
    state: string
    run: number
    taken: number
    next_at: string | null
    start_at: string
    first_at: string
    base_at: string
    reason: string
  }>('select * from mailings where id = $1', [id])
  return row
}

story('a mailing waits for its time, can be cancelled before it, and is then over', async () => {
  const id = await added({ phones: '79161112233', mes: 'Later', time: NEXT_YEAR, rpt: 7, rptn: 10, cost: 1 })
  const told = await jobs({ get: 1, id })
  assert.deepEqual([told.status, told.rpt, told.rptn, told.waiting, told.cost], [-1, 7, 10, 1, '0.00'])
  assert.match(String(told.start_date), /^01\.01\.20\d\d 12:00:00$/)
  assert.equal((await shop.ask('jobs', { cancel: 1, id, fmt: 1 })).trim(), 'OK')
  assert.equal(await statusOf(id), -2)
  assert.equal(await shop.ask('jobs', { cancel: 1, id }), 'ERROR = 3 (record not found)')
  assert.equal(await shop.ask('jobs', { del: 1, id, fmt: 2 }), '<result>OK</result>')
  assert.equal(await shop.ask('jobs', { get: 1, id, fmt: 1 }), '0,-3')
  await eventually(async () => assert.equal(await rowOf(id), undefined, 'its rows go too'))
  assert.equal((await jobs({ add: 1, name: 'x', phones: '79161112233', mes: 'x', time: FAR })).error_code, 5)
})

story('a group is read when a mailing is made, and anew for every other run', async () => {
  const ask = async (params: Params) => JSON.parse(await shop.ask('phones', { fmt: 3, ...params })) as { id: number }
  const { id: group } = await ask({ add_group: 1, name: 'regulars', num: 7 })
  await ask({ add: 1, name: 'One', phone: numbers(100, 3).join(), grp: group })
  const id = await added({ phones: `G7,${numbers(0, 1)}`, mes: 'To all', rpt: 2, rptn: 2 })
  await until(id, ({ status, delivered, waiting }) => assert.deepEqual([status, delivered, waiting], [-1, 4, 4]))
  await ask({ add: 1, name: 'Two', phone: numbers(103, 1).join(), grp: group })
  await ask({ del: 1, phone: numbers(100, 1).join() })
  await pass(id, 86_400_000)
  await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 4]))
  const rows = await messagesOf(id)
  const ofRun = (run: number) => rows.filter((row) => row.run === run).map(({ recipient }) => recipient)
  assert.deepEqual(ofRun(1).sort(), [...numbers(0, 1), ...numbers(100, 3)])
  assert.deepEqual(ofRun(2).sort(), [...numbers(0, 1), ...numbers(101, 3)])
  assert.equal(new Set(rows.map(({ ref }) => ref)).size, 2, 'each run has a number')
})

story('portions: a sixth at once, the next when a minute has passed', async () => {
  const id = await added({ phones: numbers(200, 60).join(), mes: 'Slowly', period: 0.1, freq: 1 })
  await until(id, ({ status, delivered, waiting }) => assert.deepEqual([status, delivered, waiting], [0, 10, 50]))
  const row = await rowOf(id)
  assert.equal(Number(row?.next_at) - Number(row?.base_at), 60_000)
  await pass(id, 60_000)
  await until(id, ({ delivered, waiting }) => assert.deepEqual([delivered, waiting], [20, 40]))
  await pass(id, 600_000)
  await until(id, ({ delivered, waiting }) => assert.deepEqual([delivered, waiting], [30, 30]))
  const late = await rowOf(id)
  assert.ok(Number(late?.next_at) > Date.now(), 'portions that were missed do not go at once')
  await jobs({ cancel: 1, id })
})

story('each line of a list has its own text, sender and zone; a number with two texts gets both', async () => {
  const id = await added({ list: '79161000001:One\n79161000002:Two\\nlines\n79161000001:Three\n79161000001:One' })
  await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 3]))
})

story('what a template says is sent instead of mes; one that is not there is error 3', async () => {
  const { id: tpl } = JSON.parse(await shop.ask('templates', { fmt: 3, add: 1, name: 'T', msg: 'From the template' })) as {
    id: number
  }
  const id = await added({ phones: numbers(300, 1).join(), tpl })
  assert.equal((await until(id, ({ status }) => assert.equal(status, 1))).message, 'From the template')
  assert.equal((await jobs({ add: 1, name: 'x', phones: '79161112233', tpl: 999 })).error_code, 3)
})

story('without money for more a mailing stops, says so, and goes on where it stopped', async () => {
  const poor = await centre.account('poor', 7)
  const id = await added({ phones: numbers(400, 20).join(), mes: 'Hello' }, poor)
  await until(id, ({ status, delivered, waiting }) => assert.deepEqual([status, delivered, waiting], [24, 7, 13]), poor)
  assert.equal(await poor.balance(), '0.00')
  assert.equal(await reasonOf(id), 'The account has no money for more.')
  await centre.admin('POST', '/accounts/poor/topup', { amount: '100' })
  await centre.admin('POST', `/mailings/${id}/resume`)
  await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 20]), poor)
  assert.equal(await poor.balance(), '87.00')
})

story('the operator pauses a mailing, and lets it go on', async () => {
  const id = await added({ phones: numbers(500, 20).join(), mes: 'Hello', period: 0.1, freq: 3 })
  await until(id, ({ delivered }) => assert.equal(delivered, 10))
  const paused = await centre.cli('mailing', 'pause', String(id))
  assert.match(paused.output, /paused\. It was paused by the operator\.\n.*mailing resume/)
  assert.equal(await statusOf(id), -2)
  await assert.rejects(centre.admin('POST', `/mailings/${id}/pause`), /nothing to pause/)
  await assert.rejects(centre.admin('POST', '/mailings/12/pause'), /heliogram mailing list/)
  await centre.admin('POST', `/mailings/${id}/resume`)
  assert.equal(await statusOf(id), 0)
  await pass(id, 180_000)
  await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 20]))
})

story('more than six hours late it waits, with a reason, until somebody says that it may go', async () => {
  const id = await added({ phones: numbers(600, 2).join(), mes: 'Good morning', time: NEXT_YEAR })
  const { start_at: at } = (await rowOf(id)) ?? { start_at: '0' }
  await pass(id, Number(at) - Date.now() + 6 * 3_600_000 + 60_000)
  await eventually(async () => assert.equal((await rowOf(id))?.reason, 'late'))
  assert.equal(await statusOf(id), -2)
  assert.match(await reasonOf(id), /more than 6 h late/)
  await centre.admin('POST', `/mailings/${id}/resume`)
  await until(id, ({ status, delivered }) => assert.deepEqual([status, delivered], [1, 2]))
})

story('whoever may not send mailings makes none, and one that waits does not start', async () => {
  const other = await centre.account('other', 10)
  const id = await added({ phones: numbers(700, 2).join(), mes: 'Hello', time: NEXT_YEAR }, other)
  for (const flag of ['fl[6]', 'fl2[23]']) {
    await centre.admin('PATCH', '/accounts/other/settings', { [flag]: 1 })
    const refused = await jobs({ add: 1, name: 'No', phones: '79161112233', mes: flag }, other)
    assert.deepEqual([refused.error_code, refused.error], [3, 'save error'])
    if (flag === 'fl[6]') await centre.admin('PATCH', '/accounts/other/settings', { [flag]: 0 })
  }
  const { start_at: at } = (await rowOf(id)) ?? { start_at: '0' }
  await pass(id, Number(at) - Date.now())
  await until(id, ({ status }) => assert.equal(status, 20), other)
})

story('a mailing most of whose messages are refused pauses itself', async () => {
  const bad = Array.from({ length: 120 }, (_, at) => `12${at}`)
  const id = await added({ phones: [...bad, ...numbers(800, 60)].join(), mes: 'Hello', period: 0.1, freq: 2 })
  await pass(id, 120_000)
  await pass(id, 120_000)
  await eventually(async () => assert.equal((await rowOf(id))?.reason, 'quality'))
  assert.match(await reasonOf(id), /^\d+ % of its last messages were refused/)
})

story('mailings are listed newest first, as lines that begin with the number; e-mail mailings apart', async () => {
  const lines = (await shop.ask('jobs', { get_all: 1 })).split('\n').map((line) => line.slice(0, 7))
  assert.ok(lines.length > 5)
  assert.deepEqual(lines, [...lines].sort().reverse())
  assert.equal(await shop.ask('jobs', { get_all: 1, mail: 1, fmt: 1 }), '0,-3')
  assert.equal(await shop.ask('jobs', { get_all: 1, start: '31.02.2026', fmt: 1 }), '0,-5')
  const day = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10).split('-').reverse().join('.')
  assert.equal((await shop.ask('jobs', { get_all: 1, end: day, fmt: 1 })).split('\n').length, lines.length)
  assert.equal(await shop.ask('jobs', { get_all: 1, end: '01.01.2026' }), 'ERROR = 3 (record not found)')
})
