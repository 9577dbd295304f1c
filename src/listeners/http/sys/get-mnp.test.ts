import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi } from '../../../../test/support/http-api.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.stop())

const ported: [parameters: string, answer: string][] = [
  ['fmt=3', 'Phone;mccmnc\n'],
  ['', 'Phone;mccmnc\n'],
  ['date=01.02.2020&fmt=3', '[]'],
  ['date=01.02.2020&fmt=2', '<list></list>'],
  ['date=01.02.2020', ''],
  ['date=yesterday&fmt=1', '0,-1'],
]
for (const [parameters, answer] of ported)
  test(`get_mnp.php?${parameters}`, async () => assert.equal(await api.get('get_mnp', parameters), answer))
