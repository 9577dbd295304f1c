import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX } from '../../test/support/http-api.ts'
import { createRulesOf } from './text-rules.ts'

const signature = { id: 1, name: 'x', body: 'Alex', format: '', sender: '', flag: 1 }

function store({ failing = 0 } = {}) {
  const asked: number[] = []
  return {
    asked,
    list: async (accountId: number) => {
      asked.push(accountId)
      if (asked.length <= failing) throw new Error('the database is away')
      return [signature, { ...signature, id: 2, body: 'no signature', flag: 0 }]
    },
    listOperators: async () => [],
  }
}

test('an account whose settings name no rules is not asked for', () => {
  const { asked, ...templates } = store()
  assert.equal(createRulesOf(templates)(ALEX), undefined)
  assert.deepEqual(asked, [])
})

test('rules are read once for what is known of an account, and at once from then on', async () => {
  const { asked, ...templates } = store()
  const rulesOf = createRulesOf(templates)
  const account = { ...ALEX, settings: { text_rules: 1 } }
  const [one, other] = await Promise.all([rulesOf(account), rulesOf(account)])
  assert.equal(one?.sign('Hello', 'sms', ''), 'Hello\nAlex')
  assert.equal(rulesOf(account), other)
  assert.equal(asked.length, 1)
  await rulesOf({ ...account, version: 2 })
  assert.equal(asked.length, 2, 'and again when it changed')
})

test('a failure to read them is not kept', async () => {
  const { asked: _, ...templates } = store({ failing: 1 })
  const rulesOf = createRulesOf(templates)
  const account = { ...ALEX, settings: { templates_only: '*' } }
  await assert.rejects(async () => rulesOf(account), /away/)
  assert.equal((await rulesOf(account))?.judge('Hello', ''), 'none')
})
