import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { acceptingScene, requestOf } from '../../test/support/accepting.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import type { SendRequest } from './request.ts'

let db: MessageStore
let scene: Awaited<ReturnType<typeof acceptingScene>>
before(async () => {
  db = await openMessageStore()
  scene = await acceptingScene(db, {
    routes: [
      { channel: 'sms', priority: 200, sender: 'Bank' },
      { channel: 'sms', priority: 100, prefix: '7', replaceSender: 'INFO' },
    ],
  })
})
after(() => db.close())

const ANNA = '79161234567'

/** `sender: text`, with the parts that are charged. */
async function sent(account: Account, phones: readonly string[], of: Partial<SendRequest>): Promise<string[]> {
  const { ref } = await scene.accept(requestOf(account, phones, of))
  const rows = await db.rows<{ sender: string; text: string; parts: number }>(
    `select m.sender, coalesce(t.body, m.body) as text, m.parts from messages m left join texts t on m.text_id > 0 and t.id = m.text_id
     where m.account_id = $1 and m.ref = $2 order by m.id`,
    [account.id, ref],
  )
  return rows.map(({ sender, text, parts }) => `${sender} | ${text} | ${parts}`)
}

describe('a route with a sender of its own', () => {
  test('names that it does not carry go out under its own, and the text says theirs', async () => {
    const account = await scene.account({})
    assert.deepEqual(await sent(account, [ANNA], { sender: 'Shop' }), ['INFO | Shop: Hello | 1'])
    assert.deepEqual(await sent(account, [ANNA], { sender: 'INFO' }), ['INFO | Hello | 1'])
    assert.deepEqual(await sent(account, [ANNA], { sender: '.' }), [' | Hello | 1'])
  })

  test('what another route carries, and what is no text, stays as it is', async () => {
    const account = await scene.account({})
    assert.deepEqual(await sent(account, [ANNA], { sender: 'Bank' }), ['Bank | Hello | 1'])
    const octets = Uint8Array.of(0, 1, 2)
    const [binary] = await sent(account, [ANNA], { sender: 'Shop', channel: 'bin', octets })
    assert.match(binary ?? '', /^INFO \|/)
  })

  test('parts are counted with the name in the text, and a text for many is still right for each', async () => {
    const account = await scene.account({}, { balance: 1_000_000_000n })
    const long = { phones: [ANNA], text: 'x'.repeat(158), comment: '', sender: undefined, dueAtMs: 0 }
    assert.deepEqual(
      (await sent(account, [], { sender: 'Shop', lines: [long] })).map((row) => row.split(' | ')[2]),
      ['2'],
    )
    const phones = Array.from({ length: 25 }, (_, at) => String(79_161_230_000 + at))
    assert.deepEqual(new Set(await sent(account, phones, { sender: 'Shop' })), new Set(['INFO | Shop: Hello | 1']))
  })

  test('fl2[13]: the name is not added to the text', async () => {
    const account = await scene.account({ 'fl2[13]': 1 })
    assert.deepEqual(await sent(account, [ANNA], { sender: 'Shop' }), ['INFO | Hello | 1'])
  })

  test('fl2[12]: what would be replaced is refused with err 254', async () => {
    const account = await scene.account({ 'fl2[12]': 1 })
    assert.deepEqual(await scene.verdicts(account, [ANNA], { sender: 'Shop' }), ['23/254'])
    assert.deepEqual(await sent(account, [ANNA], { sender: 'Shop' }), ['Shop | Hello | 1'], 'told as it was asked for')
    assert.deepEqual(await scene.verdicts(account, [ANNA], { sender: 'Bank' }), ['0/0'])
  })
})
