import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig, type Rig } from '../../test/support/path.ts'
import type { Account } from '../domain/account.ts'
import { concatUdh } from '../domain/text/udh.ts'
import { wholeOf } from '../domain/whole-message.ts'
import { accept } from '../store/accept.ts'
import { ConnectionLost } from '../store/session.ts'
import { readPartsOf } from '../store/whole-message.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const TEXTS = ['', 'one ', 'two ', 'three']

function submit(rig: Rig, account: Account, number: number, of: Parameters<Rig['draft']>[0] = {}, reference = 9) {
  const text = TEXTS[number] ?? ''
  const draft = rig.draft({
    content: { kind: 'text', text, udh: concatUdh(reference, number, 3).subarray(1) },
    octets: concatUdh(reference, number, 3),
    parts: 1,
    ...of,
  })
  return rig.send(account, [draft], { part: { reference, total: 3, number } })
}

const rowsOf = (account: Account) =>
  db.rows<{ id: string; first: string }>(
    'select id::text, first_part_id::text as first from messages where account_id = $1 order by id',
    [account.id],
  )
const wholeAt = async (account: Account, nth: number) => {
  const row = (await rowsOf(account))[nth]
  return wholeOf(await readPartsOf(db.store.session, account.id, Number(row?.id)))
}

test('parts submitted in any order are one message, read by any of them', async () => {
  const rig = openRig(db)
  await rig.carrier()
  const account = await db.account()
  const numbers = [2, 3, 1].map((number) => submit(rig, account, number))
  assert.deepEqual(
    (await Promise.all(numbers)).map(({ ref }) => ref),
    [1, 2, 3],
    'each has a number of its own',
  )
  const rows = await rowsOf(account)
  assert.deepEqual(new Set(rows.map(({ first }) => first)), new Set([rows[0]?.id]))
  for (const nth of [0, 1, 2]) {
    const whole = await wholeAt(account, nth)
    assert.deepEqual([whole?.text, whole?.price, whole?.total], ['one two three', 3_000_000n, 3])
  }
})

test('parts in commits of their own find each other; other messages among them belong to nobody', async () => {
  const rig = openRig(db)
  await rig.carrier()
  const [account, other] = [await db.account(), await db.account()]
  await submit(rig, account, 1)
  await Promise.all([rig.send(account, [rig.draft()]), submit(rig, other, 2), submit(rig, account, 2)])
  await rig.send(account, [rig.draft()])
  await submit(rig, account, 3)
  const rows = await rowsOf(account)
  const first = rows[0]?.id
  assert.deepEqual(rows.map((row) => row.first).toSorted(), ['0', '0', first, first, first].toSorted())
  assert.equal((await wholeAt(account, 0))?.text, 'one two three')
  assert.deepEqual((await wholeAt(other, 0))?.parts.length, 1)
})

test('a commit whose answer was lost keeps its groups, one that did not happen leaves none', async () => {
  for (const happened of [true, false]) {
    let lost = 0
    const rig = openRig(db, {
      store: {
        async accept(commit) {
          if (!happened && lost++ === 0) throw new ConnectionLost('unknown')
          const outcomes = await accept(db.sessions.accept, commit)
          if (happened && lost++ === 0) throw new ConnectionLost('unknown')
          return outcomes
        },
      },
    })
    await rig.carrier()
    const account = await db.account()
    await Promise.all([submit(rig, account, 1), submit(rig, account, 2)])
    await submit(rig, account, 3)
    const rows = await rowsOf(account)
    assert.deepEqual(
      rows.map((row) => row.first),
      [rows[0]?.id, rows[0]?.id, rows[0]?.id],
      String(happened),
    )
  }
})

test('a part that the store cannot hold leaves its group as it was', async () => {
  const rig = openRig(db)
  await rig.carrier()
  const account = await db.account()
  const poisoned = submit(rig, account, 1, { sender: 'Sender', comment: '\0' })
  const good = [submit(rig, account, 2), submit(rig, account, 3)]
  await assert.rejects(poisoned)
  await Promise.all(good)
  await submit(rig, account, 1)
  const rows = await rowsOf(account)
  assert.equal(rows.length, 3)
  assert.deepEqual(new Set(rows.map((row) => row.first)), new Set([rows[0]?.id]))
})

test('parts that could not be paid for are refused rows of their message', async () => {
  const rig = openRig(db)
  await rig.carrier()
  const account = await db.account({ balance: 2_000_000n })
  await Promise.all([1, 2, 3].map((number) => submit(rig, account, number)))
  const whole = await wholeAt(account, 0)
  assert.deepEqual([whole?.parts.length, whole?.price, whole?.decided.state], [3, 2_000_000n, -1])
  assert.deepEqual(
    whole?.parts.map(({ row }) => row.state),
    [-1, -1, 24],
  )
})

test('after a restart between two parts the rest is a message of its own', async () => {
  const account = await db.account()
  for (const numbers of [[1], [2, 3]]) {
    const rig = openRig(db)
    await rig.carrier()
    for (const number of numbers) await submit(rig, account, number)
  }
  assert.deepEqual([(await wholeAt(account, 0))?.text, (await wholeAt(account, 1))?.text], ['one ', 'two three'])
})

test('a message that is no part has no others', async () => {
  const rig = openRig(db)
  const account = await db.account()
  await rig.send(account, [rig.draft()])
  const [row] = await rowsOf(account)
  assert.deepEqual(await readPartsOf(db.store.session, account.id, Number(row?.id)), [])
})
