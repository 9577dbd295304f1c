import type pg from 'pg'
import { idOfTime } from '../domain/message-id.ts'
import { log } from '../log.ts'
import type { Session, Statement } from './session.ts'

/*
 * An index of recipients would cost every message a third of its PostgreSQL time while it is written, so the open months have none.
 * A month that is over gets one: `messages_2026_10_recipient`.
 */

const PARTITIONS: Statement = {
  name: 'recipient_index_partitions',
  text: `
select c.relname, pg_get_expr(c.relpartbound, c.oid),
  coalesce((select x.indisvalid::text from pg_index x join pg_class r on r.oid = x.indexrelid
    where x.indrelid = c.oid and r.relname = c.relname || '_recipient'), '')
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'messages'::regclass and not i.inhdetachpending`,
}

interface IndexedPartition {
  readonly name: string
  readonly from: number
  readonly to: number
  /** broken: a building was interrupted. */
  readonly index: 'valid' | 'broken' | 'none'
}

/** The months of messages, oldest first. */
async function readPartitions(session: Session): Promise<IndexedPartition[]> {
  return (await session.run(PARTITIONS, []))
    .map(([name, bound, valid]): IndexedPartition => {
      const [from = 0, to = 0] = [...(bound as string).matchAll(/'(\d+)'/g)].map(([, id]) => Number(id))
      return { name: name as string, from, to, index: valid === 'true' ? 'valid' : valid === 'false' ? 'broken' : 'none' }
    })
    .sort((a, b) => a.from - b.from)
}

/** The first id that the index of recipients does not hold; below it every month has its own. */
export async function recipientsIndexedUntil(session: Session): Promise<number> {
  const partitions = await readPartitions(session)
  return partitions.find(({ index }) => index !== 'valid')?.from ?? partitions.at(-1)?.to ?? 0
}

// "Heliogram recipients", as a number nobody else uses.
const LOCK = 7_435_416_412

/**
 * Builds the index of months that ended before `nowMs`, where it is missing, one after another and beside the traffic: nobody waits
 * for it. Several nodes may ask at once; one builds. `signal` gives up what is being built. Resolves with the months that got one.
 */
export async function indexRecipients(
  pool: pg.Pool,
  session: Session,
  nowMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const missing = async () =>
    (await readPartitions(session)).filter(({ to, index }) => to <= idOfTime(nowMs) && index !== 'valid')
  if ((await missing()).length === 0) return []
  const client = await pool.connect()
  const built: string[] = []
  let backend = 0
  const giveUp = () => void pool.query('select pg_cancel_backend($1)', [backend]).catch(() => {})
  try {
    // One core at most, however many the server may use: this is not urgent.
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set max_parallel_maintenance_workers = 0')
    const { rows } = await client.query<{ mine: boolean; backend: number }>(
      'select pg_try_advisory_lock($1) as mine, pg_backend_pid() as backend',
      [LOCK],
    )
    if (!rows[0]?.mine) return []
    backend = rows[0].backend
    signal.addEventListener('abort', giveUp)
    for (const { name, index } of await missing()) {
      if (signal.aborted) break
      if (index === 'broken') await client.query(`drop index concurrently if exists ${name}_recipient`)
      await client.query(`create index concurrently ${name}_recipient on ${name} (recipient, account_id, id)`)
      log.info('a month can be searched by recipients', { file: name })
      built.push(name)
    }
    return built
  } catch (error) {
    if (signal.aborted) return built // the next run drops what is half built
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
    // Said aloud: a connection that is closed keeps its lock a little longer.
    await client.query('select pg_advisory_unlock_all()').catch(() => {})
    client.release(true) // with its settings
  }
}
