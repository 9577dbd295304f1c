import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSubclients, PASSWORD, refused, type SubclientScene } from '../../test/support/subclients.ts'

let scene: SubclientScene
before(async () => {
  scene = await openSubclients()
})
after(() => scene.close())

test('an additional login is its account, with a password, keys and settings of its own', async () => {
  const main = await scene.open(10)
  await scene.pool.query(`update accounts set settings = '{"sender": "Main", "fl[2]": 1}' where id = $1`, [main.id])
  const { id, login } = await scene.add(main, { type: 4, settings: { sender: 'Other', tz: '12' } })
  const { key } = await scene.keys.add(login, {})
  for (const credentials of [
    { login, psw: PASSWORD, apikey: undefined },
    { login: undefined, psw: undefined, apikey: key },
  ]) {
    const signed = await scene.signing.signIn({ ...credentials, ip: '127.0.0.1' })
    assert.deepEqual([signed.id, signed.login, signed.payerId, signed.utcOffsetMinutes], [main.id, login, main.id, 0])
    assert.deepEqual(signed.settings, { sender: 'Other', 'fl[2]': 1 })
    assert.deepEqual([signed.additional?.id, signed.additional?.accountLogin], [id, main.login])
  }
  assert.equal((await scene.signIn(main.login)).login, main.login, 'neither is taken for the other')
  assert.equal((await scene.signIn(login)).login, login)
  await scene.change(main, login, { password: 'another-password' })
  assert.equal(await refused(scene.signIn(login)), 'bad_credentials')
  assert.equal((await scene.signIn(login, 'another-password')).id, main.id)
  await scene.change(main, login, { settings: { 'fl2[10]': true } })
  assert.equal(await refused(scene.signIn(login, 'another-password')), 'bad_credentials')
  assert.equal((await scene.signIn(main.login)).blocked, false)
})

test('what an additional login may do is not for it to say, nor for another one', async () => {
  const main = await scene.open(10)
  const [{ login }, other] = [await scene.add(main, { type: 4, settings: { dlim: '1' } }), await scene.add(main, { type: 4 })]
  const secretary = await scene.signIn(login)
  for (const each of [login, other.login]) {
    assert.equal(await refused(scene.change(secretary, each, { settings: { dlim: '' } })), 'no_subclient')
    assert.equal(await refused(scene.change(secretary, each, { type: 0 })), 'no_subclient')
  }
  assert.equal(await refused(scene.add(secretary, { type: 4 })), 'denied', 'which could do more than it')
  const shop = await scene.add(secretary, { type: 2 })
  assert.equal(await refused(scene.change(secretary, shop.login, { type: 4 })), 'denied')
  await scene.change(secretary, shop.login, { settings: { sender: 'Shop' } })
  const found = await scene.subclients.findReported(secretary, { login })
  assert.deepEqual([found.type, found.settings.dlim], [4, 1])
})

test('what changes its account changes an additional login at once', async () => {
  const main = await scene.open(10)
  const { login } = await scene.add(main, { type: 4 })
  const before = await scene.signIn(login)
  await scene.pool.query(`update accounts set version = version + 1, blocked = true where id = $1`, [main.id])
  scene.signing.forget(main.id)
  assert.equal(await refused(scene.signIn(login)), 'bad_credentials')
  await scene.pool.query(`update accounts set version = version + 1, blocked = false where id = $1`, [main.id])
  scene.signing.forget(main.id)
  const now = await scene.signIn(login)
  assert.deepEqual([now.version, now.additional?.version], [before.version + 2, (before.additional?.version ?? 0) + 2])
})
