import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { startCarrier } from '../support/carrier.ts'
import { startCentre } from '../support/centre.ts'
import { connect, linkIs, setPrice } from '../support/connect.ts'
import { story } from '../support/story.ts'
import { checkMoney, drained } from './check.ts'

const QUEUED = 20_000
const WINDOW = 10
const TAKEN_BEFORE = 300
const ANSWER_EVERY_MS = 5

story(
  `${QUEUED} messages wait for a slow carrier when the program is killed: no more than its window may be duplicates`,
  async (t) => {
    const carrier = await startCarrier({ verdict: () => 'later' })
    t.after(carrier.stop)
    const centre = await startCentre({ mode: 'serve', database: 'embedded', environment: { HELIOGRAM_LOG_LEVEL: 'warn' } })
    t.after(centre.stop)
    await setPrice(centre, '1')
    const shop = await centre.account('shop', QUEUED)
    await connect(centre, carrier, {
      name: 'slow',
      unknown: 'resend',
      settings: { window: WINDOW, responseTimeoutSeconds: 120 },
    })

    const phones = Array.from({ length: QUEUED }, (_, at) => String(79_100_000_000 + at))
    const answer = await shop.send({ phones: phones.join(','), mes: 'Our sale begins' })
    assert.equal(answer.cnt, QUEUED)
    while (carrier.taken.length < TAKEN_BEFORE) {
      await carrier.arrived(carrier.taken.length + 1)
      await pause(ANSWER_EVERY_MS)
      carrier.answer(1)
    }
    await centre.kill()

    carrier.script.verdict = () => 'take'
    await centre.start()
    await linkIs(centre, 'slow', 'up')
    // A wider one, so that the rest does not take long.
    await centre.admin('PATCH', '/carriers/slow', { settings: { window: 500 } })
    await drained(centre)

    const [marked] = await centre.query<{ count: number }>('select count(*)::int from messages where duplicates > 0')
    assert.ok((marked?.count ?? 0) <= WINDOW, `${marked?.count} messages are marked as possible duplicates`)

    const arrivals = new Map<string, number>()
    for (const { submit } of carrier.taken) arrivals.set(submit.to, (arrivals.get(submit.to) ?? 0) + 1)
    const twice = [...arrivals].filter(([, count]) => count > 1).map(([phone]) => phone)
    const unmarked = await centre.query('select recipient from messages where duplicates = 0 and recipient = any($1)', [twice])
    assert.deepEqual(unmarked, [], 'whoever got it twice is marked')
    assert.deepEqual(
      phones.filter((phone) => !arrivals.has(phone)),
      [],
      'everybody got it',
    )
    await checkMoney(centre, ['shop'], QUEUED)
    t.diagnostic(`${marked?.count} marked, ${twice.length} twice at the carrier`)
  },
)
