import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openAccounts } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import { LIMITS } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Session } from '../store/session.ts'
import { createReadBalance } from './balance.ts'
import { readLimits, readSettings } from './settings.ts'
import { presentAccount } from './show.ts'

/** The code and the sentence of a refusal. */
const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.fail('it was not refused'),
    (error) => (error instanceof Refusal ? `${error.code}: ${error.detail.reason}` : Promise.reject(error)),
  )

describe('accounts', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let session: Session
  before(async () => {
    opened = await openTestStore()
    session = opened.store.session
  })
  after(() => opened.close())

  const postings = async (login: string): Promise<unknown[]> =>
    (
      await opened.store.pool.query(
        'select kind, amount, note from postings p join accounts a on a.id = p.account_id where login = $1 order by p.id',
        [login],
      )
    ).rows

  test('an account opens with its balance posted', async () => {
    const { addAccount } = openAccounts(session)
    const account = await addAccount({ login: 'alex', password: '123', balance: '1000.5' })
    assert.equal(account.balance, 1_000_500_000n)
    assert.equal(account.tariff, 'default')
    assert.deepEqual(await postings('alex'), [{ kind: 1, amount: 1_000_500_000, note: 'opening balance' }])
    await addAccount({ login: 'poor', password: '123' })
    assert.deepEqual(await postings('poor'), [], 'nothing is nothing to post')
  })

  test('what cannot be an account is refused in a sentence, and leaves nothing behind', async () => {
    const { addAccount } = openAccounts(session)
    await addAccount({ login: 'parent', password: '123' })
    const cases: [request: Parameters<typeof addAccount>[0], refusal: RegExp][] = [
      [{ login: 'parent', password: 'x' }, /^duplicate: The login parent is taken\./],
      [{ login: '', password: 'x' }, /^bad_request: A login has/],
      [{ login: 'a b', password: 'x' }, /^bad_request: A login has/],
      [{ login: 'x'.repeat(65), password: 'x' }, /^bad_request: A login has/],
      [{ login: 'логин', password: 'x' }, /^bad_request: A login has/],
      [{ login: 'n1', password: '' }, /^bad_request: A password has/],
      [{ login: 'n1', password: 'пароль' }, /^bad_request: A password holds printable ASCII/],
      [{ login: 'n1', password: 'x', balance: '10,5' }, /^bad_request: '10,5' is no opening balance/],
      [{ login: 'n1', password: 'x', balance: '-1' }, /^bad_request: '-1' is no opening balance/],
      [{ login: 'n1', password: 'x', tariff: 'gold' }, /^not_found: There is no tariff 'gold'/],
      [{ login: 'n1', password: 'x', parent: 'nobody' }, /^not_found: There is no account 'nobody'/],
      [{ login: 'n1', password: 'x', type: 2 }, /^bad_request: Only an account with a parent/],
      [{ login: 'n1', password: 'x', parent: 'parent', type: 5 }, /^bad_request: The type of a sub-client/],
      [{ login: 'n1', password: 'x', parent: 'parent', type: 2, balance: '1' }, /^bad_request: .*top up parent/],
      [{ login: 'n1', password: 'x', parent: 'parent', type: 1, tariff: 'default' }, /^bad_request: .*its parent's tariff/],
    ]
    for (const [request, refusal] of cases) assert.match(await refused(addAccount(request)), refusal)
    assert.match(await refused(openAccounts(session).accounts.show('n1')), /^not_found/)
  })

  test('a sub-client has the tariff and the balance of its type', async () => {
    const { addAccount } = openAccounts(session)
    await opened.store.pool.query(`insert into tariffs (name, currency) values ('gold', 'RUR'), ('euro', 'EUR')`)
    await addAccount({ login: 'main', password: 'x', balance: '100', tariff: 'gold' })
    // type, named tariff, its tariff, who pays
    const cases: [type: number, named: string | undefined, tariff: string, payer: string][] = [
      [0, undefined, 'default', 'sub0'],
      [1, undefined, 'gold', 'sub1'],
      [2, undefined, 'gold', 'main'],
      [3, 'default', 'default', 'main'],
    ]
    for (const [type, named, tariff, payer] of cases) {
      const account = await addAccount({
        login: `sub${type}`,
        password: 'x',
        parent: 'main',
        type,
        ...(named && { tariff: named }),
      })
      assert.deepEqual([account.parent, account.tariff, account.payer], ['main', tariff, payer])
      assert.equal(account.balance, payer === 'main' ? 100_000_000n : 0n)
    }
    await openAccounts(session).access.set('main', { tariff: 'default' })
    const tariffs = await Promise.all(
      ['main', 'sub0', 'sub1', 'sub2', 'sub3'].map((login) => openAccounts(session).accounts.show(login)),
    )
    assert.ok(tariffs.every(({ tariff }) => tariff === 'default'))
    await openAccounts(session).access.set('main', { tariff: 'gold' })
    const followed = await Promise.all(
      ['sub0', 'sub1', 'sub2', 'sub3'].map((login) => openAccounts(session).accounts.show(login)),
    )
    assert.deepEqual(
      followed.map(({ tariff, version }) => [tariff, version]),
      [
        ['default', 1],
        ['gold', 3],
        ['gold', 3],
        ['default', 1],
      ],
    )
    assert.match(await refused(openAccounts(session).access.set('sub1', { tariff: 'default' })), /has the tariff of main: change/)
    await addAccount({ login: 'grandchild', password: 'x', parent: 'sub2', type: 2 })
    assert.equal((await openAccounts(session).accounts.show('grandchild')).payer, 'main')
    assert.match(
      await refused(addAccount({ login: 'eu', password: 'x', parent: 'main', type: 3, tariff: 'euro' })),
      /pays in RUR/,
    )
  })

  test('what can be spent is the payer’s, as it stands now', async () => {
    const { addAccount, access, signIn } = openAccounts(session)
    await addAccount({ login: 'rich', password: 'x', balance: '7' })
    await addAccount({ login: 'kid', password: 'x', parent: 'rich', type: 2 })
    await access.set('rich', { credit: '12.34' })
    const kid = await signIn({ login: 'kid', psw: 'x', apikey: undefined, ip: '192.0.2.1' })
    assert.deepEqual(await createReadBalance(session)(kid), { balance: 7_000_000n, credit: 12_340_000n, currency: 'RUR' })
    assert.match(await refused(access.set('kid', { credit: '1' })), /give credit there/)
  })

  test('settings are known by the names of users.php, and every change raises the version', async () => {
    const { addAccount, access, accounts } = openAccounts(session)
    await addAccount({ login: 'set', password: 'x' })
    const before_ = (await accounts.show('set')).version
    const account = await access.set('set', { 'fl2[27]': '1', 'fl[29]': true, sender: 'Shop', dlim: '100', tz: 12 })
    assert.equal(account.version, before_ + 1)
    assert.deepEqual(account.settings, { 'fl2[27]': 1, 'fl[29]': 1, sender: 'Shop', dlim: 100 })
    assert.equal(account.utcOffsetMinutes, 0)
    const cleared = await access.set('set', { 'fl2[27]': '0', 'fl[29]': '', sender: '', dlim: null })
    assert.deepEqual(cleared.settings, {})
    await access.set('set', { credit: '5' })
    const plain = await access.set('set', { tz: '', credit: '' })
    assert.deepEqual([plain.utcOffsetMinutes, plain.creditLimit], [180, 0n], 'nothing takes these out, too')

    const cases: [values: Record<string, string>, refusal: RegExp][] = [
      [{ colour: 'red' }, /There is no setting 'colour'. There are: email,.*fl2\[27\]/],
      [{ 'fl[3]': '1' }, /There is no setting 'fl\[3\]'/],
      [{ 'fl2[27]': 'maybe' }, /must be 0 or 1/],
      [{ dlim: 'many' }, /dlim must be a whole number/],
      [{ tz: '25' }, /tz must be a whole number from 0 to 24/],
      [{ tariff: '' }, /always has a tariff/],
      [{ tariff: 'nowhere' }, /There is no tariff 'nowhere'/],
      [{ tariff: 'euro' }, /is in EUR, but set pays in RUR/],
      [{ credit: '-5' }, /is no credit limit/],
      [{ sender: 'x'.repeat(1_001) }, /at most 1000 characters/],
      [{ sender: 'good', dlim: 'bad' }, /dlim/],
    ]
    for (const [values, refusal] of cases) assert.match(await refused(access.set('set', values)), refusal)
    assert.deepEqual((await accounts.show('set')).settings, {}, 'a refused change changes nothing')
  })

  test('limits are settings of their own: 0 is none, null is the centre’s', async () => {
    const { addAccount, access } = openAccounts(session)
    await addAccount({ login: 'lim', password: 'x' })
    const set = await access.setLimits('lim', { identical: 0, concurrent: 100 })
    assert.deepEqual(set.settings, { 'limit.identical': 0, 'limit.concurrent': 100 })
    assert.deepEqual((await access.setLimits('lim', { identical: null })).settings, { 'limit.concurrent': 100 })
    const cases: [limits: Record<string, unknown>, refusal: RegExp][] = [
      [{ speed: 1 }, /There is no limit 'speed'. There are: concurrent, /],
      [{ identical: -1 }, /from 0 \(no limit\) to 1000/],
      [{ identical: 1.5 }, /whole number/],
      [{ concurrent: 1 }, /from 2 to/],
      [{ binds: '3' }, /whole number/],
    ]
    for (const [limits, refusal] of cases) assert.match(await refused(access.setLimits('lim', limits)), refusal)
    for (const [name, { default: standard }] of Object.entries(LIMITS)) {
      assert.equal(
        readLimits({ [name]: standard }).get(`limit.${name}`),
        standard,
        `the default of ${name} is a value it may have`,
      )
    }
  })

  test('an address list keeps canonical addresses, and two changes at once both hold', async () => {
    const { addAccount, access } = openAccounts(session)
    await addAccount({ login: 'ips', password: 'x' })
    assert.deepEqual((await access.changeIps('ips', { add: ['10.1.2.3/8', '::ffff:192.0.2.1'] })).allowedIps, [
      '10.0.0.0/8',
      '192.0.2.1',
    ])
    await Promise.all(['198.51.100.1', '198.51.100.2', '198.51.100.3'].map((ip) => access.changeIps('ips', { add: [ip] })))
    assert.equal((await access.changeIps('ips', {})).allowedIps.length, 5)
    assert.deepEqual(
      (await access.changeIps('ips', { remove: ['10.9.9.9/8'], add: ['::1'] })).allowedIps.includes('10.0.0.0/8'),
      false,
    )
    assert.match(await refused(access.changeIps('ips', { remove: ['203.0.113.1'] })), /is not in the list of ips/)
    assert.match(await refused(access.changeIps('ips', { add: ['localhost'] })), /'localhost' is no IP address/)
    assert.deepEqual((await access.changeIps('ips', { clear: true })).allowedIps, [])
  })

  test('a key is shown once, stored as a hash, and revoked by its id or name', async () => {
    const { addAccount, keys } = openAccounts(session)
    await addAccount({ login: 'keys', password: 'x' })
    const shop = await keys.add('keys', { name: 'shop', ips: ['10.0.0.1/8'] })
    assert.match(shop.key, /^hg_[a-zA-Z2-9]{40}$/)
    const stored = await opened.store.pool.query('select * from api_keys where id = $1', [shop.id])
    assert.ok(!JSON.stringify(stored.rows).includes(shop.key.slice(10)))
    assert.deepEqual(
      (await keys.list('keys')).map(({ name, allowedIps }) => [name, allowedIps]),
      [['shop', ['10.0.0.0/8']]],
    )
    await keys.add('keys', { name: 'twin' })
    await keys.add('keys', { name: 'twin' })
    assert.match(await refused(keys.revoke('keys', 'twin')), /Several keys/)
    await keys.revoke('keys', 'shop')
    assert.match(await refused(keys.revoke('keys', 'shop')), /has no key 'shop' in use/)
    assert.match(await refused(keys.revoke('keys', '999999')), /^not_found/)
    assert.match(await refused(keys.add('keys', { ips: ['x'] })), /is no IP address/)
  })

  test('nothing that is shown of an account holds a secret', async () => {
    const { addAccount, access, accounts } = openAccounts(session)
    await addAccount({ login: 'shown', password: 'pass-word' })
    const { password } = await access.makeSmppPassword('shown')
    assert.match(password, /^[a-zA-Z2-9]{8}$/)
    const shown = JSON.stringify(presentAccount(await accounts.show('shown')))
    assert.ok(!shown.includes('pass-word') && !shown.includes(password) && !shown.includes('argon2'))
    await addAccount({ login: 'much-too-long-for-smpp', password: 'x' })
    assert.match(await refused(access.makeSmppPassword('much-too-long-for-smpp')), /too long for SMPP/)
  })

  test('a bare flag is set, so is any number but 0', () => {
    assert.deepEqual(
      [...readSettings({ 'fl[1]': true, 'fl[2]': '5', 'fl[5]': 0, 'fl[6]': false })],
      [
        ['fl[1]', 1],
        ['fl[2]', 1],
        ['fl[5]', undefined],
        ['fl[6]', undefined],
      ],
    )
  })
})
