import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiOptions, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'

async function balance(parameters: string, options: ApiOptions = {}): Promise<string> {
  const api = await startApi(options)
  try {
    return await api.get('balance', parameters)
  } finally {
    await api.stop()
  }
}

const CREDIT = { balance: 1_871_629_999n, credit: 500_000_000n, currency: 'KZT' }

// parameters, with credit, answer (LF as ~)
const answers: [parameters: string, credit: boolean, answer: string][] = [
  ['', false, '250.80'],
  ['fmt=1', false, '250.80'],
  ['fmt=2', false, '<balance>250.80</balance>'],
  ['fmt=3', false, '{~"balance": "250.80"~}'],
  ['cur=1', false, '250.80,RUR'],
  ['fmt=1&cur=1', false, '250.80,RUR'],
  ['fmt=2&cur=1', false, '<result>~<balance>250.80</balance>~<currency>RUR</currency>~</result>'],
  ['fmt=3&cur=1', false, '{~"balance": "250.80",~"currency": "RUR"~}'],
  ['', true, '1871.62'],
  ['fmt=1&cur=1', true, '1871.62,KZT'],
  ['fmt=2', true, '<result>~<balance>1871.62</balance>~<credit>500.00</credit>~</result>'],
  ['fmt=3', true, '{~"balance": "1871.62",~"credit": "500.00"~}'],
  ['fmt=3&cur=1', true, '{~"balance": "1871.62",~"credit": "500.00",~"currency": "KZT"~}'],
  ['cur=true', false, '250.80,RUR'],
  ['cur=x', false, 'ERROR = 1 (parameters error)'],
]
for (const [parameters, credit, answer] of answers) {
  test(`balance.php ${parameters}${credit ? ', account with a credit limit' : ''}`, async () => {
    const options: ApiOptions = credit ? { readBalance: async () => CREDIT } : {}
    assert.equal(await balance(parameters, options), answer.replaceAll('~', '\n'))
  })
}

test('the recorded balances, byte for byte', async () => {
  const of = (millionths: bigint) => ({ readBalance: async () => ({ balance: millionths, credit: 0n, currency: 'RUR' }) })
  assert.equal(await balance('fmt=3', of(1_871_620_000n)), '{\n"balance": "1871.62"\n}')
  assert.equal(await balance('fmt=3', of(15_000_000n)), '{\n"balance": "15.00"\n}')
})

test('more than ten requests a minute are error 9', async () => {
  const limits = { ...NO_LIMITS, allow: (_: unknown, limit: string) => limit !== 'balance' }
  assert.equal(await balance('fmt=3', { limits }), '{\n"error": "duplicate request, wait a minute",\n"error_code": 9\n}')
})

test('a store that does not answer is error 9', async () => {
  assert.equal(await balance('fmt=1', { readBalance: () => Promise.reject(new Error('down')) }), '0,-9')
})
