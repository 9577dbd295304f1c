import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALEX, type ApiOptions, accepted, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts'
import { OutcomeUnknown, type RecipientOutcome, type SendRequest } from '../../../lifecycle/request.ts'

/** A question to a centre of its own. */
async function send(parameters: string, options: ApiOptions = {}): Promise<string> {
  const api = await startApi(options)
  try {
    return await api.get('send', `phones=79999999999&mes=Hi&${parameters}`)
  } finally {
    await api.stop()
  }
}

// parameters, answer (LF as ~)
const answers: [parameters: string, answer: string][] = [
  ['', 'OK - 1 SMS, ID - 1234'],
  ['fmt=0&cost=0', 'OK - 1 SMS, ID - 1234'],
  ['cost=1', '1.4 (1 SMS)'],
  ['cost=2', 'OK - 1 SMS, ID - 1234, COST - 1.4'],
  ['cost=3', 'OK - 1 SMS, ID - 1234, COST - 1.4, BALANCE - 100.5'],
  ['fmt=1', '1234,1'],
  ['fmt=1&cost=1', '1.4,1'],
  ['fmt=1&cost=2', '1234,1,1.4'],
  ['fmt=1&cost=3', '1234,1,1.4,100.5'],
  ['fmt=2', '<result>~<id>1234</id>~<cnt>1</cnt>~</result>'],
  ['fmt=2&cost=1', '<result>~<cost>1.4</cost>~<cnt>1</cnt>~</result>'],
  ['fmt=2&cost=2', '<result>~<id>1234</id>~<cnt>1</cnt>~<cost>1.4</cost>~</result>'],
  ['fmt=2&cost=3', '<result>~<id>1234</id>~<cnt>1</cnt>~<cost>1.4</cost>~<balance>100.5</balance>~</result>'],
  ['fmt=3', '{~"id": 1234,~"cnt": 1~}'],
  ['fmt=3&cost=1', '{~"cost": "1.4",~"cnt": 1~}'],
  ['fmt=3&cost=2', '{~"id": 1234,~"cnt": 1,~"cost": "1.4"~}'],
  ['fmt=3&cost=3', '{~"id": 1234,~"cnt": 1,~"cost": "1.4",~"balance": "100.5"~}'],
]
describe('send.php answers', () => {
  for (const [parameters, answer] of answers) {
    test(parameters || '(nothing asked)', async () => assert.equal(await send(parameters), answer.replaceAll('~', '\n')))
  }
})

const GOOD: RecipientOutcome = { phone: '79999999999', mccmnc: '25001', price: 1_400_000n, parts: 1, status: 0, err: 0 }
const BAD: RecipientOutcome = { phone: '7123', mccmnc: '', price: 0n, parts: 0, status: 22, err: 249 }
const mixed = {
  accept: async () => accepted({ recipients: [GOOD, BAD] }),
  estimate: async () => accepted({ recipients: [GOOD, BAD] }),
}

// parameters, answer (LF as ~)
const details: [parameters: string, answer: string][] = [
  [
    'op=1',
    'OK - 1 SMS, ID - 1234~79999999999: mccmnc = 25001, cost = 1.4~7123: mccmnc = , cost = 0.00, status = 22, error = 249',
  ],
  ['err=1', 'OK - 1 SMS, ID - 1234~7123: mccmnc = , cost = 0.00, status = 22, error = 249'],
  ['fmt=1&op=1&cost=3', '1234,1,1.4,100.5~79999999999,25001,1.4,,~7123,,0.00,22,249'],
  ['fmt=1&err=1', '1234,1~7123,,0.00,22,249'],
  ['fmt=1&cost=1&op=1', '1.4,1~79999999999,25001,1.4,,~7123,,0.00,22,249'],
  ['cost=1&err=1', '1.4 (1 SMS)~7123: mccmnc = , cost = 0.00, status = 22, error = 249'],
  [
    'fmt=2&op=1',
    '<result>~<id>1234</id>~<cnt>1</cnt>~<phones>~<phone mccmnc="25001" cost="1.4">79999999999</phone>~' +
      '<phone mccmnc="" cost="0.00" status="22" error="249">7123</phone>~</phones>~</result>',
  ],
  [
    'fmt=3&op=1&err=1',
    '{~"id": 1234,~"cnt": 1,~"phones": [{~"phone": "79999999999",~"mccmnc": "25001",~"cost": "1.4"~},~' +
      '{~"phone": "7123",~"mccmnc": "",~"cost": "0.00",~"status": "22",~"error": "249"~}]~}',
  ],
  [
    'fmt=3&err=1',
    '{~"id": 1234,~"cnt": 1,~"phones": [{~"phone": "7123",~"mccmnc": "",~"cost": "0.00",~"status": "22",~"error": "249"~}]~}',
  ],
  [
    'fmt=3&cost=1&op=1',
    '{~"cost": "1.4",~"cnt": 1,~"phones": [{~"phone": "79999999999",~"mccmnc": "25001",~"cost": "1.4"~},~' +
      '{~"phone": "7123",~"mccmnc": "",~"cost": "0.00",~"status": "22",~"error": "249"~}]~}',
  ],
]
describe('send.php tells of single numbers', () => {
  for (const [parameters, answer] of details) {
    test(parameters, async () => assert.equal(await send(parameters, mixed), answer.replaceAll('~', '\n')))
  }

  test('err=1 says nothing where no number is bad, op=1 always lists', async () => {
    assert.equal(await send('fmt=3&err=1'), '{\n"id": 1234,\n"cnt": 1\n}')
    assert.match(await send('fmt=3&op=1'), /"phones": \[\{\n"phone": "79999999999",\n"mccmnc": "25001",\n"cost": "1\.4"\n\}\]/)
  })

  test('virtual sending has no price for a number, and nothing is 0.00', async () => {
    const free = accepted({ price: 0n, balance: 0n, recipients: [{ ...GOOD, price: 0n }] })
    assert.equal(
      await send('fmt=3&op=1&cost=3', {
        accept: async () => free,
        signIn: async () => ({ ...ALEX, settings: { 'fl2[27]': 1 } }),
      }),
      '{\n"id": 1234,\n"cnt": 1,\n"cost": "0.00",\n"balance": "0.00",\n"phones": [{\n"phone": "79999999999",\n"mccmnc": "25001"\n}]\n}',
    )
  })
})

describe('a call with the text `code`', () => {
  const call = async (parameters: string): Promise<{ answer: string; texts: string[] }> => {
    const texts: string[] = []
    const accept = async (request: SendRequest) => {
      texts.push(...request.lines.map(({ text }) => text))
      return accepted()
    }
    const answer = await send(parameters, { accept, estimate: async () => accepted() })
    return { answer, texts }
  }

  // parameters, answer (LF as ~, C: the code)
  const codes: [parameters: string, answer: string][] = [
    ['mes=code&call=1', 'OK - 1 SMS, ID - 1234, CODE - C'],
    ['mes=code&call=1&fmt=1', '1234,1,C'],
    ['mes=code&call=1&fmt=1&cost=3', '1234,1,1.4,100.5,C'],
    ['mes=code&call=1&fmt=2', '<result>~<id>1234</id>~<cnt>1</cnt>~<code>C</code>~</result>'],
    ['mes=Code&call=1&fmt=3&cost=2', '{~"id": 1234,~"cnt": 1,~"cost": "1.4",~"code": "C"~}'],
    ['mes=__CALL__code&fmt=1', '1234,1,C'],
  ]
  for (const [parameters, answer] of codes) {
    test(parameters, async () => {
      const { answer: got, texts } = await call(parameters)
      const [code = ''] = texts
      assert.match(code, /^\d{6}$/)
      assert.equal(got, answer.replaceAll('~', '\n').replace(/C(?![A-Z])/, code))
    })
  }

  test('other texts and channels, and the price, have no code', async () => {
    for (const parameters of ['mes=code', 'mes=codes&call=1', 'mes=code&viber=1']) {
      assert.deepEqual((await call(`${parameters}&fmt=1`)).answer, '1234,1', parameters)
    }
    assert.equal((await call('mes=code&call=1&cost=1&fmt=1')).answer, '1.4,1')
  })
})

test('flags are on and off in any case of their words', async () => {
  for (const word of ['True', 'TRUE', 'true']) assert.match(await send(`fmt=1&op=${word}`), /\n79999999999/)
  for (const word of ['False', 'FALSE', 'false', '0', '']) assert.equal(await send(`fmt=1&op=${word}&translit=${word}`), '1234,1')
  for (const word of ['on', 'yes', '2', 'tru']) assert.equal(await send(`fmt=1&op=${word}`), '0,-1')
})

test('money may be printed with two decimals instead', async () => {
  assert.equal(await send('fmt=1&cost=3', { moneyStyle: 'two' }), '1234,1,1.40,100.50')
})

test('an id of letters is quoted in JSON and as it is elsewhere', async () => {
  const accept = async () => accepted({ ref: 'a-1' })
  assert.equal(await send('fmt=3', { accept }), '{\n"id": "a-1",\n"cnt": 1\n}')
  assert.equal(await send('fmt=1', { accept }), 'a-1,1')
  assert.equal(await send('', { accept }), 'OK - 1 SMS, ID - a-1')
})

// what accept says, fmt, answer (LF as ~)
const refusals: [refusal: RefusalCode, fmt: number, answer: string][] = [
  ['insufficient_funds', 0, 'ERROR = 3 (no money), ID - 34'],
  ['denied', 1, '34,-6'],
  ['bad_number', 3, '{~"error": "invalid number",~"error_code": 7,~"id": 34~}'],
  ['no_route', 2, "<result>~<error>can't to deliver</error>~<error_code>8</error_code>~<id>34</id>~</result>"],
]
for (const [refusal, fmt, answer] of refusals) {
  test(`refused as a whole and stored: ${refusal}, fmt ${fmt}`, async () => {
    const outcome = { recipients: [BAD], refusal, ref: 34 }
    assert.equal(await send(`fmt=${fmt}`, { accept: async () => accepted(outcome) }), answer.replaceAll('~', '\n'))
  })
}

test('a price that is refused has no id: nothing was stored', async () => {
  assert.equal(await send('fmt=1&cost=1', { estimate: async () => accepted({ refusal: 'bad_number' }) }), '0,-7')
})

// what accept rejects with, answer of fmt 1
const rejections: [error: Error, answer: string][] = [
  [new Refusal('bad_request'), '0,-1'],
  [new Refusal('denied'), '0,-6'],
  [new Refusal('overloaded'), '0,-9'],
  [new Refusal('unavailable'), '0,-9'],
  [new Error('connection terminated unexpectedly'), '0,-9'],
]
for (const [error, answer] of rejections) {
  test(`accept rejects: ${error.message}`, async () => {
    assert.equal(await send('fmt=1', { accept: () => Promise.reject(error) }), answer)
  })
}

test('when nobody knows whether it was stored, the connection is closed without an answer', async () => {
  const api = await startApi({ accept: () => Promise.reject(new OutcomeUnknown()) })
  await assert.rejects(api.get('send', 'phones=79999999999&mes=Hi'), /socket hang up|ECONNRESET/)
  await api.stop()
})

test('cost=1 asks for the price and sends nothing', async () => {
  const api = await startApi({ accept: () => assert.fail('sent') })
  assert.equal(await api.get('send', 'phones=79999999999&mes=Hi&cost=1&fmt=1'), '1.4,1')
  await api.stop()
})

test('an account that changed since sign-in is asked for once more, past the cache', async () => {
  const log: string[] = []
  let version = 1
  const answer = await send('fmt=1', {
    signIn: async () => {
      log.push(`sign in ${version}`)
      return { ...ALEX, version: version++ }
    },
    forget: (id) => void log.push(`forget ${id}`),
    accept: async ({ account }) => {
      log.push(`accept ${account.version}`)
      if (account.version === 1) throw new Refusal('bad_credentials')
      return accepted()
    },
  })
  assert.equal(answer, '1234,1')
  assert.deepEqual(log, ['sign in 1', 'accept 1', 'forget 7', 'sign in 2', 'accept 2'])
})

test('an account that keeps changing is refused in the end', async () => {
  assert.equal(await send('fmt=1', { accept: () => Promise.reject(new Refusal('bad_credentials')) }), '0,-2')
})

describe('the windows of send.php', () => {
  const used: string[] = []
  const limits = { ...NO_LIMITS, allow: (_: unknown, limit: string) => used.push(limit) > 0 }

  test('sending and pricing have one each', async () => {
    used.length = 0
    await send('', { limits })
    await send('cost=1', { limits })
    assert.deepEqual(used, ['identical', 'identical_cost'])
  })

  test('who may not sign in, or sends what can not be read, uses none up', async () => {
    used.length = 0
    await send('', { limits, signIn: () => Promise.reject(new Refusal('bad_credentials')) })
    await send('time=tomorrow', { limits })
    await send('translit=x', { limits })
    assert.deepEqual(used, [])
  })

  test('a window that is used up is error 9, and nothing is accepted', async () => {
    const shut = { ...NO_LIMITS, allow: () => false }
    assert.equal(
      await send('', { limits: shut, accept: () => assert.fail('accepted') }),
      'ERROR = 9 (duplicate request, wait a minute)',
    )
  })
})
