import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/support/eventually.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { shapingScene } from '../../test/support/shaping-scene.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const { scene, stateOf, stored } = shapingScene(() => db)

const PLAIN = { err: '', to: '79161234567', from: 'Echo', atMs: 1, doneAtMs: undefined, queried: false } as const

test('a receipt is judged in memory and after; a repeated one sets nothing off again', async () => {
  const { rig, id, connector } = await scene([
    { on: 'receipt', err: '45', class: 'spam', action: 'pause-sender', seconds: 60, after: 3 },
  ])
  const account = await db.account()
  const said = { state: 'undelivered', stat: 'UNDELIV', err: '045', to: '79161234567' } as const
  for (const at of [0, 1]) {
    await rig.send(account, [rig.draft({ sender: 'Shop' })])
    const sent = await connector.afterSending(at + 1)
    connector.take({ of: sent[at], id: `r${id}-${at}` })
    if (at === 1) await rig.settle.drained() // it has left memory
    for (let times = 0; times < 2; times++) await connector.receive({ ...said, carrierIds: [`r${id}-${at}`] })
    assert.deepEqual(await stateOf(account.id), [23, 253])
  }
  assert.equal(rig.shaping.answers(id).get('spam'), 2)
  assert.equal(rig.shaping.pauses().filter(({ carrierId }) => carrierId === id).length, 0, 'two are not three')
})

test('half the rate is half of what the carrier got at its busiest, and at most half of that if it complains again later', async () => {
  const { rig, id, connector } = await scene([{ status: 0x58, class: 'busy', action: 'halve-rate', seconds: 600 }])
  const account = await db.account()
  await rig.send(
    account,
    Array.from({ length: 80 }, () => rig.draft()),
  )
  const sent = await connector.afterSending(80)
  connector.answer('busy', { of: sent[0], status: 0x58 })
  connector.answer('busy', { of: sent[1], status: 0x58 })
  assert.deepEqual(
    (await stored(id)).map(({ rate }) => rate),
    [40],
    'what came with it was said of the same',
  )
  rig.clock.aheadMs = 11_000
  connector.answer('busy', { of: sent[2], status: 0x58 })
  await eventually(async () => assert.equal((await stored(id)).length, 2))
  await rig.shaping.refresh()
  const inForce = rig.shaping.pauses().filter(({ carrierId }) => carrierId === id)
  assert.equal(inForce.length, 1, 'one takes the place of the other')
  assert.ok((inForce[0]?.rate ?? 40) <= 20)
})

test('receipts for messages that left memory long ago pause their sender all the same', async () => {
  const { rig, id, connector } = await scene([{ on: 'receipt', stat: 'REJECTD', action: 'pause-sender', seconds: 60, after: 2 }])
  const account = await db.account()
  await rig.send(
    account,
    [1, 2].map(() => rig.draft({ sender: 'Late' })),
  )
  for (const [at, of] of (await connector.afterSending(2)).entries()) connector.take({ of, id: `late${id}-${at}` })
  await rig.settle.drained()
  await db.rows('update messages set sender = $2 where account_id = $1', [account.id, 'Stored'])
  const other = openRig(db, { shaping: true }) // knows nothing of them
  await other.shaping.refresh()
  for (const at of [0, 1]) {
    await new Promise<void>((resolve) =>
      other.settle.receipts(id, [{ ...PLAIN, carrierIds: [`late${id}-${at}`], state: 'rejected', stat: 'REJECTD' }], resolve),
    )
  }
  assert.equal((await stored(id))[0]?.key, 'Stored', 'the sender is the one that is stored')
})
