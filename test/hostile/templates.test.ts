import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOperatorTemplates, createTemplates } from '../../src/account/templates.ts'
import { templateStore } from '../../src/store/templates.ts'
import { openTestStore } from '../support/database.ts'
import { ALEX, type Api, startApi } from '../support/http-api.ts'

let rig: Awaited<ReturnType<typeof openTestStore>>
let api: Api
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const parts = { templates: templateStore(rig.store.pool), changed: () => {}, moderated: true, now: Date.now }
  api = await startApi({ templates: createTemplates(parts), operatorTemplates: createOperatorTemplates(parts) })
  await api.get('templates', 'add=1&name=Name&msg=Text')
})
after(async () => {
  await api?.stop()
  await rig?.close()
})

const ask = async (script: string, body: string) =>
  api.ask(`/sys/${script}.php`, { body: `login=alex&psw=123&charset=utf-8&${body}` })

test('a template of another, or of nobody, is an unknown one', async () => {
  await rig.store.pool.query(`insert into templates (account_id, name, body) values (8, 'theirs', 'theirs')`)
  const [row] = (await rig.store.pool.query('select id from templates where account_id = 8')).rows
  for (const id of [row.id, 999, 2_147_483_648]) {
    assert.equal((await ask('templates', `chg=1&id=${id}&name=mine`)).body, 'ERROR = 3 (record not found)')
    assert.equal((await ask('templates', `del=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
    assert.equal((await ask('op_templates', `del=1&id=${id}`)).body, 'ERROR = 3 (record not found)')
  }
})

test('a full shelf takes no more', async () => {
  await rig.store.pool.query(
    `insert into operator_templates (account_id, body) select $1, 'text ' || n from generate_series(1, 200) n`,
    [ALEX.id],
  )
  assert.equal((await ask('op_templates', 'add=1&msg=One+more')).body, 'ERROR = 5 (save error)')
})
