import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { MINUTE_MS } from '../domain/calendar.ts'
import { Refusal } from '../domain/refusal.ts'
import { createEvents, createNotifyGroups, type NewGroup, type Notice } from './notify-groups.ts'

let db: MessageStore
let nowMs = Date.UTC(2026, 10, 22, 9)
let alex: Account
let events: ReturnType<typeof createEvents>
let groups: ReturnType<typeof createNotifyGroups>
const said: string[] = []
before(async () => {
  db = await openMessageStore()
  alex = await db.account()
  events = createEvents({ session: db.store.session, now: () => nowMs })
  groups = createNotifyGroups({ session: db.store.session, profile: 'russia' })
})
after(() => db.close())

const isRefused = (code: string, field?: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code && (field === undefined || error.detail.field === field)
const NEW: NewGroup = {
  name: 'Web',
  failure: '{NAME} on {HOST}: {INFO}',
  recovery: '{NAME} works',
  contacts: ['8 916 123-45-67'],
}
const note = async ({ text }: Notice): Promise<string> => {
  said.push(text)
  return text
}
const tell = (id: number, ok: boolean, name = 'Site', host = 'h1') =>
  events.tell(alex, id, { ok, name, host, info: 'no answer' }, note)
const later = (minutes: number): void => {
  nowMs += minutes * MINUTE_MS
}

test('a failure and its end are told, each in its own words', async () => {
  const { id } = await groups.add(alex.login, NEW)
  assert.equal(await tell(id, false), 'Site on h1: no answer')
  assert.equal(await tell(id, true), 'Site works')
})

test('the same state of the same thing is told once within the quiet minutes, a change at once', async () => {
  const { id } = await groups.add(alex.login, NEW)
  said.length = 0
  await Promise.all([1, 2, 3, 4].map(() => tell(id, false)))
  assert.equal(said.length, 1, 'of many at the same moment one is told')
  later(9)
  assert.equal(await tell(id, false), undefined)
  assert.equal(await tell(id, false, 'Site', 'h2'), 'Site on h2: no answer', 'another thing is another')
  assert.equal(await tell(id, true), 'Site works')
  assert.equal(await tell(id, true), undefined)
  assert.equal(await tell(id, false), 'Site on h1: no answer')
  later(10)
  assert.equal(await tell(id, false), 'Site on h1: no answer', 'it still fails')
  const { id: other } = await groups.add(alex.login, NEW)
  assert.equal(await tell(other, false), 'Site on h1: no answer', 'another group is told by itself')
})

test('a group that never keeps quiet is told everything', async () => {
  const { id } = await groups.add(alex.login, { ...NEW, quietMinutes: 0 })
  for (const time of [1, 2]) assert.equal(await tell(id, false), 'Site on h1: no answer', String(time))
})

test('what could not be sent is news again; of what nobody knows whether it was, not', async () => {
  const { id } = await groups.add(alex.login, NEW)
  const failing = (error: Error) =>
    events.tell(alex, id, { ok: false, name: 'Site', host: 'h1', info: '' }, () => Promise.reject(error))
  await assert.rejects(failing(new Refusal('insufficient_funds')), isRefused('insufficient_funds'))
  await assert.rejects(failing(new Error('the outcome is unknown')), /unknown/)
  assert.equal(await tell(id, false), undefined)
})

test('what was told long ago is not kept', async () => {
  const { id } = await groups.add(alex.login, NEW)
  for (let thing = 0; thing < 5; thing++) await tell(id, false, `thing ${thing}`)
  later(11)
  await tell(id, false, 'another')
  const [row] = await db.rows<{ count: number }>('select count(*)::int as count from notify_events where group_id = $1', [id])
  assert.equal(row?.count, 1)
})

test('a group is its account’s own, and gone when it is removed', async () => {
  const { id } = await groups.add(alex.login, NEW)
  const other = await db.account()
  await assert.rejects(events.tell(other, id, { ok: false, name: '', host: '', info: '' }, note), isRefused('not_found'))
  await assert.rejects(groups.remove(other.login, id), isRefused('not_found'))
  await tell(id, false)
  await groups.remove(alex.login, id)
  for (const unknown of [id, 0, 2 ** 40]) await assert.rejects(tell(unknown, false), isRefused('not_found'))
})

test('contacts are kept as messages to them are addressed, each once', async () => {
  const contacts = ['8 (916) 123-45-67', '+79161234567', 'Ivan@Example.COM', ' Ivan@example.com ']
  const group = await groups.add(alex.login, {
    ...NEW,
    contacts,
    sender: 'Shop',
    mailSender: 'shop@example.com',
    quietMinutes: 5,
  })
  assert.deepEqual(group.contacts, ['79161234567', 'Ivan@example.com'])
  assert.deepEqual((await groups.list(alex.login)).at(-1), group)
  assert.deepEqual([group.sender, group.mailSender, group.quietMs], ['Shop', 'shop@example.com', 300_000])
})

// what is wrong, field
const bad: [wrong: Partial<NewGroup>, field: string][] = [
  [{ name: ' ' }, 'name'],
  [{ name: 'x'.repeat(101) }, 'name'],
  [{ failure: '' }, 'failure'],
  [{ recovery: 'x'.repeat(1001) }, 'recovery'],
  [{ contacts: [] }, 'contacts'],
  [{ contacts: ['123'] }, 'contacts'],
  [{ contacts: ['G12'] }, 'contacts'],
  [{ contacts: ['nobody@'] }, 'contacts'],
  [{ contacts: Array.from({ length: 21 }, (_, at) => String(79_161_234_560 + at)) }, 'contacts'],
  [{ sender: 'x'.repeat(101) }, 'sender'],
  [{ mailSender: 'Shop' }, 'mailSender'],
  [{ quietMinutes: -1 }, 'quiet'],
  [{ quietMinutes: Number.NaN }, 'quiet'],
  [{ quietMinutes: 1441 }, 'quiet'],
]
for (const [wrong, field] of bad) {
  test(`no group with ${JSON.stringify(wrong).slice(0, 60)}`, () =>
    assert.rejects(groups.add(alex.login, { ...NEW, ...wrong }), isRefused('bad_request', field)))
}

test('a test tells a group however often', async () => {
  const { id } = await groups.add(alex.login, NEW)
  for (const ok of [false, false, true]) {
    const { notice } = await groups.test(alex.login, id, ok, async (account, { text }) => [account.login, text])
    assert.equal(notice.text, ok ? 'test works' : 'test on localhost: this is only a test')
  }
  await assert.rejects(
    groups.test(alex.login, 999_999, false, async () => 0),
    isRefused('not_found'),
  )
  await assert.rejects(groups.add('nobody', NEW), isRefused('not_found', 'login'))
})

test('an account has a hundred groups at most', async () => {
  const { login } = await db.account()
  for (let at = 0; at < 100; at++) await groups.add(login, NEW)
  await assert.rejects(groups.add(login, NEW), isRefused('bad_request', 'login'))
})
