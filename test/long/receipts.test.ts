import assert from 'node:assert/strict'
import { type Centre, startCentre } from '../support/centre.ts'
import { eventually, within } from '../support/eventually.ts'
import { smppClient } from '../support/smpp-client.ts'
import { story } from '../support/story.ts'

const RECEIPTS = Number(process.env.HELIOGRAM_TEST_RECEIPTS) || 1_000_000
const PATIENCE_MS = 1_800_000

story(
  `the receipts of ${RECEIPTS} messages wait for a customer who binds late, and come, none missing, none twice`,
  async (t) => {
    const centre = await startCentre({ mode: 'sandbox', database: 'embedded', environment: { HELIOGRAM_LOG_LEVEL: 'warn' } })
    t.after(centre.stop)
    await centre.account('late', RECEIPTS)
    await centre.admin('PATCH', '/accounts/late/limits', { receipts: 0, throughput: 0 }) // the widest window there is
    const { password } = (await centre.admin('POST', '/accounts/late/smpp-password')) as { password: string }
    const login = { port: centre.smppPort, systemId: 'late', password } as const

    const firstRef = await deliverOne(centre, login)
    const seededMs = await timed(() => seed(centre, RECEIPTS - 1))
    t.diagnostic(`${RECEIPTS} messages and receipts seeded in ${(seededMs / 1_000).toFixed(1)} s`)

    // Numbers of messages follow each other, so that a bit for each tells whether it was there.
    const seen = new Uint8Array(RECEIPTS)
    const twice: number[] = []
    const foreign: string[] = []
    let came = 0
    let enough = (): void => {}
    const all = new Promise<void>((resolve) => {
      enough = resolve
    })
    const startedAt = performance.now()
    const client = await smppClient({
      ...login,
      bind: 'bind_receiver',
      delivered({ short_message: text }) {
        const words = (text as Buffer).toString('latin1', 0, 40)
        const at = Number(words.slice(3, words.indexOf(' '))) - firstRef
        if (!words.startsWith('id:') || !(at >= 0 && at < RECEIPTS)) foreign.push(words)
        else if (seen[at] === 1) twice.push(at)
        else {
          seen[at] = 1
          came += 1
          if (came % 100_000 === 0)
            console.log(`${came} receipts after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
          if (came === RECEIPTS) enough()
        }
        return 0
      },
    })
    assert.equal(client.status, 0)
    await within(all, `${RECEIPTS} receipts`, PATIENCE_MS)
    const tookMs = performance.now() - startedAt
    t.diagnostic(
      `${RECEIPTS} receipts in ${(tookMs / 1_000).toFixed(1)} s: ${Math.round((RECEIPTS * 1_000) / tookMs)} a second, window 10,000`,
    )

    // Nothing is left, and nothing more comes: a second session hears nothing either.
    await eventually(async () =>
      assert.deepEqual(await centre.query('select count(*)::int as left from deliveries'), [{ left: 0 }]),
    )
    await client.unbind()
    const again = await smppClient({ ...login, bind: 'bind_receiver', delivered: ({ sequence }) => void twice.push(-sequence) })
    await again.ask({ command: 'enquire_link' })
    await again.unbind()
    assert.deepEqual([twice.slice(0, 5), foreign.slice(0, 5), came], [[], [], RECEIPTS])
  },
  { timeoutMs: 2 * PATIENCE_MS },
)

/** One message whose receipt waits, since nobody is bound to take it. Resolves with its number. */
async function deliverOne(centre: Centre, login: { port: number; systemId: string; password: string }): Promise<number> {
  const sender = await smppClient({ ...login, bind: 'bind_transmitter' })
  const text = Buffer.from('Whose receipt waits')
  const answer = await sender.ask({
    ...{
      command: 'submit_sm',
      registered_delivery: 1,
      source_addr: 'Shop',
      destination_addr: '79161234567',
      short_message: text,
    },
  })
  assert.ok(answer.command === 'submit_sm_resp' && answer.status === 0, JSON.stringify(answer))
  await sender.unbind()
  await eventually(async () => assert.equal((await centre.query('select 1 from deliveries where node < 0')).length, 1))
  return Number(answer.message_id)
}

/** The same message and its receipt so many times more, with ids and numbers of their own. */
async function seed(centre: Centre, count: number): Promise<void> {
  const columnsOf = async (table: string, own: Readonly<Record<string, string>>) => {
    const rows = await centre.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1 order by ordinal_position`,
      [table],
    )
    const names = rows.map(({ name }) => `"${name}"`)
    return { names: names.join(', '), values: rows.map(({ name }) => own[name] ?? `o."${name}"`).join(', ') }
  }
  const messages = await columnsOf('messages', {
    id: 'o.id + n.at',
    ref: 'o.ref + n.at',
    recipient: `(79160000000 + n.at)::text`,
  })
  const deliveries = await columnsOf('deliveries', { id: 'o.id + n.at', message_id: 'o.message_id + n.at' })
  const copies = `cross join generate_series(1, ${count}) as n(at)`
  await centre.query(
    `insert into messages (${messages.names}) select ${messages.values} from (select * from messages) o ${copies}`,
  )
  await centre.query(
    `insert into deliveries (${deliveries.names}) select ${deliveries.values} from (select * from deliveries) o ${copies}`,
  )
  await centre.query('analyze messages')
  await centre.query('analyze deliveries')
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
