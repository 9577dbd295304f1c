import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import type { WatchedEvent } from '../../../domain/notify-group.ts'
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts'

const told: [group: number, event: WatchedEvent][] = []
const refusals: RefusalCode[] = []
let api: Api
let counted = 0
before(async () => {
  api = await startApi({
    limits: { ...NO_LIMITS, allow: (_, limit) => limit !== 'events' || counted++ < 1_000 },
    events: {
      async tell(_, group, event, send) {
        if (group === 9) throw new Refusal('not_found')
        told.push([group, event])
        const refusal = refusals.shift()
        if (refusal) throw new Refusal(refusal)
        return group === 8 ? undefined : send({ text: 'It fails', contacts: ['79161234567'], sender: '', mailSender: '' })
      },
    },
  })
})
after(() => api.stop())

// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  ['id=1', 'OK'],
  ['id=1&fmt=1', 'OK'],
  ['id=1&fmt=2', '<result>OK</result>'],
  ['id=1&fmt=3', '{~"result": "OK"~}'],
  ['id=8', 'OK'],
  ['id=9', 'ERROR = 3 (record not found)'],
  ['id=9&fmt=3', '{~"error": "record not found",~"error_code": 3~}'],
  ...['', 'id=', 'id=0', 'id=x', 'id=-1', 'id=1&ok=2', 'id=1&ok=x', `id=1&info=${'x'.repeat(10_001)}`].map(
    (parameters): [string, string] => [parameters, 'ERROR = 1 (parameters error)'],
  ),
]
for (const [parameters, answer] of answers) {
  test(`'${parameters.slice(0, 40)}' is answered '${answer}'`, async () =>
    assert.equal(await api.get('ping', parameters), answer.replaceAll('~', '\n')))
}

test('what happened is read as it was written', async () => {
  await api.get('ping', 'id=5&charset=utf-8&name=+%D0%A1%D0%B0%D0%B9%D1%82+&host=10.0.0.1&info=a%26b&ok=1')
  assert.deepEqual(told.at(-1), [5, { ok: true, name: 'Сайт', host: '10.0.0.1', info: 'a&b' }])
  await api.get(
    'ping',
    `id=5&charset=utf-8&name=${'%D1%8F'.repeat(201)}&host=${'x'.repeat(201)}&info=${'%F0%9F%91%8D'.repeat(1_001)}`,
  )
  assert.deepEqual(told.at(-1), [5, { ok: false, name: 'я'.repeat(200), host: 'x'.repeat(200), info: '👍'.repeat(1_000) }])
  await api.get('ping', 'id=5')
  assert.deepEqual(told.at(-1), [5, { ok: false, name: '', host: '', info: '' }])
})

// refusal, answer
const refused: [refusal: RefusalCode, answer: string][] = [
  ['insufficient_funds', 'ERROR = 5 (no money)'],
  ['no_route', "ERROR = 5 (can't to deliver)"],
  ['bad_number', "ERROR = 5 (can't to deliver)"],
  ['denied', "ERROR = 5 (can't to deliver)"],
  ['overloaded', 'ERROR = 9 (too many concurrent requests)'],
]
for (const [refusal, answer] of refused) {
  test(`${refusal} is ${answer}`, async () => {
    refusals.push(refusal)
    assert.equal(await api.get('ping', 'id=1'), answer)
  })
}

test('an account that has changed since sign-in is read anew, once', async () => {
  refusals.push('bad_credentials')
  assert.equal(await api.get('ping', 'id=1'), 'OK')
  refusals.push('bad_credentials', 'bad_credentials')
  assert.equal(await api.get('ping', 'id=1'), 'ERROR = 2 (authorise error)')
  assert.equal(told.at(-1)?.[0], 1)
})

test('more than so many events a minute are too many', async () => {
  counted = 1_000
  assert.equal(await api.get('ping', 'id=1'), 'ERROR = 9 (too many concurrent requests)')
})
