import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import type { Session, Statement } from './session.ts'

/** What a node tells the others; a hint that saves them seconds, never the truth. */
export type Topic = 'accounts' | 'catalogue'

/** At most 20 a second of both topics: more would slow every commit down (core: sign-in cache). */
const PAUSE_MS = 100
const IDS_MAX = 500 // in one hint; more: everything

const NOTIFY: Statement = { name: 'notify', text: `select pg_notify($1, $2)` }

/**
 * Sends hints after a change: account ids with commas between them, or nothing, which means everything.
 * Hints that come while one is on its way, or shortly after it, go together in the next.
 */
export function createNotifier(session: Session) {
  const pending: Record<Topic, Set<number> | undefined> = { accounts: undefined, catalogue: undefined }
  const busy = new Set<Topic>()

  async function send(topic: Topic): Promise<void> {
    busy.add(topic)
    for (let ids = pending[topic]; ids; ids = pending[topic]) {
      pending[topic] = undefined
      const payload = ids.size > IDS_MAX ? '' : [...ids].join(',')
      await session.run(NOTIFY, [topic, payload]).catch((error) => log.warn('a hint to the other nodes was lost', { error }))
      await sleep(PAUSE_MS)
    }
    busy.delete(topic)
  }

  const hint = (topic: Topic, id?: number): void => {
    const ids = pending[topic] ?? new Set()
    pending[topic] = ids
    if (id !== undefined) ids.add(id)
    if (!busy.has(topic)) void send(topic)
  }

  return {
    accountChanged: (accountId: number): void => hint('accounts', accountId),
    catalogueChanged: (): void => hint('catalogue'),
  }
}

export type Notifier = ReturnType<typeof createNotifier>

/** The accounts a hint names; undefined: all of them. */
export function hintedAccounts(payload: string): readonly number[] | undefined {
  const ids = payload.split(',').map(Number)
  return payload !== '' && ids.every(Number.isInteger) ? ids : undefined
}
