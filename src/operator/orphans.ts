import { now } from '../clock.ts'
import { idOfTime } from '../domain/message-id.ts'
import { matchOrphan, type Orphan, type OrphanMatch } from '../domain/orphan.ts'
import { sameNumber } from '../domain/receipt.ts'
import { formsOf } from '../domain/receipt-id.ts'
import { Refusal } from '../domain/refusal.ts'
import { log } from '../log.ts'
import type { CarrierDetails } from '../store/carriers.ts'
import * as stored from '../store/orphans.ts'
import type { Session } from '../store/session.ts'
import { describeKind, type Kinds } from './carrier-settings.ts'
import type { Carriers } from './carriers.ts'
import { presentOrphan, presentSummary } from './orphans-shown.ts'

export interface OrphanWish {
  readonly carrier?: string
  readonly since?: string
  /** So long before a receipt its message is looked for by number; by its id it is looked for everywhere. */
  readonly withinHours?: number
  readonly limit?: number
}

/** attached: the message changed · known: it says nothing new · moving: the message changes at this moment · gone */
export type Attached = 'attached' | 'known' | 'moving' | 'gone'
type Attach = (match: {
  accountId: number
  id: number
  parkedId: number
  part: number
  carrierIds: readonly string[]
}) => Promise<Attached>

const LIMIT = { standard: 50, max: 500 } as const
const HOURS = { standard: 1, max: 72 } as const
const HOUR_MS = 3_600_000
/** Of one command. */
const ATTACHED_MAX = 10_000
const FORGOTTEN_MAX = 100_000
const SLICE = 200
const AT_ONCE = 50

/** Receipts that have found no message: with the most likely one, and what to set so that the next ones find theirs. */
export const createOrphans = (parts: {
  session: Session
  carriers: Pick<Carriers, 'find' | 'list'>
  kinds: Kinds
  attach: Attach
}) => {
  const { session, carriers } = parts

  const carrierOf = async (name: string | undefined): Promise<CarrierDetails | undefined> =>
    name === undefined ? undefined : carriers.find(name)

  /** The most likely message of each, in their order. */
  async function match(orphans: readonly Orphan[], withinHours: number): Promise<(Matched | undefined)[]> {
    const byKey = await stored.candidatesByKey(
      session,
      orphans.flatMap((orphan, at) =>
        orphan.ids.flatMap(formsOf).map((key) => ({ carrierId: orphan.carrierId, key: key.slice(0, 100), at })),
      ),
    )
    const byNumber = withinHours === 0 ? [] : await findByNumber(orphans, withinHours)
    return orphans.map((orphan, at) => {
      const own = new Map(byNumber.filter(({ carrierId }) => carrierId === orphan.carrierId).map((one) => [one.id, one]))
      for (const one of byKey) if (one.at === at) own.set(one.candidate.id, one.candidate)
      const found = matchOrphan(orphan, [...own.values()])
      const candidate = found && own.get(found.message.id)
      return found && candidate && { ...found, accountId: candidate.accountId }
    })
  }

  /** One reading for a page of orphans; undone work is better than a centre that is kept busy. */
  async function findByNumber(orphans: readonly Orphan[], withinHours: number): Promise<stored.StoredCandidate[]> {
    const numbers = orphans.flatMap(({ to, from }) => [to, from]).map((address) => address.replace(/\D/g, '').slice(-9))
    const times = orphans.map(({ atMs }) => atMs)
    if (times.length === 0) return []
    const look = {
      fromId: idOfTime(Math.max(Math.min(...times), Math.max(...times) - HOURS.max * HOUR_MS) - withinHours * HOUR_MS),
      toId: idOfTime(Math.max(...times) + 60_000),
      carrierIds: [...new Set(orphans.map(({ carrierId }) => carrierId))],
      numbers: [...new Set(numbers.filter(({ length }) => length === 9))],
    }
    return stored.candidatesByNumber(session, look).catch((error: unknown) => {
      log.warn('messages could not be looked for by number', { error })
      return []
    })
  }

  const attachTo = (orphan: Orphan, { accountId, message, part }: Matched): Promise<Attached> =>
    parts.attach({ accountId, id: message.id, parkedId: orphan.id, part, carrierIds: message.carrierIds })

  /** Many at once share their commits. */
  async function attachSome(list: readonly { readonly orphan: Orphan; readonly best: Matched }[]) {
    const results: Attached[] = []
    for (let from = 0; from < list.length; from += AT_ONCE) {
      const some = list.slice(from, from + AT_ONCE)
      results.push(...(await Promise.all(some.map(({ orphan, best }) => attachTo(orphan, best)))))
    }
    return results
  }

  async function one(id: number): Promise<Orphan> {
    const orphan = Number.isSafeInteger(id) && id > 0 ? await stored.readOrphan(session, id) : undefined
    if (!orphan)
      throw new Refusal('not_found', {
        field: 'orphan',
        reason: `There is no orphan receipt ${id}: heliogram receipts orphans lists them.`,
      })
    return orphan
  }

  return {
    async list(wish: OrphanWish) {
      const carrier = await carrierOf(wish.carrier)
      const sinceMs = readSince(wish.since)
      const limit = readLimit(wish.limit)
      const question = { carrierId: carrier?.id ?? 0, sinceMs, beforeId: 0, limit }
      const [orphans, counts, all] = [
        await stored.listOrphans(session, question),
        await stored.countOrphans(session, question.carrierId, sinceMs),
        await carriers.list(),
      ]
      const matches = await match(orphans, readHours(wish.withinHours))
      const details = new Map(all.map((each) => [each.id, each]))
      const found = orphans.map((orphan, at) => ({ orphan, match: matches[at] }))
      return {
        shown: orphans.length,
        total: [...counts.values()].reduce((sum, count) => sum + count, 0),
        counted_up_to: stored.ORPHANS_COUNTED,
        orphans: found.map(({ orphan, match: best }) => presentOrphan(orphan, details.get(orphan.carrierId), best)),
        carriers: [...counts].map(([carrierId, count]) => {
          const own = details.get(carrierId)
          const kind = own && parts.kinds[own.kind]
          const settings = kind ? describeKind(kind).map(({ name }) => name) : []
          return presentSummary(
            carrierId,
            count,
            own,
            settings,
            found.filter(({ orphan }) => orphan.carrierId === carrierId),
          )
        }),
      }
    },

    /** Attaches one, to the message named, or to its most likely one. `anyway`: also where number or carrier differ. */
    async attach(id: number, messageId: number | undefined, anyway: boolean) {
      const orphan = await one(id)
      const [best] = await match([orphan], HOURS.standard)
      const chosen = messageId === undefined ? best : await named(orphan, best, messageId, anyway)
      if (!chosen) {
        throw new Refusal('not_found', {
          field: 'message',
          reason: `No message fits receipt ${id}: name one, heliogram receipts attach ${id} MESSAGE.`,
        })
      }
      const { message } = chosen
      const became = await attachTo(orphan, chosen)
      if (became === 'moving') {
        throw new Refusal('bad_request', {
          field: 'message',
          reason: `Message ${message.id} is being sent or changed right now: try again in a moment.`,
        })
      }
      if (became === 'gone') throw new Refusal('not_found', { field: 'message', reason: 'The message or the receipt is gone.' })
      return { orphan: orphan.id, message: message.id, account: message.account, result: became }
    },

    /** Attaches all of a carrier whose message is certain; what is not stays. */
    async attachAll(name: string, since: string | undefined) {
      const carrier = await carriers.find(name)
      const sinceMs = readSince(since)
      const done = { attached: 0, known: 0, moving: 0, gone: 0 }
      let looked = 0
      let beforeId = 0
      for (; looked < ATTACHED_MAX; ) {
        const orphans = await stored.listOrphans(session, { carrierId: carrier.id, sinceMs, beforeId, limit: SLICE })
        const matches = await match(orphans, 0)
        const certain = orphans.flatMap((orphan, at) => {
          const best = matches[at]
          return best?.sure === 'certain' ? [{ orphan, best }] : []
        })
        for (const result of await attachSome(certain)) done[result] += 1
        looked += orphans.length
        beforeId = orphans.at(-1)?.id ?? 0
        if (orphans.length < SLICE) break
      }
      const left = (await stored.countOrphans(session, carrier.id, sinceMs)).get(carrier.id) ?? 0
      return { carrier: carrier.name, looked_at: looked, attached: done.attached, known: done.known, left }
    },

    async forget(id: number) {
      const orphan = await one(id)
      await stored.forgetOrphan(session, orphan.id)
      return { forgotten: 1 }
    },

    /** All of a carrier that came before a moment. */
    async forgetAll(name: string, before: string | undefined) {
      const carrier = await carriers.find(name)
      const beforeMs = before === undefined ? now() : readSince(before)
      const which = { carrierId: carrier.id, sinceMs: 0, beforeMs, limit: FORGOTTEN_MAX }
      return { forgotten: await stored.forgetOrphans(session, which) }
    },
  }

  /** The message an operator names for an orphan. */
  async function named(orphan: Orphan, best: Matched | undefined, messageId: number, anyway: boolean): Promise<Matched> {
    const message =
      Number.isSafeInteger(messageId) && messageId > 0 ? await stored.readCandidateOf(session, messageId) : undefined
    if (!message) {
      throw new Refusal('not_found', {
        field: 'message',
        reason: `There is no message ${messageId}; it is named by its int_id, as heliogram message trace shows it.`,
      })
    }
    if (best?.message.id === message.id) return best
    const { recipient, carrierId, sentAtMs, accountId } = message
    if (sentAtMs === 0) throw new Refusal('bad_request', { field: 'message', reason: `Message ${messageId} was never sent.` })
    const agrees = [orphan.to, orphan.from].some((address) => sameNumber(address, recipient))
    if (!anyway && carrierId !== orphan.carrierId)
      throw new Refusal('bad_request', {
        field: 'message',
        reason: `Message ${messageId} went to another carrier than receipt ${orphan.id} came from. If that is right, add --anyway.`,
      })
    if (!anyway && !agrees && orphan.to + orphan.from !== '')
      throw new Refusal('bad_request', {
        field: 'message',
        reason: `Receipt ${orphan.id} speaks of ${orphan.to || orphan.from}, message ${messageId} went to ${recipient}. If that is right, add --anyway.`,
      })
    return { accountId, message, part: 0, sure: 'likely', relation: undefined, because: 'the operator' }
  }
}

export type Orphans = ReturnType<typeof createOrphans>
export type Matched = OrphanMatch & { readonly accountId: number }

/** A date and time (ISO 8601, UTC where no zone is named), or so long ago: 30m, 12h, 7d. */
function readSince(written: string | undefined): number {
  if (written === undefined || written === '') return 0
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(written) ?? []
  const unitMs = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS }[unit]
  if (unitMs !== undefined) return now() - Number(count) * unitMs
  const zoned = /T\d\d:\d\d(:\d\d)?$/.test(written) ? `${written}Z` : written
  const at = /^\d{4}-\d\d-\d\d(T.*)?$/.test(zoned) ? Date.parse(zoned) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new Refusal('bad_request', {
    field: 'since',
    reason: 'A moment is written 2026-11-22 or 2026-11-22T10:30 (UTC), or as so long ago: 30m, 12h, 7d.',
  })
}

const readLimit = (limit: number = LIMIT.standard): number => readBetween('limit', limit, 1, LIMIT.max)
const readHours = (hours: number = HOURS.standard): number => readBetween('within', hours, 0, HOURS.max)

function readBetween(field: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new Refusal('bad_request', { field, reason: `${field} is a whole number from ${min} to ${max}.` })
}
