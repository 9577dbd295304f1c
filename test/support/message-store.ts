import { randomBytes } from 'node:crypto'
import type { Account } from '../../src/domain/account.ts'
import { idOfTime, monthOf } from '../../src/domain/message-id.ts'
import type { Charge, Commit, NewMessage } from '../../src/store/accept.ts'
import type { DedicatedClient } from '../../src/store/dedicated-client.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../../src/store/partitions.ts'
import { ACCEPT_SETTINGS, QUEUE_SETTINGS, SETTLE_SETTINGS } from '../../src/store/session-settings.ts'
import { type Beginning, openTestStore } from './database.ts'
import { eventually } from './eventually.ts'

export type MessageStore = Awaited<ReturnType<typeof openMessageStore>>

const withPartitions = (): Beginning => ({
  name: `path_${monthOf(Date.now()).name}`,
  async prepare(pool) {
    await ensurePartitions(pool, PARTITIONED_TABLES, Date.now(), 0)
    // Refunds are kept by the month of their posting: tests that let days pass post in the next one.
    await ensurePartitions(pool, PARTITIONED_TABLES.slice(-1), Date.now())
    await pool.query(`insert into tariffs (name) values ('test') on conflict do nothing`)
  },
})

/** A database with partitions and connections as a node has them, and what tests of messages say most often. */
export async function openMessageStore() {
  const { store, database, close } = await openTestStore(withPartitions())
  const sessions = {
    accept: store.client('accept', ACCEPT_SETTINGS),
    settle: store.client('settle', SETTLE_SETTINGS),
    handOver: store.client('handover', QUEUE_SETTINGS),
    due: store.client('due', QUEUE_SETTINGS),
    general: store.session,
  }
  await Promise.all([sessions.accept.ready(), sessions.settle.ready(), sessions.handOver.ready(), sessions.due.ready()])
  let lastId = idOfTime(Date.now())
  const ending: (() => Promise<void>)[] = []

  /** Rows of any statement, as objects. Numbers beyond 2^53 and sums come as bigint or text: compare them with Number(). */
  const rows = async <T = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await store.pool.query(text, [...values])).rows as T[]

  return {
    store,
    database,
    sessions,
    close: async () => {
      await Promise.all(ending.map((finish) => finish()))
      await close()
    },
    rows,
    /** What still writes finishes before the database goes. */
    beforeClose: (finish: () => Promise<void>): void => void ending.push(finish),
    row: async <T = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<T> => {
      const [row] = await rows<T>(text, values)
      if (!row) throw new Error('no row')
      return row
    },
    nextId: (): number => {
      lastId += 1
      return lastId
    },
    /** Another connection for the same job, as a second node has it. */
    async another(settings: Record<string, string> = ACCEPT_SETTINGS): Promise<DedicatedClient> {
      const client = store.client(`another ${randomBytes(3).toString('hex')}`, settings)
      await client.ready()
      return client
    },
    async account(wish: { balance?: bigint; credit?: bigint; payerId?: number; blocked?: boolean } = {}): Promise<Account> {
      const login = `a${randomBytes(6).toString('hex')}`
      const { balance = 1_000_000_000n, credit = 0n, payerId, blocked = false } = wish
      const [row] = await rows<{ id: number }>(
        `with next as (select nextval(pg_get_serial_sequence('accounts', 'id'))::int as id)
         insert into accounts (id, login, payer_id, balance, credit_limit, blocked, tariff_id)
         select id, $1, coalesce($2, id), $3, $4, $5, (select id from tariffs where name = 'test') from next returning id`,
        [login, payerId ?? null, payerId === undefined ? balance : 0n, credit, blocked],
      )
      const id = row?.id ?? 0
      return {
        id,
        version: 1,
        login,
        payerId: payerId ?? id,
        tariffId: 1,
        currency: 'RUR',
        creditLimit: credit,
        utcOffsetMinutes: 180,
        blocked,
        allowedIps: [],
        settings: {},
      }
    },
    async carrier(wish: { unknown?: string; epoch?: number; node?: number; enabled?: boolean } = {}): Promise<number> {
      const { unknown = 'auto', epoch = 1, node = 0, enabled = true } = wish
      const [row] = await rows<{ id: number }>(
        `with made as (insert into carriers (name, kind, unknown, enabled) values ($1, 'scripted', $2, $5) returning id)
         , leased as (insert into carrier_leases (carrier_id, node, epoch, until, link) select id, $4, $3, now() + interval '1 h', 'up' from made)
         select id from made`,
        [`c${randomBytes(6).toString('hex')}`, unknown, epoch, node, enabled],
      )
      return row?.id ?? 0
    },
    /** Resolves when a statement of another session waits for a lock. */
    somebodyWaits: () =>
      eventually(async () => {
        const waiting = await rows(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
        if (waiting.length === 0) throw new Error('nobody waits for a lock')
      }),
    balanceOf: async (accountId: number): Promise<bigint> => {
      const [row] = await rows<{ balance: string }>('select balance::text from accounts where id = $1', [accountId])
      return BigInt(row?.balance ?? 0)
    },
    postedTo: async (accountId: number): Promise<bigint> => {
      const [row] = await rows<{ sum: string }>(
        'select coalesce(sum(amount), 0)::text as sum from postings where account_id = $1',
        [accountId],
      )
      return BigInt(row?.sum ?? 0)
    },
  }
}

/** A row of messages in which only what is named differs from one plain SMS at 1.00. */
export const newMessage = (
  of: Partial<NewMessage> & { readonly id: number; readonly accountId: number },
  nowMs = Date.now(),
): NewMessage => ({
  payerId: of.accountId,
  ref: 0,
  refOrdinal: 1,
  refText: null,
  recipient: '79161234567',
  sender: 'Sender',
  body: 'Hello',
  textId: 0,
  octets: null,
  comment: null,
  channel: 0,
  lane: 1,
  parts: 1,
  price: 1_000_000n,
  mccmnc: '25001',
  flags: 0,
  dcs: -1,
  pid: 0,
  priority: 1,
  carrierId: 0,
  routeVersion: 1,
  state: -1,
  err: 0,
  stateAtMs: nowMs,
  dueAtMs: nowMs,
  expiresAtMs: nowMs + 86_400_000,
  hops: 0,
  requestHash: 0n,
  ...of,
})

/** A commit of messages: its charges are the sums of what their accounts have in it. */
export function commitOf(
  id: number,
  messages: readonly NewMessage[],
  rest: Partial<Omit<Commit, 'charges'>> & { versions?: ReadonlyMap<number, number> } = {},
): Commit {
  const { versions, ...others } = rest
  const charges = new Map<number, { -readonly [Key in keyof Charge]: Charge[Key] }>()
  for (const { accountId, payerId, price, refOrdinal } of messages) {
    const charge = charges.get(accountId) ?? { accountId, version: versions?.get(accountId) ?? 1, payerId, refs: 0, amount: 0n }
    charge.amount += price
    charge.refs = Math.max(charge.refs, refOrdinal)
    charges.set(accountId, charge)
  }
  return { id, node: 0, charges: [...charges.values()], messages, due: [], texts: [], links: [], ...others }
}
