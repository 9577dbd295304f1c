import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openReports } from '../src/account/reports.ts'
import { lookUp } from '../src/domain/number/plan.ts'
import { reportOf } from '../src/lifecycle/history.ts'
import { setLogLevel } from '../src/log.ts'
import { createCounting } from '../src/operator/counting.ts'
import { openStore } from '../src/store/connect.ts'
import type { HistoryRow } from '../src/store/history.ts'
import { migrate } from '../src/store/migrate.ts'
import { indexRecipients } from '../src/store/recipient-index.ts'
import type { Session } from '../src/store/session.ts'
import { summarise } from '../src/store/summarise.ts'
import { explaining } from '../test/support/explained.ts'
import { ALEX, startApi } from '../test/support/http-api.ts'
import { RECIPIENTS, recipientOf, seed } from './support/report-rows.ts'

/*
 * node --import tsx bench/reports.ts [--rows 10000000] [--accounts 1000] [--requests 300] [--data FOLDER] [--keep] [--warm]
 * How long get.php takes over HTTP for accounts by chance, one request at a time, and which indices its statements use. The rows are
 * written into a database of its own, with the server settings that ship, in FOLDER or a temporary one; 10 million take about 10 GB.
 * With --warm all tables are read once before. With --keep the folder stays, and a later run with the same --data asks it again without writing.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    accounts: { type: 'string', default: '1000' },
    requests: { type: 'string', default: '300' },
    data: { type: 'string' },
    keep: { type: 'boolean', default: false },
    warm: { type: 'boolean', default: false },
  },
})
const [rows, accounts, requests] = [Number(values.rows), Number(values.accounts), Number(values.requests)]
const sizes = { rows, accounts, monthsBehind: 5, openShare: 0.5 }
const nowMs = Date.now()

setLogLevel('warn')
const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'heliogram-reports-')))
const store = await openStore({ dataDir })
const { pool, session } = store
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  const startedAt = performance.now()
  await work()
  say(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

try {
  await migrate(pool)
  const known = await session.run({ name: 'bench_known', text: 'select 1 from accounts limit 1' }, [])
  if (known.length === 0) {
    await timed(`${rows} messages of ${accounts} accounts written`, () =>
      seed(pool, sizes, nowMs, (done) => done % 1_000_000 === 0 && say(`  ${done}`)),
    )
    // What autovacuum would have done long before half a year is over.
    await timed('vacuumed', async () => {
      await pool.query('vacuum (freeze, analyze)')
      await pool.query('checkpoint')
    })
  }
  await timed('hours counted', () => createCounting({ session, summarise: () => summarise(session) })(nowMs))
  await timed('months that are over indexed by recipients', () => indexRecipients(pool, session, nowMs))

  // As a server has them that runs for a while: what is asked of a disk is the disk's figure.
  if (values.warm) {
    await timed('tables read once', async () => {
      for (const table of ['messages', 'incoming', 'account_hours', 'postings', 'refunds'])
        await pool.query(`select count(t.*) from ${table} t`)
    })
    await pool.query('vacuum (analyze) account_hours')
  }

  const partsOf = (of: Session) => ({
    session: of,
    now: () => nowMs,
    report: async (found: readonly HistoryRow[]) => found.map((row) => reportOf(row, lookUp)),
  })
  const accountOf = (login: string | undefined) => ({ ...ALEX, id: Number(login), payerId: Number(login), login: login ?? '' })
  const api = await startApi({ ...openReports(partsOf(session)), signIn: async ({ login }) => accountOf(login) })

  const chance = (below: number): number => Math.floor(Math.random() * below)
  const day = (date: Date): string => date.toISOString().slice(0, 10).split('-').reverse().join('.')
  const first = day(new Date(Date.UTC(new Date(nowMs).getUTCFullYear(), new Date(nowMs).getUTCMonth(), 1)))
  const past = day(new Date(nowMs - 45 * 86_400_000))
  const phone = (account: number): string => recipientOf(account, chance(RECIPIENTS))
  const phones = (account: number): string => Array.from({ length: 10 }, () => phone(account)).join(',')
  const today = day(new Date(nowMs))

  // What looks for few among an account's many walks all of them: numbers in the open month.
  const QUESTIONS: readonly (readonly [claim: string, limitMs: number, query: (account: number) => string])[] = [
    ['history, the newest 100', 50, () => 'get_messages=1'],
    ['history, the newest 1000', 50, () => 'get_messages=1&cnt=1000'],
    [
      'history, a page of 100 behind some message',
      50,
      () => `get_messages=1&prev_id=${(nowMs - Date.UTC(2026, 0, 1) - chance(1e10)) * 8192}`,
    ],
    ['history, a day of last month', 50, () => `get_messages=1&start=${past}`],
    ['history, e-mails (one message in 100)', 50, () => 'get_messages=1&format=8'],
    ['history of a number, this month', 400, (account) => `get_messages=1&phone=${phone(account)}&start=${first}&end=${today}`],
    ['history of a number, six months', 400, (account) => `get_messages=1&phone=${phone(account)}`],
    ['history of ten numbers, six months', 400, (account) => `get_messages=1&phone=${phones(account)}`],
    ['history of a number, last month', 50, (account) => `get_messages=1&phone=${phone(account)}&start=${past}&end=${past}`],
    ['incoming, today', 50, () => 'get_answers=1'],
    ['incoming, a week', 50, () => 'get_answers=1&hour=168'],
    ['incoming, 1000 after some id', 50, () => `get_answers=1&after_id=${chance(1e15)}`],
    ['statistics of today', 50, () => 'get_stat=1'],
    ['statistics of this month', 50, () => `get_stat=1&start=${first}&end=${today}`],
    ['statistics of the year', 50, () => 'get_stat=1&start=01.01.2026&end=31.12.2026'],
  ]

  say(`\n| question | p50 ms | p99 ms | longest | bytes | aim p99 |\n|---|---:|---:|---:|---:|---:|`)
  for (const [claim, limitMs, query] of QUESTIONS) {
    const took: number[] = []
    let bytes = 0
    for (let nth = -10; nth < requests; nth++) {
      const account = 1 + chance(accounts)
      const startedAt = performance.now()
      const { bytes: body } = await api.ask(`/sys/get.php?login=${account}&psw=x&fmt=3&charset=utf-8&${query(account)}`)
      if (nth >= 0) took.push(performance.now() - startedAt)
      bytes += body.length / (requests + 10)
    }
    took.sort((a, b) => a - b)
    const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
    const [p50, p99, longest] = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(1))
    say(
      `| ${claim} | ${p50} | ${p99} | ${longest} | ${bytes.toFixed(0)} | ${limitMs}${at(0.99) > limitMs ? ' **missed**' : ''} |`,
    )
  }
  await api.stop()

  say('\nWhat their statements read:')
  const client = await pool.connect()
  const rowsOf = async (name: string, text: string) => ({ [name]: await session.run({ name: `bench_${name}`, text }, []) })
  const explained = explaining(client, {
    ...(await rowsOf('account_hours_until', `select (value #>> '{}')::int8 from settings where name = 'hours_counted_until'`)),
  })
  const reports = openReports({
    ...partsOf({
      run: (statement, asked) =>
        (statement.name.startsWith('recipient_index') ? session : explained.session).run(statement, asked),
    }),
  })
  const asking = accountOf('7')
  const asked = { mail: false, recipients: [], count: 100 }
  await reports.readHistory(asking, asked).catch(() => {})
  await reports.readHistory(asking, { ...asked, recipients: [phone(7)] }).catch(() => {})
  await reports.readIncoming(asking, { count: 100 })
  await reports.readStatistics(asking, {
    purse: 1,
    start: { year: 2026, month: 1, day: 1 },
    end: { year: 2026, month: 12, day: 31 },
  })
  for (const { name, plan } of explained.plans) {
    const reads = new Set(
      [...plan.matchAll(/((?:Seq|Index|Index Only|Bitmap Index) Scan(?: Backward)?(?: using| on) \w+)/g)].map(([, read]) => read),
    )
    say(`  ${name}: ${[...reads].join(', ')}`)
  }
  client.release()
} finally {
  await store.close()
  if (!values.keep && values.data === undefined) await rm(dataDir, { recursive: true, force: true })
}
