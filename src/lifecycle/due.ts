import type { Content } from '../connectors/connector.ts'
import { LANE } from '../domain/message.ts'
import { WAITING } from '../domain/waiting.ts'
import { log } from '../log.ts'
import type { Claim, Claimed } from '../store/due-queue.ts'
import { ConnectionLost } from '../store/session.ts'
import { type CarrierQueue, QUEUE_LIMITS } from './carrier-queue.ts'
import type { Bars } from './compose.ts'
import type { Dispatch } from './dispatch.ts'
import { bar, expire, isPartlyTaken, noRoute, reroute } from './expire.ts'
import type { Item, Owed } from './item.ts'
import { itemOf } from './load.ts'
import type { HoldOf } from './pauses.ts'
import type { SettleCommit } from './settle-commit.ts'
import { isUntouched } from './withdraw.ts'

/**
 * Step 2 for everything that could not go out with its commit: what is due is claimed, a few from each account
 * in turn, and queued for its carrier. Carriers that cannot take anything are not asked for their rows.
 */
export interface DueQueue {
  /** One round over all carriers and lanes. True: there may be more. */
  round(): Promise<boolean>
}

export interface DueStore {
  lanesDue(carrierIds: readonly number[], nowMs: number): Promise<{ carrierId: number; lane: number }[]>
  claimDue(claim: {
    carrierId: number
    lane: number
    afterAccount: number
    nowMs: number
    perAccount: number
    limit: number
    journalId: number
  }): Promise<Claim>
  /** Puts back what a claim took whose answer was lost. */
  recoverClaim(journalId: number): Promise<void>
}

const CLAIM_LIMIT = 1000
const PER_ACCOUNT = 100
/** Claims stop when this much waits in memory already. */
const LOW_WATER = QUEUE_LIMITS.parts / 5

/** What may have waited so long that its recipient wants nothing any more. */
const LONG: ReadonlySet<number> = new Set(
  (['scheduled', 'hours', 'paused', 'link_down'] as const).map((reason) => WAITING[reason].code),
)

export function makeDueQueue(parts: {
  store: DueStore
  dispatch: Dispatch
  settle: Pick<SettleCommit, 'changed' | 'keep' | 'journalDone'>
  weigh: (carrierId: number, content: Content) => number
  holdOf?: HoldOf
  /** By the blacklists of accounts; undefined: nobody is on it. */
  barsOf?: ((accountId: number) => Bars | undefined | Promise<Bars | undefined>) | undefined
  takeId: () => number
  now: () => number
}): DueQueue {
  const { store, dispatch, settle } = parts
  /** Where the next claim of a (carrier, lane) goes on. */
  const cursors = new Map<string, number>()

  async function round(): Promise<boolean> {
    const open = [...dispatch.owned.values()].filter((own) => own.up && own.queue.parts < LOW_WATER)
    const looked = open.map((own) => ({ own, mark: own.spillMark() }))
    const lanes = await store.lanesDue(
      open.map((own) => own.carrierId),
      parts.now(),
    )
    for (const { own, mark } of looked) {
      const due = lanes.filter(({ carrierId }) => carrierId === own.carrierId).map(({ lane }) => lane)
      own.nothingBut(due, mark)
    }
    let more = false
    for (const { carrierId, lane } of lanes) more = (await claim(carrierId, lane)) || more
    return more
  }

  async function claim(carrierId: number, lane: number): Promise<boolean> {
    const key = `${carrierId}/${lane}`
    const owed: Owed = { id: parts.takeId(), left: 0 }
    const own = dispatch.owned.get(carrierId)
    const spilledBefore = own?.spillMark() ?? 0
    let found: Claim
    try {
      found = await store.claimDue({
        carrierId,
        lane,
        afterAccount: cursors.get(key) ?? 0,
        nowMs: parts.now(),
        perAccount: PER_ACCOUNT,
        limit: CLAIM_LIMIT,
        journalId: owed.id,
      })
    } catch (error) {
      if (error instanceof ConnectionLost && error.outcome === 'unknown') await putBack(owed.id)
      throw error
    }
    if (found.nextAccount === 0) cursors.delete(key)
    else cursors.set(key, found.nextAccount)
    owed.left = found.rows.length
    const bars = await barsOfRows(found.rows)
    const counts = new Map<number, number>()
    for (const row of found.rows) {
      const { accountId } = row.message
      counts.set(accountId, (counts.get(accountId) ?? 0) + 1)
      take(row, owed, dispatch.owned.get(carrierId), bars.get(accountId))
    }
    if (own)
      for (const [accountId, count] of counts)
        if (count < PER_ACCOUNT && accountId !== found.cutAccount) own.drained(lane, accountId, spilledBefore)
    own?.pump()
    return found.rows.length > 0 || found.nextAccount > 0
  }

  /** What cannot be asked now bars nobody: it was asked when the message was accepted. */
  async function barsOfRows(rows: readonly Claimed[]): Promise<ReadonlyMap<number, Bars>> {
    const bars = new Map<number, Bars>()
    const { barsOf } = parts
    if (!barsOf) return bars
    const accounts = new Set(rows.flatMap(({ reason, message }) => (LONG.has(reason) ? [message.accountId] : [])))
    const ask = async (accountId: number): Promise<void> => {
      const barred = await barsOf(accountId)
      if (barred) bars.set(accountId, barred)
    }
    await Promise.allSettled(Array.from(accounts, ask))
    return bars
  }

  function take({ message }: Claimed, owed: Owed, own: CarrierQueue | undefined, bars: Bars | undefined): void {
    if (message.state !== -1) {
      // It was decided while it waited: a receipt came, or somebody cancelled it.
      owed.left -= 1
      if (owed.left === 0) settle.journalDone(owed.id)
      return
    }
    const item = itemOf(message, owed, (content) => parts.weigh(message.carrierId, content))
    if (item.expiresAtMs <= parts.now()) expire(item, parts.now(), settle)
    else if (isPartlyTaken(item)) takeRest(item)
    else if (bars && isUntouched(item) && item.channel !== 'hlr' && bars(item.to, item.lane === LANE.bulk))
      bar(item, parts.now(), settle)
    else if (own && !parts.holdOf?.(own.carrierId, item.mccmnc, item.from)) {
      item.carrierId = own.carrierId
      item.weight = parts.weigh(own.carrierId, item.content)
      own.push(item)
    } else if (!dispatch.again(item)) noRoute(item, parts.now(), settle)
  }

  /** The carrier that has a part gets the others; receipts of the part meet the message in memory. */
  function takeRest(item: Item): void {
    const own = dispatch.owned.get(item.carrierId)
    if (!own?.up) {
      reroute(item, parts.now())
      settle.changed(item)
      return
    }
    settle.keep(item)
    own.push(item)
    own.pump()
  }

  async function putBack(journalId: number): Promise<void> {
    for (let attempt = 0; attempt < 60; attempt++) {
      try {
        return await store.recoverClaim(journalId)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
    log.error('a claim whose answer was lost waits for the next start', { id: journalId })
  }

  return { round }
}
