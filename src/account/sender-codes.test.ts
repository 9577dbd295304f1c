import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countIds } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX } from '../../test/support/http-api.ts'
import { Refusal } from '../domain/refusal.ts'
import { openSenderBook } from './sender-book.ts'

const MINUTE_MS = 60_000
const NUMBER = '79161234567'

let rig: Awaited<ReturnType<typeof openTestStore>>
let nowMs = Date.parse('2026-11-22T09:00:00Z')
let texts: string[] = []
let problem: Refusal | undefined
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
})
after(() => rig?.close())

async function desk(accountId: number) {
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, $2, $1, 1)`, [
    accountId,
    `a${accountId}`,
  ])
  texts = []
  problem = undefined
  const book = openSenderBook({
    ...{ pool: rig.store.pool, mode: 'registered', moderated: true, fee: 0n, profile: 'russia', language: 'ru' },
    ...{ nextId: countIds(), now: () => nowMs, changed: () => {} },
  })
  const account = { ...ALEX, id: accountId }
  const codes = book.codesBy(async (_, number, { text, shown }) => {
    if (problem) throw problem
    texts.push(`${number} ${text} ${shown}`)
  })
  return {
    send: (sender = NUMBER, site = '') => codes.sendCode(account, sender, site),
    check: (code: string, sender = NUMBER) =>
      codes.checkCode(account, sender, code).then(
        () => 'right',
        (error: Refusal) => error.code,
      ),
    code: () => /: (\d{4})/.exec(texts.at(-1) ?? '')?.[1] ?? '',
    names: async () =>
      (
        await book.senders.list(account, { all: false, isMail: false, operatorsSinceMs: undefined, afterId: 0, limit: undefined })
      ).map(({ name }) => name),
    stored: async () =>
      (await rig.store.pool.query('select code from senders where account_id = $1', [accountId])).rows[0]?.code as string | null,
  }
}
const other = (code: string): string => (code === '0000' ? '0001' : '0000')

test('a code has four digits, is hidden in what the history shows, and is stored as a slow hash', async () => {
  const { send, check, code, stored, names } = await desk(1)
  await send('8 916 123-45-67'.replace(/\D/g, ''), 'my\nsite.ru')
  assert.match(
    texts[0] ?? '',
    /^79161234567 Код подтверждения: \d{4} \(my site\.ru\) Код подтверждения: \*\*\*\* \(my site\.ru\)$/,
  )
  assert.match((await stored()) ?? '', /^\$argon2id\$/)
  assert.deepEqual(await names(), [])
  assert.equal(await check(code(), '+79161234567'), 'right')
  assert.deepEqual(await names(), [NUMBER])
  assert.equal(await stored(), null)
  assert.equal(await check(code()), 'not_found')
  await assert.rejects(send(), { code: 'denied' }, 'it is confirmed')
})

test('it lives ten minutes, and a new one takes its place', async () => {
  const { send, check, code } = await desk(2)
  await send()
  const first = code()
  nowMs += 10 * MINUTE_MS
  assert.equal(await check(first), 'not_found')
  await send()
  const second = code()
  if (first !== second) assert.equal(await check(first), 'denied')
  nowMs += 9 * MINUTE_MS
  assert.equal(await check(second), 'right')
})

test('three tries and no more, however many come at once', async () => {
  const { send, check, code } = await desk(3)
  await send()
  const wrong = other(code())
  const tried = await Promise.all(Array.from({ length: 10 }, () => check(wrong)))
  assert.equal(tried.filter((answer) => answer === 'denied').length, 3)
  assert.equal(await check(code()), 'not_found')
})

test('a code that could not be sent does not count, and says why', async () => {
  const { send, check, stored } = await desk(4)
  problem = new Refusal('insufficient_funds')
  await assert.rejects(send(), { code: 'insufficient_funds' })
  assert.equal(await stored(), null)
  assert.equal(await check('1234'), 'not_found')
})

test('ten codes a day go to one number, and the next day more', async () => {
  const { send } = await desk(5)
  for (let sent = 0; sent < 10; sent++) await send()
  await assert.rejects(send(), { code: 'denied' })
  nowMs += 24 * 60 * MINUTE_MS
  await send()
  assert.equal(texts.length, 11)
})

test('to a name, a short number or nothing no code is sent', async () => {
  const { send } = await desk(6)
  for (const sender of ['MyShop', '1234', '.', '123456789012345']) await assert.rejects(send(sender), { code: 'bad_request' })
  assert.deepEqual(texts, [])
})
