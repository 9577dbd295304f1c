import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { FLAG } from '../domain/message.ts'
import { EPOCH_MS, idOfTime } from '../domain/message-id.ts'
import { type Glance, glancing } from '../store/pool-session.ts'
import { POSTING, post } from '../store/postings.ts'
import { summarise } from '../store/summarise.ts'
import { createAudit } from './audit.ts'

let db: MessageStore
let glance: Glance
beforeEach(async () => {
  db = await openMessageStore()
  glance = glancing(db.store.pool)
})
afterEach(() => db.close())

/** With money that was posted, as money is. */
async function account(rig: Rig): Promise<Account> {
  const opened = await db.account({ balance: 0n })
  await post(db.store.session, {
    accountId: opened.id,
    purse: 1,
    id: rig.ids.next(),
    kind: POSTING.topUp,
    amount: 1_000_000_000n,
    note: '',
  })
  return opened
}

/** Sends one message and resolves with its id; the carrier takes it. */
async function taken(rig: Rig, { connector }: ScriptedCarrier, whose: Account, of: Parameters<Rig['draft']>[0] = {}) {
  const before = connector.sent.length
  await rig.send(whose, [rig.draft(of)])
  const message = (await connector.afterSending(before + 1))[before]
  connector.take({ of: message, id: `T${message?.id}` })
  await rig.settle.drained()
  return message?.id ?? 0
}

const audit = () => createAudit({ glance, summarise: () => summarise(db.store.session) })()

test('the books agree while messages are sent, refused, refunded, charged again and balances corrected', async () => {
  const rig = openRig(db)
  const { connector } = await rig.carrier({ window: 100_000 })
  const accounts = await Promise.all(Array.from({ length: 5 }, () => account(rig)))
  let busy = true
  const work = async (whose: Account, nth: number) => {
    for (let round = 0; round < 20; round++) {
      const before = connector.sent.length
      await rig.send(whose, [rig.draft({ flags: FLAG.refundUndelivered }), rig.draft({ price: BigInt(nth) * 300_000n })])
      for (const message of connector.sent.slice(before)) {
        const id = `R${message.id}`
        if (message.id % 3 === 0) connector.answer('rejected', { of: message })
        else connector.take({ of: message, id })
        const bad = connector.receive({ carrierIds: [id], state: 'expired', stat: 'EXPIRED' })
        if (round % 4 === 0) await bad // else both may come to one commit
        if (message.id % 2 === 0) void connector.receive({ carrierIds: [id] }) // good news after bad
      }
      const amount = BigInt(round - 10) * 1_000_000n || 1n
      await post(db.store.session, {
        accountId: whose.id,
        purse: round % 5 === 0 ? 2 : 1,
        id: rig.ids.next(),
        kind: POSTING.correction,
        amount,
        note: 'race',
      })
    }
  }
  const working = Promise.all(accounts.map(work)).finally(() => {
    busy = false
  })
  while (busy) assert.deepEqual((await audit()).differences, [])
  await working
  await rig.settle.drained()
  const report = await audit()
  assert.deepEqual(report.differences, [])
  assert.equal(report.messages, 5 * 20 * 2)
  const [{ again } = { again: 0 }] = await db.rows<{ again: number }>(
    'select count(*)::int as again from refunds where amount < 0',
  )
  assert.ok(again > 0, 'some were charged again')
})

const PURSE2 = 'update accounts set balance2 = balance2 + 5 where id = $1'

/** [what was done to the books, how, what the audit says of it] */
const DAMAGE: readonly [string, (rig: Rig, whose: Account, id: number) => [sql: string, values: unknown[]], RegExp][] = [
  [
    'a price in a message row was changed',
    (_, __, id) => ['update messages set price = price + 250000 where id = $1', [id]],
    /messages were charged 2\.25 RUR, but the charges posted are 2 RUR \(0\.25 RUR apart\)[\s\S]*1 RUR was posted for messages that cost 1\.25 RUR; see message \d+/,
  ],
  [
    'a message is gone',
    (_, __, id) => ['delete from messages where id = $1', [id]],
    /messages were charged 1 RUR, but the charges posted are 2 RUR/,
  ],
  [
    'a posting is missing',
    (_, whose) => [
      'delete from postings where account_id = $1 and kind = 2 and id = (select max(id) from postings where account_id = $1 and kind = 2)',
      [whose.id],
    ],
    /the balance is 999 RUR, but the postings add up to 1000 RUR[\s\S]*messages were charged 2 RUR, but the charges posted are 1 RUR/,
  ],
  [
    'a balance was doctored',
    (_, whose) => ['update accounts set balance = balance + 1 where id = $1', [whose.id]],
    /the balance is 999\.000001 RUR, but the postings add up to 999 RUR \(0\.000001 RUR apart\)/,
  ],
  ['an electronic purse was doctored', (_, whose) => [PURSE2, [whose.id]], /\(electronic purse\): the balance is 0\.000005 RUR/],
  [
    'a posting was changed together with the balance',
    (_, whose) => [
      `with p as (update postings set amount = amount + 500000 where account_id = $1 and kind = 3 returning 1)
       update accounts set balance = balance + 500000 where id = $1`,
      [whose.id],
    ],
    /refunds of messages add up to 1 RUR, but the refunds posted are 1\.5 RUR/,
  ],
  [
    'a message was given back money that was never posted',
    (_, __, id) => ['update messages set refunded = 400000 where id = $1', [id]],
    /message \d+ was not given back what the books say \(0\.4 RUR apart\)/,
  ],
]

for (const [what, how, says] of DAMAGE) {
  test(`it is found when ${what}`, async () => {
    const rig = openRig(db)
    const carrier = await rig.carrier()
    const whose = await account(rig)
    const refunded = await taken(rig, carrier, whose, { flags: FLAG.refundUndelivered })
    await carrier.connector.receive({ carrierIds: [`T${refunded}`], state: 'expired', stat: 'EXPIRED' })
    const id = await taken(rig, carrier, whose)
    assert.deepEqual((await audit()).differences, [])
    const [sql, values] = how(rig, whose, id)
    await db.rows(sql, values)
    const report = await audit()
    assert.equal(report.ok, false)
    assert.match(report.differences.join('\n'), says)
  })
}

test('what takes too long is read in shorter slices, and nothing is left out or counted twice', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier()
  const whose = await account(rig)
  for (let nth = 0; nth < 3; nth++) await taken(rig, carrier, whose)
  const whole = await audit()
  const longest = idOfTime(EPOCH_MS + 40 * 86_400_000)
  let refused = 0
  const impatient: Glance = (work, limitMs) =>
    glance(
      (session) =>
        work({
          run: (statement, values) => {
            const [from, to] = values as number[]
            if (statement.name === 'books_slice' && Number(to) < 2 ** 53 && Number(to) - Number(from) > longest) {
              refused += 1
              return Promise.reject(Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }))
            }
            return session.run(statement, values)
          },
        }),
      limitMs,
    )
  const sliced = await createAudit({ glance: impatient, summarise: async () => {} })()
  assert.ok(refused > 0, 'some slices were too long')
  assert.deepEqual(sliced, whole)
})

test('refunds from before each was itemised are proved as one sum', async () => {
  const rig = openRig(db)
  const carrier = await rig.carrier()
  const whose = await account(rig)
  const old = await taken(rig, carrier, whose, { flags: FLAG.refundUndelivered })
  await carrier.connector.receive({ carrierIds: [`T${old}`], state: 'expired', stat: 'EXPIRED' })
  await db.rows('delete from refunds where payer_id = $1', [whose.id])
  assert.equal((await audit()).ok, false)
  await db.rows(`update settings set value = to_jsonb($1::int8) where name = 'refunds_since'`, [rig.ids.next()])
  await carrier.connector.receive({ carrierIds: [`T${old}`] }) // charged again after the change
  try {
    assert.deepEqual((await audit()).differences, [])
  } finally {
    await db.rows(`update settings set value = '0' where name = 'refunds_since'`)
  }
})
