import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeFollow } from '../src/lifecycle/click.ts'
import { createShortLinks } from '../src/listeners/http/short-links.ts'
import { setLogLevel } from '../src/log.ts'
import { openStore } from '../src/store/connect.ts'
import { migrate } from '../src/store/migrate.ts'
import { readShortLink, storeClick, storeClicks } from '../src/store/short-links.ts'
import { startApi } from '../test/support/http-api.ts'

/*
 * node --import tsx bench/short-links.ts [--links 1000000] [--visits 20000]
 * How long a redirect takes among so many links, over HTTP on loopback, visitors one after another and many at once; each visit is
 * of another person and is counted. The database is one of its own, with the server settings that ship.
 */
const { values } = parseArgs({
  options: { links: { type: 'string', default: '1000000' }, visits: { type: 'string', default: '20000' } },
})
const [links, visits] = [Number(values.links), Number(values.visits)]

setLogLevel('warn')
const dataDir = await mkdtemp(join(tmpdir(), 'heliogram-links-'))
const store = await openStore({ dataDir })
const { pool, session } = store
const say = (text: string): void => void process.stdout.write(`${text}\n`)

try {
  await migrate(pool)
  await pool.query(
    `insert into short_links (code, account_id, message_id, url)
     select 'c' || n, 1 + n % 1000, 0, 'https://example.com/offer/' || n from generate_series(1, $1::int4) n`,
    [links],
  )
  await pool.query('analyze short_links')
  const { follow, drained } = makeFollow({
    link: (code, host) => readShortLink(session, code, host),
    click: (...visit) => storeClick(session, ...visit),
    clicks: (clicks) => storeClicks(session, clicks),
    read: async () => undefined,
    settle: { write: async () => false },
    now: Date.now,
    publicUrl: 'http://centre.example',
  })
  const api = await startApi({ server: { otherwise: createShortLinks({ follow }) } })
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })

  const visit = (nth: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now()
      const path = `/c${1 + Math.floor(Math.random() * links)}`
      const headers = { 'User-Agent': `Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile ${nth}` }
      request({ agent, host: '127.0.0.1', port: api.port, path, headers }, (answer) => {
        if (answer.statusCode !== 302) reject(new Error(`answered ${answer.statusCode}`))
        answer.resume().once('end', () => resolve(performance.now() - startedAt))
      })
        .once('error', reject)
        .end()
    })

  say('| visitors at once | visits | p50 ms | p99 ms | longest | a second |\n|---:|---:|---:|---:|---:|---:|')
  for (const atOnce of [1, 20]) {
    let left = visits
    const took: number[] = []
    const startedAt = performance.now()
    const visitor = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        took.push(await visit(left))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, visitor))
    const seconds = (performance.now() - startedAt) / 1000
    await drained()
    took.sort((a, b) => a - b)
    const at = (share: number): string => (took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(2)
    say(`| ${atOnce} | ${visits} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${Math.round(visits / seconds)} |`)
  }
  const counted = await pool.query(
    'select sum(clicks)::int as people, (select count(*)::int from clicks) as visits from short_links',
  )
  say(`counted: ${JSON.stringify(counted.rows[0])}`)
  agent.destroy()
  await api.stop()
} finally {
  await store.close()
  await rm(dataDir, { recursive: true, force: true })
}
