import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openReplies, sentBefore, withPast } from '../../test/support/replies.ts'
import type { Account } from '../domain/account.ts'
import { HOUR_MS, MINUTE_MS } from '../domain/calendar.ts'
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

let used = 0
const freshNumber = () => String(79_170_000_000 + ++used)

/** An account with settings and a number of its own. */
async function owner(settings: object): Promise<{ account: Account; number: string }> {
  const account = await db.account()
  const number = freshNumber()
  await db.rows('update accounts set settings = $2 where id = $1', [account.id, settings])
  await db.rows('insert into numbers (number, account_id) values ($1, $2)', [number, account.id])
  return { account, number }
}

/** What the account has sent by itself, once nothing is left to do for it. */
const sentBy = (account: Account) =>
  eventually(async () => {
    const [left] = await db.rows<{ count: number }>(
      `select (select count(*) from incoming_tasks where account_id = $1) + (select count(*) from follow_ups where account_id = $1) as count`,
      [account.id],
    )
    assert.equal(Number(left?.count), 0)
    const rows = await db.rows<{ recipient: string; body: string; channel: number; price: string }>(
      'select recipient, body, channel, price from messages where account_id = $1 order by recipient, id',
      [account.id],
    )
    return rows.map(({ recipient, body, channel }) => [recipient, body, channel])
  })

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
    const { account, number } = await owner(settings)
    await replies.write(FROM, number, text)
    assert.deepEqual(
      await sentBy(account),
      sent.map(([to, body, channel]) => [to, body.replace('N', number), channel]),
    )
    assert.equal(await db.balanceOf(account.id), 1_000_000_000n - BigInt(sent.length) * 1_000_000n, 'charged as any other')
  })
}

test('answ is a template of the account, and of no other', async () => {
  const { account, number } = await owner({})
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
    await sentBy(account)
  }
  assert.deepEqual(await sentBy(account), [
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
    const { account, number } = await owner({ answ: 'Thanks' })
    await replies.write(from, number, 'Hello')
    assert.equal((await sentBy(account)).length, answered ? 1 : 0)
  })
}

test('two accounts that answer and forward to each other’s numbers write nothing to each other', async () => {
  const one = await owner({ answ: 'One thanks' })
  const two = await owner({ answ: 'Two thanks' })
  for (const [{ account }, phone2] of [
    [one, two.number],
    [two, one.number],
  ] as const) {
    await db.rows(`update accounts set settings = settings || $2 where id = $1`, [account.id, { 'fl[8]': 1, phone2 }])
  }
  await replies.write(two.number, one.number, 'Hello')
  await replies.write(FROM, one.number, 'Hello')
  assert.deepEqual(await sentBy(one.account), [[FROM, 'One thanks', 0]])
  assert.deepEqual(await sentBy(two.account), [])
})

test('a subscriber is answered once in ten minutes; another one, and another account’s, at once', async () => {
  const { account, number } = await owner({ answ: 'Thanks' })
  const other = await owner({ answ: 'Welcome' })
  for (const text of ['One', 'Two', 'Three']) await replies.write(FROM, number, text)
  await replies.write('79161119999', number, 'One')
  await replies.write(FROM, other.number, 'One')
  assert.deepEqual(await sentBy(account), [
    [FROM, 'Thanks', 0],
    ['79161119999', 'Thanks', 0],
  ])
  assert.equal((await sentBy(other.account)).length, 1)
  await db.rows('update auto_replies set at = at - 600000 where account_id = $1', [account.id])
  await replies.write(FROM, number, 'Four')
  assert.equal((await sentBy(account)).length, 3)
})

test('a message that comes hours late is not answered, but forwarded', async () => {
  const { account, number } = await owner({ answ: 'Thanks', 'fl[8]': 1, phone2: '79990000002' })
  await replies.write(FROM, number, 'Hello', Date.now() - 2 * HOUR_MS)
  assert.deepEqual(
    (await sentBy(account)).map(([to]) => to),
    ['79990000002'],
  )
})

test('an account that is blocked sends nothing, but subscribers may opt out', async () => {
  const { account, number } = await owner({ answ: 'Thanks' })
  await db.rows('update accounts set blocked = true where id = $1', [account.id])
  await replies.write('79161115555', number, 'Hello')
  await replies.write(FROM, number, 'STOP')
  assert.deepEqual(await sentBy(account), [])
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
  const { account, number } = await owner({ answ: 'Thanks' })
  await node.write(FROM, number, 'Hello')
  await eventually(async () =>
    assert.equal((await db.rows('select from follow_ups where account_id = $1 and attempts = 1', [account.id])).length, 1),
  )
  await db.rows('update follow_ups set due_at = 0')
  node.wake()
  assert.deepEqual(await sentBy(account), [[FROM, 'Thanks', 0]])
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
  const { account, number } = await owner({ answ: 'Thanks' })
  const never = await owner({ answ: 'Never' })
  await node.write(FROM, never.number, 'Hello')
  assert.deepEqual(await sentBy(never.account), [])
  await node.write(FROM, number, 'Hello')
  await eventually(async () =>
    assert.equal((await db.rows('select from follow_ups where account_id = $1 and attempts = 1', [account.id])).length, 1),
  )
  await db.rows('update follow_ups set due_at = 0')
  node.wake()
  assert.equal((await sentBy(account)).length, 1)
  await node.stop()
  replies = openReplies(db)
})

test('a task that was finished leads to nothing a second time', async () => {
  await replies.stop()
  const { account, number } = await owner({ answ: 'Thanks' })
  const [id = 0, first = 0, second = 0] = replies.rig.ids.take(3)
  const row = { id, carrierId: 1, sender: FROM, recipient: number, body: 'Hello', complete: true, atMs: Date.now() }
  await replies.rig.store.storeIncoming([row], [])
  const followUp = { accountId: account.id, kind: 1, recipient: FROM, body: 'x', atMs: Date.now() }
  const finish = (followUpId: number) => finishTask(db.sessions.general, id, [{ ...followUp, id: followUpId }], Date.now())
  assert.deepEqual(await finish(first), { finished: true, owed: 1 })
  assert.deepEqual(await finish(second), { finished: false, owed: 0 })
  replies = openReplies(db)
  assert.equal((await sentBy(account)).length, 1)
})

test('what a node that died had in hand is taken over by another; of one that lives it is left alone', async () => {
  await replies.stop()
  const { account, number } = await owner({ answ: 'Thanks' })
  const [id = 0] = replies.rig.ids.take(1)
  const row = { id, carrierId: 1, sender: FROM, recipient: number, body: 'Hello', complete: true, atMs: Date.now() }
  await replies.rig.store.storeIncoming([row], [])
  await db.rows('update incoming_tasks set node = 7 where id = $1', [id])
  await db.rows(`insert into nodes (node, instance, until, ids_until) values (7, 'x', now() + interval '1 h', 0)`)
  const node = openReplies(db, { node: 8 })
  // Another message's task is done meanwhile: this one's would have been, too.
  const other = await owner({ answ: 'Thanks' })
  await node.write('79161117777', other.number, 'Hello')
  assert.equal((await sentBy(other.account)).length, 1)
  assert.equal((await db.rows('select from incoming_tasks where id = $1 and node = 7', [id])).length, 1)
  await db.rows(`update nodes set until = now() - interval '1 s' where node = 7`)
  node.wake()
  assert.equal((await sentBy(account)).length, 1)
  await node.stop()
  replies = openReplies(db)
})

test('an opt-out keeps what was written, when, to which number, and the message it answered', async () => {
  const { account, number } = await owner({})
  await db.rows(`insert into blacklist (account_id, address, type, added_at) values ($1, '79161110000', 1, 0)`, [account.id])
  const id = await sentBefore(db, account, FROM, 5 * MINUTE_MS, { ref: 77 })
  const atMs = Date.now()
  await replies.write(FROM, number, 'Stop!', atMs)
  await sentBy(account)
  const [entry] = (await replies.phoneBook.blacklist.list(account, 0, 10)).filter(({ optOut }) => optOut)
  assert.deepEqual([entry?.address, entry?.type], [FROM, 0])
  assert.deepEqual(entry?.optOut, { atMs, text: 'Stop!', number, answeredId: id, answeredRef: '77' })
  assert.equal((await replies.phoneBook.barsOf(account.id))?.(FROM, false), true)
})

test('START takes back an opt-out, and what was entered by hand stays as it was', async () => {
  const { account, number } = await owner({})
  const byHand = '79161110000'
  await replies.phoneBook.blacklist.add(account, { phones: byHand, mails: undefined }, 1)
  const list = async () =>
    (await replies.phoneBook.blacklist.list(account, 0, 10)).map(({ address, type, optOut }) => [address, type, optOut?.text])
  for (const from of [byHand, FROM]) await replies.write(from, number, 'STOP')
  await sentBy(account)
  assert.deepEqual(await list(), [
    [byHand, 0, 'STOP'],
    [FROM, 0, 'STOP'],
  ])
  for (const from of [byHand, FROM]) await replies.write(from, number, 'Start')
  await sentBy(account)
  assert.deepEqual(await list(), [[byHand, 1, undefined]])
  await replies.write(byHand, number, 'Start')
  await sentBy(account)
  assert.deepEqual(await list(), [[byHand, 1, undefined]])
  const [book] = await db.rows<{ blacklisted: number }>('select blacklisted from contact_books where account_id = $1', [
    account.id,
  ])
  assert.equal(book?.blacklisted, 1)
})

test('an opt-out that was taken back is not entered again by a task that was done', async () => {
  await replies.stop()
  const { account, number } = await owner({})
  await replies.phoneBook.optOuts.stop(
    account.id,
    { subscriber: FROM, text: 'STOP', number, answeredId: 0, atMs: 1 },
    async () => false,
  )
  await assert.rejects(replies.phoneBook.blacklist.list(account, 0, 10), { code: 'not_found' })
  replies = openReplies(db)
})

test('where opt-outs are switched off STOP is a text like any other', async () => {
  const { account, number } = await owner({ opt_out: 0, answ: 'Thanks' })
  await replies.write(FROM, number, 'STOP')
  assert.deepEqual(await sentBy(account), [[FROM, 'Thanks', 0]])
  await assert.rejects(replies.phoneBook.blacklist.list(account, 0, 10), { code: 'not_found' })
})
