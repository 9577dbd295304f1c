import assert from 'node:assert/strict'
import { drained } from '../crash/check.ts'
import { startCarrier } from '../support/carrier.ts'
import { startCentre } from '../support/centre.ts'
import { connect, setPrice } from '../support/connect.ts'
import { story } from '../support/story.ts'

const MANY = 100_000
const IN_MEMORY = 50_000 // parts for one carrier

story(
  `a mailing of ${MANY} does not fit the memory for a slow carrier: it waits in the database, and keeps its order`,
  async (t) => {
    const carrier = await startCarrier({ verdict: () => 'later' })
    t.after(carrier.stop)
    const centre = await startCentre({ mode: 'serve', database: 'test' })
    t.after(centre.stop)
    await setPrice(centre, '1')
    const shop = await centre.account('shop', MANY)
    const bank = await centre.account('bank', 100)
    await connect(centre, carrier, { name: 'slow', settings: { window: 200, responseTimeoutSeconds: 120 } })

    const mailing = Array.from({ length: MANY }, (_, at) => String(79_200_000_000 + at))
    const answer = await shop.send({ phones: mailing.join(','), mes: 'Our sale begins' })
    assert.equal(answer.cnt, MANY)
    const [waiting] = await centre.query<{ count: number }>('select count(*)::int from due_queue')
    assert.ok((waiting?.count ?? 0) >= MANY - IN_MEMORY, `${waiting?.count} wait in the database`)

    // Somebody else's code still finds room in memory, and its way past all of them.
    await carrier.arrived(200)
    await bank.sent({ phones: '79300000000', mes: 'Your code is 1234' })
    const before = carrier.submits.length
    carrier.answer(5)
    const code = await carrier.arrival(({ to }) => to === '79300000000')
    assert.ok(code.at - before <= 5, `${code.at - before} parts went before the code`)

    carrier.script.verdict = () => 'take'
    carrier.answer()
    await drained(centre, 600_000)
    const arrived = carrier.submits.map(({ to }) => to).filter((to) => to !== '79300000000')
    assert.equal(arrived.length, MANY, 'everybody got it once')
    const wrong = arrived.findIndex((to, at) => to !== mailing[at])
    assert.equal(wrong, -1, `out of order from ${wrong} on: ${arrived.slice(wrong, wrong + 3)}`)
  },
)
