import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import type { Commit } from '../store/accept.ts'
import { accept } from '../store/accept.ts'
import type { Entry, Stored } from './entry.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

/** A centre without carriers, whose commits can be watched and held back. */
function watched() {
  const commits: Commit[] = []
  let gate: Promise<void> = Promise.resolve()
  let open = () => {}
  const rig = openRig(db, {
    store: {
      async accept(commit) {
        commits.push(commit)
        await gate
        return accept(db.sessions.accept, commit)
      },
    },
  })
  return {
    ...rig,
    seen: commits,
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    release: () => open(),
  }
}

const refused = (code: string) => ({ name: 'Refusal', code })
const rowsOf = async (accountId: number) =>
  db.rows<{ state: number; price: string; body: string | null }>(
    'select state, price::text, body from messages where account_id = $1 order by id',
    [accountId],
  )

test('what queues while a commit is under way is the next one', async () => {
  const rig = watched()
  const account = await db.account()
  rig.hold()
  const first = [1, 2, 3].map(() => rig.send(account, [rig.draft()]))
  await new Promise(setImmediate) // their turn of the event loop ends
  await new Promise(setImmediate)
  const second = [1, 2].map(() => rig.send(account, [rig.draft()]))
  rig.release()
  const stored = await Promise.all([...first, ...second])
  assert.deepEqual(
    rig.seen.map(({ messages }) => messages.length),
    [3, 2],
  )
  assert.deepEqual(
    stored.map(({ ref }) => ref),
    [1, 2, 3, 4, 5],
  )
})

test('singles go before bulk that came earlier, and bulk is cut at its share of a commit', async () => {
  const rig = watched()
  const [mailing, other] = [await db.account({ balance: 2_000_000_000n }), await db.account()]
  const slice = () => Array.from({ length: 400 }, () => rig.draft())
  rig.hold()
  const head = rig.send(other, [rig.draft()])
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const bulk = [rig.send(mailing, slice(), { bulk: true }), rig.send(mailing, slice(), { bulk: true })]
  const single = rig.send(other, [rig.draft()])
  rig.release()
  await Promise.all([head, ...bulk, single])
  assert.deepEqual(
    rig.seen.map(({ messages }) => messages.map(({ accountId }) => accountId).indexOf(other.id)),
    [0, 0, -1],
  )
  assert.deepEqual(
    rig.seen.map(({ messages }) => messages.length),
    [1, 401, 400],
  )
})

test('one request that the store cannot hold fails alone; its neighbours never notice', async () => {
  const rig = watched()
  const account = await db.account()
  const texts = ['one', 'two\0', 'three', 'four', 'five']
  const asked = texts.map((text) => rig.send(account, [rig.draft({ content: { kind: 'text', text } })]))
  const tooBig = rig.send(account, [rig.draft({ parts: 40_000 })])
  const found = await Promise.allSettled([...asked, tooBig])
  assert.deepEqual(
    found.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  )
  for (const each of found) if (each.status === 'rejected') assert.equal(each.reason.code, 'bad_request')
  assert.deepEqual(
    (await rowsOf(account.id)).map(({ body }) => body),
    ['one', 'three', 'four', 'five'],
  )
  assert.equal(await db.balanceOf(account.id), 1_000_000_000n - 4_000_000n)
})

// wish of the entry, roubles in the account, drafts asked for, states that are stored, what is left
const POOR: readonly [name: string, of: Partial<Entry>, roubles: number, drafts: number, states: number[], left: number][] = [
  ['a request that money does not cover is refused whole', {}, 2, 3, [24, 24, 24], 2],
  ['and so is one of several hundred numbers in one commit', { bulk: true }, 2, 3, [24, 24, 24], 2],
  ['a slice of a longer one is stored while money lasts', { bulk: true, divisible: true }, 2, 3, [-1, -1, 24], 0],
  ['one that is covered exactly is stored', {}, 3, 3, [-1, -1, -1], 0],
]

for (const [name, of, roubles, drafts, states, left] of POOR) {
  test(name, async () => {
    const rig = watched()
    const account = await db.account({ balance: BigInt(roubles) * 1_000_000n })
    const made = Array.from({ length: drafts }, () => rig.draft())
    await rig.send(account, made, of)
    const rows = await rowsOf(account.id)
    assert.deepEqual(
      rows.map(({ state }) => state),
      states,
    )
    assert.deepEqual(
      rows.map(({ price }) => Number(price)),
      states.map((state) => (state === -1 ? 1_000_000 : 0)),
    )
    assert.deepEqual(
      made.map(({ state }) => state),
      states,
      'the answer says the same',
    )
    assert.equal(await db.balanceOf(account.id), BigInt(left) * 1_000_000n)
    assert.equal(await db.postedTo(account.id), BigInt(left - roubles) * 1_000_000n)
  })
}

test('of requests that together cost too much, the first are paid, in their order', async () => {
  const rig = watched()
  const account = await db.account({ balance: 3_000_000n })
  const found = await Promise.all(
    [1, 2, 3, 4].map((count) =>
      rig.send(
        account,
        Array.from({ length: count }, () => rig.draft()),
      ),
    ),
  )
  assert.deepEqual(
    found.map(({ ref }) => ref),
    [1, 2, 3, 4],
  )
  assert.deepEqual(
    (await rowsOf(account.id)).map(({ state }) => state),
    [-1, -1, -1, 24, 24, 24, 24, 24, 24, 24],
  )
  assert.equal(await db.balanceOf(account.id), 0n)
})

test("a neighbour's code never fails for somebody's mailing", async () => {
  const rig = watched()
  const [poor, rich] = [await db.account({ balance: 0n }), await db.account()]
  const mailing = Array.from({ length: 50 }, () => rig.draft())
  await Promise.all([rig.send(poor, mailing, { bulk: true, divisible: true }), rig.send(rich, [rig.draft()])])
  assert.deepEqual(
    (await rowsOf(rich.id)).map(({ state }) => state),
    [-1],
  )
})

test('a text for many is stored once, also when its request has to be taken twice', async () => {
  const rig = watched()
  const account = await db.account({ balance: 0n })
  const text = { id: rig.ids.next(), body: 'for all of you' }
  await rig.send(account, [rig.draft({ sharesText: true, content: { kind: 'text', text: text.body } })], { text })
  const [row] = await db.rows('select t.body, m.state from messages m join texts t on t.id = m.text_id where m.account_id = $1', [
    account.id,
  ])
  assert.deepEqual(row, { body: text.body, state: 24 })
})

test('of two sign-ins of one account in a turn, the stale one is told apart', async () => {
  const rig = watched()
  const account = await db.account()
  await db.rows('update accounts set version = 2 where id = $1', [account.id])
  const fresh = { ...account, version: 2 }
  for (const order of [
    [fresh, account],
    [account, fresh],
  ]) {
    const found = await Promise.allSettled(order.map((as) => rig.send(as, [rig.draft()])))
    assert.deepEqual(
      found.map(({ status }) => status),
      order.map((as) => (as === fresh ? 'fulfilled' : 'rejected')),
    )
  }
  assert.equal((await rowsOf(account.id)).length, 2)
})

test('too much at once is refused at once, and what was taken before is stored', async () => {
  const rig = openRig(db, { limits: { rowsPerCommit: 1000, bulkRowsPerCommit: 500, pendingRows: 5, pendingMs: 60_000 } })
  const account = await db.account()
  const taken = rig.send(account, [rig.draft(), rig.draft(), rig.draft(), rig.draft()])
  await assert.rejects(rig.send(account, [rig.draft(), rig.draft()]), refused('overloaded'))
  const last: Promise<Stored> = rig.send(account, [rig.draft()])
  assert.deepEqual([(await taken).ref, (await last).ref], [1, 2])
  assert.equal(rig.commits.counters.refused, 1)
  assert.equal(rig.commits.pendingRows, 0)
})
