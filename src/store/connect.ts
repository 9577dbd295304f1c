import pg from 'pg'
import { log } from '../log.ts'
import { CannotStart } from './cannot-start.ts'
import { type DedicatedClient, dedicatedClient } from './dedicated-client.ts'
import type { Settings } from './embedded/settings.ts'
import { startEmbedded } from './embedded.ts'
import { poolSession } from './pool-session.ts'
import type { Session } from './session.ts'
import { applySettings, SESSION_SETTINGS, type SessionSettings, typeParsers } from './session-settings.ts'

export interface StoreConfig {
  /** A server of the operator's own (15 or newer); without it the bundled one runs in `dataDir`. */
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  /** Connections for everything that has no dedicated one. */
  readonly poolSize?: number
  /** How the sessions call themselves in pg_stat_activity. */
  readonly applicationName?: string
  /** Settings of the bundled server other than the shipped ones (tests). */
  readonly serverSettings?: Settings
}

export interface Store {
  /** For everything that is not the path of a message. */
  readonly pool: pg.Pool
  /** The pool, as the store's functions want it. */
  readonly session: Session
  /** A connection of its own with its own session settings, which reconnects by itself. `close` ends it too. */
  client(name: string, settings?: SessionSettings): DedicatedClient
  /** Process id of the bundled server; undefined with DATABASE_URL. */
  serverPid(): number | undefined
  /** Called when the bundled server died (it is being started again); never with DATABASE_URL. */
  onServerExit(listener: () => void): void
  close(): Promise<void>
}

const POOL_SIZE = 10
const CONNECT_MS = 10_000
// More than statement_timeout: the database ends a statement first, if it can.
const ANSWER_MS = 60_000
const VERSION_MIN = 150_000

/**
 * Opens the store: the server at DATABASE_URL, or the bundled one, started if need be. Session settings and
 * prepared statements need direct connections, so a PgBouncer between must be in session mode.
 * @throws {CannotStart} with one line for the operator.
 */
export async function openStore(config: StoreConfig): Promise<Store> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({ dataDir: config.dataDir, ...(config.serverSettings && { settings: config.serverSettings }) })
  try {
    const store = await connectTo(
      embedded ? { ...embedded.connection, ssl: false } : { connectionString: config.databaseUrl },
      config,
    )
    return {
      ...store,
      serverPid: () => embedded?.pid(),
      onServerExit: (listener) => embedded?.onExit(listener),
      close: async () => {
        await store.close()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

async function connectTo(
  server: pg.ClientConfig,
  config: StoreConfig,
): Promise<Pick<Store, 'pool' | 'session' | 'client' | 'close'>> {
  const applicationName = config.applicationName ?? 'heliogram'
  const base: pg.ClientConfig = {
    ...server,
    types: typeParsers,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: applicationName,
  }
  const settings = { ...SESSION_SETTINGS, ...(await checkServer(base)) }
  const pool = new pg.Pool({
    ...base,
    max: config.poolSize ?? POOL_SIZE,
    onConnect: (client) => applySettings(client, settings),
  })
  // A connection that breaks while somebody has it is told to its statement; unheard, the event would end the program.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => log.warn('an idle connection to the database broke', { error }))

  const clients: DedicatedClient[] = []
  return {
    pool,
    session: poolSession(pool),
    client: (name, own = {}) => {
      const connect = () => connectOnce({ ...base, application_name: `${applicationName} ${name}` }, { ...settings, ...own })
      const client = dedicatedClient({ name, connect, answerMs: ANSWER_MS })
      clients.push(client)
      return client
    },
    close: async () => {
      await Promise.all([...clients.map((client) => client.close()), pool.end()])
    },
  }
}

async function connectOnce(config: pg.ClientConfig, settings: SessionSettings): Promise<pg.Client> {
  const client = new pg.Client(config)
  client.on('error', () => {}) // the query in flight is told; the owner adds its own listener
  try {
    await client.connect()
    await applySettings(client, settings)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/** Refuses servers we cannot work with; returns the session settings that mend what can be mended. */
async function checkServer(config: pg.ClientConfig): Promise<SessionSettings> {
  const where = place(config)
  const client = await connectOnce(config, {}).catch((error: unknown) => {
    throw new CannotStart(`${where} does not let us in: ${reason(error)}`)
  })
  try {
    const { rows } = await client.query<{ [name: string]: string }>(
      `select name, setting from pg_settings where name in ('server_version_num', 'server_version', 'server_encoding', 'fsync', 'synchronous_commit')
       union all select 'standby', pg_is_in_recovery()::text`,
    )
    const facts = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
    if (Number(facts.server_version_num) < VERSION_MIN) {
      throw new CannotStart(`${where} is PostgreSQL ${facts.server_version}: Heliogram needs 15 or newer`)
    }
    if (facts.server_encoding !== 'UTF8')
      throw new CannotStart(`${where} has the encoding ${facts.server_encoding}: create it with UTF8`)
    if (facts.standby === 'true') throw new CannotStart(`${where} is a read-only standby: name its primary`)
    if (facts.fsync === 'off') log.warn('the database runs with fsync off: what is answered OK may be lost in a power cut')
    return facts.synchronous_commit === 'off' || facts.synchronous_commit === 'local' ? { synchronous_commit: 'on' } : {}
  } finally {
    await client.end()
  }
}

/** Names the server without its password. */
function place(config: pg.ClientConfig): string {
  if (config.connectionString === undefined) return `The database in ${config.host}`
  try {
    const url = new URL(config.connectionString)
    return `The database ${url.pathname.slice(1) || '(unnamed)'} at ${url.host || 'the local socket'} (DATABASE_URL)`
  } catch {
    return 'The database of DATABASE_URL'
  }
}

function reason(error: unknown): string {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: Error[] }
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND') return 'there is no host of that name'
  return (message || errors?.map((each) => each.message).join(', ') || String(error)).split('\n')[0] ?? ''
}
