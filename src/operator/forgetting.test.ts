import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { acceptingScene, requestOf } from '../../test/support/accepting.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { createForgetting } from './forgetting.ts'

let db: MessageStore
let scene: Awaited<ReturnType<typeof acceptingScene>>
before(async () => {
  db = await openMessageStore()
  scene = await acceptingScene(db)
})
after(() => db.close())

const DAY = 86_400_000
const ANNA = '79161234567'
const MANY = Array.from({ length: 25 }, (_, at) => String(79_161_230_000 + at))

async function keeping(days: number | null): Promise<Account> {
  const account = await scene.account({}, { balance: 1_000_000_000n })
  if (days !== null) {
    await db.rows(`update accounts set settings = jsonb_build_object('ktm', $2::int) where id = $1`, [account.id, days])
  }
  return account
}

const delivered = (account: Account) =>
  db.rows('update messages set state = 1 where account_id = $1 and state = -1', [account.id])

const textsOf = async (account: Account) =>
  (
    await db.rows<{ text: string | null }>(
      `select coalesce(t.body, m.body) as text from messages m left join texts t on m.text_id > 0 and t.id = m.text_id
       where m.account_id = $1 and m.flags & 8 = 0`,
      [account.id],
    )
  ).map(({ text }) => text)

test('ktm: what is older leaves the history and loses its text; its price stays for the books', async () => {
  const [forgetful, other] = [await keeping(30), await keeping(null)]
  for (const account of [forgetful, other]) {
    await scene.accept(requestOf(account, [ANNA]))
    await scene.accept(requestOf(account, MANY))
    await delivered(account)
  }
  const forget = createForgetting(db.store.session)

  await forget(Date.now() + 29 * DAY)
  assert.equal((await textsOf(forgetful)).length, 26)

  await forget(Date.now() + 31 * DAY)
  assert.deepEqual(await textsOf(forgetful), [])
  const { kept, texts } = await db.row<{ kept: string; texts: string }>(
    `select count(*)::text as kept, count(body)::text as texts from messages where account_id = $1 and price > 0`,
    [forgetful.id],
  )
  assert.deepEqual([kept, texts], ['26', '0'])
  assert.equal((await db.rows('select from texts')).length, 1) // the other's
  assert.deepEqual(new Set(await textsOf(other)), new Set(['Hello']))
})

test('what still waits to be sent keeps its text', async () => {
  const account = await keeping(1)
  await scene.accept(requestOf(account, [ANNA]))
  await createForgetting(db.store.session)(Date.now() + 2 * DAY)
  assert.deepEqual(await textsOf(account), ['Hello'])
})
