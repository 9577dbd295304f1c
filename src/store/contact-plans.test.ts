import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { addToBlacklist, listBlacklist, readBlacklistVersions, removeFromBlacklist } from './blacklist.ts'
import { listGroups, removeGroup } from './contact-groups.ts'
import { listContacts } from './contact-lists.ts'
import { addContacts, changeContacts, findContacts, removeById } from './contacts.ts'
import { joinGroups, leaveGroups, readMembers } from './group-members.ts'
import type { Session } from './session.ts'

/*
 * Plans that were made while the tables were empty are kept when an account has a million contacts: each statement is asked for
 * its plan on empty tables. A scan of a whole table, or of all rows of an account to find one of them, costs nothing then.
 */

let rig: Awaited<ReturnType<typeof openTestStore>>
before(async () => {
  rig = await openTestStore()
})
after(() => rig.close())

/** Plans of what `work` would run, as the sessions of the pool make them, or those of a change. Statements answer these rows. */
async function plansOf(changing: boolean, rows: unknown[][], work: (session: Session) => Promise<unknown>): Promise<string> {
  const client = await rig.store.pool.connect()
  const plans: string[] = []
  const asking: Session = {
    async run({ name, text }) {
      const told = await client.query({ text: `explain (generic_plan, costs off) ${text}`, rowMode: 'array' })
      plans.push([name, ...told.rows.map(([line]) => line as string)].join('\n'))
      return name === 'contact_groups_are' ? [[1]] : rows
    },
  }
  try {
    await client.query('begin')
    if (changing) for (const what of ['seqscan', 'hashjoin', 'mergejoin']) await client.query(`set local enable_${what} = off`)
    await work(asking)
    await client.query('rollback')
  } finally {
    client.release()
  }
  assert.ok(plans.length > 0)
  return plans.join('\n\n')
}

const book = { accountId: 1, contacts: 0, blacklisted: 0, blacklistVersion: 0 }
const page = { addresses: undefined, group: undefined, person: '', words: '', afterId: 0, limit: 10 }
const fields = {
  name: 'x',
  lastName: '',
  firstName: '',
  middleName: '',
  birthday: '',
  ownId: '',
  comment: '',
  tags: '',
  otherPhones: '',
}
const change = { kept: [[1, '7']] as const, removed: [2], copies: ['8'], fields: {}, groups: [1] }
const entry = { addresses: ['7'], type: 0, atMs: 0 } as const
const changeBook =
  (session: Session) =>
  async <T>(_: number, work: (session: Session, own: typeof book) => Promise<T>) =>
    work(session, book)

// name, in a change, rows answered, work
const STATEMENTS: [name: string, changing: boolean, rows: unknown[][], work: (session: Session) => Promise<unknown>][] = [
  ['a page of contacts', false, [], (session) => listContacts(session, 1, page)],
  ['contacts by number', false, [], (session) => listContacts(session, 1, { ...page, addresses: ['7'], group: 1 })],
  ['contacts of a group', false, [], (session) => listContacts(session, 1, { ...page, group: 1 })],
  ['contacts of no group', false, [], (session) => listContacts(session, 1, { ...page, group: 0 })],
  ['members of a group', false, [], (session) => readMembers(session, 1, { group: 1, afterId: 0, limit: 10 })],
  ['groups with their counts', false, [], (session) => listGroups(session, 1)],
  ['the blacklist', false, [], (session) => listBlacklist(session, 1, 0, 10)],
  ['versions of blacklists', false, [], (session) => readBlacklistVersions(session, [1])],
  ['adding contacts', true, [], (session) => addContacts(session, book, { addresses: ['7'], fields, groups: [1] })],
  ['changing contacts', true, [[1, '7']], (session) => changeContacts(session, book, change)],
  ['finding contacts', true, [], (session) => findContacts(session, 1, ['7'])],
  ['deleting contacts', true, [], (session) => removeById(session, book, [1])],
  ['into a group', true, [], (session) => joinGroups(session, 1, [1], [1])],
  ['out of a group', true, [], (session) => leaveGroups(session, [1], 1)],
  [
    'deleting a group',
    true,
    [[1, false]],
    (session) => removeGroup(changeBook(session), { accountId: 1, id: 1, contactsToo: true }),
  ],
  ['onto the blacklist', true, [[1, '7']], (session) => addToBlacklist(session, book, entry)],
  ['onto an empty blacklist', true, [], (session) => addToBlacklist(session, book, entry)],
  ['off the blacklist', true, [[1, '7']], (session) => removeFromBlacklist(session, book, ['7'])],
]

for (const [name, changing, rows, work] of STATEMENTS) {
  test(`${name}: by an index, on empty tables`, async () => {
    const plan = await plansOf(changing, rows, work)
    assert.doesNotMatch(plan, /Seq Scan on (?:contacts|group_members|blacklist)\b/)
    // Of a group, and of groups, there are few.
    for (const [, on, condition] of plan.matchAll(/using \w+ on (contacts|blacklist)[^\n]*\n\s+Index Cond: ([^\n]*)/g)) {
      assert.match(condition ?? '', /::text|\bid\b/, `${on}: all rows of an account\n${plan}`)
    }
  })
}
