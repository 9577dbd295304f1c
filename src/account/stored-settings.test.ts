import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openAccounts } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import { presentAccount } from './show.ts'

let opened: Awaited<ReturnType<typeof openTestStore>>
before(async () => {
  opened = await openTestStore()
})
after(() => opened.close())

/** What other parts of the centre, or other interfaces, will read: it is stored and returned, and nothing acts on it here. */
const STORED: Readonly<Record<string, string | number>> = {
  ...{ email: 'alex@example.com', email2: 'other@example.com', phone2: '79161234567', notes: 'pays late', mintrf: 3 },
  ...{ ph: '79161234567,G1', answ: 'We are closed', answ_call: 'Leave a message' },
  ...{ mph: '79161234567', mh1: 9, mh2: 18, mlen: 70 },
  ...{ 'fl[8]': 1, 'fl[9]': 1, 'fl2[4]': 1 },
  ...{ 'fl[16]': 1, 'fl[27]': 1, 'fl[28]': 1, 'fl2[8]': 1, 'fl3[20]': 1 },
  ...{ 'mfl[0]': 1, 'mfl[1]': 1, 'mfl[2]': 1, 'mfl[3]': 1, 'mfl[4]': 1, 'mfl[5]': 1, 'mfl[6]': 1 },
}

test('settings that act elsewhere, or later, are stored and returned as they were given, and taken out by nothing', async () => {
  const { addAccount, access, accounts } = openAccounts(opened.store.session)
  await addAccount({ login: 'alex', password: 'x' })
  await access.set('alex', STORED)
  assert.deepEqual(presentAccount(await accounts.show('alex')).settings, STORED)
  await access.set('alex', Object.fromEntries(Object.keys(STORED).map((name) => [name, ''])))
  assert.deepEqual((await accounts.show('alex')).settings, {})
})
