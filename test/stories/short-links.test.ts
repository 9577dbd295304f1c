import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Short links as customers and those who follow them know them: the program, its store and its simulated carrier.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 1000)
})
after(() => centre?.stop())

const PHONE = '79161234567'
const PHONES_BROWSER = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36'

type Link = Readonly<Record<'id' | 'cnt' | 'cnt_mon' | 'cnt_day' | 'cnt_yes' | 'cnt_pmon' | 'link', string>>
const ask = async <T = Link>(params: Readonly<Record<string, string | number>>, who = shop): Promise<T> =>
  JSON.parse(await who.ask('tinyurls', { fmt: 3, ...params })) as T

/** Where a visitor is led; undefined: nowhere. Each browser is somebody else. */
async function visit(link: string, { method = 'GET', browser = PHONES_BROWSER } = {}): Promise<string | undefined> {
  const response = await fetch(link, { method, redirect: 'manual', headers: { 'User-Agent': browser } })
  assert.ok([302, 404].includes(response.status), `${response.status}`)
  return response.headers.get('location') ?? undefined
}

const PAGE = 'https://example.org/a/long/way?to=the#shop'

story('a link in a message is found by its page; people are counted, and only they make the message read', async () => {
  const id = await shop.sent({ phones: PHONE, mes: `Look: ${PAGE}`, tinyurl: 1 })
  await shop.sees(1, PHONE, id)
  const { id: linkId, link } = await ask({ get: 1, link: PAGE })
  assert.ok(link.startsWith(`${centre.url}/`))
  for (const machine of [{ method: 'HEAD' }, { browser: 'TelegramBot (like TwitterBot)' }, { browser: 'curl/8.5.0' }])
    assert.equal(await visit(link, machine), PAGE)
  const { status } = await shop.status(PHONE, id)
  assert.deepEqual([status, (await ask({ get: 1, id: linkId })).cnt], [1, '0'])
  await Promise.all([visit(link), visit(link), visit(link)])
  await shop.sees(4, PHONE, id)
  assert.deepEqual(await ask({ get: 1, id: linkId }), {
    ...{ id: linkId, cnt: '1', cnt_mon: '1', cnt_day: '1', cnt_yes: '0', cnt_pmon: '0', link },
  })
  assert.equal(await visit(link, { browser: `${PHONES_BROWSER} Other` }), PAGE)
  await eventually(async () => assert.equal((await ask({ get: 1, id: linkId })).cnt, '2'))
})

story('a link by hand lasts as long as it was made for, and leads nowhere when it is removed', async () => {
  const { id, link } = await ask({ add: 1, link: 'example.org/once', max: 2, end: '31.12.2099' })
  for (const [browser, led] of [
    ['First', 'http://example.org/once'],
    ['Second', 'http://example.org/once'],
    ['Third', undefined],
  ] as const)
    assert.equal(await visit(link, { browser: `${PHONES_BROWSER} ${browser}` }), led, browser)
  assert.equal((await ask({ get: 1, id })).cnt, '2')
  const { link: removed, id: gone } = await ask({ add: 1, link: 'example.org/gone' })
  assert.equal(await visit(removed), 'http://example.org/gone')
  assert.deepEqual(await ask({ del: 1, id: gone }), { result: 'OK' })
  assert.equal(await visit(removed), undefined)
  const ids = (await ask<Link[]>({ get_list: 1 })).map((each) => each.id)
  assert.ok(ids.includes(id) && !ids.includes(gone))
})

story('nobody is led anywhere by an address of a stranger', async () => {
  const stranger = await centre.account('stranger', 10)
  for (const path of [
    '/?url=https://evil.example',
    '/evil.example',
    '//evil.example',
    '/aaaaaaaa?to=https://evil.example',
    '/%2f%2fevil',
  ])
    assert.equal((await centre.get(path, { redirect: 'manual' })).headers.get('location'), null, path)
  for (const link of ['javascript:alert(1)', '//evil.example', 'https://bank.example@evil.example', 'data:text/html,x.y'])
    assert.deepEqual(await ask({ add: 1, link }, stranger), { error: 'parameters error', error_code: 1 }, link)
  const { id } = await ask({ add: 1, link: 'example.org' })
  for (const params of [{ get: 1, id }, { get: 1, link: 'example.org' }, { get_list: 1 }, { del: 1, id }])
    assert.deepEqual(await ask(params, stranger), { error: 'record not found', error_code: 3 })
})

story('links and what was counted are there after a crash', async () => {
  const { id, link } = await ask({ add: 1, link: 'example.org/kept' })
  await visit(link)
  await eventually(async () => assert.equal((await ask({ get: 1, id })).cnt, '1'))
  await centre.kill()
  await centre.start()
  assert.equal(await visit(link, { browser: `${PHONES_BROWSER} Other` }), 'http://example.org/kept')
  await eventually(async () => assert.equal((await ask({ get: 1, id })).cnt, '2'))
})

story('an account has links at a host of its own, in texts and in answers', async () => {
  for (const wrong of ['go.shop.example', 'https://go.shop.example/path', 'javascript:alert(1)', 'https://a@b.example']) {
    const { code, output } = await centre.cli('account', 'set', 'shop', `link_host=${wrong}`)
    assert.ok(code !== 0 && output.includes('https://go.example.com'), output)
  }
  assert.equal((await centre.cli('account', 'set', 'shop', 'link_host=https://Go.Shop.Example/')).code, 0)
  const id = await shop.sent({ phones: PHONE, mes: 'Look: https://example.org/own', tinyurl: 1 })
  const { link } = await ask({ get: 1, link: 'example.org/own' })
  assert.match(link, /^https:\/\/go\.shop\.example\/\w+$/)
  const { message } = await shop.status(PHONE, id, { all: 2 })
  assert.equal(message, `Look: ${link}`)
  assert.equal(await visit(link.replace('https://go.shop.example', centre.url)), 'https://example.org/own')
})
