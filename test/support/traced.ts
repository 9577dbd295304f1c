import { after, before } from 'node:test'
import { channelCode } from '../../src/domain/channel.ts'
import { EPOCH_MS } from '../../src/domain/message-id.ts'
import { openTestStore } from './database.ts'
import { openOperator } from './operator.ts'

/** All messages of the rig are accepted here, one after the other. */
export const TRACED_AT = EPOCH_MS + 1_000_000

/** For a suite: a store with two accounts and a carrier, into which messages are put as a test wants them. */
export function openTraceRig() {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  let carrierId = 0
  const accounts: Record<string, number> = {}
  let counter = 0

  before(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
    await opened.store.pool.query(
      `create table messages_t partition of messages for values from (0) to (9000000000000000);
       create table texts_t partition of texts for values from (0) to (9000000000000000)`,
    )
    for (const login of ['alex', 'berta']) accounts[login] = (await operator.addAccount({ login, password: 'x' })).id
    carrierId = (await operator.carriers.add('simulator', 'sim', {})).id
    await opened.store.pool.query(
      `insert into nodes (node, instance, until, ids_until) values (3, 'n', now() + interval '1 h', 0)`,
    )
    await opened.store.pool.query(
      `insert into carrier_leases (carrier_id, node, until, link, reason) values ($1, 3, now() + interval '1 h', 'down', 'connection refused')`,
      [carrierId],
    )
  })
  after(() => opened.close())

  return {
    get operator() {
      return operator
    },
    alex: () => accounts.alex,
    berta: () => accounts.berta,
    carrierId: () => carrierId,
    query: (sql: string, values?: unknown[]) => opened.store.pool.query(sql, values),
    /** Stores a message of alex's on node 3, and answers its id. */
    async store(row: Record<string, unknown> = {}): Promise<number> {
      counter += 1
      const id = 1_000_000 * 8_192 + 3 * 256 + counter
      const message: Record<string, unknown> = {
        account_id: accounts.alex,
        payer_id: accounts.alex,
        id,
        ref: counter,
        price: 1_000_000,
        expires_at: TRACED_AT + 86_400_000,
        due_at: TRACED_AT,
        state_at: 0,
        state: -1,
        channel: channelCode('sms'),
        lane: 1,
        parts: 1,
        recipient: '79161234567',
        sender: 'Shop',
        body: 'Your code is 1234',
        carrier_id: carrierId,
        mccmnc: '25001',
        ...row,
      }
      const names = Object.keys(message)
      await opened.store.pool.query(
        `insert into messages (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
        Object.values(message),
      )
      return id
    },
  }
}
