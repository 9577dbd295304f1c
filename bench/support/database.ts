import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { cpuOfFamily } from './cpu.ts'
import { memoryOfFamily } from './memory.ts'

/** The centre's own PostgreSQL, looked at from outside: what is counted here no message path has told us. */
export interface Database {
  readonly version: string
  /** CPU of all its processes, in microseconds. */
  cpuUs(): number
  /** Memory of all its processes, shared buffers once. */
  memoryMb(): number
  /** The highest id of a message; 0 without one. */
  lastId(): Promise<number>
  /** Messages above an id, by state. */
  countSince(id: number): Promise<Counts>
  /** Bytes of write-ahead log written so far. */
  walBytes(): Promise<number>
  close(): Promise<void>
}

export interface Counts {
  readonly stored: number
  readonly delivered: number // state 1
  readonly waiting: number // states -1 and 0: not final
  readonly charged: bigint // millionths
}

export async function openDatabase(dataDir: string): Promise<Database> {
  const folder = join(dataDir, 'postgres')
  // postmaster.pid: pid, folder, start time, port, socket folder, address (PostgreSQL documentation, 67.1).
  const [pid = '', , , port = '', socketFolder = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  const host = socketFolder.startsWith('/') ? socketFolder : folder
  const client = new pg.Client({ host, port: Number(port), user: 'heliogram', database: 'heliogram' })
  await client.connect()
  const one = async <Row>(sql: string, values: unknown[] = []): Promise<Row> => {
    const { rows } = await client.query(sql, values)
    return rows[0] as Row
  }
  const { version } = await one<{ version: string }>(`select current_setting('server_version') as version`)

  return {
    version: version.split(' ')[0] ?? version,
    cpuUs: () => cpuOfFamily(Number(pid)),
    memoryMb: () => memoryOfFamily(Number(pid)),
    lastId: async () => Number((await one<{ id: string }>('select coalesce(max(id), 0) as id from messages')).id),
    async countSince(id) {
      const row = await one<Record<keyof Counts, string>>(
        `select count(*) as stored,
                count(*) filter (where state = 1) as delivered,
                count(*) filter (where state in (-1, 0)) as waiting,
                coalesce(sum(price - refunded), 0) as charged
         from messages where id > $1`,
        [id],
      )
      return {
        stored: Number(row.stored),
        delivered: Number(row.delivered),
        waiting: Number(row.waiting),
        charged: BigInt(row.charged),
      }
    },
    walBytes: async () => Number((await one<{ bytes: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes`)).bytes),
    close: () => client.end(),
  }
}
