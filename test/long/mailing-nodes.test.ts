import assert from 'node:assert/strict'
import { checkMoney, drained } from '../crash/check.ts'
import { startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, setPrice } from '../support/connect.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

const MANY = 30_000
const KILLS = 3
/** A second: slow enough that a program starts again before all are taken. */
const RATE = 400

story(
  `two programs share a database; whichever runs the mailing is killed, ${KILLS} times: ${MANY} people have one message each`,
  async (t) => {
    const database = await createDatabase()
    const carrier = await startCarrier({ verdict: () => 'take' })
    t.after(carrier.stop)
    const environment = { HELIOGRAM_LOG_LEVEL: 'info' }
    const programs = [
      await startCentre({ mode: 'serve', database, environment }),
      await startCentre({ mode: 'serve', database, environment }),
    ] as const
    t.after(() => Promise.all(programs.map((program) => program.stop())))
    const [one] = programs
    await setPrice(one, '1')
    const shop = await one.account('shop', MANY)
    await connect(one, carrier, {
      name: 'quick',
      unknown: 'resend',
      settings: { window: 200, rate: RATE, responseTimeoutSeconds: 120 },
    })

    const phones = Array.from({ length: MANY }, (_, at) => String(79_100_000_000 + at))
    const made = await shop.ask('jobs', { fmt: 3, add: 1, name: 'Sale', phones: phones.join(), mes: 'Our sale begins' })
    const { id } = JSON.parse(made) as { id: number }

    /** Answered by whichever of them lives. */
    const query = async <Row extends Record<string, unknown>>(text: string): Promise<Row[]> =>
      (await one.query<Row>(text)) as Row[]
    const taken = async (): Promise<number> =>
      (await query<{ sum: number }>('select coalesce(sum(recipients), 0)::int as sum from mailing_slices'))[0]?.sum ?? 0
    const nodeOf = (program: Centre): number =>
      Number(/"node":(\d+),[^\n]*"msg":"ready"/.exec(lastStart(program.output()))?.[1] ?? -1)

    for (let kill = 1; kill <= KILLS; kill++) {
      await eventually(async () => assert.ok((await taken()) >= kill * 5_000, 'it goes on'), 120_000)
      const [mailing] = await query<{ node: number }>(`select node from mailings where id = ${id}`)
      const worker = programs.find((program) => nodeOf(program) === mailing?.node) ?? one
      await worker.kill()
      const at = await taken()
      const survivor = programs.find((program) => program !== worker)
      await eventually(async () => assert.ok((await taken()) > at, 'the other goes on'), 120_000)
      await worker.start()
      t.diagnostic(`killed node ${mailing?.node} after ${at}; ${survivor === one ? 'the first' : 'the second'} went on`)
    }

    const job = async () => JSON.parse(await shop.ask('jobs', { fmt: 3, get: 1, id })) as Record<string, unknown>
    await eventually(async () => assert.equal((await job()).status, 1, 'it is finished'), 120_000)
    await drained(one, 180_000)
    const [sum] = await query(
      'select count(*)::int as messages, count(distinct recipient)::int as people, sum(price)::text as price from messages',
    )
    assert.deepEqual(sum, { messages: MANY, people: MANY, price: `${MANY}000000` })
    await checkMoney(one, ['shop'], MANY)

    const arrivals = new Map<string, number>()
    for (const { submit } of carrier.taken) arrivals.set(submit.to, (arrivals.get(submit.to) ?? 0) + 1)
    const twice = [...arrivals].filter(([, count]) => count > 1).map(([phone]) => phone)
    const unmarked = await one.query('select recipient from messages where duplicates = 0 and recipient = any($1)', [twice])
    assert.deepEqual(unmarked, [], 'whoever got it twice at the carrier is marked')
    t.diagnostic(`${twice.length} twice at the carrier, marked`)
  },
  { timeoutMs: 1_200_000 },
)

/** What a program has said since it was started last. */
const lastStart = (output: string): string => output.slice(Math.max(0, output.lastIndexOf('"msg":"ready"') - 500))
