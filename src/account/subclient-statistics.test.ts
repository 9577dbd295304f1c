import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commitOf, type MessageStore, newMessage, openMessageStore } from '../../test/support/message-store.ts'
import { refused } from '../../test/support/subclients.ts'
import type { Account } from '../domain/account.ts'
import { idOfTime } from '../domain/message-id.ts'
import { accept } from '../store/accept.ts'
import { countHours, HOUR_IDS } from '../store/account-hours.ts'
import { setRates } from '../store/currencies.ts'
import { POSTING, post } from '../store/postings.ts'
import { findSubclient } from '../store/subclients.ts'
import { createReadStatistics } from './statistics.ts'
import { createSubclientStatistics, type SubclientStatisticsRequest } from './subclient-statistics.ts'

/** Noon in Moscow on the first of this month, and the day before. */
const MONTH = new Date()
const NOON = Date.UTC(MONTH.getUTCFullYear(), MONTH.getUTCMonth(), 1, 9)
const civil = (ms: number) => {
  const date = new Date(ms)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}
const DAY = civil(NOON)
const BEFORE = civil(NOON - 86_400_000)
const DATE = [String(DAY.day).padStart(2, '0'), String(DAY.month).padStart(2, '0'), DAY.year].join('.')
const REQUEST: SubclientStatisticsRequest = {
  ...{ purse: 1, start: undefined, end: undefined, subclient: undefined },
  ...{ independent: false, hideDeleted: false, inMainCurrency: false },
}

let db: MessageStore
let main: Account
let statistics: ReturnType<typeof createSubclientStatistics>
let next = idOfTime(NOON)
const id = (): number => {
  next += 10
  return next
}
/** So many messages at a rouble, or a dollar. */
async function send(
  of: { accountId: number; payerId: number; loginId?: number; flags?: number },
  count: number,
): Promise<number> {
  const messages = Array.from({ length: count }, (_, at) => newMessage({ id: next + 10 + at + 1, refOrdinal: at + 1, ...of }))
  const commit = id()
  next += count
  await accept(db.sessions.accept, commitOf(commit, messages, { byLogin: of.loginId !== undefined }))
  return commit + 1
}

before(async () => {
  db = await openMessageStore()
  main = await db.account()
  await setRates(db.store.session, [{ code: 'USD', rate: 9_000_000_000n }])
  // ids of sub-clients, by what they are
  const add = async (login: string, type: number, more = '') => {
    const own = type < 2
    const [row] = await db.rows<{ id: number }>(
      `insert into accounts (id, login, parent_id, payer_id, same_as, balance, tariff_id, currency, settings ${more && ', deleted_at'})
       select n, $1, $2, ${own ? 'n' : '$2'}, ${type === 4 ? '$2' : 'null'}, 100000000, 1, $3, $4 ${more && ', now()'}
       from (select nextval(pg_get_serial_sequence('accounts', 'id'))::int4 as n) x returning id`,
      [login, main.id, login === 'dollars' ? 'USD' : 'RUR', JSON.stringify({ type })],
    )
    return row?.id ?? 0
  }
  const [own, dollars, shared, secretary] = [
    await add('own', 0),
    await add('dollars', 0),
    await add('shared', 2),
    await add('secretary', 4),
  ]
  const gone = await add('gone', 2, 'deleted')
  await send({ accountId: own, payerId: own }, 2)
  await send({ accountId: dollars, payerId: dollars }, 3)
  await send({ accountId: shared, payerId: main.id }, 4)
  await send({ accountId: shared, payerId: main.id, flags: 32 }, 1)
  await send({ accountId: gone, payerId: main.id }, 1)
  await send({ accountId: main.id, payerId: main.id }, 5)
  const first = await send({ accountId: main.id, payerId: main.id, loginId: secretary }, 6)
  await db.rows(`insert into refunds values ($1, $2, 1, $2, $3, 1000000)`, [id(), main.id, first])
  const gift = { accountId: own, purse: 1, id: id(), kind: POSTING.transfer, amount: 50_000_000n, note: '' } as const
  await post(db.store.session, gift)
  statistics = createSubclientStatistics({ session: db.store.session, now: () => NOON + 3_600_000 })
})
after(() => db.close())

/** Rows as short words: login, messages, what came in, what was spent. */
const told = (
  rows: readonly { login: string; messages: number; credit: bigint; debit: bigint; currency: string; date?: string }[],
) =>
  rows.map(({ login, messages, credit, debit, currency, date }) =>
    [date ? `${date} ` : '', `${login} ${messages} +${Number(credit) / 1e6} -${Number(debit) / 1e6} ${currency}`].join(''),
  )
const sums = async (of: Partial<SubclientStatisticsRequest>) => told(await statistics.sums(main, { ...REQUEST, ...of }))
const find = async (login: string) => findSubclient(db.store.session, main.id, { login })

// what is asked for, the rows
const ASKED: [what: Partial<SubclientStatisticsRequest>, rows: string[]][] = [
  [{}, ['gone 1 +0 -1 RUR', 'secretary 6 +0 -5 RUR', 'shared 4 +0 -4 RUR']],
  [{ hideDeleted: true }, ['secretary 6 +0 -5 RUR', 'shared 4 +0 -4 RUR']],
  [{ purse: 2 }, ['gone 0 +0 -0 RUR', 'secretary 0 +0 -0 RUR', 'shared 1 +0 -1 RUR']],
  [{ independent: true }, ['dollars 3 +0 -3 USD', 'own 2 +50 -2 RUR']],
  [{ independent: true, inMainCurrency: true }, ['dollars 3 +0 -270 RUR', 'own 2 +50 -2 RUR']],
  [{ start: BEFORE, end: BEFORE, independent: true }, ['dollars 0 +0 -0 USD', 'own 0 +0 -0 RUR']],
]
// hours from noon that are counted
for (const [counted, claim] of [
  [0, 'as the messages are'],
  [1, 'counted in part'],
  [48, 'counted beyond the day'],
] as const) {
  test(`statistics of sub-clients, ${claim}`, async () => {
    if (counted > 0) {
      const until = (Math.floor(idOfTime(NOON) / HOUR_IDS) + counted) * HOUR_IDS
      const [row] = await db.rows<{ value: number }>(
        `select (value #>> '{}')::int8::text as value from settings where name = 'hours_counted_until'`,
      )
      assert.equal(await countHours(db.store.session, Number(row?.value), until), true)
    }
    for (const [what, rows] of ASKED) assert.deepEqual(await sums(what), rows, JSON.stringify(what))
    assert.deepEqual(await sums({ subclient: await find('shared') }), ['shared 4 +0 -4 RUR'])
    assert.deepEqual(await sums({ subclient: await find('secretary') }), ['secretary 6 +0 -5 RUR'])
    const own = createReadStatistics({ session: db.store.session, now: () => NOON + 3_600_000 })
    assert.deepEqual(told(await own(main, { purse: 1 })), [`${main.login} 5 +0 -5 RUR`, 'secretary 6 +0 -5 RUR'], 'get.php')
    const byDay = told(await statistics.byDay(main, { ...REQUEST, start: BEFORE, end: DAY, independent: true }))
    assert.deepEqual(byDay, [`${DATE} dollars 3 +0 -3 USD`, `${DATE} own 2 +50 -2 RUR`])
    const year = civil(NOON - 360 * 86_400_000) // before the first id there is, in the years in which this is written
    const all = { ...REQUEST, start: year, end: civil(NOON + 86_400_000), independent: true }
    assert.deepEqual(told(await statistics.byDay(main, all)), byDay)
    assert.deepEqual(
      told(await statistics.byDay(main, { ...REQUEST, start: BEFORE, end: DAY })),
      ['gone 1 +0 -1 RUR', 'secretary 6 +0 -5 RUR', 'shared 4 +0 -4 RUR'].map((row) => `${DATE} ${row}`),
    )
  })
}

test('what cannot be told is refused', async () => {
  const ask = (of: Partial<SubclientStatisticsRequest>) => refused(statistics.sums(main, { ...REQUEST, ...of }))
  assert.equal(await ask({ start: DAY, end: BEFORE }), 'bad_request')
  assert.equal(await refused(statistics.sums(await db.account(), REQUEST)), 'not_found')
  await setRates(db.store.session, [{ code: 'EUR', rate: 1n }])
  await db.rows(`delete from currencies where code = 'USD'`)
  assert.equal(await ask({ independent: true, inMainCurrency: true }), 'denied')
  const days = (of: Partial<SubclientStatisticsRequest>) => refused(statistics.byDay(main, { ...REQUEST, ...of }))
  assert.equal(await days({ start: { ...DAY, year: DAY.year - 2 }, end: DAY }), 'bad_request', 'more than a year')
  assert.equal(await days({ start: BEFORE }), 'not_found', 'a day of nothing')
})
