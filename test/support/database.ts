import { createHash } from 'node:crypto'
import pg from 'pg'
import { openStore, type Store } from '../../src/store/connect.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { CLUSTER_VARIABLE, type Cluster, startCluster } from './cluster.ts'

export interface TestDatabase {
  readonly config: pg.ClientConfig
  /** For a program under test, as DATABASE_URL. */
  readonly url: string
  drop(): Promise<void>
}

let own: Promise<Cluster> | undefined

/** The run's server; a test file that is run alone starts one for itself. */
async function connection(): Promise<pg.ClientConfig> {
  const given = process.env[CLUSTER_VARIABLE]
  if (given) return JSON.parse(given) as pg.ClientConfig
  own ??= startCluster()
  return (await own).connection
}

/** What many databases begin with is made once for all of a run. The name tells it from others, and from that of another month. */
export interface Beginning {
  readonly name: string
  prepare(pool: pg.Pool): Promise<unknown>
}
const NO_ROWS: Beginning = { name: 'empty', prepare: async () => {} }

let created = 0
const templates = new Map<string, Promise<string>>()

/** A database of its own for a test: the schema of today, no rows, or as it is begun; or, not migrated, nothing at all. */
export async function createDatabase({ migrated = true, beginning = NO_ROWS } = {}): Promise<TestDatabase> {
  const server = await connection()
  created += 1
  const name = `test_${process.pid}_${created}`
  await administer(server, async (admin) => {
    const template = migrated ? await templateOf(beginning, server, admin) : 'template0'
    await admin.query(`create database ${name} template ${template}`)
  })
  const config = { ...server, database: name }
  return {
    config,
    url: urlOf(config),
    drop: () => administer(server, async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  }
}

/** A store on a database of its own; `close` ends both. */
export async function openTestStore(
  beginning?: Beginning,
): Promise<{ store: Store; database: TestDatabase; close(): Promise<void> }> {
  const database = await createDatabase(beginning && { beginning })
  const store = await openStore({ databaseUrl: database.url, dataDir: '', poolSize: 4 })
  return {
    store,
    database,
    close: async () => {
      await store.close()
      await database.drop()
    },
  }
}

async function administer<T>(server: pg.ClientConfig, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ ...server, database: 'postgres' })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

const LOCK = 1

function templateOf(beginning: Beginning, server: pg.ClientConfig, admin: pg.Client): Promise<string> {
  const made = templates.get(beginning.name) ?? makeTemplate(beginning, server, admin)
  templates.set(beginning.name, made)
  return made
}

/** Migrated once for each state of the migrations; gets its name when it is whole. */
async function makeTemplate(beginning: Beginning, server: pg.ClientConfig, admin: pg.Client): Promise<string> {
  const checksums = readMigrations().map(({ checksum }) => checksum)
  const schema = createHash('sha256').update(checksums.join()).digest('hex').slice(0, 12)
  const name = `template_${beginning.name}_${schema}`
  await admin.query('select pg_advisory_lock($1)', [LOCK])
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
    if (rowCount) return name
    await admin.query(`drop database if exists ${name}_draft`)
    await admin.query(`create database ${name}_draft`)
    const pool = new pg.Pool({ ...server, database: `${name}_draft` })
    try {
      await migrate(pool)
      await beginning.prepare(pool)
    } finally {
      await pool.end()
    }
    await admin.query(`alter database ${name}_draft rename to ${name}`)
    return name
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [LOCK])
  }
}

function urlOf({ host = '', port, user, password, database }: pg.ClientConfig): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : ''
  const query = new URLSearchParams({ host, port: String(port) })
  return `postgresql://${user}${secret}@/${database}?${query}`
}
