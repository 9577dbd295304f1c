import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { openTestStore } from '../../test/support/database.ts'
import { explaining } from '../../test/support/explained.ts'
import type { Session } from './session.ts'
import { addShortLink, readShortLinks } from './short-link-lists.ts'
import { pruneClicks, readShortLink, storeClick, storeClicks } from './short-links.ts'

// With many links and clicks stored every question is one for an index: a visit as well as what a customer asks.
let db: Awaited<ReturnType<typeof openTestStore>>
let client: pg.PoolClient
before(async () => {
  db = await openTestStore()
  await db.store.pool.query(`
    insert into short_links (code, account_id, message_id, url)
      select 'c' || n, n % 40, n % 3, 'https://example.com/' || n || '/' from generate_series(1, 20000) n;
    insert into tariffs (name) values ('t');
    insert into accounts (id, login, payer_id, tariff_id) select n, 'a' || n, n, 1 from generate_series(1, 2000) n;
    update accounts set settings = '{"link_host": "https://go.example"}' where id = 7;
    insert into clicks select n % 2000 + 1, n * 1000::bigint, n % 2 = 0, int8send(n) from generate_series(1, 40000) n;
    analyze short_links, clicks, accounts`)
  client = await db.store.pool.connect()
})
after(async () => {
  client.release()
  await db.close()
})

const DAYS = { previousMonth: 30_000_000, thisMonth: 35_000_000, yesterday: 38_000_000, today: 39_000_000 }
const LINK = { accountId: 7, code: 'new', url: 'http://a.ru', expiresAtMs: 0, clicksMax: 0 }

const asked: [claim: string, index: RegExp, ask: (session: Session) => Promise<unknown>][] = [
  [
    'a visit',
    /using short_links_code_key[\s\S]*using accounts_link_host[\s\S]*using accounts_pkey/,
    (session) => readShortLink(session, 'c7', 'go.example'),
  ],
  ['a click', /(?:using|on) clicks_link/, (session) => storeClick(session, 7, 39_000_000, false, Buffer.alloc(8))],
  [
    'clicks of a moment',
    /(?:using|on) clicks_link[\s\S]*short_links_pkey/,
    (session) =>
      storeClicks(session, [
        { linkId: 7, atMs: 39_000_000, machine: false, visitor: Buffer.alloc(8) },
        { linkId: 8, atMs: 39_000_000, machine: true, visitor: Buffer.alloc(8) },
      ]),
  ],
  ['a link by its id', /(?:using|on) clicks_link/, (session) => readShortLinks(session, 7, DAYS, { id: 7 })],
  ['a link by its page', /using short_links_url/, (session) => readShortLinks(session, 7, DAYS, { url: 'example.com/7' })],
  ['a page of links', /using short_links_account/, (session) => readShortLinks(session, 7, DAYS, { afterId: 9, limit: 10 })],
  ['a new link', /short_links_by_hand/, (session) => addShortLink(session, LINK)],
]
for (const [claim, index, ask] of asked) {
  test(`${claim} reads no whole table`, async () => {
    const { session, plans } = explaining(client)
    await ask({
      run: (statement, values) =>
        session.run(
          statement,
          values.map((value) => (Buffer.isBuffer(value) && value.length === 8 ? '\\x00' : value)),
        ),
    })
    const plan = plans.map((each) => each.plan).join('\n')
    assert.match(plan, index)
    assert.doesNotMatch(plan, /Seq Scan on (?:short_links|clicks|accounts)/, plan)
  })
}

test('old visits are forgotten, and links keep their totals', async () => {
  const { store, close } = await openTestStore()
  await store.pool.query(`
    insert into short_links (code, account_id, message_id, url, clicks) values ('old', 1, 0, 'http://a.ru', 2);
    insert into clicks values (1, 1000, false, ''), (1, 2000, false, '')`)
  await pruneClicks(store.session, 2000)
  const { rows } = await store.pool.query('select at::int, (select clicks::int from short_links) as total from clicks')
  await close()
  assert.deepEqual(rows, [{ at: 2000, total: 2 }])
})
