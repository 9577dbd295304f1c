import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import {
  type Capture,
  capturesOfMessage,
  keepCaptures,
  listCaptures,
  openSwitches,
  pruneCaptures,
  unreadableOf,
} from './captures.ts'
import { addSwitch, endSwitches, listSwitches } from './trace-switches.ts'

const AT = Date.UTC(2026, 10, 22)

const capture = (of: Partial<Capture> = {}): Capture => ({
  atMs: AT,
  carrierId: 7,
  accountId: 0,
  messageId: 0,
  part: 1,
  sent: false,
  why: 'asked',
  keys: [],
  ref: '',
  length: 3,
  octets: Buffer.from([0, 1, 255]),
  ...of,
})

describe('what is kept of the wire', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  before(async () => {
    opened = await openTestStore()
  })
  after(() => opened.close())
  beforeEach(async () => void (await opened.store.pool.query('truncate captures, trace_switches')))
  const session = () => opened.store.session
  const all = { carrierId: 0, accountId: 0, why: undefined, sinceMs: 0 }
  const parts = async () => (await listCaptures(session(), all, 500)).map(({ part }) => part)

  test('comes back as it was, the newest at the end, by carrier, account and reason', async () => {
    const rows = [
      capture({ part: 1, atMs: AT + 5, keys: ['A1', 'B2'], sent: true, length: 9_000, ref: 'x' }),
      capture({ part: 2, carrierId: 8, accountId: 3, why: 'error' }),
      capture({ part: 3, why: 'unreadable', octets: Buffer.alloc(0) }),
    ]
    await keepCaptures(session(), rows, [])
    assert.deepEqual(await parts(), [2, 3, 1])
    const [kept] = await listCaptures(session(), { ...all, why: 'asked' }, 1)
    assert.deepEqual({ ...kept, id: 0, octets: Buffer.from(kept?.octets ?? []) }, { ...rows[0], id: 0 })
    assert.equal((await listCaptures(session(), { ...all, accountId: 3 }, 9)).length, 1)
    assert.equal((await listCaptures(session(), { ...all, carrierId: 7 }, 9)).length, 2)
    assert.equal(await unreadableOf(session(), [7, 8], AT, AT + 1), 1)
    assert.equal(await unreadableOf(session(), [8], AT, AT + 1), 0)
  })

  test('is found for a message: by its id, by a carrier’s id of its carrier after it came, and its request', async () => {
    const message = { id: 5, accountId: 3, ref: '17', carrierIds: [7], keys: ['A1'], acceptedAtMs: AT }
    await keepCaptures(
      session(),
      [
        capture({ part: 1, messageId: 5 }),
        capture({ part: 2, keys: ['X', 'A1'] }),
        capture({ part: 3, keys: ['A1'], messageId: 5 }),
        capture({ part: 4, accountId: 3, ref: '17', carrierId: 0, atMs: AT - 10 }),
        capture({ part: 90, keys: ['A1'], carrierId: 8 }), // another carrier's
        capture({ part: 91, keys: ['A1'], messageId: 6 }), // known to be another message's
        capture({ part: 92, keys: ['A1'], atMs: AT - 1 }), // before it came
        capture({ part: 93, accountId: 3, ref: '17', carrierId: 0, atMs: AT - 90_000 }), // an older request of that number
        capture({ part: 94, accountId: 4, ref: '17', carrierId: 0 }),
      ],
      [],
    )
    const found = await capturesOfMessage(session(), message, 100)
    assert.deepEqual(
      found.map(({ part }) => part),
      [4, 1, 2, 3],
    )
    assert.equal((await capturesOfMessage(session(), { ...message, keys: [], carrierIds: [], ref: '' }, 100)).length, 2)
  })

  test('is bounded by age and by number, and errors do not push out what was asked for', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => capture({ part: at, atMs: AT + at, why: at < 5 ? 'asked' : 'error' }))
    await keepCaptures(session(), rows, [])
    await pruneCaptures(session(), AT + 1, 1_000)
    assert.deepEqual(await parts(), [1, 2, 3, 4, 5, 6, 7, 8, 9])
    await pruneCaptures(session(), 0, 3)
    assert.deepEqual(await parts(), [2, 3, 4, 7, 8, 9])
  })

  test('a switch is open until its time or its rows are over, is ended, and counts', async () => {
    const add = (of: object, most = 20) => {
      const plain = { accountId: 0, carrierId: 7, texts: false, sinceMs: AT, untilMs: AT + 100, rowLimit: 10 }
      return addSwitch(session(), { ...plain, ...of }, most)
    }
    const [first, full, over] = [await add({ texts: true }), await add({ rowLimit: 3 }), await add({ untilMs: AT + 1 })]
    assert.ok(first && full && over)
    assert.equal(await add({}, 3), undefined, 'no more than that many')
    await keepCaptures(
      session(),
      [],
      [
        { switchId: first, kept: 4, dropped: 2 },
        { switchId: full, kept: 3, dropped: 0 },
      ],
    )
    const open = await openSwitches(session(), AT + 50)
    assert.deepEqual(
      open.map(({ id, carrierId, texts, left }) => [id, carrierId, texts, left]),
      [[first, 7, true, 6]],
    )
    assert.equal(await endSwitches(session(), first, AT + 60), 1)
    assert.equal(await endSwitches(session(), first, AT + 61), 0, 'it is over already')
    const [listed] = (await listSwitches(session(), AT + 61)).filter(({ id }) => id === first)
    assert.deepEqual(
      [listed?.carrier, listed?.account, listed?.untilMs, listed?.kept, listed?.dropped],
      ['carrier 7', undefined, AT + 60, 4, 2],
      'also of a carrier that is gone',
    )
    await pruneCaptures(session(), AT + 1_000, 1_000)
    assert.deepEqual(await listSwitches(session(), AT), [])
  })
})
