import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX, type Api, accepted, startApi } from '../../test/support/http-api.ts'
import { createTemplates } from '../account/templates.ts'
import { templateStore } from '../store/templates.ts'
import { createAddMailing, type NewMailing } from './add.ts'
import { createMailingDesk } from './desk.ts'
import { createMailingOffice } from './office.ts'

const PLAIN: Omit<NewMailing, 'name' | 'channel' | 'lines'> = {
  message: {
    ...{ sender: null, ref: null, octets: null, dcs: null, pid: 0, translit: 0, shortenLinks: false, partsMax: 0 },
    ...{ validityMs: 86_400_000, bot: null, deliveryControl: null, sender2: null, mes2: null },
  },
  ...{ repeats: 0, runsMax: 0, pace: undefined, tzHours: 0, estimate: false },
}

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

test('nobody may send under a sender that is none: such a mailing is not made', async () => {
  for (const sender of ['TWELVELETTERS', '%01', '1234567890123456'])
    assert.equal((await ask(`add=1&name=Sender&phones=79161234567&mes=Hello&sender=${sender}`)).body, 'ERROR = 3 (save error)')
  assert.match((await ask('add=1&name=Sender&list=Good|79161234567:a%0ATWELVELETTERS|79161234568:b')).body, /^ERROR = 3/)
})

test('a mailing is listed with the sender that its first message has', async () => {
  for (const [written, sender] of [
    ['phones=79161234567&mes=Hello&sender=.', ''],
    ['phones=79161234567&mes=Hello&sender=+Shop+', 'Shop'],
    ['phones=79161234567&hlr=1', 'HLR'],
    ['list=Other|79161234567:Hello&sender=Shop', 'Other'],
  ]) {
    const id = (await ask(`add=1&name=Sender&fmt=1&time=0101301000&${written}`)).body
    const { rows } = await rig.store.pool.query('select sender from mailings where id = $1', [id])
    assert.deepEqual(rows, [{ sender }], written)
  }
})

test('what an additional login makes is its own to send', async () => {
  await rig.store.pool.query(`insert into accounts (id, login, payer_id, tariff_id, same_as) values (9, 'second', $1, 1, $1)`, [
    ALEX.id,
  ])
  const add = createAddMailing({
    ...{
      session: rig.store.session,
      profile: 'russia',
      bookOf: async ({ id }) => id,
      estimate: async () => accepted(),
      now: Date.now,
    },
  })
  const line = { phones: ['79161234567'], text: 'Hello', comment: '', sender: undefined, dueAtMs: 0 }
  const { id } = await add(
    { ...ALEX, additional: { id: 9, version: 1, accountLogin: 'alex', accountSettings: {}, accountOffsetMinutes: 180 } },
    { ...PLAIN, name: 'By the second', channel: 'sms', lines: [line] },
  )
  const { rows } = await rig.store.pool.query('select account_id, login_id from mailings where id = $1', [id])
  assert.deepEqual(rows, [{ account_id: ALEX.id, login_id: 9 }])
})

test('the operator looks at one account, or at that of a login; what is none is told, however it is written', async () => {
  const office = createMailingOffice({ session: rig.store.session, now: Date.now })
  const names = async (of: Parameters<typeof office.list>[0]) => (await office.list(of)).map(({ name }) => name)
  assert.ok((await names({ account: 'alex' })).includes('By the second'))
  assert.deepEqual(await names({ account: 'second' }), await names({ account: 'alex' }))
  assert.deepEqual(await names({ before: '1' }), [])
  for (const account of ['nobody', '\0', 'x'.repeat(500)])
    await assert.rejects(
      office.list({ account }),
      ({ code, detail }) => code === 'not_found' && /heliogram account list/.test(String(detail.reason)),
    )
  for (const before of ['x', '-1', '1e3']) await assert.rejects(office.list({ before }), { code: 'bad_request' })
})
