import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX } from '../../test/support/http-api.ts'
import { Refusal } from '../domain/refusal.ts'
import { LINKS_MAX } from '../store/short-link-lists.ts'
import { createShortLinkDesk, type ShortLinkDesk } from './short-links.ts'

/** 01.01.2027 01:30 in Moscow; in Greenwich it is still last year. */
const NOW = Date.UTC(2026, 11, 31, 22, 30)
const HOUR = 3_600_000
const OTHER = { ...ALEX, id: 8, login: 'other' }

let db: Awaited<ReturnType<typeof openTestStore>>
let desk: ShortLinkDesk
let codes = 0
before(async () => {
  db = await openTestStore()
  const newCode = () => `c${++codes}`
  desk = createShortLinkDesk({ session: db.store.session, now: () => NOW, newCode, publicUrl: 'https://go.example' })
})
after(() => db.close())
beforeEach(() => db.store.pool.query('truncate short_links cascade'))

const add = (url: string, account = ALEX) => desk.add(account, { url, lastDay: undefined, clicksMax: 0 })
const refused = (work: Promise<unknown>, code: string): Promise<void> =>
  assert.rejects(work, (error) => error instanceof Refusal && error.code === code)

test('clicks are counted by the days and months of the account; machines are not', async () => {
  const { id, link } = await add('mywebsite.ru')
  const ago = [0.5, 1, 2, 25, 26, 24 * 20, 24 * 40] // hours; the day began 1.5 h ago, the year too
  for (const hours of ago)
    for (const machine of [false, true])
      await db.store.pool.query('insert into clicks values ($1, $2, $3, $4)', [id, NOW - hours * HOUR, machine, Buffer.alloc(8)])
  await db.store.pool.query('update short_links set clicks = 7, machine_clicks = 7')
  const found = await desk.find(ALEX, { id })
  assert.deepEqual(found, { id, clicks: 7, thisMonth: 2, today: 2, yesterday: 2, previousMonth: 4, link })
  assert.deepEqual(await desk.list(ALEX, 0, 10), [found])
})

test('by address the latest is found, whatever its scheme, the spelling of its host and the slash at its end', async () => {
  await add('http://mywebsite.ru')
  const { id } = await add('https://mywebsite.ru/')
  await add('mywebsite.ru/page')
  await add('mywebsite.ru', OTHER)
  for (const url of ['mywebsite.ru', 'http://mywebsite.ru', 'HTTPS://MyWebsite.ru/', 'mywebsite.ru/', 'mywebsite.ru:80'])
    assert.equal((await desk.find(ALEX, { url })).id, id, url)
  for (const url of ['mywebsite', 'website.ru', 'mywebsite.ru/Page', '', '%'])
    await refused(desk.find(ALEX, { url }), 'not_found')
})

test('a Cyrillic host is found by both of its spellings', async () => {
  const { id } = await add('https://Пример.рф/путь')
  for (const url of ['пример.рф/путь', 'xn--e1afmkfd.xn--p1ai/путь']) assert.equal((await desk.find(ALEX, { url })).id, id, url)
})

test('nobody sees or removes what is not his', async () => {
  const { id } = await add('mywebsite.ru')
  await refused(desk.find(OTHER, { id }), 'not_found')
  await refused(desk.find(OTHER, { url: 'mywebsite.ru' }), 'not_found')
  await refused(desk.list(OTHER, 0, 10), 'not_found')
  await refused(desk.remove(OTHER, id), 'not_found')
  await desk.remove(ALEX, id)
  await refused(desk.remove(ALEX, id), 'not_found')
})

test('pages of the list have every link once', async () => {
  const ids: number[] = []
  for (let n = 0; n < 5; n++) ids.push((await add(`mywebsite.ru/${n}`)).id)
  const seen: number[] = []
  for (let page = await desk.list(ALEX, 0, 2); ; page = await desk.list(ALEX, seen.at(-1) ?? 0, 2)) {
    seen.push(...page.map(({ id }) => id))
    if (page.length < 2) break
  }
  assert.deepEqual(seen, ids)
})

test('a last day is a day of the account’s calendar that is not over', async () => {
  const until = (day: number, month: number, year: number) =>
    desk.add(ALEX, { url: 'mywebsite.ru', lastDay: { day, month, year }, clicksMax: 5 })
  await refused(until(31, 12, 2026), 'bad_request')
  const { id } = await until(1, 1, 2027)
  const { rows } = await db.store.pool.query('select expires_at::text, clicks_max::text from short_links where id = $1', [id])
  assert.deepEqual(rows, [{ expires_at: String(Date.UTC(2027, 0, 1, 21)), clicks_max: '5' }])
  await until(31, 12, 9999)
})

test('what is no link is refused', () => refused(add('javascript:alert(1)'), 'bad_request'))

test('an account makes so many by hand and no more; those of its messages are not counted', async () => {
  await db.store.pool.query(
    `insert into short_links (code, account_id, message_id, url) select 'm' || n, 7, n % 2, 'http://a.ru' from generate_series(2, $1) n`,
    [LINKS_MAX * 2 - 1],
  )
  await add('mywebsite.ru')
  await refused(add('mywebsite.ru'), 'denied')
  await add('mywebsite.ru', OTHER)
})
