import { monotonic } from '../clock.ts'
import { EPOCH_MS, type Ids, idOfTime, makeIds } from '../domain/message-id.ts'
import { log } from '../log.ts'
import type { LinkReport, Renewal } from '../store/leases.ts'

/** How far ids may be made ahead of a renewal, and the clocks differ. */
const IDS_AHEAD_MS = 10_000
const CLOCKS_APART_MS = 5_000
/** After this much silence of the database nothing is written to a socket; the lease itself holds a little longer. */
const SAFE_MS = 9_000

/** This process's place among the programs that share the database: its number, its ids and its lease. */
export interface Node {
  readonly number: number
  readonly ids: Ids
  readonly firstId: number // its own: everything below was made by a former holder of the number
  /** False once our leases may have run out: nothing may be written to a carrier. */
  mayWrite(): boolean
  /** Renews the node's lease and its carriers', and answers what it holds now. Rejects when somebody else has its number. */
  renew(links: readonly LinkReport[]): Promise<Renewal['held']>
  leave(): Promise<void>
}

export interface NodeStore {
  takeNode(instance: string, nowId: number): Promise<{ node: number; firstId: number; databaseNowMs: number } | undefined>
  renewLeases(renewal: { node: number; instance: string; idsUntil: number; links: readonly LinkReport[] }): Promise<Renewal>
  leaveNode(node: number, instance: string, idsUntil: number): Promise<void>
}

/** Somebody else writes under our number: this process must end at once and let a new one recover. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** @throws when the clocks differ by more than 5 s, or all 32 numbers are taken: one sentence for the operator. */
export async function joinNodes(store: NodeStore, instance: string, now: () => number): Promise<Node> {
  const nowId = idOfTime(now())
  const taken = await store.takeNode(instance, nowId)
  if (!taken) throw new Error('all 32 node numbers of this database are in use: stop a node, or wait 10 s after one has died')
  const apart = now() - taken.databaseNowMs
  if (Math.abs(apart) > CLOCKS_APART_MS) {
    throw new Error(
      `this machine's clock and the database's differ by ${Math.round(apart / 1000)} s: set them right (NTP), ids and due times depend on it`,
    )
  }
  const { node, firstId } = taken
  const ids = makeIds({ node, first: firstId, now })
  let heardAt = Number.NEGATIVE_INFINITY

  return {
    number: node,
    ids,
    firstId,
    mayWrite: () => monotonic() - heardAt < SAFE_MS,
    async renew(links) {
      const askedAt = monotonic()
      const until = Math.max(idOfTime(now() + IDS_AHEAD_MS), firstId + idOfTime(EPOCH_MS + IDS_AHEAD_MS))
      const renewal = await store.renewLeases({ node, instance, idsUntil: until, links })
      if (!renewal.alive) throw new LeaseLost('another program has taken the number of this node')
      heardAt = askedAt
      ids.extend(until)
      return renewal.held
    },
    async leave() {
      await store.leaveNode(node, instance, ids.next() + 1)
      log.info('node left', { node })
    },
  }
}
