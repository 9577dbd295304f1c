import assert from 'node:assert/strict'
import { startCarrier } from '../support/carrier.ts'
import { startCentre } from '../support/centre.ts'
import { connect, linkIs, setPrice } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'
import { checkMoney, drained } from './check.ts'

const MANY = 5_000
const WINDOW = 100

story(
  `the program is killed twice in the middle of a mailing of ${MANY}: everybody has one message, and it is paid once`,
  async (t) => {
    const carrier = await startCarrier({ verdict: () => 'take' })
    t.after(carrier.stop)
    const centre = await startCentre({ mode: 'serve', database: 'test', environment: { HELIOGRAM_LOG_LEVEL: 'warn' } })
    t.after(centre.stop)
    await setPrice(centre, '1')
    const shop = await centre.account('shop', MANY)
    await connect(centre, carrier, {
      name: 'quick',
      unknown: 'resend',
      settings: { window: WINDOW, responseTimeoutSeconds: 120 },
    })

    const phones = Array.from({ length: MANY }, (_, at) => String(79_100_000_000 + at))
    const { id } = JSON.parse(
      await shop.ask('jobs', { fmt: 3, add: 1, name: 'Sale', phones: phones.join(), mes: 'Our sale begins' }),
    )
    const taken = async (): Promise<number> => {
      const [row] = await centre.query<{ sum: number }>('select coalesce(sum(recipients), 0)::int as sum from mailing_slices')
      return row?.sum ?? 0
    }

    // At an instant that nobody chose, with a slice on its way into the store.
    await eventually(async () => assert.ok((await taken()) > 0, 'it has begun'))
    await centre.kill()
    const first = await taken()
    await centre.start()
    await linkIs(centre, 'quick', 'up')

    await eventually(async () => assert.ok((await taken()) > first, 'it has gone on'))
    await centre.kill()
    const second = await taken()

    await centre.start()
    await linkIs(centre, 'quick', 'up')
    const job = async () => JSON.parse(await shop.ask('jobs', { fmt: 3, get: 1, id }))
    await eventually(async () => assert.equal((await job()).status, 1, 'it is finished'), 60_000)
    await drained(centre)

    const rows = await centre.query<{ recipient: string; count: number }>(
      'select recipient, count(*)::int as count from messages group by recipient',
    )
    assert.deepEqual([rows.length, rows.filter(({ count }) => count > 1)], [MANY, []], 'one message for each, and no more')
    const { cost, phones: recipients } = await job()
    assert.deepEqual([cost, recipients], [`${MANY}.00`, MANY])

    const arrivals = new Map<string, number>()
    for (const { submit } of carrier.taken) arrivals.set(submit.to, (arrivals.get(submit.to) ?? 0) + 1)
    const twice = [...arrivals].filter(([, count]) => count > 1).map(([phone]) => phone)
    const unmarked = await centre.query('select recipient from messages where duplicates = 0 and recipient = any($1)', [twice])
    assert.deepEqual(unmarked, [], 'whoever got it twice is marked')
    const missing = phones.filter((phone) => !arrivals.has(phone))
    const lost = await centre.query(
      'select recipient from messages where recipient = any($1) and not (state = -1 and duplicates > 0)',
      [missing],
    )
    assert.deepEqual(lost, [], 'everybody got it, but for what two kills have caught on its way, which is held')
    await checkMoney(centre, ['shop'], MANY)
    t.diagnostic(`killed after ${first} and after ${second}; ${twice.length} twice at the carrier`)
  },
)
