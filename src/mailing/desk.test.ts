import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX, type Api, accepted, startApi } from '../../test/support/http-api.ts'
import { createTemplates } from '../account/templates.ts'
import { templateStore } from '../store/templates.ts'
import { createMailingDesk } from './desk.ts'

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const { session, pool } = rig.store
  api = await startApi({
    templates: createTemplates({ templates: templateStore(pool), changed: () => {} }),
    mailings: createMailingDesk({
      ...{ session, profile: 'russia', bookOf: async ({ id }) => id, estimate: async () => accepted(), now: Date.now },
    }),
  })
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = (body: string) => api.ask('/sys/jobs.php', { body: `login=alex&psw=123&charset=utf-8&${body}` })

test('a mailing of another, or of nobody, is an unknown one', async () => {
  const { rows } = await rig.store.pool.query(
    `insert into mailings (account_id, name, state, message, channel, text, sender, created_at, first_at, start_at)
     values (8, 'theirs', 'waiting', '{}', 0, 'theirs', '', 0, 0, 0) returning id`,
  )
  for (const id of [rows[0].id, 999, Number.MAX_SAFE_INTEGER]) {
    for (const operation of ['cancel', 'del', 'get'])
      assert.equal((await ask(`${operation}=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
  }
})

test('whoever can be sent nothing gets no mailing, and nothing of it is left', async () => {
  for (const phones of ['123', 'G77', 'x;y;z', '@@@']) {
    const answer = await ask(`add=1&name=None&phones=${phones}&mes=Hello&fmt=1`)
    assert.equal(answer.body, '0,-1')
  }
  const { rows } = await rig.store.pool.query(`select from mailings where name = 'None' and state <> 'deleted'`)
  assert.equal(rows.length, 0)
})
