import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi } from '../support/http-api.ts'
import { openSubclients, type SubclientScene } from '../support/subclients.ts'
import { VALUES } from './values.ts'

// All parameters are walked in scripts.test.ts; here is what they must not do to logins.
let scene: SubclientScene
let api: Api
let id = 0
before(async () => {
  scene = await openSubclients()
  const main = await scene.open(1_000_000, 1_000)
  id = (await scene.add(main)).id
  api = await startApi({ signIn: async () => main, subclients: scene.subclients })
})
after(async () => {
  await api?.stop()
  await scene?.close()
})

test('names and passwords that mean harm are refused, or are only names and passwords', async () => {
  for (const [kind, value] of Object.entries(VALUES)) {
    for (const name of ['new_login', 'password', 'pswc']) {
      const body = `login=alex&psw=123&charset=utf-8&chg=1&user_id=${id}&${name}=${value}`
      const { body: told } = await api.ask('/sys/users.php', { body })
      assert.match(told, value.replaceAll('+', '') === '' ? /^(?:OK|ERROR = [58])/ : /^(?:OK|ERROR = [1568] )/, `${name} ${kind}`)
      assert.doesNotMatch(told, /concurrent/, `${name} ${kind}`)
    }
  }
  const { rows } = await scene.pool.query(
    `select count(*)::int as count, bool_and(login ~ '^[A-Za-z0-9._@+-]+$') as good from accounts`,
  )
  assert.deepEqual(rows, [{ count: 2, good: true }])
})
