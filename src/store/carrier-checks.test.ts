import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import {
  askCheck,
  borrowLease,
  claimChecks,
  firstLate,
  keepLease,
  lastCheck,
  lateReceipts,
  openCheck,
  readCheck,
  saveCheck,
  storeProbe,
  takeLate,
} from './carrier-checks.ts'
import { addCarrier, changeCarrier } from './carriers.ts'

let opened: Awaited<ReturnType<typeof openTestStore>>
before(async () => {
  opened = await openTestStore()
})
after(() => opened.close())

const AT = 1_800_000_000_000
const POLICY = { unknown: 'auto', queryAfterMinutes: 0, receiptLimitMinutes: 60, settings: {} } as const
let carriers = 0

async function carrier(enabled: boolean): Promise<number> {
  carriers += 1
  const id = await addCarrier(opened.store.session, { ...POLICY, kind: 'smpp', name: `c${carriers}`, enabled })
  assert.ok(id)
  return id
}

async function ask(carrierId: number, atMs = AT): Promise<number> {
  const id = await askCheck(opened.store.session, { carrierId, to: '79161234567', from: '', waitSeconds: 5, atMs })
  assert.ok(id)
  return id
}

const own = (carrierId: number, node: number) =>
  opened.store.pool.query(`insert into carrier_leases (carrier_id, node, until) values ($1, $2, now() + interval '1 h')`, [
    carrierId,
    node,
  ])

test('a check is taken by the node that owns its carrier, once', async () => {
  const { session } = opened.store
  const carrierId = await carrier(true)
  await own(carrierId, 3)
  const id = await ask(carrierId)
  assert.equal(await askCheck(session, { carrierId, to: '7', from: '', waitSeconds: 5, atMs: AT }), undefined, 'one at a time')
  assert.deepEqual(await claimChecks(session, 4, AT), [])
  assert.deepEqual(await claimChecks(session, 3, AT), [id])
  assert.deepEqual(await claimChecks(session, 3, AT), [])
  await saveCheck(session, { id, node: 3, report: { phase: 'done' }, state: 'done', reason: '', nowMs: AT })
  assert.equal(await openCheck(session, carrierId), undefined)
  assert.deepEqual((await lastCheck(session, carrierId))?.report, { phase: 'done' })
})

test('a carrier that is switched off is lent to one node, and taken back when it is switched on', async () => {
  const { session } = opened.store
  const carrierId = await carrier(false)
  const id = await ask(carrierId)
  assert.deepEqual(await claimChecks(session, 5, AT), [id])
  const epoch = await borrowLease(session, carrierId, 5)
  assert.ok(epoch)
  assert.equal(await borrowLease(session, carrierId, 6), undefined)
  assert.equal(await keepLease(session, carrierId, 5, epoch), true)
  await opened.store.pool.query('update carrier_leases set epoch = epoch + 1 where carrier_id = $1', [carrierId])
  assert.equal(await keepLease(session, carrierId, 5, epoch), false)
  await changeCarrier(session, carrierId, { ...POLICY, enabled: true })
  await opened.store.pool.query('delete from carrier_leases where carrier_id = $1', [carrierId])
  assert.equal(await borrowLease(session, carrierId, 5), undefined, 'a carrier that is on is nobody’s to borrow')
})

test('a check that nobody takes, or whose node has gone, ends with the reason', async () => {
  const { session } = opened.store
  const [idle, dead] = [await ask(await carrier(true), AT), await ask(await carrier(false), AT)]
  assert.deepEqual(await claimChecks(session, 7, AT), [dead])
  await claimChecks(session, 8, AT + 40_000)
  assert.match((await readCheck(session, idle))?.reason ?? '', /No node has taken the carrier/)
  assert.match((await readCheck(session, dead))?.reason ?? '', /node that ran the check has ended/)
  await saveCheck(session, { id: dead, node: 7, report: {}, state: 'done', reason: '', nowMs: AT })
  assert.equal((await readCheck(session, dead))?.state, 'failed', 'and what the node says later is too late')
})

test('late receipts go to the check they belong to; others, and those of old checks, stay orphans', async () => {
  const { session, pool } = opened.store
  const carrierId = await carrier(false)
  const checkId = await ask(carrierId)
  await storeProbe(session, { id: 77, checkId, carrierId, to: '79161234567', keys: ['A99'] })
  const afterId = await firstLate(session)
  await pool.query(
    `insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at)
     select $1, keys, keys, 'delivered', 'DELIVRD', '000', '', '', $2 from (values (array['2713', 'A99']), (array['A98'])) v (keys)`,
    [carrierId, AT + 5_000],
  )
  assert.deepEqual((await takeLate(session, { afterId, limit: 100, sinceMs: AT + 1 })).taken, 0)
  assert.deepEqual((await takeLate(session, { afterId, limit: 100, sinceMs: AT })).taken, 1)
  assert.deepEqual([...(await lateReceipts(session, checkId))], [[77, [[AT + 5_000, 'DELIVRD', '000']]]])
  const { rows } = await pool.query('select keys from parked_receipts where carrier_id = $1 and matched_id = 0', [carrierId])
  assert.deepEqual(rows, [{ keys: ['A98'] }])
})

test('of each carrier the last twenty checks are kept', async () => {
  const { session, pool } = opened.store
  const carrierId = await carrier(false)
  for (let nth = 0; nth < 23; nth++) {
    const id = await ask(carrierId)
    await claimChecks(session, 9, AT)
    await saveCheck(session, { id, node: 9, report: {}, state: 'done', reason: '', nowMs: AT })
  }
  const { rows } = await pool.query('select count(*)::int as count from carrier_checks where carrier_id = $1', [carrierId])
  assert.deepEqual(rows, [{ count: 21 }])
})
