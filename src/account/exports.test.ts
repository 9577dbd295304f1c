import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { sentBefore, withPast } from '../../test/support/replies.ts'
import type { Account } from '../domain/account.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { accept } from '../store/accept.ts'
import { claimExport, finishExport, keepExport, writeExportChunk } from '../store/export-work.ts'
import { type FileMaker, makeCsv } from './export-files.ts'
import { type ExportRunner, type ExportRunnerParts, startExportRunner } from './export-runner.ts'
import { createExportDesk, type ExportRequest } from './exports.ts'

const ANNA = '79161234567'
const BORIS = '79161234568'
const ALL: ExportRequest = { mail: false, recipients: [], format: 'csv', charset: 'utf-8' }

let db: MessageStore
let nowMs = Date.now()
before(async () => {
  db = await openMessageStore()
  const wake = () => {
    for (const runner of started) runner.wake()
  }
  desk = createExportDesk({ session: db.store.session, now: () => nowMs, keptDays: 7, wake })
})
after(() => db.close())

const started: ExportRunner[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((runner) => runner.stop()))
  await db.rows('update exports set expires_at = 0')
})

function start(parts: Partial<ExportRunnerParts<string>> = {}): ExportRunner {
  const runner = startExportRunner<string>({
    session: db.store.session,
    now: () => nowMs,
    report: async (rows) => rows.map(({ body }) => body ?? ''),
    head: ['text'],
    cells: (text) => [text],
    makeFile: ({ charset }) => makeCsv(charset as 'utf-8'),
    hasRoom: () => true,
    ...parts,
  })
  started.push(runner)
  return runner
}

let desk: ReturnType<typeof createExportDesk>

/** An account with messages whose texts are their numbers; every third is to Boris. */
async function accountWith(count: number, bodyOf = (nth: number) => String(nth)): Promise<Account> {
  const account = { ...(await db.account()), utcOffsetMinutes: 0 }
  const messages = Array.from({ length: count }, (_, nth) =>
    newMessage({ id: db.nextId(), accountId: account.id, recipient: nth % 3 === 2 ? BORIS : ANNA, body: bodyOf(nth), price: 0n }),
  )
  if (count > 0) await accept(db.sessions.accept, commitOf(db.nextId(), messages))
  nowMs = Date.now() + 10_000 // behind all of them
  return account
}

async function textOf(account: Account, id: number): Promise<string> {
  const { content, size } = await desk.open(account, id)
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  const octets = Buffer.concat(chunks)
  assert.equal(octets.length, size, 'as long as it says')
  return octets.toString()
}

const ready = (account: Account, id: number, status = 1) =>
  eventually(async () => {
    const task = (await desk.list(account, id - 1, 1))[0]
    assert.equal(task?.status, status, JSON.stringify(task))
    return task
  })

const file = (numbers: readonly (number | string)[]): string => `\ufefftext\r\n${numbers.map((nth) => `${nth}\r\n`).join('')}`
const down = (from: number): number[] => Array.from({ length: from + 1 }, (_, nth) => from - nth)

test('a file has every message once, the newest first, however many pages they are', async () => {
  const account = await accountWith(1_203)
  start()
  const id = await desk.add(account, ALL)
  const task = await ready(account, id)
  assert.deepEqual([task.name, task.reason], [`messages-${id}.csv`, ''])
  assert.equal(await textOf(account, id), file(down(1_202)))
  const some = await desk.add(account, { ...ALL, recipients: [BORIS] })
  await ready(account, some)
  assert.equal(await textOf(account, some), file(down(1_202).filter((nth) => nth % 3 === 2)))
})

test('messages to one number are found however many days they lie apart', async () => {
  await withPast(db)
  const account = await accountWith(0)
  for (const days of [0, 1, 1.5, 9, 20]) await sentBefore(db, account, BORIS, days * DAY_MS)
  for (const days of [0.5, 8]) await sentBefore(db, account, ANNA, days * DAY_MS)
  start()
  const id = await desk.add(account, { ...ALL, recipients: [BORIS] })
  await ready(account, id)
  assert.equal(await textOf(account, id), file(Array.from({ length: 5 }, () => 'Hello')))
})

test('a long file is written and read in pieces', async () => {
  const account = await accountWith(300, (nth) => `${nth} ${'x'.repeat(3_000)}`)
  start()
  const id = await desk.add(account, ALL)
  const { size } = await ready(account, id)
  const pieces = await db.rows('select octet_length(octets) as length from export_chunks where export_id = $1 order by number', [
    id,
  ])
  assert.equal(pieces.length, Math.ceil(size / (256 * 1024)))
  assert.equal(await textOf(account, id), file(down(299).map((nth) => `${nth} ${'x'.repeat(3_000)}`)))
})

test('without messages it is a headline; what comes later is not in it', async () => {
  const account = await accountWith(0)
  const id = await desk.add(account, ALL)
  await accept(db.sessions.accept, commitOf(db.nextId(), [newMessage({ id: db.nextId() + 1e9, accountId: account.id })]))
  start()
  await ready(account, id)
  assert.equal(await textOf(account, id), file([]))
})

test('nobody sees the files of another', async () => {
  const account = await accountWith(1)
  start()
  const id = await desk.add(account, ALL)
  await ready(account, id)
  const other = await accountWith(0)
  await assert.rejects(desk.open(other, id), { code: 'not_found' })
  await assert.rejects(desk.remove(other, id), { code: 'not_found' })
  await assert.rejects(desk.list(other, 0, 10), { code: 'not_found' })
})

test('an account waits for five at most, and another one for its own', async () => {
  const account = await accountWith(0)
  for (let asked = 0; asked < 5; asked++) await desk.add(account, ALL)
  await assert.rejects(desk.add(account, ALL), { code: 'denied' })
  await desk.add(await accountWith(0), ALL)
})

test('what a node has begun that is silent is made from its beginning by another', async () => {
  const account = await accountWith(3)
  const id = await desk.add(account, ALL)
  const dead = await claimExport(db.store.session, nowMs, nowMs + 60_000)
  assert.ok(dead?.id === id)
  await writeExportChunk(db.store.session, dead, 0, Buffer.from('half a file'))
  assert.equal(await claimExport(db.store.session, nowMs + 59_999, nowMs + 60_000), undefined, 'not before its minute is over')
  nowMs += 60_001
  start()
  await ready(account, id)
  assert.equal(await keepExport(db.store.session, dead, nowMs, 0), false)
  await writeExportChunk(db.store.session, dead, 1, Buffer.from('and what comes too late'))
  await finishExport(db.store.session, dead, { state: 2, rows: 0, size: 0, reason: 'late' })
  assert.equal(await textOf(account, id), file([2, 1, 0]))
  assert.equal((await db.rows('select number from export_chunks where export_id = $1', [id])).length, 1)
})

test('a node that stops leaves what it is at to the next, at once', async () => {
  const account = await accountWith(501)
  const id = await desk.add(account, ALL)
  let stopped: Promise<void> | undefined
  const first = start({
    report: async () => {
      stopped ??= first.stop()
      return ['never shown']
    },
  })
  await eventually(async () => assert.ok(stopped))
  await stopped
  assert.equal((await desk.list(account, 0, 1))[0]?.status, 0)
  start()
  await ready(account, id)
  assert.equal(await textOf(account, id), file(down(500)))
})

test('what fails is tried again later, and at last given up', async () => {
  const account = await accountWith(1)
  const id = await desk.add(account, ALL)
  let tried = 0
  const runner = start({
    report: async () => {
      tried += 1
      throw new Error('the register is away')
    },
  })
  for (let attempt = 1; attempt <= 10; attempt++) {
    await eventually(async () => {
      const [row] = await db.rows<{ until: string }>('select until from exports where id = $1', [id])
      assert.ok(tried === attempt && Number(row?.until) === nowMs + 30_000, `${tried} ${row?.until}`)
    })
    nowMs += 30_001
    runner.wake()
  }
  const { reason } = await ready(account, id, 2)
  assert.match(reason, /ten times/)
  assert.equal(tried, 10)
  await assert.rejects(desk.open(account, id), { code: 'not_found' })
})

test('too many rows for a kind of file are a failure that says what to do', async () => {
  const account = await accountWith(3)
  const small = (): FileMaker => ({ ...makeCsv('utf-8'), rowsMax: 2 })
  start({ makeFile: small })
  const id = await desk.add(account, ALL)
  assert.match((await ready(account, id, 2)).reason, /more than 2 messages.*ask for csv/)
})

test('while the disk is full nothing is made', async () => {
  const account = await accountWith(1)
  let room = false
  const runner = start({ hasRoom: () => room })
  const id = await desk.add(account, ALL)
  runner.wake()
  const claimed = await db.rows('select id from exports where id = $1 and attempt > 0', [id])
  assert.deepEqual(claimed, [])
  room = true
  runner.wake()
  await ready(account, id)
})

test('a file that is too old, or was removed, is gone with all its pieces', async () => {
  const account = await accountWith(1)
  const runner = start()
  const [old, removed] = [await desk.add(account, ALL), await desk.add(account, ALL)]
  await ready(account, old)
  await ready(account, removed)
  await desk.remove(account, removed)
  await assert.rejects(desk.open(account, removed), { code: 'not_found' })
  await assert.rejects(desk.remove(account, removed), { code: 'not_found' })
  nowMs += 7 * DAY_MS
  await assert.rejects(desk.open(account, old), { code: 'not_found' })
  await assert.rejects(desk.list(account, 0, 10), { code: 'not_found' })
  runner.wake()
  await eventually(async () => {
    for (const table of ['export_chunks where export_id', 'exports where id'])
      assert.deepEqual(await db.rows(`select from ${table} = any ($1)`, [[old, removed]]), [])
  })
})

test('days that end before they begin are refused', async () => {
  const account = await accountWith(0)
  const days = { start: { year: 2026, month: 2, day: 2 }, end: { year: 2026, month: 2, day: 1 } }
  await assert.rejects(desk.add(account, { ...ALL, ...days }), { code: 'bad_request' })
})
