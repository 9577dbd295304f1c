import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { monotonic } from '../clock.ts'
import { nodeOfId } from '../domain/message-id.ts'
import type { Draft } from '../lifecycle/draft.ts'
import type { Accept, Accepted, SendRequest } from '../lifecycle/request.ts'
import { cancelMailing, listMailings } from '../store/mailings.ts'
import { type AddMailing, createAddMailing, type NewLine, type NewMailing } from './add.ts'
import { type Mailings, startMailings } from './runner.ts'

// Several nodes run mailings on one database: one dies in the middle, and two fight over what it leaves.
let db: MessageStore
let add: AddMailing
before(async () => {
  db = await openMessageStore()
  await db.rows(
    `insert into nodes (node, instance, until, ids_until) select n, 'of ' || n, now() + interval '1 h', 0 from generate_series(1, 3) n`,
  )
  add = createAddMailing({
    ...{ session: db.store.session, profile: 'russia', bookOf: async ({ id }) => id, now: Date.now },
    estimate: async () => assert.fail('nobody asks for a price'),
  })
})
after(() => db.close())

const RECIPIENTS = 4_000
const LINE: NewLine = {
  phones: Array.from({ length: RECIPIENTS }, (_, at) => `+${79_160_000_000 + at}`),
  ...{ text: 'Hello', comment: '', sender: undefined, dueAtMs: 0 },
}
const NEWS: NewMailing = {
  name: 'News',
  channel: 'sms',
  lines: [LINE],
  message: {
    ...{ sender: null, ref: null, octets: null, dcs: null, pid: 0, translit: 0, shortenLinks: false, partsMax: 0 },
    ...{ validityMs: 86_400_000, bot: null, deliveryControl: null, sender2: null, mes2: null },
  },
  ...{ repeats: 0, runsMax: 0, pace: undefined, tzHours: 0, estimate: false },
}

const withdraw = async ({ id }: { id: number }): Promise<boolean> => {
  await db.rows('delete from due_queue where id = $1', [id])
  return (
    (await db.rows('update messages set state = 20, refunded = price where id = $1 and state = -1 returning id', [id])).length > 0
  )
}

/** A node: it stores slices as the centre does, and tells `stored` of each before it learns of it itself. */
function startNode(
  node: number,
  {
    stored = () => {},
    draft = { state: 23 },
  }: { stored?: (slices: number) => Promise<void> | void; draft?: Partial<Draft> } = {},
): Mailings {
  const rig = openRig(db, { node })
  let slices = 0
  const accept: Accept = async (request: SendRequest) => {
    const drafts = request.lines.flatMap(({ phones }) =>
      phones.map((phone) => rig.draft({ ...draft, recipient: phone.slice(1) })),
    )
    const { balance, ref } = await rig.send(request.account, drafts, { bulk: true, slice: request.slice })
    slices += 1
    await stored(slices)
    return { balance, ref } as unknown as Accepted // mailings look at nothing else
  }
  return startMailings({
    ...{ session: db.store.session, profile: 'russia', bookOf: async ({ id }) => id, now: Date.now, monotonic, node },
    ...{
      accept,
      withdraw,
      latestStartMs: 3_600_000,
      badPercent: 0,
      keptMs: 3_600_000,
      mayWrite: () => true,
    },
  })
}

test('a node dies with a slice on its way, two others go on at once and take the same slices: nobody is written to twice', async (t) => {
  const account = await db.account({ balance: BigInt(RECIPIENTS) * 1_000_000n })
  const { id } = await add(account, NEWS)

  // The second slice is in the store, and the node never hears of it.
  const forEver = new Promise<void>(() => {})
  await new Promise<void>((died) => {
    const stored = (slices: number) => {
      if (slices < 2) return
      died()
      return forEver
    }
    startNode(1, { stored })
  })
  await db.rows(`update nodes set until = now() - interval '1 s' where node = 1`)

  const others = [startNode(2), startNode(3)]
  t.after(() => Promise.all(others.map((node) => node.stop())))
  await eventually(async () => {
    // Whoever has it loses it again and again, so both work on it at the same time.
    const [mailing] = await db.rows(`update mailings set until = '-infinity' where id = $1 returning state`, [id])
    assert.equal(mailing?.state, 'finished')
  })

  const { messages, people, slices } = await db.row<Record<'messages' | 'people' | 'slices', number>>(
    `select count(*)::int as messages, count(distinct recipient)::int as people,
       (select sum(recipients)::int from mailing_slices where mailing_id = $2) as slices
     from messages where account_id = $1`,
    [account.id, id],
  )
  assert.deepEqual([messages, people, slices], [RECIPIENTS, RECIPIENTS, RECIPIENTS])
  assert.equal(await db.balanceOf(account.id), 0n, 'everybody is paid for once')
  const ids = await db.rows<{ low: string }>('select low::text from mailing_slices where mailing_id = $1', [id])
  const takers = ids.map(({ low }) => nodeOfId(Number(low)))
  assert.equal(takers.filter((node) => node === 1).length, 2, 'what the dead one had stored stands')
  assert.ok(takers.length > 2)
})

test('a mailing of a login that is of another account now waits for somebody to decide', async (t) => {
  const account = await db.account()
  const { id: login } = await db.account()
  await db.rows('update accounts set same_as = $1 where id = $2', [account.id, login])
  const { id } = await add(
    {
      ...account,
      additional: { id: login, version: 1, accountLogin: account.login, accountSettings: {}, accountOffsetMinutes: 180 },
    },
    NEWS,
  )
  await db.rows('update accounts set same_as = null where id = $1', [login])
  const node = startNode(2)
  t.after(node.stop)
  await eventually(async () => {
    const [mailing] = await db.rows('select state, reason from mailings where id = $1', [id])
    assert.deepEqual(mailing, { state: 'paused', reason: 'login' })
  })
})

test('a mailing whose messages wait for their time is not over, and is when they have gone', async (t) => {
  const account = await db.account({ balance: BigInt(RECIPIENTS) * 1_000_000n })
  const node = startNode(2, { draft: { dueAtMs: Date.now() + 3_600_000 } })
  t.after(node.stop)
  const made = [await add(account, { ...NEWS, lines: [{ ...LINE, phones: ['+79160000001'] }] })]
  made.push(await add(account, { ...NEWS, lines: [{ ...LINE, phones: ['+79160000002'] }] }))
  const [id, other] = made.map((mailing) => mailing.id)
  const states = (...expected: readonly string[]) =>
    eventually(async () => {
      const rows = await db.rows<{ state: string }>('select state from mailings where id = any($1) and taken = 1 order by id', [
        [id, other],
      ])
      assert.deepEqual(
        rows.map(({ state }) => state),
        expected,
      )
    })
  await states('running', 'running')
  await eventually(async () => {
    const rows = await db.rows('select from mailings where id = any($1) and next_at > $2', [[id, other], Date.now() + 3_000_000])
    assert.equal(rows.length, 2, 'nobody looks again before the first may go')
  })
  const cost = async () => (await listMailings(db.store.session, { id: other ?? 0, limit: 1 }))[0]?.price
  assert.equal(await cost(), 1_000_000n)
  assert.equal(await cancelMailing(db.store.session, other ?? 0, Date.now()), true)
  await eventually(async () => assert.equal(await cost(), 0n, 'what was taken back has cost nothing'))
  await db.rows('delete from due_queue where account_id = $1', [account.id])
  await db.rows(`update mailings set next_at = 0 where id = $1`, [id])
  await states('finished', 'cancelled')
})

test('a slice that is stored when its mailing was cancelled, and all else was taken back, is taken back too', async (t) => {
  const account = await db.account()
  const { id } = await add(account, { ...NEWS, lines: [{ ...LINE, phones: ['+79160000001'] }] })
  const node = startNode(2, {
    draft: { dueAtMs: Date.now() + 3_600_000 },
    stored: async () => {
      assert.equal(await cancelMailing(db.store.session, id, Date.now()), true)
      await db.rows('update mailings set next_at = $2 where id = $1', [id, Date.now() + 3_600_000]) // as another node leaves it
    },
  })
  t.after(node.stop)
  await eventually(async () =>
    assert.deepEqual(await db.rows('select state from messages where account_id = $1', [account.id]), [{ state: 20 }]),
  )
})
