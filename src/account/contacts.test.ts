import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { openPhoneBook } from './phone-book.ts'

let db: MessageStore
let book: ReturnType<typeof openPhoneBook>
before(async () => {
  db = await openMessageStore()
  book = openPhoneBook({ pool: db.store.pool, profile: 'russia', hint: () => {} })
})
after(() => db.close())

const written = (phones: string | undefined, mails?: string) => ({ phones, mails })
const none = { becoming: undefined, fields: {}, groups: undefined }
const ANY = { written: undefined, group: undefined as number | undefined, person: '', words: '', afterId: 0, limit: 100 }
const isRefused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

const add = (account: Account, phones: string, groups: number[] = [], fields: object = {}) =>
  book.contacts.add(account, { written: written(phones), fields: { name: 'Somebody', ...fields }, groups })
const listed = async (account: Account, wanted: Partial<typeof ANY> | { written: ReturnType<typeof written> } = {}) =>
  (await book.contacts.list(account, { ...ANY, ...wanted }).catch(() => [])).map(({ address, groups }) => `${address} ${groups}`)
const counted = async (account: Account) =>
  (await db.rows<{ contacts: number }>('select contacts from contact_books where account_id = $1', [account.id]))[0]?.contacts
const group = (account: Account, name = 'Group') => book.groups.add(account, { name, number: null, kind: 0 })

test('numbers are kept as messages to them are addressed, each once', async () => {
  const account = await db.account()
  const first = await add(account, '8 (916) 123-45-67, 9161234568|+7 916 123-45-69;79161234567 79161234568')
  assert.deepEqual(await listed(account), ['79161234567 ', '79161234568 ', '79161234569 '])
  assert.deepEqual(await listed(account, { afterId: first }), ['79161234568 ', '79161234569 '])
  assert.deepEqual(await listed(account, { limit: 1 }), ['79161234567 '])
  await book.contacts.add(account, { written: written(undefined, 'Ivan@Example.COM; b@c.ru'), fields: { name: 'x' }, groups: [] })
  assert.deepEqual(await listed(account, { written: written(undefined, 'iVan@example.com') }), ['ivan@example.com '])
  assert.equal(await counted(account), 5)
})

// what is wrong, phones, groups, fields, refusal
const bad: [claim: string, phones: string, groups: number[], fields: object, code: string][] = [
  ['a number that is taken', '79161234567,79169999999', [], {}, 'denied'],
  ['no number', '79169999999,123', [], {}, 'denied'],
  ['nothing', ' ,', [], {}, 'bad_request'],
  ['more than a thousand', Array.from({ length: 1001 }, (_, at) => 79160000000 + at).join(), [], {}, 'bad_request'],
  [
    'a thousand numbers in a hundred groups',
    Array.from({ length: 1000 }, (_, at) => 79160000000 + at).join(),
    Array.from({ length: 100 }, (_, at) => at + 1),
    {},
    'bad_request',
  ],
  ['a group that is not there', '79169999999', [999_999], {}, 'not_found'],
  ['no name', '79169999999', [], { name: '' }, 'bad_request'],
  ['a name of spaces', '79169999999', [], { name: '  ' }, 'denied'],
  ['a name that is too long', '79169999999', [], { name: 'x'.repeat(201) }, 'bad_request'],
  ['a birthday that is none', '79169999999', [], { birthday: '31.02.2000' }, 'bad_request'],
]
for (const [claim, phones, groups, fields, code] of bad) {
  test(`refused as a whole: ${claim}`, async () => {
    const account = await db.account()
    await add(account, '79161234567')
    await assert.rejects(add(account, phones, groups, fields), isRefused(code))
    assert.deepEqual(await listed(account), ['79161234567 '])
    assert.equal(await counted(account), 1)
  })
}

test('a change merges, copies, exchanges, and refuses a number that somebody else has', async () => {
  const account = await db.account()
  const [one, other] = [await group(account), await group(account)]
  await add(account, '79160000001,79160000002', [one], { comment: 'kept', birthday: '01.02.1990' })
  await add(account, '79160000003', [other])
  const change = (phones: string, next: string | undefined, more: object = {}) =>
    book.contacts.change(account, {
      ...none,
      written: written(phones),
      becoming: next === undefined ? next : written(next),
      ...more,
    })

  await change('79160000001,79160000003', '79160000003,79160000001')
  assert.deepEqual(await listed(account), [`79160000003 ${one}`, `79160000002 ${one}`, `79160000001 ${other}`])
  await assert.rejects(change('79160000001', '79160000002'), isRefused('denied'))
  await change('79160000001,79160000002', '79160000009')
  assert.deepEqual(await listed(account), [`79160000003 ${one}`, `79160000009 ${other}`])
  await change('79160000003', '79160000003,79160000004', { fields: { name: 'Twin' } })
  const twins = await book.contacts.list(account, { ...ANY, person: 'tWIN' })
  assert.deepEqual(
    twins.map(({ address, comment, birthday, groups }) => [address, comment, birthday, groups]),
    ['79160000003', '79160000004'].map((address) => [address, 'kept', '01.02.1990', String(one)]),
  )
  await change('79160000003', undefined, { fields: { comment: '', birthday: '' }, groups: [] })
  const [cleared] = await book.contacts.list(account, { ...ANY, group: 0 })
  assert.deepEqual([cleared?.address, cleared?.comment, cleared?.birthday, cleared?.name], ['79160000003', '', '', 'Twin'])
  await assert.rejects(change('79167777777', undefined), isRefused('not_found'))
  await assert.rejects(change('79160000003', undefined, { groups: [999_999] }), isRefused('not_found'))
  await assert.rejects(change('79160000003', 'nonsense'), isRefused('denied'))
  assert.equal(await counted(account), 3)
})

test('an account sees and changes nothing of another', async () => {
  const [mine, theirs] = [await db.account(), await db.account()]
  const own = await group(theirs)
  await add(theirs, '79161234567', [own])
  assert.deepEqual(await listed(mine), [])
  await assert.rejects(add(mine, '79161234568', [own]), isRefused('not_found'))
  await assert.rejects(book.contacts.remove(mine, written('79161234567')), isRefused('not_found'))
  await assert.rejects(book.groups.remove(mine, own), isRefused('not_found'))
  await assert.rejects(book.groups.change(mine, { id: own, name: 'x', number: null }), isRefused('not_found'))
  await add(mine, '79161234567')
  await assert.rejects(book.groups.move(mine, { written: written('79161234567'), group: own, move: 2 }), isRefused('not_found'))
  assert.deepEqual(await listed(theirs), [`79161234567 ${own}`])
})

test('a sub-client with fl[26] uses the contacts of its main account', async () => {
  const main = await db.account()
  const sub = { ...(await db.account()), settings: { 'fl[26]': 1 } }
  await db.rows('update accounts set parent_id = $1 where id = $2', [main.id, sub.id])
  await add(main, '79161234567', [await group(main)])
  assert.equal((await listed(sub)).length, 1)
  assert.deepEqual(await listed({ ...sub, settings: {} }), [])
  assert.deepEqual(await listed({ ...main, settings: { 'fl[26]': 1 } }), await listed(main))
})

test('a large group is deleted in slices, with those of its contacts that are in no other', async () => {
  const account = await db.account()
  const [large, other] = [await group(account), await group(account)]
  const phones = (from: number, count: number) => Array.from({ length: count }, (_, at) => 79160000000 + from + at).join()
  for (let from = 0; from < 12_000; from += 1_000) await add(account, phones(from, 1_000), from === 0 ? [large, other] : [large])
  await book.groups.remove(account, large)
  assert.equal((await listed(account, { limit: 10_000 })).length, 1_000)
  assert.equal(await counted(account), 1_000)
  await book.groups.remove({ ...account, settings: { keep_contacts: 1 } }, other)
  assert.equal((await listed(account, { group: 0, limit: 10_000 })).length, 1_000)
  await assert.rejects(book.groups.list(account), isRefused('not_found'))
})

test('many at once: each number is added once, the count is right', async () => {
  const account = await db.account()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, at) => add(account, `${79160000000 + (at % 20)},${79160000000 + (at % 20) + 1}`)),
  )
  const done = outcomes.filter(({ status }) => status === 'fulfilled').length
  assert.ok(done > 0)
  assert.equal(await counted(account), done * 2)
  assert.equal((await listed(account)).length, done * 2)
  await Promise.allSettled(Array.from({ length: 21 }, (_, at) => book.contacts.remove(account, written(`${79160000000 + at}`))))
  assert.equal(await counted(account), 0)
})

test('a group is read as recipients: by its number before its id, numbers or addresses, and no more than fit', async () => {
  const account = await db.account()
  const first = await group(account)
  const second = await book.groups.add(account, { name: 'Second', number: first, kind: 0 })
  await add(account, '79160000001,79160000002', [first])
  await add(account, '79160000003', [second])
  await book.contacts.add(account, { written: written(undefined, 'a@b.ru'), fields: { name: 'x' }, groups: [second] })
  const read = async (groups: number[], mail = false, most = 100) =>
    Object.fromEntries(await book.membersOf(account, { groups, mail, most }))
  assert.deepEqual(await read([first, 999_999]), { [first]: ['79160000003'] })
  assert.deepEqual(await read([second]), { [second]: ['79160000003'] })
  assert.deepEqual(await read([second], true), { [second]: ['a@b.ru'] })
  await book.groups.change(account, { id: second, name: 'Second', number: null })
  assert.deepEqual(await read([first], false, 2), { [first]: ['79160000001', '79160000002'] })
  assert.deepEqual(await read([first], true), {})
  await assert.rejects(read([first], false, 1), isRefused('bad_request'))
  await assert.rejects(read([first], false, 0), isRefused('bad_request'))
})
