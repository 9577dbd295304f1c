import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { MailingSlice } from './request.ts'

// A slice of a mailing is stored with its messages or not at all: that is what keeps anybody from getting one twice.
let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

let mailings = 0
const slice = (of: Partial<MailingSlice> = {}): MailingSlice => ({ mailingId: mailings, run: 1, after: 0, upTo: 2, ...of })
const next = (): void => {
  mailings += 1
}
const stored = (accountId: number) =>
  db.row(
    `select (select count(*)::int from messages where account_id = $1) as messages,
       (select count(*)::int from mailing_slices where account_id = $1) as slices`,
    [accountId],
  )
const refusal = (code: string) => ({ name: 'Refusal', code })

test('a slice stands with its messages: which, how many, at what price', async () => {
  next()
  const rig = openRig(db)
  const account = await db.account()
  await rig.send(account, [rig.draft(), rig.draft()], { slice: slice() })
  const row = await db.row(
    `select s.mailing_id::int, s.run, s.after, s.up_to, s.recipients, s.price::text, count(m.id)::int as messages
     from mailing_slices s join messages m on m.account_id = s.account_id and m.id between s.low and s.high
     where s.account_id = $1 group by 1, 2, 3, 4, 5, 6`,
    [account.id],
  )
  assert.deepEqual(row, {
    ...{ mailing_id: mailings, run: 1, after: 0, up_to: 2, recipients: 2, price: '2000000', messages: 2 },
  })
})

test('the same slice again stores nothing and costs nothing, however long it is; its neighbours in the commit never notice', async () => {
  next()
  const rig = openRig(db)
  const [account, other] = [await db.account(), await db.account()]
  await rig.send(account, [rig.draft(), rig.draft()], { slice: slice() })
  const again = rig.send(account, [rig.draft()], { slice: slice({ upTo: 1 }) })
  const neighbour = rig.send(other, [rig.draft()])
  await assert.rejects(again, refusal('bad_request'))
  await neighbour
  assert.deepEqual(await stored(account.id), { messages: 2, slices: 1 })
  assert.deepEqual(await stored(other.id), { messages: 1, slices: 0 })
  assert.equal(await db.balanceOf(account.id), 998_000_000n)
})

test('two nodes that take the same slice at once: one has it', async () => {
  next()
  const [one, two] = [openRig(db), openRig(db)]
  const account = await db.account()
  const results = await Promise.allSettled([
    one.send(account, [one.draft(), one.draft()], { slice: slice() }),
    two.send(account, [two.draft(), two.draft(), two.draft()], { slice: slice({ upTo: 3 }) }),
  ])
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const { slices, messages } = (await stored(account.id)) as { slices: number; messages: number }
  assert.equal(slices, 1)
  assert.ok(messages === 2 || messages === 3)
})

test('another run begins at the same place', async () => {
  next()
  const rig = openRig(db)
  const account = await db.account()
  await rig.send(account, [rig.draft()], { slice: slice({ upTo: 1 }) })
  await rig.send(account, [rig.draft()], { slice: slice({ run: 2, upTo: 1 }) })
  await rig.send(account, [rig.draft()], { slice: slice({ run: 2, after: 1 }) })
  assert.deepEqual(await stored(account.id), { messages: 3, slices: 3 })
})

test('what cannot be paid for is not stored as refused: it waits for money; what can be paid in the same commit is stored', async () => {
  next()
  const rig = openRig(db)
  const account = await db.account({ balance: 3_000_000n })
  const drafts = (count: number) => Array.from({ length: count }, () => rig.draft())
  const results = await Promise.allSettled([
    rig.send(account, drafts(2), { slice: slice({ upTo: 2 }) }),
    rig.send(account, drafts(2), { slice: slice({ run: 2, upTo: 2 }) }),
  ])
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? 'stored' : result.reason.code)),
    ['stored', 'insufficient_funds'],
  )
  assert.deepEqual(await stored(account.id), { messages: 2, slices: 1 })
  assert.equal(await db.balanceOf(account.id), 1_000_000n)
  await rig.send(account, drafts(1), { slice: slice({ run: 2, upTo: 1 }) })
  assert.equal(await db.balanceOf(account.id), 0n)
})

test('a good receipt after a bad one: what was counted of its slice is void', async () => {
  next()
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  const account = await db.account()
  await rig.send(account, [rig.draft()], { slice: slice({ upTo: 1 }) })
  await connector.afterSending(1)
  connector.take({ id: 'late' })
  await connector.receive({ carrierIds: ['late'], state: 'undelivered', stat: 'UNDELIV', err: '001' })
  await rig.settle.drained()
  await db.rows(`update mailing_slices set open = '{}', failed = 1 where account_id = $1`, [account.id])
  await connector.receive({ carrierIds: ['late'] })
  await rig.settle.drained()
  await eventually(async () => {
    const kept = await db.rows('select open from mailing_slices where account_id = $1', [account.id])
    assert.deepEqual(kept, [{ open: null }])
  })
})
