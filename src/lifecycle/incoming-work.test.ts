import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openReplies, owner, sentBy, withPast } from '../../test/support/replies.ts'
import { HOUR_MS } from '../domain/calendar.ts'
import { Refusal } from '../domain/refusal.ts'
import { finishTask } from '../store/follow-ups.ts'
import { OutcomeUnknown } from './request.ts'

let db: MessageStore
let replies: ReturnType<typeof openReplies>
before(async () => {
  db = await openMessageStore()
  await withPast(db)
  replies = openReplies(db)
})
after(() => db?.close())

const MAIL = 8
const FROM = '79161112233'

// settings, text, what is sent; N: the number that was written to
const cases: [claim: string, settings: object, text: string, sent: [to: string, body: string, channel: number][]][] = [
  ['nothing is set', {}, 'Hello', []],
  [
    'fl[8] forwards to phone2',
    { 'fl[8]': 1, phone: '79990000001', phone2: '89990000002' },
    'Hello',
    [['79990000002', `${FROM}: Hello`, 0]],
  ],
  [
    'fl[8] forwards to phone where there is no phone2',
    { 'fl[8]': 1, phone: '+7 999 000-00-01' },
    'Hello',
    [['79990000001', `${FROM}: Hello`, 0]],
  ],
  ['fl[8] without a phone', { 'fl[8]': 1 }, 'Hello', []],
  ['fl[8] with nonsense for a phone', { 'fl[8]': 1, phone2: 'x' }, 'Hello', []],
  ['phones without fl[8]', { phone: '79990000001', phone2: '79990000002' }, 'Hello', []],
  ['nothing goes back to who wrote it', { 'fl[8]': 1, phone2: FROM }, 'Hello', []],
  [
    'fl[9] forwards to email2',
    { 'fl[9]': 1, email: 'a@example.com', email2: 'b@example.com' },
    'Hello',
    [['b@example.com', `${FROM} → N\n\nHello`, MAIL]],
  ],
  [
    'fl[9] forwards to email where there is no email2',
    { 'fl[9]': 1, email: 'a@example.com' },
    'Hello',
    [['a@example.com', `${FROM} → N\n\nHello`, MAIL]],
  ],
  ['fl[9] with nonsense for an address', { 'fl[9]': 1, email2: 'nobody' }, 'Hello', []],
  ['fl2[4] is about calls', { 'fl[8]': 1, phone2: '79990000002', 'fl2[4]': 1 }, 'Hello', [['79990000002', `${FROM}: Hello`, 0]]],
  ['answ is a text', { answ: 'Thank you' }, 'Hello', [[FROM, 'Thank you', 0]]],
  ['answ is 0', { answ: '0' }, 'Hello', []],
  ['answ is a number that is no template', { answ: '555' }, 'Hello', [[FROM, '555', 0]]],
  ['our own answer is not answered', { answ: 'Thank you' }, ' Thank you ', []],
  ['who opts out is not answered', { answ: 'Thank you' }, 'STOP', []],
  ['who opts out is forwarded', { 'fl[8]': 1, phone2: '79990000002' }, 'Стоп!', [['79990000002', `${FROM}: Стоп!`, 0]]],
  [
    'all at once',
    { 'fl[8]': '1', 'fl[9]': true, answ: 'Thanks', phone2: '79990000002', email2: 'b@example.com' },
    'Hello',
    [
      [FROM, 'Thanks', 0],
      ['79990000002', `${FROM}: Hello`, 0],
      ['b@example.com', `${FROM} → N\n\nHello`, MAIL],
    ],
  ],
]
for (const [claim, settings, text, sent] of cases) {
  test(`a message comes: ${claim}`, async () => {
    const { account, number } = await owner(db, settings)
    await replies.write(FROM, number, text)
    assert.deepEqual(
      await sentBy(db, account),
      sent.map(([to, body, channel]) => [to, body.replace('N', number), channel]),
    )
    assert.equal(await db.balanceOf(account.id), 1_000_000_000n - BigInt(sent.length) * 1_000_000n, 'charged as any other')
  })
}

test('answ is a template of the account, and of no other', async () => {
  const { account, number } = await owner(db, {})
  const own = await db.row<{ id: number }>(
    `insert into templates (account_id, name, body) values ($1, 'a', 'Own') returning id`,
    [account.id],
  )
  const other = await db.row<{ id: number }>(
    `insert into templates (account_id, name, body) values (999999, 'a', 'Other') returning id`,
  )
  for (const [id, from] of [
    [own.id, '79161110001'],
    [other.id, '79161110002'],
  ] as const) {
    await db.rows('update accounts set settings = $2 where id = $1', [account.id, { answ: String(id) }])
    await replies.write(from, number, 'Hello')
    await sentBy(db, account)
  }
  assert.deepEqual(await sentBy(db, account), [
    ['79161110001', 'Own', 0],
    ['79161110002', String(other.id), 0],
  ])
})

// who writes, whether he is answered
const writers: [from: string, answered: boolean][] = [
  ['79161114444', true],
  ['4490', false],
  ['Bank', false],
  ['', false],
]
for (const [from, answered] of writers) {
  test(`an auto-reply ${answered ? 'goes to' : 'does not go to'} '${from}'`, async () => {
    const { account, number } = await owner(db, { answ: 'Thanks' })
    await replies.write(from, number, 'Hello')
    assert.equal((await sentBy(db, account)).length, answered ? 1 : 0)
  })
}

test('two accounts that answer and forward to each other’s numbers write nothing to each other', async () => {
  const one = await owner(db, { answ: 'One thanks' })
  const two = await owner(db, { answ: 'Two thanks' })
  for (const [{ account }, phone2] of [
    [one, two.number],
    [two, one.number],
  ] as const) {
    await db.rows(`update accounts set settings = settings || $2 where id = $1`, [account.id, { 'fl[8]': 1, phone2 }])
  }
  await replies.write(two.number, one.number, 'Hello')
  await replies.write(FROM, one.number, 'Hello')
  assert.deepEqual(await sentBy(db, one.account), [[FROM, 'One thanks', 0]])
  assert.deepEqual(await sentBy(db, two.account), [])
})

test('a subscriber is answered once in ten minutes; another one, and another account’s, at once', async () => {
  const { account, number } = await owner(db, { answ: 'Thanks' })
  const other = await owner(db, { answ: 'Welcome' })
  for (const text of ['One', 'Two', 'Three']) await replies.write(FROM, number, text)
  await replies.write('79161119999', number, 'One')
  await replies.write(FROM, other.number, 'One')
  assert.deepEqual(await sentBy(db, account), [
    [FROM, 'Thanks', 0],
    ['79161119999', 'Thanks', 0],
  ])
  assert.equal((await sentBy(db, other.account)).length, 1)
  await db.rows('update auto_replies set at = at - 600000 where account_id = $1', [account.id])
  await replies.write(FROM, number, 'Four')
  assert.equal((await sentBy(db, account)).length, 3)
})

test('a message that comes hours late is not answered, but forwarded', async () => {
  const { account, number } = await owner(db, { answ: 'Thanks', 'fl[8]': 1, phone2: '79990000002' })
  await replies.write(FROM, number, 'Hello', Date.now() - 2 * HOUR_MS)
  assert.deepEqual(
    (await sentBy(db, account)).map(([to]) => to),
    ['79990000002'],
  )
})

test('an account that is blocked sends nothing, but subscribers may opt out', async () => {
  const { account, number } = await owner(db, { answ: 'Thanks' })
  await db.rows('update accounts set blocked = true where id = $1', [account.id])
  await replies.write('79161115555', number, 'Hello')
  await replies.write(FROM, number, 'STOP')
  assert.deepEqual(await sentBy(db, account), [])
  assert.equal((await db.rows('select from blacklist where account_id = $1', [account.id])).length, 1)
})

test('what was sent while its answer was lost is not sent again', async () => {
  let lost = 0
  const node = openReplies(db, {
    node: 1,
    accept: (accept) => async (request) => {
      const accepted = await accept(request)
      if (lost++ === 0) throw new OutcomeUnknown()
      return accepted
    },
  })
  await replies.stop()
  const { account, number } = await owner(db, { answ: 'Thanks' })
  await node.write(FROM, number, 'Hello')
  await eventually(async () =>
    assert.equal((await db.rows('select from follow_ups where account_id = $1 and attempts = 1', [account.id])).length, 1),
  )
  await db.rows('update follow_ups set due_at = 0')
  node.wake()
  assert.deepEqual(await sentBy(db, account), [[FROM, 'Thanks', 0]])
  assert.equal(lost, 1)
  await node.stop()
  replies = openReplies(db)
})

test('what cannot be accepted now is tried again; what never can is given up', async () => {
  let refused = 0
  await replies.stop()
  const node = openReplies(db, {
    node: 1,
    accept: (accept) => (request) => {
      if (request.lines[0]?.text === 'Never') throw new Refusal('bad_request')
      if (refused++ === 0) throw new Refusal('overloaded')
      return accept(request)
    },
  })
  const { account, number } = await owner(db, { answ: 'Thanks' })
  const never = await owner(db, { answ: 'Never' })
  await node.write(FROM, never.number, 'Hello')
  assert.deepEqual(await sentBy(db, never.account), [])
  await node.write(FROM, number, 'Hello')
  await eventually(async () =>
    assert.equal((await db.rows('select from follow_ups where account_id = $1 and attempts = 1', [account.id])).length, 1),
  )
  await db.rows('update follow_ups set due_at = 0')
  node.wake()
  assert.equal((await sentBy(db, account)).length, 1)
  await node.stop()
  replies = openReplies(db)
})

test('a task that was finished leads to nothing a second time', async () => {
  await replies.stop()
  const { account, number } = await owner(db, { answ: 'Thanks' })
  const [id = 0, first = 0, second = 0] = replies.rig.ids.take(3)
  const row = { id, carrierId: 1, sender: FROM, recipient: number, body: 'Hello', complete: true, atMs: Date.now() }
  await replies.rig.store.storeIncoming([row], [])
  const followUp = { accountId: account.id, kind: 1, recipient: FROM, body: 'x', atMs: Date.now() }
  const finish = (followUpId: number) => finishTask(db.sessions.general, id, [{ ...followUp, id: followUpId }], Date.now())
  assert.deepEqual(await finish(first), { finished: true, owed: 1 })
  assert.deepEqual(await finish(second), { finished: false, owed: 0 })
  replies = openReplies(db)
  assert.equal((await sentBy(db, account)).length, 1)
})

test('what a node that died had in hand is taken over by another; of one that lives it is left alone', async () => {
  await replies.stop()
  const { account, number } = await owner(db, { answ: 'Thanks' })
  const [id = 0] = replies.rig.ids.take(1)
  const row = { id, carrierId: 1, sender: FROM, recipient: number, body: 'Hello', complete: true, atMs: Date.now() }
  await replies.rig.store.storeIncoming([row], [])
  await db.rows('update incoming_tasks set node = 7 where id = $1', [id])
  await db.rows(`insert into nodes (node, instance, until, ids_until) values (7, 'x', now() + interval '1 h', 0)`)
  const node = openReplies(db, { node: 8 })
  // Another message's task is done meanwhile: this one's would have been, too.
  const other = await owner(db, { answ: 'Thanks' })
  await node.write('79161117777', other.number, 'Hello')
  assert.equal((await sentBy(db, other.account)).length, 1)
  assert.equal((await db.rows('select from incoming_tasks where id = $1 and node = 7', [id])).length, 1)
  await db.rows(`update nodes set until = now() - interval '1 s' where node = 7`)
  node.wake()
  assert.equal((await sentBy(db, account)).length, 1)
  await node.stop()
  replies = openReplies(db)
})
