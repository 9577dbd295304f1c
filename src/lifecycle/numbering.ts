import { LRUCache } from 'lru-cache'
import type pg from 'pg'
import { monotonic, sleep } from '../clock.ts'
import { makeNumberSet, type NumberSet } from '../domain/number/number-set.ts'
import { factsOf } from '../domain/number/override.ts'
import { compilePlan, type LookUp, type NumberPlan, lookUp as shippedLookUp, withFacts } from '../domain/number/plan.ts'
import { REGISTER } from '../domain/number/register-table.ts'
import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import { findPorted, numberingVersion, readNumbering, type StoredNumbering } from '../store/numbering.ts'
import { countPorted, eachPorted } from '../store/ported-numbers.ts'
import type { Session } from '../store/session.ts'

/** What this node knows of numbers: the shipped plan, an imported register, the operator's prefixes, and who may be ported. */
export interface Numbering {
  /** By the plan and the operator's prefixes; a ported number shows its first operator. */
  readonly lookUp: LookUp
  /** No number of anybody can be ported: there is nothing to ask. */
  readonly hasNoPorted: () => boolean
  /** The plans of those of the numbers that are ported. Rejects with Refusal unavailable when the store cannot say. */
  ported(numbers: Iterable<string>): Promise<ReadonlyMap<string, NumberPlan>>
  /** Reads what is stored anew if it has changed; resolves when it is in force here. */
  refresh(): Promise<void>
  /** What is in force on this node, for status and metrics. */
  inForce(): NumberingInForce
  stop(): void
}

export interface NumberingInForce {
  readonly prefixes: number
  readonly ported: number
  readonly filterOctets: number
  readonly readMs: number // what the last reading took
}

const CHECK_MS = 2_000
const CACHE_MAX = 50_000 // ported numbers, and such as only looked so
const ASKED_AT_ONCE = 10_000

/** Reads what is stored, now and whenever it changes; resolves when it is in force. Millions of ported numbers take some seconds: it is called before a node has a lease. */
export async function openNumbering(session: Session, pool: pg.Pool): Promise<Numbering> {
  const stopping = new AbortController()
  let cache = newCache()
  let version = 0
  let lookUp = shippedLookUp
  let set: NumberSet | undefined
  let inForce: NumberingInForce = { prefixes: 0, ported: 0, filterOctets: 0, readMs: 0 }
  let reading: Promise<void> = Promise.resolve()

  async function read(): Promise<void> {
    if ((await numberingVersion(session)) === version) return
    const startedAt = monotonic()
    const stored = await readNumbering(session)
    const ported = await countPorted(pool)
    const fresh = ported === 0 ? undefined : makeNumberSet(ported)
    if (fresh) await eachPorted(pool, fresh.add)
    lookUp = compile(stored)
    set = fresh
    cache = newCache() // who asked before writes into the old one
    version = stored.version
    const readMs = Math.round(monotonic() - startedAt)
    inForce = { prefixes: stored.prefixes.length, ported, filterOctets: fresh?.octets ?? 0, readMs }
    if (stored.register || stored.prefixes.length > 0 || ported > 0) log.info('numbering read', { count: ported, ms: readMs })
  }

  /** One at a time; who asks during a reading waits for one that began later. */
  function refresh(): Promise<void> {
    const next = reading.then(read)
    reading = next.catch(() => {})
    return next
  }

  async function ask(numbers: readonly number[], found: Map<number, Known>, own: Cache): Promise<void> {
    for (let from = 0; from < numbers.length; from += ASKED_AT_ONCE) {
      const slice = numbers.slice(from, from + ASKED_AT_ONCE)
      const rows = await findPorted(session, slice).catch((error: unknown) => {
        log.warn('ported numbers could not be looked up', { error })
        throw new Refusal('unavailable')
      })
      const plans = new Map(rows.map((row) => [row.number, withFacts(lookUp(String(row.number)), factsOf(row))]))
      for (const number of slice) {
        const plan = plans.get(number) ?? NOT_PORTED
        own.set(number, plan)
        found.set(number, plan)
      }
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(CHECK_MS, stopping.signal)
      if (stopping.signal.aborted) return
      await refresh().catch((error: Error) => log.warn('the numbering could not be read', { reason: error.message }))
    }
  }

  await refresh()
  void watch()
  return {
    lookUp: (number) => lookUp(number),
    hasNoPorted: () => set === undefined,

    async ported(numbers) {
      const suspects = new Map<string, number>()
      for (const each of numbers) {
        const number = Number(each)
        if (set?.mayHave(number)) suspects.set(each, number)
      }
      const own = cache
      const known = new Map<number, Known>()
      const unasked = new Set<number>()
      for (const number of suspects.values()) {
        const cached = own.get(number)
        if (cached === undefined) unasked.add(number)
        else known.set(number, cached)
      }
      if (unasked.size > 0) await ask([...unasked], known, own)
      const plans = new Map<string, NumberPlan>()
      for (const [each, number] of suspects) {
        const plan = known.get(number)
        if (plan !== undefined && plan !== NOT_PORTED) plans.set(each, plan)
      }
      return plans
    },

    refresh,
    inForce: () => inForce,
    stop: () => stopping.abort(),
  }
}

const NOT_PORTED = Symbol('not ported')
type Known = NumberPlan | typeof NOT_PORTED
type Cache = LRUCache<number, Known>
const newCache = (): Cache => new LRUCache({ max: CACHE_MAX })

function compile({ register, prefixes }: StoredNumbering): LookUp {
  if (!register && prefixes.length === 0) return shippedLookUp
  return compilePlan(
    register?.packed ?? REGISTER,
    prefixes.map(({ prefix, ...network }) => [prefix, factsOf(network)] as const),
  )
}
