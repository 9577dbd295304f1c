import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSubclients, PASSWORD, refused, type SubclientScene } from '../../test/support/subclients.ts'
import { createAudit } from '../operator/audit.ts'
import { glancing } from '../store/pool-session.ts'
import { summarise } from '../store/summarise.ts'
import type { NewSubclient, SubclientChange } from './subclients.ts'

let scene: SubclientScene
before(async () => {
  scene = await openSubclients()
})
after(() => scene.close())

test('a sub-client has the tariff and the payer of its type, and its settings', async () => {
  const main = await scene.open()
  // type, tariff asked for, its tariff, who pays
  const cases: [type: number, tariff: number | undefined, named: string, own: boolean][] = [
    [0, undefined, 'default', true],
    [0, 1, 'gold', true],
    [1, 1, 'default', true],
    [2, 1, 'default', false],
    [3, 1, 'gold', false],
    [4, 1, 'default', false],
  ]
  for (const [type, tariff, named, own] of cases) {
    const { id } = await scene.add(main, { type, tariff, settings: { sender: 'Shop', 'fl[29]': true, tz: '12', 'fl2[10]': 0 } })
    const { rows } = await scene.pool.query(
      `select t.name, a.payer_id, a.parent_id, a.same_as, a.utc_offset_minutes, a.blocked, a.settings from accounts a join tariffs t on t.id = a.tariff_id where a.id = $1`,
      [id],
    )
    const [row] = rows
    assert.deepEqual([row.name, row.payer_id, row.parent_id], [named, own ? id : main.id, main.id], `type ${type}`)
    assert.equal(row.same_as, type === 4 ? main.id : null)
    assert.deepEqual([row.utc_offset_minutes, row.blocked], [0, false])
    assert.deepEqual(row.settings, { type, sender: 'Shop', 'fl[29]': 1 })
  }
})

test('what cannot be a sub-client is refused, and leaves nothing', async () => {
  const main = await scene.open()
  await scene.add(main, { login: 'taken' })
  const cases: [of: Partial<NewSubclient>, code: string][] = [
    [{ login: 'taken' }, 'not_saved'],
    [{ login: 'main1' }, 'not_saved'],
    [{ login: 'a b' }, 'bad_request'],
    [{ password: '1234567' }, 'not_saved'],
    [{ password: 'пароль-пароль' }, 'not_saved'],
    [{ tariff: 7 }, 'denied'],
    [{ tariff: 0, currency: 'USD' }, 'denied'],
    [{ type: 1, currency: 'USD' }, 'denied'],
    [{ type: 3, tariff: 1, currency: 'USD' }, 'denied'],
    [{ type: 3, tariff: 2 }, 'denied'],
    [{ settings: { tz: 'noon' } }, 'bad_request'],
    [{ settings: { url: 'ftp://example.com/' } }, 'bad_request'],
  ]
  for (const [of, code] of cases)
    assert.equal(await refused(scene.add(main, { login: 'nobody', ...of })), code, JSON.stringify(of))
  const { rows } = await scene.pool.query(`select from accounts where login = 'nobody'`)
  assert.equal(rows.length, 0)
})

// password, good where 8 characters are enough, good where three kinds are needed
const PASSWORDS: [password: string, plain: boolean, strong: boolean][] = [
  ['mypassword', true, false],
  ['mypass12', true, false],
  ['myPassword', true, false],
  ['myPass12', true, true],
  ['mypass1!', true, true],
  ['12345678!', true, false],
  ['Short1!', false, false],
]
test('a password has eight characters, and three kinds of them where the centre wants so', async () => {
  const main = await scene.open()
  for (const [at, [password, plain, strong]] of PASSWORDS.entries()) {
    const wanted = (login: string) => ({ login, password, type: 0, tariff: undefined, currency: undefined, settings: {} })
    const outcomes = [scene.subclients.add(main, wanted(`plain${at}`)), scene.strict.add(main, wanted(`strong${at}`))]
    const told = (good: boolean) => (good ? 'done' : 'not_saved')
    assert.deepEqual(await Promise.all(outcomes.map(refused)), [told(plain), told(strong)], password)
  }
})

test('a number may stand for a tariff in each currency: the one asked for, else the main account’s', async () => {
  const main = await scene.open()
  const currencyOf = async (of: Partial<NewSubclient>) =>
    (await scene.subclients.find(main, { id: (await scene.add(main, of)).id })).currency
  assert.equal(await currencyOf({ tariff: 1 }), 'RUR')
  assert.equal(await currencyOf({ tariff: 1, currency: 'USD' }), 'USD')
  assert.equal(await currencyOf({ tariff: 2 }), 'EUR')
})

test('only an account’s own sub-clients are found, by login or id', async () => {
  const [main, other] = [await scene.open(), await scene.open()]
  const { id, login } = await scene.add(main)
  const nested = await scene.add(await scene.signIn(login), { login: 'nested' })
  const found = async (whose: typeof main, which: { login: string } | { id: number }) =>
    refused(scene.subclients.find(whose, which))
  assert.equal(await found(main, { login }), 'done')
  assert.equal(await found(main, { id }), 'done')
  for (const whose of [main, other]) {
    assert.equal(await found(whose, { login: nested.login }), 'no_subclient')
    assert.equal(await found(whose, { id: main.id }), 'no_subclient')
  }
  assert.equal(await found(other, { id }), 'no_subclient')
})

test('what is not named keeps its value, and a change is made whole or not at all', async () => {
  const main = await scene.open()
  const { login } = await scene.add(main, { settings: { sender: 'Shop', 'fl[29]': true, dlim: '7' } })
  await scene.change(main, login, { login: `${login}new`, settings: { sender: '', fmts: '7,-77', 'fl[6]': true, 'fl[29]': '0' } })
  const { settings } = await scene.subclients.find(main, { login: `${login}new` })
  assert.deepEqual(settings, { type: 0, dlim: 7, fmts: '7,-77', 'fl[6]': 1 })
  const zone = async () => (await scene.subclients.find(main, { login: `${login}new` })).utcOffsetMinutes
  await scene.change(main, `${login}new`, { settings: { tz: '20' } })
  assert.equal(await zone(), 480)
  await scene.change(main, `${login}new`, { settings: { tz: '' } })
  assert.equal(await zone(), 180, 'the main account’s')
  const wrong: [of: Partial<SubclientChange>, code: string][] = [
    [{ login: 'main1' }, 'not_saved'],
    [{ login: 'a b' }, 'bad_request'],
    [{ password: 'short' }, 'not_saved'],
    [{ currentPassword: 'wrong-password' }, 'denied'],
    [{ type: 3, tariff: 9 }, 'denied'],
    [{ currency: 'USD' }, 'denied'],
    [{ settings: { dlim: 'many' } }, 'bad_request'],
  ]
  for (const [of, code] of wrong) {
    const all = { type: 2, password: 'other-password', ...of, settings: { sender: 'Other', ...of.settings } }
    assert.equal(await refused(scene.change(main, `${login}new`, all)), code, JSON.stringify(of))
  }
  const after = await scene.subclients.find(main, { login: `${login}new` })
  assert.deepEqual([after.settings, after.type], [settings, 0])
  assert.equal((await scene.signIn(`${login}new`)).login, `${login}new`)
  await scene.change(main, `${login}new`, {
    currentPassword: PASSWORD,
    password: 'other-password',
    currency: 'RUR',
    settings: { 'fl2[10]': true },
  })
  assert.equal(await refused(scene.signIn(`${login}new`, 'other-password')), 'bad_credentials', 'blocked')
  await scene.change(main, `${login}new`, { settings: { 'fl2[10]': 0 } })
  assert.equal((await scene.signIn(`${login}new`, 'other-password')).id, after.id)
})

test('whoever stops having a balance leaves it to the main account, and begins at nothing when he has one again', async () => {
  const main = await scene.open(100)
  const { id, login } = await scene.add(main)
  await scene.fill(id, 1, 30.5)
  await scene.fill(id, 2, 4)
  for (const type of [2, 3, 4]) {
    await scene.change(main, login, { type })
    assert.deepEqual(
      [await scene.purses(login), await scene.purses(main.login)],
      [
        [0, 0],
        [130.5, 4],
      ],
    )
  }
  await scene.fill(id, 1, 3) // a refund that came late
  await scene.change(main, login, { type: 1 })
  assert.deepEqual(
    [await scene.purses(login), await scene.purses(main.login)],
    [
      [0, 0],
      [133.5, 4],
    ],
  )
  assert.equal((await scene.subclients.find(main, { login })).payerId, id)
  await scene.fill(id, 1, -1)
  assert.equal(await refused(scene.change(main, login, { type: 2 })), 'denied', 'a debt')
  await scene.fill(id, 1, 1)
  await scene.change(main, login, { type: 0, tariff: 1 })
  assert.deepEqual([await scene.purses(login), (await scene.subclients.find(main, { login })).tariffNumber], [[0, 0], 1])
})

test('those below a sub-client that spend its balance follow it to another payer', async () => {
  const main = await scene.open()
  const { id, login } = await scene.add(main)
  const own = await scene.signIn(login)
  const [shares, alone] = [await scene.add(own, { type: 2 }), await scene.add(own, { type: 0 })]
  const payers = async () =>
    (
      await scene.pool.query('select payer_id from accounts where id = any($1) order by id', [[id, shares.id, alone.id]])
    ).rows.map(({ payer_id }) => payer_id)
  assert.deepEqual(await payers(), [id, id, alone.id])
  await scene.change(main, login, { type: 2 })
  assert.deepEqual(await payers(), [main.id, main.id, alone.id])
  await scene.change(main, login, { type: 0 })
  assert.deepEqual(await payers(), [id, id, alone.id])
  assert.equal(await refused(scene.change(main, login, { type: 4 })), 'denied', 'who has sub-clients is no additional login')
})

test('whoever pays in another currency cannot share what the main account has', async () => {
  const main = await scene.open()
  const { login } = await scene.add(main, { tariff: 1, currency: 'USD' })
  for (const type of [1, 2, 3, 4]) assert.equal(await refused(scene.change(main, login, { type })), 'denied', `type ${type}`)
  await scene.change(main, login, { type: 0, tariff: 1 })
})

test('a deleted sub-client is gone but for reports, and is deleted without money only', async () => {
  const main = await scene.open()
  const { id, login } = await scene.add(main)
  await scene.fill(id, 1, 5)
  assert.equal(await refused(scene.access.remove(login)), 'bad_request', 'it has money')
  await scene.pay(main, await scene.subclients.find(main, { login }), -5_000_000n, 1)
  const below = await scene.add(await scene.signIn(login))
  assert.equal(await refused(scene.access.remove(login)), 'bad_request', 'it has sub-clients')
  await scene.access.remove(below.login)
  await scene.access.remove(login)
  assert.equal(await refused(scene.signIn(login)), 'bad_credentials')
  assert.equal(await refused(scene.access.block(login, false)), 'bad_request')
  await scene.access.set(login, { 'fl2[10]': 0 })
  assert.equal(await refused(scene.signIn(login)), 'bad_credentials', 'for good')
  assert.equal(await refused(scene.change(main, login, { type: 2 })), 'no_subclient')
  assert.equal((await scene.subclients.findReported(main, { login })).deleted, true)
  assert.equal(await refused(scene.add(main, { login })), 'not_saved', 'its login is not given again')
  assert.equal(await refused(scene.access.remove(main.login)), 'bad_request', 'no sub-client')
})

test('the books agree', async () => {
  const report = await createAudit({ glance: glancing(scene.pool), summarise: () => summarise(scene.session) })()
  assert.deepEqual(report.differences, [])
})
