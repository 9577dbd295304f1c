import { LRUCache } from 'lru-cache'
import { sleep } from '../clock.ts'
import { type Blacklist, draftBlacklist } from '../domain/blacklist.ts'
import type { BlacklistType } from '../domain/contact.ts'
import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import { listBlacklist, readBlacklistVersions } from '../store/blacklist.ts'
import type { Session } from '../store/session.ts'

type Bars = (address: string, mailing: boolean) => boolean

/** The versions of the lists in use are asked for this often; what was not asked for so many beats is not trusted. */
const BEAT_MS = 2_000
const TRUSTED_BEATS = 2

/** Over all accounts: 4 million entries are 32 MB. One without a blacklist counts for a few. */
const ENTRIES_MAX = 4_000_000
const ENTRIES_OF_NONE = 16
const ACCOUNTS_MAX = 50_000
const PAGE = 5_000

/** A long list that others keep changing is read again at most every so many beats: reading it is work. */
const ENTRIES_PER_BEAT = 200_000
/** More changes at once than this, and the list is read again. */
const CHANGES_MAX = 100

interface Kept {
  version: number
  list: Blacklist | undefined // undefined: nobody is in it
  bars: Bars | undefined
  checkedAt: number // beat
  readAt: number // beat
  used: boolean
}

export interface BlacklistChange {
  readonly addresses: readonly string[]
  /** Undefined: they are taken out. */
  readonly type: BlacklistType | undefined
  /** Of the list after it. */
  readonly version: number
}

/**
 * Blacklists in memory. An account that has none, and was asked about within seconds, costs one look into a map. Memory is
 * bounded; versions, counted in the database with every change, keep it fresh.
 */
export function createBlacklistCache(session: Session) {
  const kept = new LRUCache<number, Kept>({
    max: ACCOUNTS_MAX,
    maxSize: ENTRIES_MAX,
    sizeCalculation: ({ list }) => ENTRIES_OF_NONE + (list?.size ?? 0),
  })
  const underWay = new Map<number, Promise<Bars | undefined>>()
  const stopping = new AbortController()
  let beat = 0
  let doubts = 0

  const isTrusted = (entry: Kept): boolean => beat - entry.checkedAt <= TRUSTED_BEATS

  /** Undefined: nobody is barred. A promise where the store has to be asked. */
  function of(accountId: number): Bars | undefined | Promise<Bars | undefined> {
    const entry = kept.get(accountId)
    if (entry && isTrusted(entry)) {
      entry.used = true
      return entry.bars
    }
    return once(accountId)
  }

  /** Many requests of one account wait for one answer. */
  function once(accountId: number): Promise<Bars | undefined> {
    const asked = underWay.get(accountId)
    if (asked) return asked
    const asking = ask(accountId)
      .catch(() => {
        throw new Refusal('unavailable')
      })
      .finally(() => underWay.get(accountId) === asking && underWay.delete(accountId))
    underWay.set(accountId, asking)
    return asking
  }

  async function ask(accountId: number): Promise<Bars | undefined> {
    const askedAt = beat
    const doubted = doubts
    const version = (await readBlacklistVersions(session, [accountId])).get(accountId) ?? 0
    const known = kept.peek(accountId)
    const isEnough = known && (known.version >= version || !mayRead(known))
    const entry = isEnough ? known : await read(accountId, version)
    if (doubted === doubts) entry.checkedAt = askedAt
    entry.used = true
    return entry.bars
  }

  const mayRead = ({ list, readAt }: Kept): boolean => beat - readAt >= Math.floor((list?.size ?? 0) / ENTRIES_PER_BEAT)

  /** The version was read before the list: whatever changes meanwhile has a higher one, and is noticed. */
  async function read(accountId: number, version: number): Promise<Kept> {
    const list = version === 0 ? undefined : await readList(accountId)
    const known = kept.peek(accountId)
    if (known && known.version > version) return known // changed by us while it was read
    const entry: Kept = { version, list, bars: barsOf(list), checkedAt: Number.NEGATIVE_INFINITY, readAt: beat, used: true }
    kept.set(accountId, entry)
    return entry
  }

  async function readList(accountId: number): Promise<Blacklist> {
    const draft = draftBlacklist()
    for (let afterId = 0; ; ) {
      const page = await listBlacklist(session, accountId, afterId, PAGE)
      for (const { address, type } of page) draft.add(address, type)
      if (page.length < PAGE) return draft.finish()
      afterId = page.at(-1)?.id ?? 0
    }
  }

  /** Asks for the versions of all lists that were used since the last time, in one question, and reads those that changed. */
  async function refresh(): Promise<void> {
    beat += 1
    const askedAt = beat
    const doubted = doubts
    const used = [...kept.entries()].flatMap(([accountId, entry]) => (entry.used ? [accountId] : []))
    if (used.length === 0) return
    const versions = await readBlacklistVersions(session, used)
    const changed: [accountId: number, version: number][] = []
    for (const accountId of used) {
      const entry = kept.peek(accountId)
      if (!entry) continue
      const version = versions.get(accountId) ?? 0
      if (entry.version < version && mayRead(entry)) changed.push([accountId, version])
      entry.used = false
      if (doubted === doubts) entry.checkedAt = askedAt
    }
    for (const [accountId, version] of changed) await read(accountId, version)
  }

  /** What is asked for just now may be the answer of before. */
  function doubt(accountId: number): void {
    doubts += 1
    underWay.delete(accountId)
    const entry = kept.peek(accountId)
    if (entry) entry.checkedAt = Number.NEGATIVE_INFINITY
  }

  async function keepFresh(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(BEAT_MS, stopping.signal)
      await refresh().catch((error) => {
        if (!stopping.signal.aborted) log.warn('the versions of blacklists could not be read', { error })
      })
    }
  }

  return {
    of,
    refresh,

    /** This node changed a list: what it knows follows, unless another node changed it too. */
    changed(accountId: number, { addresses, type, version }: BlacklistChange): void {
      const entry = kept.peek(accountId)
      doubt(accountId)
      if (!entry) return
      kept.delete(accountId)
      if (entry.version !== version - 1 || addresses.length > CHANGES_MAX) return
      const list = entry.list ?? draftBlacklist().finish()
      for (const address of addresses) list.set(address, type)
      kept.set(accountId, { ...entry, list, bars: barsOf(list), version })
    },

    /** Another node may have changed it: its version is asked for at the next use. */
    doubt,

    doubtAll(): void {
      for (const accountId of [...kept.keys(), ...underWay.keys()]) doubt(accountId)
    },

    start: (): void => void keepFresh(),
    stop: (): void => stopping.abort(),
  }
}

export type BlacklistCache = ReturnType<typeof createBlacklistCache>

const barsOf = (list: Blacklist | undefined): Bars | undefined =>
  list && list.size > 0 ? (address, mailing) => list.bars(address, mailing) : undefined
