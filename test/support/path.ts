import { monotonic, sleep } from '../../src/clock.ts'
import type { Account } from '../../src/domain/account.ts'
import { idOfTime, makeIds } from '../../src/domain/message-id.ts'
import { lookUp } from '../../src/domain/number/plan.ts'
import { compileRoutes, type RouteTable } from '../../src/domain/route-table.ts'
import { countParts } from '../../src/domain/text/segments.ts'
import { makeBatches } from '../../src/lifecycle/batch.ts'
import { type CarrierQueue, makeCarrierQueue } from '../../src/lifecycle/carrier-queue.ts'
import type { Catalogue } from '../../src/lifecycle/catalogue.ts'
import { makeDispatch } from '../../src/lifecycle/dispatch.ts'
import type { Draft } from '../../src/lifecycle/draft.ts'
import { makeDueQueue } from '../../src/lifecycle/due.ts'
import type { Entry, Stored } from '../../src/lifecycle/entry.ts'
import { expire, reroute } from '../../src/lifecycle/expire.ts'
import { type Limits, makeGroupCommit } from '../../src/lifecycle/group-commit.ts'
import type { Item } from '../../src/lifecycle/item.ts'
import { type PathStore, pathStore } from '../../src/lifecycle/path-store.ts'
import { makeQualityCounter } from '../../src/lifecycle/quality.ts'
import { makeSecondAttempts } from '../../src/lifecycle/second-attempt.ts'
import { makeSettleCommit } from '../../src/lifecycle/settle-commit.ts'
import { makeShaping } from '../../src/lifecycle/shaping.ts'
import { makeSweeps } from '../../src/lifecycle/sweeps.ts'
import type { CarrierRow } from '../../src/store/catalogue.ts'
import type { MessageStore } from './message-store.ts'
import { type ScriptedConnector, scriptedConnector } from './scripted-connector.ts'

export interface ScriptedCarrier {
  readonly id: number
  readonly own: CarrierQueue
  readonly connector: ScriptedConnector
}

export type Rig = ReturnType<typeof openRig>

/**
 * The steps of a message over a real store, with carriers that do as the test says and a clock that the test may move.
 * Nothing happens by itself but commits: rounds of the due queue and sweeps are called.
 */
export function openRig(
  db: MessageStore,
  wish: {
    node?: number
    store?: Partial<PathStore>
    limits?: Limits
    /** Else every carrier is a candidate for everything. */
    routes?: (carriers: ReadonlyMap<number, CarrierRow>) => RouteTable
    /** Rules for what carriers answer are followed; without it a "no" is what the connector calls it. */
    shaping?: boolean
    /** Blacklists of accounts. */
    barsOf?: Parameters<typeof makeDueQueue>[0]['barsOf']
    /** What each carrier takes for a part. */
    cost?: bigint
    /** The clock of the commits. */
    waits?: { monotonic(): number; sleep(ms: number): Promise<void> }
  } = {},
) {
  const { node = 0 } = wish
  const clock = { aheadMs: 0 }
  const now = () => Date.now() + clock.aheadMs
  const ids = makeIds({ node, first: idOfTime(Date.now()), now })
  ids.extend(idOfTime(Date.now() + 90 * 86_400_000))
  const store = { ...pathStore(db.sessions, node), ...wish.store }
  const owned = new Map<number, CarrierQueue>()
  const rows = new Map<number, CarrierRow>()
  let losses = 0

  const noRoutes = compileRoutes({ routes: [] })
  const table = () => wish.routes?.(rows) ?? noRoutes
  const catalogue = (): Catalogue => ({
    version: 1,
    get routing() {
      return {
        table: table(),
        facts: { losses: 'allow' as const },
        usesQuality: false,
        replacesSenders: wish.routes !== undefined,
      }
    },
    priceOf: () => 1_000_000n,
    costOf: () => undefined,
    hasCosts: () => false,
    inBase: (_, amount) => amount,
    inCurrencyOf: (_, amount) => amount,
    refundsUndelivered: () => false,
    wishOf: () => undefined,
    candidates: (...about) =>
      wish.routes ? table().carriers(...about) : [...rows.values()].filter((row) => row.enabled).map((row) => row.id),
    carrier: (id) => rows.get(id),
    get carriers() {
      return [...rows.values()]
    },
  })
  const quality = makeQualityCounter(store.addQuality, now)
  const counts = { anew: 0, rerouted: 0, second: 0 }
  const counted = (what: keyof typeof counts, count: number) => {
    counts[what] += count
  }
  const homeless = (items: readonly Item[]) => {
    for (const item of items) {
      reroute(item, now())
      settle.changed(item)
    }
  }
  const weigh = (_: number, content: Draft['content']) => (content.kind === 'text' ? countParts(content.text) : 1)
  const shaping = makeShaping({ store, owned, nameOf: String, lookUp, moved: (item) => settle.changed(item), now, monotonic })
  const { holdOf } = shaping
  const settle = makeSettleCommit({
    store,
    takeId: () => ids.next(),
    epochOf: (carrierId) => owned.get(carrierId)?.epoch,
    next: {
      now,
      putBack: (item) => void (shaping.setAside(item) || owned.get(item.carrierId)?.push(item)),
      nextCandidate: (item) => dispatch.again(item),
      costOf: () => wish.cost ?? 0n,
      unknownSetting: (carrierId) => rows.get(carrierId)?.unknown ?? 'auto',
      ...(wish.shaping && { judge: shaping.judge }),
    },
    judgeReceipt: shaping.judgeReceipt,
    second: makeSecondAttempts({ catalogue, counted, now }),
    lost: () => {
      losses += 1
    },
    observed: () => undefined,
    quality,
    freed: () => {
      for (const own of owned.values()) own.pump()
    },
  })
  const dispatch = makeDispatch({ owned, catalogue, weigh, holdOf, moved: settle.changed, journalDone: settle.journalDone, now })
  const commits = makeGroupCommit(
    store,
    makeBatches(node, ids.take, dispatch, now),
    wish.waits ?? { monotonic, sleep },
    wish.limits,
  )

  db.beforeClose(async () => {
    await commits.drained()
    await settle.drained()
  })

  return {
    db,
    store,
    clock,
    now,
    ids,
    settle,
    shaping,
    dispatch,
    commits,
    owned,
    rows,
    catalogue,
    homeless,
    sweeps: makeSweeps({ store, settle, owned, catalogue, hasOtherWay: dispatch.hasOtherWay, quality, counted, now }),
    quality,
    counts,
    due: makeDueQueue({ store, dispatch, settle, weigh, holdOf, barsOf: wish.barsOf, takeId: () => ids.next(), now }),
    losses: () => losses,
    async carrier(of: Partial<CarrierRow> & { window?: number; epoch?: number } = {}): Promise<ScriptedCarrier> {
      const { window = 1000, epoch = 1, ...row } = of
      const id = row.id ?? (await db.carrier({ node, epoch, unknown: row.unknown ?? 'auto' }))
      rows.set(id, {
        id,
        name: `carrier ${id}`,
        kind: 'scripted',
        settings: {},
        enabled: true,
        unknown: 'auto',
        queryAfterMinutes: 0,
        receiptLimitMinutes: 60,
        link: 'up',
        linkReason: '',
        ...row,
      })
      const connector = scriptedConnector(window, now)
      const own = makeCarrierQueue({
        carrierId: id,
        epoch,
        connector,
        handOver: store.handOver,
        takeId: () => ids.next(),
        now,
        submitted: settle.submitted,
        expired: (items) => {
          for (const item of items) expire(item, now(), settle)
        },
        homeless,
        lost: () => {
          losses += 1
        },
        allowed: shaping.allowed,
      })
      owned.set(id, own)
      connector.start({
        settled: (results) => {
          settle.settled(results)
          own.pump()
        },
        receipts: (receipts, acknowledge) => settle.receipts(id, receipts, acknowledge),
        incoming: () => undefined,
        link: (state) => {
          if (own.up && state !== 'up') own.downSinceMs = now()
          own.up = state === 'up'
          own.pump()
        },
        ready: () => own.pump(),
        mayWrite: () => true,
      })
      return { id, own, connector }
    },
    draft: (of: Partial<Draft> = {}): Draft => ({
      recipient: '79161234567',
      sender: 'Sender',
      channel: 'sms',
      content: { kind: 'text', text: 'Hello' },
      sharesText: false,
      octets: null,
      historyText: null,
      comment: null,
      dcs: undefined,
      pid: 0,
      messageClass: undefined,
      priority: 1,
      lane: 1,
      parts: of.content?.kind === 'text' ? countParts(of.content.text) : 1,
      mccmnc: '25001',
      flags: 0,
      candidates: [...owned.keys()],
      routeVersion: 1,
      dueAtMs: 0,
      links: undefined,
      validityMs: 86_400_000,
      price: 1_000_000n,
      state: -1,
      err: 0,
      ...of,
    }),
    /** Stores drafts as one request of an account. */
    send: (account: Account, drafts: readonly Draft[], of: Partial<Entry> = {}): Promise<Stored> =>
      new Promise((resolve, reject) => {
        const plain = { bulk: false, divisible: false, electronic: false, ref: undefined, hash: 0n, text: undefined }
        commits.add({ account, drafts, resolve, reject, ...plain, ...of })
      }),
  }
}
