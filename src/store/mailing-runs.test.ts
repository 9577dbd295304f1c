import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import {
  addMailingRecipients,
  ClaimLost,
  countMailingRecipients,
  readMailingRecipients,
  removeMailingMembers,
  removeMailingRecipients,
} from './mailing-recipients.ts'
import { beginRun, claimMailings, endRun, noteProgress, readReached } from './mailing-runs.ts'
import { addMailing, cancelMailing, mailingLoaded, pauseMailing, readMailing, resumeMailing } from './mailings.ts'
import type { Session } from './session.ts'

let db: MessageStore
let session: Session
let accountId = 0
before(async () => {
  db = await openMessageStore()
  session = db.sessions.general
  accountId = (await db.account()).id
  await db.rows(
    `insert into nodes (node, instance, until, ids_until) select n, 'of ' || n, now() + interval '1 h', 0 from generate_series(1, 3) n`,
  )
})
after(() => db.close())
beforeEach(() => db.rows('delete from mailings'))

const NOW = 1_000_000
const made = async (startMs = NOW): Promise<number> => {
  const id = await addMailing(session, {
    ...{
      accountId,
      loginId: null,
      name: 'News',
      channel: 0,
      text: 'Hello',
      sender: '',
      repeats: 0,
      runsMax: 0,
      periodHours: 0,
      freqMinutes: 0,
    },
    ...{ tzHours: 0, offsetMinutes: 180, createdAtMs: NOW, firstAtMs: startMs },
    message: {
      ...{ sender: null, ref: null, octets: null, dcs: null, pid: 0, translit: 0, shortenLinks: false, partsMax: 0 },
      ...{ validityMs: 1, bot: null, deliveryControl: null, sender2: null, mes2: null },
    },
  })
  return id
}
const loaded = async (startMs = NOW): Promise<number> => {
  const id = await made(startMs)
  assert.equal(await mailingLoaded(session, id, 2), true)
  return id
}
const claimed = async (node: number, nowMs = NOW) => (await claimMailings(session, node, nowMs, 10)).map(({ id }) => id)
const stateOf = async (id: number) => (await readMailing(session, id, undefined))?.state

test('one node has a mailing; another gets it when that one is dead, the same at once', async () => {
  const id = await loaded()
  assert.deepEqual(await claimed(1), [id])
  assert.deepEqual(await claimed(2), [])
  assert.deepEqual(await claimed(1), [id], 'a node that was restarted goes on')
  await db.rows(`update mailings set until = now() - interval '1 s'`)
  assert.deepEqual(await claimed(2), [id], 'it was busy with something else for long')
  assert.deepEqual(await claimed(1), [])
  await db.rows(`update nodes set until = now() - interval '1 s' where node = 2`)
  assert.deepEqual(await claimed(1), [id], 'another is dead')
  await db.rows(`update nodes set until = now() + interval '1 h' where node = 2`)
})

test('two nodes that look at once share what there is', async () => {
  const ids = [await loaded(), await loaded(), await loaded()]
  const [one, two] = await Promise.all([claimed(1), claimed(2)])
  assert.deepEqual([...one, ...two].sort(), ids)
})

test('nobody works on what is not due, is loading, or is paused', async () => {
  const later = await loaded(NOW + 1)
  const paused = await loaded()
  await made()
  await pauseMailing(session, paused, 'asked', 0)
  assert.deepEqual(await claimed(1), [])
  assert.deepEqual(await claimed(1, NOW + 1), [later])
})

test('what was left behind while loading is found an hour later, and nobody sees it', async () => {
  const id = await made()
  assert.equal(await readMailing(session, id, undefined), undefined)
  assert.deepEqual(await claimed(1, NOW + 3_600_000), [id])
})

test('a run begins once, with a number of its account, and is noted only while it may go on', async () => {
  const id = await loaded()
  const run = { nowMs: NOW, total: 2, wantsRef: true }
  assert.deepEqual([await beginRun(session, id, run), await beginRun(session, id, run)], [true, false])
  const mailing = await readMailing(session, id, accountId)
  assert.deepEqual([mailing?.state, mailing?.run, mailing?.total], ['running', 1, 2])
  const [account] = await db.rows<{ last_ref: string }>('select last_ref from accounts where id = $1', [accountId])
  assert.equal(mailing?.ref, Number(account?.last_ref))
  const progress = { taken: 1, baseMs: NOW, nextMs: NOW, keep: true }
  assert.equal(await noteProgress(session, id, progress), true)
  await pauseMailing(session, id, 'asked', 0)
  assert.equal(await noteProgress(session, id, progress), false)
  assert.equal(await endRun(session, id, { taken: 2, nextStartMs: undefined, tidyMs: NOW }), false)
  assert.equal(await stateOf(id), 'paused')
})

test('a paused mailing goes on as what it was; a start that was missed is now', async () => {
  const [waiting, running] = [await loaded(NOW - 500), await loaded()]
  await beginRun(session, running, { nowMs: NOW, total: 2, wantsRef: false })
  for (const id of [waiting, running]) assert.equal(await pauseMailing(session, id, 'late', 6), true)
  for (const id of [waiting, running]) assert.equal(await resumeMailing(session, id, NOW), true)
  assert.equal(await resumeMailing(session, running, NOW), false)
  assert.deepEqual([await stateOf(waiting), await stateOf(running)], ['waiting', 'running'])
  assert.equal((await readMailing(session, waiting, undefined))?.startAtMs, NOW)
  assert.deepEqual((await claimed(1)).sort(), [waiting, running].sort())
})

test('what is over cannot be cancelled or paused', async () => {
  const id = await loaded()
  await beginRun(session, id, { nowMs: NOW, total: 2, wantsRef: false })
  await endRun(session, id, { taken: 2, nextStartMs: undefined, tidyMs: NOW + 5 })
  assert.deepEqual([await cancelMailing(session, id, NOW), await pauseMailing(session, id, 'asked', 0)], [false, false])
  assert.deepEqual(await claimed(1, NOW + 5), [id], 'its recipients go later')
})

test('a recipient is there once for each line, in the order of the places; pages and counts see the same', async () => {
  const id = await made()
  const at = (place: number, line: number, recipient: string) => ({ place, line, recipient })
  assert.equal(
    await addMailingRecipients(session, id, [at(1, 0, '+71'), at(2, 0, '+72'), at(3, 0, '+71')], { ofGroup: false }),
    2,
  )
  assert.equal(await addMailingRecipients(session, id, [at(4, 1, '+71'), at(5, 0, '+72'), at(6, 0, '+73')], { ofGroup: true }), 2)
  assert.deepEqual(await readMailingRecipients(session, id, 1, 2), [at(2, 0, '+72'), at(4, 1, '+71')])
  assert.deepEqual(await countMailingRecipients(session, id), { last: 6, count: 4 })
  assert.equal(await removeMailingRecipients(session, id, 3), 3)
  assert.deepEqual(await countMailingRecipients(session, id), { last: 6, count: 1 })
})

test('members of its groups are read anew by the node that has it, while it waits, and by no other', async () => {
  const id = await loaded()
  const member = [{ place: 2, line: 0, recipient: '+72' }]
  await addMailingRecipients(session, id, [{ place: 1, line: 0, recipient: '+71' }], { ofGroup: false })
  await claimed(1)
  assert.equal(await addMailingRecipients(session, id, member, { ofGroup: true, by: 1 }), 1)
  assert.equal(await removeMailingMembers(session, id, 9, 1), 1)
  assert.equal(await addMailingRecipients(session, id, member, { ofGroup: true, by: 1 }), 1)
  await db.rows(`update mailings set until = now() - interval '1 s'`) // the first node stands still for a while
  assert.deepEqual(await claimed(2), [id])
  await assert.rejects(removeMailingMembers(session, id, 9, 1), ClaimLost)
  await assert.rejects(
    addMailingRecipients(session, id, [{ place: 3, line: 0, recipient: '+73' }], { ofGroup: true, by: 1 }),
    ClaimLost,
  )
  await beginRun(session, id, { nowMs: NOW, total: 2, wantsRef: false })
  await assert.rejects(removeMailingMembers(session, id, 9, 2), ClaimLost, 'the run has begun')
  assert.deepEqual(await countMailingRecipients(session, id), { last: 2, count: 2 })
})

test('a run that has taken nothing is at its beginning', async () => {
  assert.deepEqual(await readReached(session, 5, 1), { after: 0, taken: 0 })
})
