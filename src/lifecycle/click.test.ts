import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import { openRig } from '../../test/support/path.ts'
import { makeFollow } from './click.ts'

let db: MessageStore
before(async () => {
  db = await openMessageStore()
})
after(() => db.close())

const BROWSER = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'
const URL = 'https://example.com/offer?a=1'
let codes = 0

/** A delivered message with a link in it. */
async function scene() {
  const rig = openRig(db)
  const { connector } = await rig.carrier()
  const account = await db.account()
  codes += 1
  const code = `code${codes}`
  await rig.send(account, [rig.draft({ links: [{ code, url: URL }] })])
  await connector.afterSending(1)
  connector.take({ id: `K${codes}` })
  await connector.receive({ carrierIds: [`K${codes}`] })
  await rig.settle.drained()
  const { follow, drained } = makeFollow({
    link: rig.store.link,
    click: rig.store.click,
    clicks: rig.store.clicks,
    read: rig.store.readTarget,
    settle: rig.settle,
    now: rig.now,
    publicUrl: 'https://Go.Centre.Example:443',
  })
  return {
    ...rig,
    connector,
    account,
    visit: (visit: { host?: string; method?: string; userAgent?: string | undefined; ip?: string } = {}) =>
      follow(code, { method: 'GET', userAgent: BROWSER, ip: '192.0.2.1', host: 'go.example', ...visit }),
    follow,
    state: async () => {
      await drained()
      return (await db.row('select state from messages where account_id = $1', [account.id])).state
    },
    set: (column: 'expires_at' | 'clicks_max', value: number) =>
      db.rows(`update short_links set ${column} = $2 where code = $1`, [code, value]),
    counts: async () => {
      await drained()
      const row = await db.row('select clicks::int, machine_clicks::int from short_links where code = $1', [code])
      return [row.clicks, row.machine_clicks]
    },
  }
}

test("a person's click leads to the page, is counted and moves the message to clicked", async () => {
  const { visit, state, counts } = await scene()
  assert.equal(await visit(), URL)
  assert.deepEqual([await state(), await counts()], [4, [1, 0]])
})

test('machines are led to the page too, and move nothing', async () => {
  const { visit, state, counts } = await scene()
  for (const of of [{ method: 'HEAD' }, { userAgent: 'TelegramBot (like TwitterBot)' }, { userAgent: undefined }])
    assert.equal(await visit(of), URL)
  assert.deepEqual([await state(), await counts()], [1, [0, 3]])
})

test('one visitor who comes again at once is one; another, or later, counts again', async () => {
  const { visit, clock, counts } = await scene()
  await visit()
  await visit()
  await visit({ ip: '192.0.2.2' })
  clock.aheadMs = 11_000
  await visit()
  assert.deepEqual(await counts(), [3, 1])
})

test('what was clicked stays clicked, whatever receipt comes later', async () => {
  const { visit, state, connector } = await scene()
  await visit()
  await connector.receive({ carrierIds: [`K${codes}`], state: 'undelivered', stat: 'UNDELIV' })
  await visit({ ip: '192.0.2.3' })
  assert.equal(await state(), 4)
})

test('of two visits of one browser at the same moment one counts', async () => {
  const { visit, counts } = await scene()
  assert.deepEqual(await Promise.all([visit(), visit(), visit({ ip: '192.0.2.2' })]), [URL, URL, URL])
  assert.deepEqual(await counts(), [2, 1])
})

test('a link whose time is over leads nowhere and counts nothing', async () => {
  const { visit, clock, counts, set } = await scene()
  await set('expires_at', clock.aheadMs + Date.now() + 60_000)
  assert.equal(await visit(), URL)
  clock.aheadMs = 61_000
  assert.equal(await visit(), undefined)
  assert.deepEqual(await counts(), [1, 0])
})

test('a link for so many clicks ends with the last of them, though not for whoever just made it', async () => {
  const { visit, clock, counts, set } = await scene()
  await set('clicks_max', 2)
  assert.equal(await visit({ method: 'HEAD' }), URL)
  const led = await Promise.all(['1', '2', '3', '4'].map((end) => visit({ ip: `192.0.2.${end}` })))
  assert.equal(led.filter((url) => url === URL).length, 2)
  assert.deepEqual(await counts(), [2, 1])
  const last = String(1 + led.indexOf(URL))
  assert.equal(await visit({ ip: `192.0.2.${last}` }), URL)
  assert.equal(await visit({ method: 'HEAD', ip: '192.0.2.9' }), undefined)
  clock.aheadMs = 11_000
  assert.equal(await visit({ ip: `192.0.2.${last}` }), undefined)
  assert.deepEqual(await counts(), [2, 2])
})

test('at a host that is an account’s own nobody else’s links are', async () => {
  const { visit, counts, account } = await scene()
  const owner = await db.account()
  const owns = (id: number, host: string) =>
    db.rows(`update accounts set settings = jsonb_build_object('link_host', $2::text) where id = $1`, [id, host])
  await owns(owner.id, 'https://go.shop.example')
  assert.equal(await visit({ host: 'go.shop.example' }), undefined)
  assert.equal(await visit({ host: 'other.example' }), URL)
  await owns(account.id, 'https://go.shop.example')
  assert.equal(await visit({ host: 'go.shop.example', ip: '192.0.2.2' }), URL)
  await owns(account.id, 'http://my.example:81')
  assert.equal(await visit({ host: 'my.example:81', ip: '192.0.2.3' }), URL)
  await owns(owner.id, 'https://go.centre.example')
  assert.equal(await visit({ host: 'go.centre.example', ip: '192.0.2.4' }), URL, 'the centre’s address is nobody’s own')
  assert.deepEqual(await counts(), [4, 0])
})

test('a code that nobody made leads nowhere', async () => {
  const { follow } = await scene()
  for (const code of ['nothing', '', 'x'.repeat(1000)])
    assert.equal(await follow(code, { method: 'GET', userAgent: BROWSER, ip: '192.0.2.1', host: '' }), undefined)
})
