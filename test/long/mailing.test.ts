import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { drained } from '../crash/check.ts'
import { startCentre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

const MANY = 1_000_000
const KILLS = 5
const FIRST = 79_100_000_000

story(
  `a mailing of ${MANY} to a group is accepted, paused, killed ${KILLS} times, resumed and finished: one message for everybody, memory flat`,
  async (t) => {
    const centre = await startCentre({ mode: 'sandbox', database: 'embedded', environment: { HELIOGRAM_LOG_LEVEL: 'warn' } })
    t.after(centre.stop)
    // What a kill leaves unanswered goes out once more, marked; the second time it is held.
    await centre.admin('PATCH', '/carriers/simulator', { unknown: 'resend' })
    const shop = await centre.account('shop', 2 * MANY)
    const ask = async (script: string, params: Record<string, string | number>) =>
      JSON.parse(await shop.ask(script, { fmt: 3, ...params }))
    const { id: group } = await ask('phones', { add_group: 1, name: 'everybody', num: 1 })
    const [account] = await centre.query<{ id: number }>(`select id from accounts where login = 'shop'`)
    await centre.query(
      `with added as (
         insert into contacts (account_id, address, name) select $1, ($2::int8 + n)::text, '' from generate_series(1, $3::int) n
         returning id
       ) insert into group_members (account_id, contact_id, group_id) select $1, id, $4 from added`,
      [account?.id, FIRST, MANY, group],
    )

    let most = 0
    const memory = (): number => {
      try {
        const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${centre.pid()}/status`, 'utf8')) ?? []
        most = Math.max(most, Math.round(Number(kb) / 1024))
        return Math.round(Number(kb) / 1024)
      } catch {
        return 0 // it was killed just now
      }
    }
    const watching = setInterval(memory, 200)
    t.after(() => clearInterval(watching))
    const taken = async (): Promise<number> => {
      const [row] = await centre.query<{ sum: number }>('select coalesce(sum(recipients), 0)::int as sum from mailing_slices')
      return row?.sum ?? 0
    }
    const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

    const before = memory()
    const addedAt = performance.now()
    const { id, cost } = await ask('jobs', { add: 1, name: 'Everybody', phones: 'G1', mes: 'Hello, everybody', cost: 1 })
    t.diagnostic(`accepted and priced (${cost}) in ${seconds(addedAt)}; memory ${before} MB before, ${most} MB at most`)

    const startedAt = performance.now()
    for (let kill = 1; kill <= KILLS; kill++) {
      await eventually(async () => assert.ok((await taken()) >= (kill * MANY) / (KILLS + 2), 'it goes on'), 900_000)
      await centre.kill()
      const at = await taken()
      await centre.start()
      t.diagnostic(`killed after ${at}, ${seconds(startedAt)}`)
    }
    await centre.admin('POST', `/mailings/${id}/pause`)
    await eventually(async () => {
      const one = await taken()
      await pause(1_000)
      assert.equal(await taken(), one, 'nothing more is taken')
    })
    const paused = await ask('jobs', { get: 1, id })
    assert.equal(paused.status, -2)
    const asked = performance.now()
    await ask('jobs', { get: 1, id })
    t.diagnostic(`paused after ${await taken()}; get answers in ${seconds(asked)}`)
    await centre.admin('POST', `/mailings/${id}/resume`)
    await eventually(async () => assert.equal((await ask('jobs', { get: 1, id })).status, 1, 'it is finished'), 900_000)
    t.diagnostic(`all taken after ${seconds(startedAt)}`)
    await drained(centre, 900_000)
    t.diagnostic(`all told after ${seconds(startedAt)}; memory ${most} MB at most`)

    const [sum] = await centre.query(
      `select count(*)::int as messages, count(distinct recipient)::int as people, sum(price)::text as price from messages`,
    )
    assert.deepEqual(sum, { messages: MANY, people: MANY, price: `${MANY}000000` })
    assert.equal(Number(await shop.balance()), MANY)
    assert.ok(most < 700, `${most} MB`)
  },
  { timeoutMs: 3_600_000 },
)
