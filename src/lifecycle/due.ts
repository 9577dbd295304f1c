import type { Content } from '../connectors/connector.ts'
import { NO_RECEIPT } from '../domain/receipt.ts'
import { refundOf } from '../domain/refund.ts'
import { WAITING } from '../domain/waiting.ts'
import { log } from '../log.ts'
import type { Claimed } from '../store/due-queue.ts'
import { ConnectionLost } from '../store/session.ts'
import { type CarrierQueue, QUEUE_LIMITS } from './carrier-queue.ts'
import type { Dispatch } from './dispatch.ts'
import type { Item, Owed } from './item.ts'
import { itemOf } from './load.ts'
import type { SettleCommit } from './settle-commit.ts'

/**
 * Step 2 for everything that could not go out with its commit: what is due is claimed, a few from each account
 * in turn, and queued for its carrier. Carriers that cannot take anything are not asked for their rows.
 */
export interface DueQueue {
  /** One round over all carriers and lanes. True: something was claimed, there may be more. */
  round(): Promise<boolean>
}

export interface DueStore {
  lanesDue(carrierIds: readonly number[]): Promise<{ carrierId: number; lane: number }[]>
  claimDue(claim: {
    carrierId: number
    lane: number
    afterAccount: number
    nowMs: number
    perAccount: number
    limit: number
    journalId: number
  }): Promise<Claimed[]>
  /** Puts back what a claim took whose answer was lost. */
  recoverClaim(journalId: number): Promise<void>
}

const CLAIM_LIMIT = 1000
const PER_ACCOUNT = 100
/** Claims stop when this much waits in memory already. */
const LOW_WATER = QUEUE_LIMITS.parts / 5

export function makeDueQueue(parts: {
  store: DueStore
  dispatch: Dispatch
  settle: SettleCommit
  weigh: (carrierId: number, content: Content) => number
  takeId: () => number
  now: () => number
}): DueQueue {
  const { store, dispatch, settle } = parts
  /** Where the next claim of a (carrier, lane) goes on. */
  const cursors = new Map<string, number>()

  async function round(): Promise<boolean> {
    const open = [...dispatch.owned.values()].filter((own) => own.up && own.queue.parts < LOW_WATER)
    const lanes = await store.lanesDue([0, ...open.map((own) => own.carrierId)])
    let claimed = 0
    for (const { carrierId, lane } of lanes) claimed += await claim(carrierId, lane)
    return claimed > 0
  }

  async function claim(carrierId: number, lane: number): Promise<number> {
    const key = `${carrierId}/${lane}`
    const afterAccount = cursors.get(key) ?? 0
    const owed: Owed = { id: parts.takeId(), left: 0 }
    let rows: Claimed[]
    try {
      rows = await store.claimDue({
        carrierId,
        lane,
        afterAccount,
        nowMs: parts.now(),
        perAccount: PER_ACCOUNT,
        limit: CLAIM_LIMIT,
        journalId: owed.id,
      })
    } catch (error) {
      if (error instanceof ConnectionLost) await recoverLater(owed.id)
      throw error
    }
    // From the beginning again when this was the end of the accounts.
    cursors.set(key, rows.length < CLAIM_LIMIT ? 0 : (rows[rows.length - 1]?.message.accountId ?? 0))
    owed.left = rows.length
    const own = dispatch.owned.get(carrierId)
    const counts = new Map<number, number>()
    for (const row of rows) {
      counts.set(row.message.accountId, (counts.get(row.message.accountId) ?? 0) + 1)
      take(row, owed, own)
    }
    if (own) for (const [accountId, count] of counts) if (count < PER_ACCOUNT) own.drained(lane, accountId)
    own?.pump()
    return rows.length
  }

  function take({ message, reason }: Claimed, owed: Owed, own: CarrierQueue | undefined): void {
    const item = itemOf(message, owed, reason === WAITING.again.code, (content) => parts.weigh(message.carrierId, content))
    if (reason === WAITING.held.code) giveUp(item)
    else if (item.expiresAtMs <= parts.now()) expire(item, parts.now(), settle)
    else if (own) {
      item.carrierId = own.carrierId
      item.weight = parts.weigh(own.carrierId, item.content)
      own.push(item)
    } else if (!dispatch.again(item)) noRoute(item)
  }

  /** Held to the end of its validity without news: nobody knows, and the books say so (err 245). */
  function giveUp(item: Item): void {
    item.state = 20
    item.err = NO_RECEIPT
    item.stateAtMs = parts.now()
    item.refunded = refundOf(item, true)
    settle.changed(item)
  }

  function noRoute(item: Item): void {
    item.state = 25
    item.err = 248
    item.stateAtMs = parts.now()
    item.refunded = item.price
    settle.changed(item)
  }

  async function recoverLater(journalId: number): Promise<void> {
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

/** Validity ended before a carrier had the message: all its money goes back. Parts that were taken are paid for. */
export function expire(item: Item, nowMs: number, settle: Pick<SettleCommit, 'changed'>): void {
  item.state = 3
  item.err = 0
  item.stateAtMs = nowMs
  item.refunded = refundOf(item, item.carrierIds.length > 0)
  settle.changed(item)
}
