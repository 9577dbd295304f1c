import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX } from '../../test/support/http-api.ts'
import { createOperatorTemplates } from '../account/templates.ts'
import { createRulesOf } from '../account/text-rules.ts'
import type { Account } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { poolSession } from '../store/pool-session.ts'
import { templateDeskStore } from '../store/template-desk.ts'
import { templateStore } from '../store/templates.ts'
import { createTemplateDesk, presentTemplate, type TemplateDesk } from './template-desk.ts'

let rig: Awaited<ReturnType<typeof openTestStore>>
let desk: TemplateDesk
let customer: ReturnType<typeof createOperatorTemplates>
const changed: number[] = []
before(async () => {
  rig = await openTestStore()
  await rig.store.pool.query(`insert into tariffs (id, name) values (1, 'test')`)
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id) values ($1, 'alex', $1, 1)`, [ALEX.id])
  const texts = { templates: templateStore(rig.store.pool), changed: (id: number) => void changed.push(id), now: () => 1_000 }
  customer = createOperatorTemplates({ ...texts, moderated: true })
  const { add } = createOperatorTemplates({ ...texts, moderated: false })
  desk = createTemplateDesk({
    session: poolSession(rig.store.pool),
    desk: templateDeskStore(rig.store.pool),
    add,
    changed: texts.changed,
  })
})
after(() => rig?.close())

/** The account as it is now: version, and how a text of it is judged when it may send nothing but templates. */
async function judged(text: string): Promise<{ version: number; verdict: unknown }> {
  const { rows } = await rig.store.pool.query('select version, settings from accounts where id = $1', [ALEX.id])
  const account: Account = { ...ALEX, settings: { ...rows[0].settings, templates_only: '*' } }
  const rules = await createRulesOf(templateStore(rig.store.pool))(account)
  return { version: Number(rows[0].version), verdict: rules?.judge(text, '') }
}
const refused = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === code && words.test(String(error.detail.reason ?? ''))

let id = 0
test('a new template waits, and counts for nothing', async () => {
  id = await customer.add(ALEX, { body: 'Code %d{1,4}', sender: '', operators: 0b10 })
  assert.equal((await judged('Code 12')).verdict, 'none')
  const { rows } = await rig.store.pool.query('select settings from accounts where id = $1', [ALEX.id])
  assert.equal(rows[0].settings.text_rules, undefined, 'nobody is asked for it on the path of a message')
  assert.deepEqual((await desk.list({ status: 'waiting', login: undefined, afterId: 0 })).map(presentTemplate), [
    {
      id,
      login: 'alex',
      text: 'Code %d{1,4}',
      sender: '',
      operators: ['mts_trn'],
      status: 0,
      reason: '',
      added_at: '1970-01-01T00:00:01.000Z',
    },
  ])
})

test('approved it counts, and the account is known anew', async () => {
  const before = await judged('Code 12')
  changed.length = 0
  assert.equal((await desk.approve(id)).status, 1)
  const after = await judged('Code 12')
  assert.equal(after.verdict, 0b10)
  assert.ok(after.version > before.version)
  assert.deepEqual(changed, [ALEX.id])
  assert.deepEqual(await desk.list({ status: 'waiting', login: undefined, afterId: 0 }), [])
})

test('rejected it does not, and its customer reads why', async () => {
  await assert.rejects(desk.reject(id, ' '), refused('bad_request', /--reason/))
  await desk.reject(id, ' MTS knows no such text ')
  assert.equal((await judged('Code 12')).verdict, 'none')
  const [listed] = await customer.list(ALEX)
  assert.deepEqual([listed?.status, listed?.reason], [-1, 'MTS knows no such text'])
  assert.equal((await desk.approve(id)).reason, '')
})

test('what the operator adds himself is in use at once', async () => {
  const added = await desk.add('alex', { text: 'Hello %w{1,2}', sender: 'BANK', operators: ['mts_srv', 'tele2_trn'] })
  assert.deepEqual([added.status, added.operators], [1, 0b10000001])
  await assert.rejects(desk.add('nobody', { text: 'x', sender: '', operators: [] }), refused('not_found', /nobody/))
  await assert.rejects(desk.add('alex', { text: '%d{0}', sender: '', operators: [] }), refused('bad_request', /%d\{1,6\}/))
})

test('the list is by standing, account and number', async () => {
  const ids = async (asked: Partial<Parameters<TemplateDesk['list']>[0]>) =>
    (await desk.list({ status: 'all', login: undefined, afterId: 0, ...asked })).map((each) => each.id)
  const all = await ids({})
  assert.equal(all.length, 2)
  assert.deepEqual(await ids({ afterId: all[0] ?? 0 }), all.slice(1))
  assert.deepEqual(await ids({ login: 'nobody' }), [])
  assert.deepEqual(await ids({ status: 'rejected' }), [])
  for (const unknown of [0, -1, 1.5, 999, 2 ** 31])
    await assert.rejects(desk.show(unknown), refused('not_found', /template list/))
})
