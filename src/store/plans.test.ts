import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { accept } from './accept.ts'
import { claimDue } from './due-queue.ts'
import { findMessages, hideMessages, readMessage } from './history.ts'
import { findByCarrierIds, matchableParked, readTargets } from './receipts.ts'
import { recoverClaim, recoverNode } from './recovery.ts'
import type { Session } from './session.ts'
import { ACCEPT_SETTINGS, applySettings, SESSION_SETTINGS, SETTLE_SETTINGS, type SessionSettings } from './session-settings.ts'
import { type Change, settle } from './settle.ts'
import { heldMatches, withoutReceipt } from './sweeps.ts'

/*
 * Plans made while a partition is empty are kept when it is full: the statements of the path are asked for theirs on
 * fresh partitions, with the session settings of their connection. A sequential scan of messages, or a hash of them,
 * costs nothing then, and 0.4 s a batch a day later.
 */

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

interface Asked {
  readonly name: string
  readonly plan: string
}

/** Asks for the generic plans of what `work` would run, on a connection with the given settings. Nothing is run. */
async function plansOf(settings: SessionSettings, work: (session: Session) => Promise<unknown>): Promise<Asked[]> {
  const client = new pg.Client(db.database.config)
  await client.connect()
  await applySettings(client, { ...SESSION_SETTINGS, ...settings })
  const asked: Asked[] = []
  await work({
    async run({ name, text }) {
      const { rows } = await client.query({ text: `explain (generic_plan, costs off) ${text}`, rowMode: 'array' })
      asked.push({ name, plan: rows.map(([line]) => line as string).join('\n') })
      return []
    },
  }).catch(() => undefined)
  await client.end()
  return asked
}

test('x', async () => {
  const { without, held, park, hide, byId, targets, change } = {
    without: withoutReceipt,
    held: heldMatches,
    park: matchableParked,
    hide: hideMessages,
    byId: readMessage,
    targets: readTargets,
    change: settle,
  }
  for (const [name, session, work] of [
    [
      'settle',
      SETTLE_SETTINGS,
      (s: Session) => change(s, { id: 1, changes: [], carrierIds: [], journal: [], handed: [], matched: [], leases: [] }),
    ],
    [
      'settlem',
      SETTLE_SETTINGS,
      (s: Session) =>
        change(s, {
          id: 1,
          changes: [{ ...zero, refunded: 1n }],
          carrierIds: [],
          journal: [],
          handed: [],
          matched: [],
          leases: [],
        }),
    ],
    ['history', {}, (s: Session) => findMessages(s, 1, [{ ref: 'a', phone: '79161234567' }])],
    ['recover', {}, (s: Session) => recoverClaim(s, 0, 1, 1)],
    [
      'recover',
      {},
      (s: Session) =>
        recoverNode({ run: (st, v) => (st.name === 'recover_next' ? Promise.resolve([[1, 1, 1]]) : s.run(st, v)) }, 0, 1, 1),
    ],
    ['without', {}, (s: Session) => without(s, 0, 1, 1, 1)],
    ['held', {}, (s: Session) => held(s, 0)],
    ['park', {}, (s: Session) => park(s, 0, 1, [], 1)],
    ['hide', {}, (s: Session) => hide(s, [])],
    ['byid', {}, (s: Session) => byId(s, 1)],
    ['targets', {}, (s: Session) => targets(s, [])],
  ] as const) {
    for (const { plan } of await plansOf(session, work as never)) console.log(`=== ${name}\n${plan}`)
  }
})
const zero: Change = {
  accountId: 1,
  id: 1,
  wasState: -1,
  wasRefunded: 0n,
  state: 0,
  err: 0,
  stateAtMs: 0,
  sentAtMs: 0,
  carrierId: 1,
  hops: 0,
  attempts: 0,
  duplicates: 0,
  refunded: 0n,
  cost: 0n,
  partStates: null,
  carrierIds: null,
  receipt: null,
  trace: null,
  hlr: null,
  move: undefined,
}
