import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { CannotStart } from '../../src/store/cannot-start.ts'
import { isRunning } from '../../src/store/embedded/processes.ts'
import { type Embedded, startEmbedded } from '../../src/store/embedded.ts'
import { temporaryFolder } from '../support/cluster.ts'

// One folder lives through all of this, as an operator's would: each test finds what the last one left.
const dataDir = temporaryFolder('life-')
const folder = join(dataDir, 'postgres')
const isRoot = process.geteuid?.() === 0
after(() => rmSync(dataDir, { recursive: true, force: true }))

test('a new folder becomes a durable database that only its owner can reach', async () => {
  mkdirSync(`${folder}.new`) // the first start was killed while it made the database
  writeFileSync(join(`${folder}.new`, 'PG_VERSION'), '18\n')
  await withServer(async (server) => {
    const wanted = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', data_checksums: 'on', listen_addresses: '' }
    for (const [name, value] of Object.entries({ ...wanted, shared_buffers: '256MB', max_wal_size: '2GB', TimeZone: 'UTC' })) {
      assert.deepEqual(await ask(server, `show ${name}`), [value], name)
    }
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    await ask(server, 'create table kept (line text)')
  })
  assert.ok(!existsSync(join(folder, 'postmaster.pid')), 'the server is stopped')
})

test('while a program uses a folder, a second one is told who', async () => {
  await withServer(async () => {
    await assert.rejects(
      startEmbedded({ dataDir }),
      new RegExp(`CannotStart: Another Heliogram \\(process ${process.pid}\\) is using`),
    )
  })
})

test('a program that is killed leaves its database running, and the next one goes on with it', async () => {
  const { pid, program } = await startProgram()
  program.kill('SIGKILL')
  await once(program, 'exit')
  assert.ok(isRunning(pid))
  await withServer(async (server) => {
    assert.equal(server.pid(), pid, 'it is the same server')
    await ask(server, `insert into kept values ('after the program was killed')`)
  })
  assert.ok(!isRunning(pid), 'and it can stop it')
})

test('a server left running with other settings than today’s is replaced', async () => {
  const { pid, program } = await startProgram()
  program.kill('SIGKILL')
  await once(program, 'exit')
  const server = await startEmbedded({ dataDir, settings: { work_mem: '7MB' } })
  assert.notEqual(server.pid(), pid)
  assert.deepEqual(await ask(server, 'show work_mem'), ['7MB'])
  await server.stop()
})

test('a server that is killed is started again, even while one of its helpers is busy, and nothing is lost', async () => {
  await withServer(async (server) => {
    await ask(server, `insert into kept values ('before the server was killed')`)
    const busy = ask(server, 'do $$ begin loop end loop; end $$').catch(() => {})
    while ((await ask(server, `select from pg_stat_activity where query like 'do %' and state = 'active'`)).length === 0);
    const exited = new Promise<void>((resolve) => server.onExit(resolve))
    const killed = server.pid()
    process.kill(killed, 'SIGKILL')
    await exited
    assert.deepEqual(await askUntilAnswered(server, `select line from kept where line like 'before%'`), [
      'before the server was killed',
    ])
    await untilReplaced(server, killed)
    await busy
  })
})

test('a server that was adopted and is killed then is started again too', async () => {
  const { pid, program } = await startProgram()
  program.kill('SIGKILL')
  await once(program, 'exit')
  await withServer(async (server) => {
    const exited = new Promise<void>((resolve) => server.onExit(resolve))
    process.kill(pid, 'SIGKILL')
    await exited
    await untilReplaced(server, pid)
    await ask(server, 'select 1')
  })
})

test('program and server killed together: what was committed is there at the next start', async () => {
  const { pid, program } = await startProgram()
  await ask(
    { connection: { host: folder, port: 5432, user: 'heliogram', database: 'heliogram' } },
    `insert into kept values ('both')`,
  )
  program.kill('SIGKILL')
  process.kill(pid, 'SIGKILL')
  await once(program, 'exit')
  await withServer(async (server) => assert.deepEqual(await ask(server, `select line from kept where line = 'both'`), ['both']))
})

test('a postmaster.pid that names somebody else’s process, and a socket left behind, stop nobody', {
  skip: process.platform === 'win32',
}, async () => {
  const { uid, gid } = lstatSync(folder)
  const other = spawn('sleep', ['600'], isRoot ? { uid, gid } : {}) // of the same user, which fools PostgreSQL itself
  writeFileSync(join(folder, 'postmaster.pid'), `${other.pid}\n${folder}\n1\n5432\n.\n\n1 1\nready   \n`)
  writeFileSync(join(folder, '.s.PGSQL.5432'), '')
  writeFileSync(join(folder, '.s.PGSQL.5432.lock'), `${other.pid}\n`)
  await withServer(async (server) => assert.deepEqual(await ask(server, 'select 1'), ['1']))
  assert.equal(other.exitCode, null, 'and it was left alone')
  other.kill()
})

test('Ctrl-C reaches the program, not its database, which the drain still needs', {
  skip: process.platform === 'win32',
}, async () => {
  const { program, next } = await startProgram()
  process.kill(-(program.pid ?? 0), 'SIGINT')
  assert.equal(await next(), 'drained')
})

test('a path too long for a socket has its socket elsewhere, in a private folder', {
  skip: process.platform === 'win32',
}, async () => {
  const long = join(dataDir, 'a-folder-with-a-long-name-'.repeat(4))
  mkdirSync(long)
  const server = await startEmbedded({ dataDir: long })
  const { host = '' } = server.connection
  assert.ok(host.length < 80 && !host.startsWith(long))
  assert.equal(statSync(host).mode & 0o777, 0o700)
  assert.deepEqual(await ask(server, 'select 1'), ['1'])
  await server.stop()
  rmSync(host, { recursive: true })
})

test('a folder of another version, a folder of something else, and no folder are told in one line', async () => {
  const version = readFileSync(join(folder, 'PG_VERSION'))
  writeFileSync(join(folder, 'PG_VERSION'), '17\n')
  await assert.rejects(
    startEmbedded({ dataDir }),
    (error) => error instanceof CannotStart && /made by PostgreSQL 17, this program has 18/.test(error.message),
  )
  writeFileSync(join(folder, 'PG_VERSION'), version)

  const odd = join(dataDir, 'odd')
  mkdirSync(join(odd, 'postgres/photos'), { recursive: true })
  await assert.rejects(startEmbedded({ dataDir: odd }), /CannotStart: .*holds something, but no database/)

  writeFileSync(join(dataDir, 'file'), '')
  await assert.rejects(startEmbedded({ dataDir: join(dataDir, 'file') }), /CannotStart: The data folder .* cannot be written \(E/)
})

test('below a folder that is closed to others (as /root is) it works for root', {
  skip: isRoot ? false : 'not root',
}, async () => {
  const closed = temporaryFolder('closed-')
  assert.equal(statSync(closed).mode & 0o777, 0o700)
  const server = await startEmbedded({ dataDir: join(closed, 'data') })
  assert.deepEqual(await ask(server, 'select 1'), ['1'])
  assert.notEqual(statSync(join(closed, 'data/postgres')).uid, 0)
  await server.stop()
  rmSync(closed, { recursive: true })
})

async function withServer(work: (server: Embedded) => Promise<void>): Promise<void> {
  const server = await startEmbedded({ dataDir })
  const life = setInterval(() => {}, 60_000) // watching a server keeps no program alive
  try {
    await work(server)
  } finally {
    clearInterval(life)
    await server.stop()
  }
}

/** Another program with the server of this folder, in a process group of its own, as a terminal would give it. */
async function startProgram(): Promise<{ pid: number; program: ChildProcess; next(): Promise<string> }> {
  const script = fileURLToPath(new URL('../support/embedded-child.ts', import.meta.url))
  const cwd = dirname(dirname(dirname(script)))
  const program = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value ?? 'no line'
  return { pid: Number(await next()), program, next }
}

async function ask({ connection }: Pick<Embedded, 'connection'>, text: string): Promise<string[]> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text, rowMode: 'array' })
    return rows.map(String)
  } finally {
    await client.end()
  }
}

/** Answers may come a moment before the program has noted who gives them. */
async function untilReplaced(server: Embedded, killed: number): Promise<void> {
  const deadline = Date.now() + 60_000
  while (server.pid() === killed) {
    assert.ok(Date.now() < deadline, 'no new server')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function askUntilAnswered(server: Embedded, text: string): Promise<string[]> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      return await ask(server, text)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
