import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { monthOf } from '../../src/domain/message-id.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../../src/store/partitions.ts'
import { temporaryFolder } from './cluster.ts'
import { heliogram } from './command-line.ts'
import { type Customer, customer } from './customer.ts'
import { type Beginning, createDatabase, type TestDatabase } from './database.ts'
import { endServer, endsWithUs, serverOf } from './embedded-server.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { type Exit, type Program, runProgram, startProgram } from './program.ts'
import { programUnderTest } from './program-under-test.ts'
import { witness } from './story.ts'

export interface CentreOptions {
  readonly mode: 'sandbox' | 'serve'
  /** embedded: the server that ships with the program, in the centre's data folder; test: a database of the run's cluster, or this one. */
  readonly database: 'embedded' | 'test' | TestDatabase
  readonly environment?: Readonly<Record<string, string>>
  /** What node is told to run; without it, the program under test. */
  readonly program?: readonly string[]
}

/** The whole program in a process of its own, seen from outside: HTTP, the command line, and a look into its database. */
export interface Centre {
  readonly url: string
  readonly smppPort: number
  readonly dataDir: string
  pid(): number
  /** What it has logged since its last start. */
  output(): string
  get(path: string, init?: RequestInit): Promise<Response>
  /** The admin API, behind the token of the data folder. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>
  /** `heliogram …` in this process, which saves the second that one of its own takes; it asks the running centre all the same. */
  cli(...args: readonly string[]): Promise<{ code: number | null; output: string }>
  /** The same in a process of its own, as people type it. */
  program(...args: readonly string[]): Promise<{ code: number | null; output: string }>
  /** Opens an account without limits on repeated and simultaneous requests; what limits do is told elsewhere. */
  account(login: string, balance: number, settings?: object): Promise<Customer>
  customer(login: string, password: string): Customer
  /** Rows of its database. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  /** SIGKILL, to the program alone; its embedded server goes on. */
  kill(): Promise<void>
  /** Asks it to end and resolves with how it did. */
  terminate(signal?: NodeJS.Signals): Promise<Exit>
  /** After `kill` or `terminate`: on the same ports, folder and database. Resolves when it is ready. */
  start(): Promise<void>
  /** Ends it and removes what it stored. */
  stop(): Promise<void>
}

/** For `account limits`: no requests are counted. */
export const NO_LIMITS = {
  ...{ concurrent: 0, identical: 0, identical_cost: 0, status: 0, status_mass: 0, balance: 0 },
  ...{ identical_other: 0, history: 0, statistics: 0, operator: 0, subclients: 0, jobs: 0 },
}

/** A centre makes its partitions at its first start; those that have a database of their own tell that story. */
const withMonths = (): Beginning => ({
  name: `centre_${monthOf(Date.now()).name}`,
  prepare: (pool) => ensurePartitions(pool, PARTITIONED_TABLES, Date.now()),
})

/** Starts the program and resolves when it is ready. */
export async function startCentre(options: CentreOptions): Promise<Centre> {
  const { program: started = programUnderTest } = options
  const dataDir = temporaryFolder('centre-')
  const database =
    options.database === 'embedded'
      ? undefined
      : options.database === 'test'
        ? await createDatabase({ beginning: withMonths() })
        : options.database
  const [httpPort, smppPort, smtpPort] = [await freePort(), await freePort(), await freePort()]
  const url = `http://127.0.0.1:${httpPort}`
  const { DATABASE_URL: _, ...inherited } = process.env
  const environment: NodeJS.ProcessEnv = {
    ...inherited,
    HELIOGRAM_DATA: dataDir,
    HELIOGRAM_HTTP_PORT: String(httpPort),
    HELIOGRAM_SMPP_PORT: String(smppPort),
    HELIOGRAM_SMTP_PORT: String(smtpPort),
    HELIOGRAM_URL: url,
    ...(database && { DATABASE_URL: database.url }),
    HELIOGRAM_LOG_LEVEL: 'info',
    HELIOGRAM_SENDING_HOURS: '0-24', // what a test tells is true at night too
    ...options.environment,
  }
  if (!database) endsWithUs(dataDir)
  let program: Program
  const forget = witness({ name: `the centre at ${url}`, testimony: () => program?.output() ?? '' })

  async function start(): Promise<void> {
    program = startProgram(process.execPath, [...started, options.mode], environment)
    await eventually(async () => {
      if (!program.running()) return
      assert.equal((await fetch(`${url}/healthz`)).status, 200)
    })
    assert.ok(program.running(), `the centre has ended instead of starting:\n${program.output()}`)
  }

  const token = () => readFileSync(join(dataDir, 'admin-token'), 'utf8').trim()

  async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const response = await fetch(`${url}/admin/v1${path}`, init)
    const answer = await response.text()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer}`)
    return JSON.parse(answer)
  }

  let pool: pg.Pool | undefined
  const makePool = () => {
    const made = new pg.Pool({ ...(database?.config ?? serverOf(dataDir).connection), max: 2 })
    made.on('error', () => {}) // its server was killed; the next query connects again
    return made
  }

  const asCustomer = (login: string, password: string) => customer(() => url, login, password)
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }

  /** Every step is taken, whatever the others complain of. */
  async function stop(): Promise<void> {
    const complaints: unknown[] = []
    for (const step of [
      async () => program?.running() && program.end('SIGKILL'),
      async () => pool?.end(),
      async () => (database ? database.drop() : endServer(dataDir)),
      async () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }),
    ]) {
      await step().catch((error: unknown) => complaints.push(error))
    }
    forget()
    if (complaints.length > 0) throw complaints[0]
  }

  return {
    url,
    smppPort,
    dataDir,
    pid: () => program.pid,
    output: () => program.output(),
    get: (path, init) => fetch(`${url}${path}`, init),
    admin,
    cli: (...args) => heliogram({ url, dataDir }, ...args),
    program: (...args) => runProgram(process.execPath, [...started, ...args], environment),
    account: async (login, balance, settings = {}) => {
      await admin('POST', '/accounts', { login, password: `${login}-secret`, balance: String(balance) })
      await admin('PATCH', `/accounts/${login}/limits`, NO_LIMITS)
      if (Object.keys(settings).length > 0) await admin('PATCH', `/accounts/${login}/settings`, settings)
      return asCustomer(login, `${login}-secret`)
    },
    customer: asCustomer,
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => {
      pool ??= makePool()
      return (await pool.query<Row>(sql, values)).rows
    },
    kill: async () => void (await program.end('SIGKILL')),
    terminate: (signal = 'SIGTERM') => program.end(signal),
    start,
    stop,
  }
}
