import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openAccounts } from '../../test/support/accounts.ts'
import { openTestStore } from '../../test/support/database.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Session } from '../store/session.ts'
import type { Credentials } from './account.ts'

const IP = '192.0.2.7'

describe('the sign-in of a bind', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let session: Session
  before(async () => {
    opened = await openTestStore()
    session = opened.store.session
  })
  after(() => opened.close())

  /** Who is let in over HTTP, by login; else the refusal's code. */
  const overHttp = (door: ReturnType<typeof openAccounts>, credentials: { login: string; psw: string }): Promise<string> =>
    door.signIn({ apikey: undefined, ip: IP, ...credentials }).then(
      ({ login }) => login,
      (error: Refusal) => error.code,
    )

  test('the short SMPP password opens binds only, and only with SMPP access', async () => {
    const door = openAccounts(session)
    const bind = (psw: string) =>
      door.signInSmpp({ login: 'ivan', psw, apikey: undefined, ip: IP }).then(
        ({ login }) => login,
        (error: Refusal) => error.code,
      )
    await door.addAccount({ login: 'ivan', password: 'long password' })
    assert.equal(await bind('long password'), 'bad_credentials', 'SMPP is off until it is switched on')
    const { password } = await door.access.makeSmppPassword('ivan')
    const { key } = await door.keys.add('ivan', {})
    for (const psw of [password, 'long password', key]) assert.equal(await bind(psw), 'ivan')
    assert.equal(await overHttp(door, { login: 'ivan', psw: password }), 'bad_credentials')
  })

  test('a bind is told what is wrong; over HTTP nobody is', async () => {
    const door = openAccounts(session)
    const reasonOf = (signIn: typeof door.signIn, credentials: Partial<Credentials>) =>
      signIn({ login: 'judy', psw: undefined, apikey: undefined, ip: IP, ...credentials }).then(
        () => 'in',
        (error: Refusal) => error.detail.reason,
      )
    await door.addAccount({ login: 'judy', password: 'pw' })
    const { key, id } = await door.keys.add('judy', {})
    // What is done, who tries, what a bind is told
    const cases: [done: () => Promise<unknown>, credentials: Partial<Credentials>, reason: string][] = [
      [async () => {}, { psw: 'pw' }, 'smpp_off'],
      [() => door.access.set('judy', { 'fl[2]': 1 }), { psw: 'pw' }, 'in'],
      [async () => {}, { psw: 'wrong' }, 'password'],
      [async () => {}, { psw: '' }, 'password'],
      [async () => {}, { login: 'nobody', psw: 'pw' }, 'login'],
      [async () => {}, { login: '', psw: key }, 'in'],
      [() => door.keys.revoke('judy', String(id)), { login: '', psw: key }, 'password'],
      [async () => {}, { psw: key }, 'password'],
      [() => door.access.changeIps('judy', { add: ['10.0.0.0/8'] }), { psw: 'pw' }, 'ip'],
      [() => door.access.block('judy', true), { psw: 'pw', ip: '10.1.2.3' }, 'blocked'],
    ]
    for (const [done, credentials, reason] of cases) {
      await done()
      for (let twice = 0; twice < 2; twice++) {
        assert.equal(await reasonOf(door.signInSmpp, credentials), reason, JSON.stringify(credentials))
        assert.equal(await reasonOf(door.signInSmppAgain, credentials), reason)
      }
      if (reason !== 'in' && reason !== 'smpp_off') assert.equal(await reasonOf(door.signIn, credentials), undefined)
    }
  })

  test('a session that may not go on is no guess', async () => {
    const door = openAccounts(session)
    await door.addAccount({ login: 'kate', password: 'pw' })
    await door.access.set('kate', { 'fl[2]': 1 })
    const again = (psw: string) =>
      door.signInSmppAgain({ login: 'kate', psw, apikey: undefined, ip: IP }).then(
        () => 'in',
        (error: Refusal) => error.code,
      )
    for (let at = 0; at < 30; at++) assert.equal(await again('old'), 'bad_credentials')
    assert.equal(await overHttp(door, { login: 'kate', psw: 'pw' }), 'kate', 'its address is not blocked')
    for (let at = 0; at < 20; at++) await overHttp(door, { login: 'kate', psw: 'guess' })
    assert.equal(await overHttp(door, { login: 'kate', psw: 'pw' }), 'ip_blocked')
    assert.equal(await again('pw'), 'in', 'who is bound stays, whoever guesses from there')
  })
})
