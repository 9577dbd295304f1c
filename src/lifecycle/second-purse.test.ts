import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { FLAG } from '../domain/message.ts'
import { createAudit } from '../operator/audit.ts'
import { glancing } from '../store/pool-session.ts'
import { POSTING, type Purse, post } from '../store/postings.ts'
import { summarise } from '../store/summarise.ts'
import type { Entry } from './entry.ts'
import { makeOrders } from './orders.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const ROUBLE = 1_000_000n
const audit = () => createAudit({ glance: glancing(db.store.pool), summarise: () => summarise(db.store.session) })()

/** An account with so many roubles in its two purses, posted as money is. */
async function account(main: number, electronic: number): Promise<Account> {
  const opened = await db.account({ balance: 0n })
  const fill = (purse: Purse, roubles: number) =>
    post(db.store.session, {
      ...{ accountId: opened.id, purse, id: db.nextId(), kind: POSTING.topUp, amount: BigInt(roubles) * ROUBLE, note: '' },
    })
  if (main > 0) await fill(1, main)
  if (electronic > 0) await fill(2, electronic)
  return opened
}

/** Roubles in both purses. */
async function purses({ id }: Account): Promise<[main: number, electronic: number]> {
  const row = await db.row('select balance, balance2 from accounts where id = $1', [id])
  return [Number(row.balance) / 1e6, Number(row.balance2) / 1e6]
}

/** Of each message its state, and an e where the second purse paid. */
async function shown({ id }: Account): Promise<string> {
  const rows = await db.rows<{ state: number; flags: number }>(
    'select state, flags from messages where account_id = $1 and flags & 8 = 0 order by id',
    [id],
  )
  return rows.map(({ state, flags }) => `${state}${flags & FLAG.electronic ? 'e' : ''}`).join(' ')
}

// roubles in both purses, numbers of the requests, what is stored, what is left
const SPENDING: [
  name: string,
  of: Partial<Entry>,
  from: [number, number],
  requests: number[],
  stored: string,
  left: [number, number],
][] = [
  ['the main purse pays while it covers the whole', {}, [3, 5], [3], '-1 -1 -1', [0, 5]],
  ['what it does not cover as a whole the second one pays as a whole', {}, [2, 5], [3], '-1e -1e -1e', [2, 2]],
  ['two purses never share one request', {}, [2, 2], [3], '24 24 24', [2, 2]],
  ['each request by itself', {}, [2, 4], [3, 1, 1, 1], '-1e -1e -1e -1 -1 -1e', [0, 0]],
  ['what comes after a request too dear is paid', {}, [1, 1], [2, 1, 1, 1], '24 24 -1 -1e 24', [0, 0]],
  [
    'of a long request the second purse pays what it covers',
    { divisible: true, electronic: true },
    [5, 2],
    [3],
    '-1e -1e 24e',
    [5, 0],
  ],
]
for (const [name, of, from, requests, stored, left] of SPENDING) {
  test(name, async () => {
    const rig = openRig(db)
    const whose = await account(...from)
    const drafts = (count: number) => Array.from({ length: count }, () => rig.draft())
    await Promise.all(requests.map((count) => rig.send(whose, drafts(count), of)))
    assert.equal(await shown(whose), stored)
    assert.deepEqual(await purses(whose), left)
  })
}

test('credit is of the main purse only', async () => {
  const rig = openRig(db)
  const whose = await account(0, 1)
  await db.rows('update accounts set credit_limit = 2000000 where id = $1', [whose.id])
  for (let nth = 0; nth < 4; nth++) await rig.send(whose, [rig.draft()])
  assert.equal(await shown(whose), '-1 -1 -1e 24')
  assert.deepEqual(await purses(whose), [-2, 0])
})

test('a request for nothing is stored, whatever the purses hold', async () => {
  const rig = openRig(db)
  const whose = await account(0, 1)
  await rig.send(whose, [rig.draft({ price: 0n })])
  assert.equal(await shown(whose), '-1')
})

test('a refund goes back to the purse that paid', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ window: 100 })
  const whose = await account(1, 5)
  await rig.send(whose, [rig.draft(), rig.draft()])
  await rig.send(whose, [rig.draft()])
  assert.deepEqual(await purses(whose), [0, 3])
  for (const message of await connector.afterSending(3)) connector.answer('rejected', { of: message })
  await rig.settle.drained()
  assert.deepEqual(await purses(whose), [1, 5])
})

test('what replaces a message is paid by the purse that paid for it', async () => {
  const rig = openRig(db)
  await rig.carrier({ window: 0 })
  const orders = makeOrders({
    ...rig,
    ...{ catalogue: () => ({ version: 1 }), takeIds: rig.ids.take, profile: 'russia' as const },
    estimate: async () => ({ parts: 3, price: 3n * ROUBLE, recipients: [], refusal: undefined }),
  })
  const whose = await account(1, 6)
  const { ref } = await rig.send(whose, [rig.draft({ price: 2n * ROUBLE })])
  assert.deepEqual(await purses(whose), [1, 4])
  const content = { text: 'Longer', comment: '', dueAtMs: undefined, validityMs: undefined, wanted: 0 }
  await orders.replace({ account: whose, ref: Number(ref), source: '' }, () => content)
  assert.deepEqual(await purses(whose), [1, 3])
  assert.equal(await shown(whose), '-1e')
})

test('whatever is asked of two purses, and whatever is refused or given back, the books agree', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ window: 100_000 })
  const request = fc.record({ count: fc.integer({ min: 1, max: 6 }), price: fc.integer({ min: 0, max: 3 }), bulk: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
      fc.array(request, { minLength: 1, maxLength: 12 }),
      async ([main, electronic], requests) => {
        const whose = await account(main, electronic)
        const before = connector.sent.length
        await Promise.all(
          requests.map(({ count, price, bulk }) =>
            rig.send(
              whose,
              Array.from({ length: count }, () => rig.draft({ price: BigInt(price) * ROUBLE })),
              { bulk },
            ),
          ),
        )
        for (const message of connector.sent.slice(before)) {
          if (message.id % 3 === 0) connector.answer('rejected', { of: message })
          else connector.take({ of: message, id: `P${message.id}` })
        }
        await rig.settle.drained()
        const [row] = await db.rows<Record<string, string>>(
          `select (select balance from accounts where id = $1)::text as main, (select balance2 from accounts where id = $1)::text as electronic,
             coalesce(sum(price - refunded) filter (where flags & 32 = 0), 0)::text as spent,
             coalesce(sum(price - refunded) filter (where flags & 32 <> 0), 0)::text as spent2
           from messages where account_id = $1`,
          [whose.id],
        )
        const [left, left2] = [BigInt(row?.main ?? 0), BigInt(row?.electronic ?? 0)]
        assert.equal(left + BigInt(row?.spent ?? 0), BigInt(main) * ROUBLE)
        assert.equal(left2 + BigInt(row?.spent2 ?? 0), BigInt(electronic) * ROUBLE)
        assert.ok(left >= 0n && left2 >= 0n)
      },
    ),
    { numRuns: 25 },
  )
  assert.deepEqual((await audit()).differences, [])
})
