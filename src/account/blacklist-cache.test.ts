import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { bookChanges } from '../store/contact-book.ts'
import type { Session } from '../store/session.ts'
import { createBlacklist } from './blacklist.ts'
import { createBlacklistCache } from './blacklist-cache.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const PHONE = '79161234567'
const written = (phones: string) => ({ phones, mails: undefined })

/** A node: its cache, what its customers do, and how often it has asked the store. */
function node() {
  const asked: string[] = []
  let held: Promise<void> | undefined
  const session: Session = {
    async run(statement, values) {
      asked.push(statement.name)
      const rows = await db.store.session.run(statement, values)
      if (statement.name === 'blacklist_list') await held
      return rows
    },
  }
  const cache = createBlacklistCache(session)
  const hinted: number[] = []
  const desk = createBlacklist({
    session: db.store.session,
    changeBook: bookChanges(db.store.pool),
    profile: 'russia',
    cache,
    hint: (id) => hinted.push(id),
  })
  return {
    ...{ asked, cache, desk, hinted },
    /** Readings end when the promise does. */
    hold: (until: Promise<void>) => {
      held = until
    },
    bars: async (account: Account, phone = PHONE, mailing = false) => (await cache.of(account.id))?.(phone, mailing) ?? false,
  }
}

test('an account without a blacklist costs one question, then none', async () => {
  const account = await db.account()
  const { bars, asked, cache } = node()
  for (let times = 0; times < 3; times++) assert.equal(await bars(account), false)
  assert.deepEqual(asked, ['blacklist_versions'])
  assert.equal(cache.of(account.id), undefined, 'no promise either')
})

test('what its own customer is told is in force, in and out, before and after it was read', async () => {
  const account = await db.account()
  const { bars, desk, hinted, asked } = node()
  await desk.add(account, written(PHONE), 0)
  assert.equal(await bars(account), true)
  await desk.remove(account, written(PHONE))
  assert.equal(await bars(account), false)
  const id = await desk.add(account, written('79161234568,79161234569'), 1)
  assert.equal(await bars(account, '79161234569', true), true)
  assert.equal(await bars(account, '79161234569', false), false)
  assert.equal(await desk.add(account, written('79161234568'), 2), id, 'an entry keeps its id')
  assert.equal(await bars(account, '79161234568', true), false)
  assert.deepEqual(hinted, [account.id, account.id, account.id, account.id])
  assert.equal(asked.filter((name) => name === 'blacklist_list').length, 1, 'read once, then kept up')
})

test('another node sees a change when it is hinted at, and within two beats when it is not', async () => {
  const account = await db.account()
  const [here, there] = [node(), node()]
  assert.equal(await there.bars(account), false)
  await here.desk.add(account, written(PHONE), 0)
  there.cache.doubt(account.id)
  assert.equal(await there.bars(account), true)
  await here.desk.remove(account, written(PHONE))
  await there.cache.refresh()
  assert.equal(await there.bars(account), false)
  await here.desk.add(account, written(PHONE), 0)
  there.cache.doubtAll()
  assert.equal(await there.bars(account), true)
})

test('two nodes that change one list both end with all of it', async () => {
  const account = await db.account()
  const [here, there] = [node(), node()]
  await Promise.all([here.bars(account), there.bars(account)])
  await here.desk.add(account, written('79160000001'), 0)
  await there.desk.add(account, written('79160000002'), 0)
  await here.desk.add(account, written('79160000003'), 0)
  assert.equal(await here.bars(account, '79160000002'), true)
  await there.cache.refresh()
  for (const { bars } of [here, there]) {
    for (const phone of ['79160000001', '79160000002', '79160000003']) assert.equal(await bars(account, phone), true, phone)
  }
})

test('a change while the list is being read is not lost', async () => {
  const account = await db.account()
  const { bars, desk, hold } = node()
  await desk.add(account, written('79160000001'), 0)
  let release = () => {}
  hold(new Promise((resolve) => (release = resolve)))
  const early = bars(account)
  const before = desk.add(account, written(PHONE), 0)
  await before
  const late = bars(account)
  release()
  await early
  assert.equal(await late, true)
  assert.equal(await bars(account), true)
})

test('a list is not trusted for ever without asking', async () => {
  const account = await db.account()
  const { bars, cache, asked } = node()
  await bars(account)
  for (let beats = 0; beats < 5; beats++) await cache.refresh()
  asked.length = 0
  await bars(account)
  assert.deepEqual(asked, ['blacklist_versions'])
})

test('when the store does not answer nothing is let through', async () => {
  const cache = createBlacklistCache({ run: () => Promise.reject(new Error('gone')) })
  await assert.rejects(
    async () => cache.of(1),
    (error: unknown) => error instanceof Refusal && error.code === 'unavailable',
  )
})

test('what is no number is refused, what is not in it is not found', async () => {
  const account = await db.account()
  const { desk } = node()
  const isRefused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
  await assert.rejects(desk.add(account, written('79161234567,12'), 0), isRefused('denied'))
  await assert.rejects(desk.add(account, written(''), 0), isRefused('bad_request'))
  await assert.rejects(desk.remove(account, written('12')), isRefused('not_found'))
  await assert.rejects(desk.remove(account, written(PHONE)), isRefused('not_found'))
  await assert.rejects(desk.list(account, 0, 10), isRefused('not_found'))
})
