import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import type { ChargeOutcome, Commit } from '../store/accept.ts'
import type { FoundCommit } from '../store/committed.ts'
import { ConnectionLost } from '../store/session.ts'
import type { Batch, MakeBatch } from './batch.ts'
import type { Entry } from './entry.ts'
import { type Rationed, ration } from './ration.ts'
import { OutcomeUnknown } from './request.ts'

/**
 * Group commit without a timer: one commit is under way, and whatever queued meanwhile is the next one.
 * Singles go first, bulk takes what is left in slices, so a request with 100,000 numbers delays nobody.
 */

interface Waiting extends Rationed {
  readonly since: number // monotonic ms
}

export interface Limits {
  readonly rowsPerCommit: number
  readonly bulkRowsPerCommit: number
  readonly pendingRows: number
  readonly pendingMs: number
}

export const COMMIT_LIMITS: Limits = { rowsPerCommit: 1000, bulkRowsPerCommit: 700, pendingRows: 20_000, pendingMs: 2000 }

/** How long a commit whose answer was lost may stay unexplained before its callers are hung up on. */
const EXPLAIN_MS = 30_000
/** Entries that no commit has started for by then are refused: nothing of them is stored. */
const GIVE_UP_MS = 10_000

export interface GroupCommit {
  /** Queues an entry. Refuses at once (overloaded) when too much waits already. */
  add(entry: Entry): void
  readonly pendingRows: number
  readonly counters: { commits: number; rows: number; retried: number; poisoned: number; refused: number }
  /** Resolves when nothing is pending. */
  drained(): Promise<void>
}

export interface CommitStore {
  accept(commit: Commit): Promise<ChargeOutcome[]>
  /** What is stored of the commit; undefined: it did not happen. Rejects while the store can't be asked. */
  wasCommitted(commit: Commit): Promise<FoundCommit | undefined>
}

export function makeGroupCommit(
  store: CommitStore,
  makeBatch: MakeBatch,
  clock: { monotonic(): number; sleep(ms: number): Promise<void> },
  limits: Limits = COMMIT_LIMITS,
): GroupCommit {
  const singles: Waiting[] = []
  const bulk: Waiting[] = []
  const counters = { commits: 0, rows: 0, retried: 0, poisoned: 0, refused: 0 }
  const idle: (() => void)[] = []
  let pendingRows = 0
  let running = false

  function add(entry: Entry): void {
    const oldest = singles[0]
    const now = clock.monotonic()
    if (pendingRows + entry.drafts.length > limits.pendingRows || (oldest && now - oldest.since > limits.pendingMs)) {
      counters.refused += 1
      dropOld(now)
      entry.reject(new Refusal('overloaded'))
      return
    }
    const { account, bulk: isBulk, divisible, electronic, drafts, ref, hash, text, part, resolve, reject } = entry
    const waiting: Waiting = {
      account,
      bulk: isBulk,
      divisible,
      electronic,
      drafts,
      ref,
      hash,
      text,
      part,
      resolve,
      reject,
      since: now,
      available: undefined,
      electronicAvailable: 0n,
    }
    ;(entry.bulk ? bulk : singles).push(waiting)
    pendingRows += entry.drafts.length
    if (!running) {
      running = true
      // What arrives in this turn of the event loop goes together.
      setImmediate(() => void run())
    }
  }

  function dropOld(now: number): void {
    for (const list of [singles, bulk]) {
      while (list[0] && now - list[0].since > GIVE_UP_MS) {
        const old = list.shift() as Waiting
        pendingRows -= old.drafts.length
        old.reject(new Refusal('unavailable'))
      }
    }
  }

  async function run(): Promise<void> {
    while (singles.length > 0 || bulk.length > 0) {
      const entries = next()
      try {
        await commit(entries)
      } catch (error) {
        // Nothing of them is stored: a commit that stands does not throw.
        log.error('a commit failed', { error, count: entries.length })
        for (const entry of entries) entry.reject(new Refusal('unavailable'))
      }
    }
    running = false
    for (const resolve of idle.splice(0)) resolve()
  }

  function next(): Waiting[] {
    const entries: Waiting[] = []
    /** Accounts as they were signed in: one version each in a commit, so that a stale one is told from a fresh one. */
    const versions = new Map<number, number>()
    let rows = 0
    const takeFrom = (list: Waiting[], most: number) => {
      let count = 0
      let taken = 0
      for (const entry of list) {
        const size = entry.drafts.length
        if (taken > 0 && taken + size > most) break
        const { id, version } = entry.account
        if ((versions.get(id) ?? version) !== version) break
        versions.set(id, version)
        entries.push(entry)
        taken += size
        count += 1
      }
      list.splice(0, count)
      rows += taken
    }
    takeFrom(singles, limits.rowsPerCommit)
    if (rows < limits.rowsPerCommit) takeFrom(bulk, Math.min(limits.bulkRowsPerCommit, limits.rowsPerCommit - rows))
    pendingRows -= rows
    return entries
  }

  /** Stores entries; resolves when each of them was answered or queued again. */
  async function commit(entries: readonly Waiting[], attempt = 1): Promise<void> {
    ration(entries)
    const batch = makeBatch(entries)
    let outcomes: ChargeOutcome[]
    try {
      outcomes = await store.accept(batch.commit)
    } catch (error) {
      batch.undo()
      return recover(error, entries, batch, attempt)
    }
    counters.commits += 1
    counters.rows += batch.commit.messages.length
    answer(entries, batch, new Map(outcomes.map((outcome) => [outcome.accountId, outcome])))
  }

  function answer(entries: readonly Waiting[], batch: Batch, outcomes: ReadonlyMap<number, ChargeOutcome>): void {
    const stored = new Set<Entry>()
    const again: Waiting[] = []
    for (const entry of entries) {
      const outcome = outcomes.get(entry.account.id)
      if (outcome?.outcome === 'stored') stored.add(entry)
      else if (outcome?.outcome === 'poor') {
        entry.available = outcome.available
        entry.electronicAvailable = outcome.electronic ?? 0n
        again.push(entry)
      } else entry.reject(new Refusal('bad_credentials', { reason: 'the account changed meanwhile' }))
    }
    // First into memory and out to the carriers, then the answers: nobody waits for a socket of another.
    release(() => batch.release(stored, outcomes))
    for (const entry of stored as Set<Waiting>) {
      const outcome = outcomes.get(entry.account.id) as ChargeOutcome
      entry.resolve({ ref: batch.refOf(entry, outcome), balance: outcome.balance })
    }
    requeue(again)
  }

  /** The commit stands: whatever happens on the way to the carriers, its callers are told so. */
  function release(work: () => void): void {
    try {
      work()
    } catch (error) {
      log.error('messages that were stored could not be handed on', { error })
    }
  }

  async function recover(error: unknown, entries: readonly Waiting[], batch: Batch, attempt: number): Promise<void> {
    if (error instanceof ConnectionLost) return error.outcome === 'unknown' ? explain(entries, batch) : postpone(entries)
    const code = (error as { code?: string }).code ?? ''
    if ((code === '40P01' || code === '40001') && attempt < 3) {
      counters.retried += 1
      return commit(entries, attempt + 1)
    }
    if (/^(22|23)/.test(code) || error instanceof RangeError) return split(error, entries)
    throw error
  }

  /** The store is away and nothing was sent to it: the entries wait at the front until it is back or they are too old. */
  async function postpone(entries: readonly Waiting[]): Promise<void> {
    requeue(entries)
    dropOld(clock.monotonic())
    await clock.sleep(50)
  }

  function requeue(entries: readonly Waiting[]): void {
    for (const entry of [...entries].reverse()) {
      ;(entry.bulk ? bulk : singles).unshift(entry)
      pendingRows += entry.drafts.length
    }
  }

  /** A batch with a row that the store cannot hold is halved until that row stands alone; its neighbours never notice. */
  async function split(error: unknown, entries: readonly Waiting[]): Promise<void> {
    const [only] = entries
    if (entries.length === 1 && only) {
      counters.poisoned += 1
      log.warn('a request cannot be stored', {
        account: only.account.id,
        code: (error as { code?: string }).code ?? 'range',
        count: only.drafts.length,
      })
      only.reject(new Refusal('bad_request'))
      return
    }
    const middle = Math.ceil(entries.length / 2)
    await commit(entries.slice(0, middle))
    await commit(entries.slice(middle))
  }

  /**
   * The connection broke under a commit: its journal row tells whether it happened. After 30 s the callers get no answer
   * at all, but the question stays: what was stored has to be sent.
   */
  async function explain(entries: readonly Waiting[], batch: Batch): Promise<void> {
    const until = clock.monotonic() + EXPLAIN_MS
    let hungUp = false
    for (;;) {
      dropOld(clock.monotonic())
      let found: FoundCommit | undefined
      try {
        found = await store.wasCommitted(batch.commit)
      } catch {
        if (!hungUp && clock.monotonic() > until) {
          hungUp = true
          for (const entry of entries) entry.reject(new OutcomeUnknown())
        }
        await clock.sleep(100)
        continue
      }
      if (found) return tellFound(entries, batch, found, hungUp)
      return hungUp ? undefined : commit(entries)
    }
  }

  async function tellFound(entries: readonly Waiting[], batch: Batch, found: FoundCommit, hungUp: boolean): Promise<void> {
    const { refs, balances } = found
    const kept = entries.filter((entry) => batch.idsOf(entry).some((id) => refs.has(id)))
    const lost = entries.filter((entry) => !kept.includes(entry))
    counters.commits += 1
    counters.rows += refs.size
    release(() => batch.releaseFound(new Set(kept), refs))
    for (const entry of kept)
      entry.resolve({ ref: batch.refFound(entry, refs), balance: balances.get(entry.account.payerId) ?? 0n })
    if (lost.length > 0 && !hungUp) await commit(lost)
  }

  return {
    add,
    counters,
    get pendingRows() {
      return pendingRows
    },
    drained: () => (running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  }
}
