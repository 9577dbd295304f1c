import { log } from '../log.ts'
import type { Session, Statement } from './session.ts'

const INDEXES: Statement = {
  name: 'brin_indexes',
  text: `
select c.oid::int8 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
where a.amname = 'brin' and c.relkind = 'i'
  and (i.indrelid = 'postings'::regclass or i.indrelid in (select inhrelid from pg_inherits where inhparent = 'messages'::regclass))`,
}

/** Waits for nobody: where the vacuum is at work, it does the same. */
const SUMMARISE: Statement = {
  name: 'brin_summarise',
  text: `
with patience as materialized (select set_config('lock_timeout', '200ms', true) as v)
select brin_summarize_new_values($1::int8::regclass) from patience where v is not null`,
}

/**
 * Lets the block-range indices know of what was written lately. Until they do, a look at any range of ids reads all of
 * that as well: the vacuum tells them about once a minute, which is a million rows on a busy centre.
 */
export async function summarise(session: Session): Promise<void> {
  for (const [oid] of await session.run(INDEXES, [])) {
    await session
      .run(SUMMARISE, [oid])
      .catch((error: Error) => log.debug('an index is not up to date', { reason: error.message }))
  }
}
