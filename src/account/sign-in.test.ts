import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openAccounts } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { Refusal } from '../domain/refusal.ts'
import { setLogLevel } from '../log.ts'
import { createNotifier } from '../store/notify.ts'
import type { Session } from '../store/session.ts'
import type { Credentials } from './account.ts'
import { createIpBlock } from './ip-block.ts'
import { createPasswordCheck } from './password.ts'
import { watchAccounts } from './watch.ts'

const IP = '192.0.2.7'
const md5 = (text: string) => hash('md5', text)
const sha1 = (text: string) => hash('sha1', text)

describe('sign-in', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let session: Session
  before(async () => {
    opened = await openTestStore()
    session = opened.store.session
  })
  after(() => opened.close())

  /** Who is let in, by login; else the refusal's code. */
  const tryWith = (door: ReturnType<typeof openAccounts>) => (credentials: Partial<Credentials>) =>
    door.signIn({ login: undefined, psw: undefined, apikey: undefined, ip: IP, ...credentials }).then(
      (account) => account.login,
      (error) => (error instanceof Refusal ? error.code : Promise.reject(error)),
    )

  test('a login goes with its password, its MD5, its SHA-1 or a key of its own', async () => {
    const door = openAccounts(session)
    const attempt = tryWith(door)
    await door.addAccount({ login: 'alex', password: 'secret 1' })
    await door.addAccount({ login: 'berta', password: 'secret 2' })
    const { key } = await door.keys.add('alex', {})
    const { key: other } = await door.keys.add('berta', {})

    // login, psw, apikey, who comes in
    const cases: [login: string | undefined, psw: string | undefined, apikey: string | undefined, who: string][] = [
      ['alex', 'secret 1', undefined, 'alex'],
      ['alex', md5('secret 1'), undefined, 'alex'],
      ['alex', sha1('secret 1'), undefined, 'alex'],
      ['alex', md5('secret 1').toUpperCase(), undefined, 'alex'],
      ['alex', key, undefined, 'alex'],
      ['', key, undefined, 'alex'],
      [undefined, key, undefined, 'alex'],
      [undefined, undefined, key, 'alex'],
      ['alex', undefined, key, 'alex'],
      ['alex', 'whatever', key, 'alex'],
      ['berta', undefined, other, 'berta'],
      ['alex', 'secret 2', undefined, 'bad_credentials'],
      ['alex', other, undefined, 'bad_credentials'],
      ['berta', undefined, key, 'bad_credentials'],
      ['nobody', 'secret 1', undefined, 'bad_credentials'],
      ['ALEX', 'secret 1', undefined, 'bad_credentials'],
      [undefined, 'secret 1', undefined, 'bad_credentials'],
      [undefined, undefined, `${key}x`, 'bad_credentials'],
      ['alex', undefined, undefined, 'bad_credentials'],
      ['alex', '', '', 'bad_credentials'],
      ['alex', 'x'.repeat(10_000), undefined, 'bad_credentials'],
      ['alex\0', 'secret 1', undefined, 'bad_credentials'],
    ]
    for (const [login, psw, apikey, who] of cases) {
      assert.equal(await attempt({ login, psw, apikey, ip: '127.0.0.1' }), who, `${login} ${psw} ${apikey}`)
      // Another address for each, so that no case is blocked for those before it.
      assert.equal(await attempt({ login, psw, apikey, ip: `198.51.100.${cases.findIndex((each) => each[1] === psw)}` }), who)
    }
  })

  test('a busy client does not pay for the slow hash again, nor does the same wrong guess', async () => {
    let checks = 0
    const real = createPasswordCheck()
    const door = openAccounts(session, {
      isPassword: async (...args) => {
        checks += 1
        return real(...args)
      },
    })
    const attempt = tryWith(door)
    await door.addAccount({ login: 'busy', password: 'right' })
    await Promise.all(Array.from({ length: 20 }, () => attempt({ login: 'busy', psw: 'right' })))
    assert.equal(checks, 1, 'twenty at once wait for one check')
    for (let at = 0; at < 20; at += 1) assert.equal(await attempt({ login: 'busy', psw: 'right' }), 'busy')
    assert.equal(checks, 1)
    for (let at = 0; at < 10; at += 1) assert.equal(await attempt({ login: 'busy', psw: 'wrong' }), 'bad_credentials')
    for (let at = 0; at < 5; at += 1) assert.equal(await attempt({ login: 'ghost', psw: 'wrong' }), 'bad_credentials')
    assert.equal(checks, 3)
    await door.addAccount({ login: 'ghost', password: 'wrong' })
    assert.equal(await attempt({ login: 'ghost', psw: 'wrong' }), 'ghost', 'what was wrong before the account was opened')
  })

  test('on the node that changes them, a password, a key and a block hold at once', async () => {
    const door = openAccounts(session)
    const attempt = tryWith(door)
    await door.addAccount({ login: 'carol', password: 'old' })
    assert.equal(await attempt({ login: 'carol', psw: 'old' }), 'carol')
    await door.access.setPassword('carol', 'new')
    assert.equal(await attempt({ login: 'carol', psw: 'old' }), 'bad_credentials')
    assert.equal(await attempt({ login: 'carol', psw: 'new' }), 'carol')

    const { key, id } = await door.keys.add('carol', { name: 'shop' })
    assert.equal(await attempt({ apikey: key }), 'carol')
    await door.keys.revoke('carol', String(id))
    assert.equal(await attempt({ apikey: key }), 'bad_credentials')

    await door.access.block('carol', true)
    assert.equal(await attempt({ login: 'carol', psw: 'new' }), 'bad_credentials')
    await door.access.block('carol', false)
    assert.equal(await attempt({ login: 'carol', psw: 'new' }), 'carol')
    await door.access.set('carol', { 'fl2[10]': 1 })
    assert.equal(await attempt({ login: 'carol', psw: 'new' }), 'bad_credentials', 'the same block by its name in users.php')
  })

  test('another node learns of a change by the version, without a hint', async () => {
    const here = openAccounts(session)
    const there = openAccounts(session)
    await here.addAccount({ login: 'dave', password: 'old' })
    assert.equal(await tryWith(there)({ login: 'dave', psw: 'old' }), 'dave')
    await here.access.setPassword('dave', 'new')
    assert.equal(await tryWith(there)({ login: 'dave', psw: 'old' }), 'dave', 'for seconds it may still be let in')
    await there.refresh()
    assert.equal(await tryWith(there)({ login: 'dave', psw: 'old' }), 'bad_credentials')
  })

  test('a node that hears the hint knows within moments', async () => {
    const listening = opened.store.client('test')
    const here = openAccounts(session, { notifier: createNotifier(session) })
    const there = openAccounts(session)
    await watchAccounts(listening, there)
    await here.addAccount({ login: 'dora', password: 'old' })
    assert.equal(await tryWith(there)({ login: 'dora', psw: 'old' }), 'dora')
    await here.access.setPassword('dora', 'new')
    await eventually(async () => assert.equal(await tryWith(there)({ login: 'dora', psw: 'old' }), 'bad_credentials'))
  })

  test('an answer older than five seconds is asked for again, without the slow hash', async () => {
    let nowMs = 0
    let checks = 0
    const real = createPasswordCheck()
    const counting: typeof real = (...args) => {
      checks += 1
      return real(...args)
    }
    const here = openAccounts(session)
    const there = openAccounts(session, { monotonic: () => nowMs, isPassword: counting })
    await here.addAccount({ login: 'ellen', password: 'old' })
    await here.addAccount({ login: 'elsa', password: 'pw' })
    for (const [login, psw] of [
      ['ellen', 'old'],
      ['elsa', 'pw'],
    ] as const)
      assert.equal(await tryWith(there)({ login, psw }), login)
    await here.access.setPassword('ellen', 'new')
    nowMs = 4_999
    assert.equal(await tryWith(there)({ login: 'ellen', psw: 'old' }), 'ellen')
    nowMs = 5_000
    assert.equal(await tryWith(there)({ login: 'elsa', psw: 'pw' }), 'elsa')
    assert.equal(checks, 2)
    assert.equal(await tryWith(there)({ login: 'ellen', psw: 'old' }), 'bad_credentials')
  })

  test('when hints were lost nothing that is known is trusted', async () => {
    const here = openAccounts(session)
    const there = openAccounts(session)
    await here.addAccount({ login: 'erin', password: 'old' })
    assert.equal(await tryWith(there)({ login: 'erin', psw: 'old' }), 'erin')
    await here.access.setPassword('erin', 'new')
    there.forgetAll()
    assert.equal(await tryWith(there)({ login: 'erin', psw: 'old' }), 'bad_credentials')
  })

  test('an account is used only from its addresses, and a key only from its own as well', async () => {
    const door = openAccounts(session)
    const attempt = tryWith(door)
    await door.addAccount({ login: 'frank', password: 'pw' })
    const { key } = await door.keys.add('frank', { ips: ['10.1.0.0/16', '2001:db8::/32'] })
    await door.access.changeIps('frank', { add: ['10.0.0.0/8', '::ffff:192.0.2.0/120', '2001:db8:1::1'] })
    // address, with the password, with the key
    const cases: [ip: string, password: string, apikey: string][] = [
      ['10.1.2.3', 'frank', 'frank'],
      ['::ffff:10.1.2.3', 'frank', 'frank'],
      ['10.2.0.1', 'frank', 'bad_credentials'],
      ['192.0.2.200', 'frank', 'bad_credentials'],
      ['2001:db8:1::1', 'frank', 'frank'],
      ['2001:db8:1::2', 'bad_credentials', 'bad_credentials'],
      ['198.51.100.1', 'bad_credentials', 'bad_credentials'],
    ]
    for (const [ip, password, apikey] of cases) {
      for (let twice = 0; twice < 2; twice += 1) {
        assert.equal(await attempt({ login: 'frank', psw: 'pw', ip }), password, ip)
        assert.equal(await attempt({ apikey: key, ip }), apikey, ip)
      }
    }
    await door.access.changeIps('frank', { clear: true })
    assert.equal(await attempt({ login: 'frank', psw: 'pw', ip: '198.51.100.1' }), 'frank')
  })

  test('twenty wrong guesses close the door to an address, right password or not', async () => {
    const door = openAccounts(session)
    const attempt = tryWith(door)
    await door.addAccount({ login: 'grace', password: 'pw' })
    for (let at = 0; at < 20; at += 1) assert.equal(await attempt({ login: 'grace', psw: 'guess' }), 'bad_credentials')
    assert.equal(await attempt({ login: 'grace', psw: 'pw' }), 'ip_blocked')
    assert.equal(await attempt({ login: 'grace', psw: 'pw', ip: '192.0.2.8' }), 'grace')
    for (let at = 0; at < 30; at += 1) await attempt({ ip: '192.0.2.9' })
    assert.equal(await attempt({ login: 'grace', psw: 'pw', ip: '192.0.2.9' }), 'grace', 'asking without credentials is no guess')
  })

  test('hash sign-in can be switched off for an account', async () => {
    const door = openAccounts(session, { ipBlock: createIpBlock({ exemptLoopback: true }) })
    const attempt = tryWith(door)
    await door.addAccount({ login: 'heidi', password: 'pw' })
    assert.equal(await attempt({ login: 'heidi', psw: md5('pw') }), 'heidi')
    await door.access.set('heidi', { hash_sign_in: 0 })
    assert.equal(await attempt({ login: 'heidi', psw: md5('pw') }), 'bad_credentials')
    assert.equal(await attempt({ login: 'heidi', psw: sha1('pw') }), 'bad_credentials')
    assert.equal(await attempt({ login: 'heidi', psw: 'pw' }), 'heidi')
    await door.access.setPassword('heidi', 'pw2')
    assert.equal(await attempt({ login: 'heidi', psw: md5('pw2') }), 'bad_credentials')
    await door.access.set('heidi', { hash_sign_in: 1 })
    await door.access.setPassword('heidi', 'pw3')
    assert.equal(await attempt({ login: 'heidi', psw: md5('pw3') }), 'heidi')
  })

  test('a store that does not answer is an outage, not a wrong password', async () => {
    const dead: Session = { run: () => Promise.reject(new Error('the database is gone')) }
    const door = openAccounts(dead)
    setLogLevel('error')
    after(() => setLogLevel('info'))
    for (let at = 0; at < 30; at += 1) assert.equal(await tryWith(door)({ login: 'demo', psw: 'demo' }), 'unavailable')
  })

  test('a sign-in knows what the path of a message needs', async () => {
    const door = openAccounts(session)
    await door.addAccount({ login: 'main', password: 'pw', balance: '10' })
    await door.addAccount({ login: 'sub', password: 'pw', parent: 'main', type: 2 })
    await door.access.set('main', { credit: '50.5' })
    await door.access.set('sub', { tz: 17, sender: 'Shop', 'fl[29]': true })
    const main = await door.signIn({ login: 'main', psw: 'pw', apikey: undefined, ip: IP })
    const sub = await door.signIn({ login: 'sub', psw: 'pw', apikey: undefined, ip: IP })
    assert.equal(sub.payerId, main.id)
    assert.equal(sub.tariffId, main.tariffId)
    assert.equal(sub.creditLimit, 50_500_000n)
    assert.equal(sub.utcOffsetMinutes, 300)
    assert.equal(sub.currency, 'RUR')
    assert.deepEqual(sub.settings, { type: 2, sender: 'Shop', 'fl[29]': 1 })
  })
})
