import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_LIMITS, startApi } from '../../../../test/support/http-api.ts'
import { pdfText } from '../../../../test/support/pdf-text.ts'
import { NO_SELLER } from '../../../domain/document.ts'

const PARTIES = {
  seller: {
    ...NO_SELLER,
    name: 'ООО «Пример»',
    nameEn: 'Example LLC',
    details: 'ИНН 77',
    bank: 'р/с 40',
    signatory: 'О. О.',
    vat: 20,
  },
  buyer: { login: 'sub', name: 'Ёлкина', details: 'Москва', contract: '7' },
}
const INVOICE = { date: { year: 2026, month: 11, day: 22 }, amount: 120_000_000n, currency: 'RUR', service: 'SMS', ...PARTIES }
const ACT = {
  ...{ id: 202610, num: 3, start: { year: 2026, month: 10, day: 1 }, end: { year: 2026, month: 10, day: 31 } },
  ...{ messages: 12, charged: 12_340_000n, fees: 0n, amount: 12_340_000n, currency: 'RUR', ...PARTIES },
}

/** Its words were left out. */
const USUAL = 8

const asked: unknown[] = []
let api: Api
let printed = 0
before(async () => {
  api = await startApi({
    limits: { ...NO_LIMITS, allow: (_, limit) => limit !== 'documents' || printed++ < 100 },
    documents: {
      addInvoice: async (_, name, invoice) => {
        asked.push([name, invoice])
        return 17
      },
      invoice: async (_, name, id) => {
        asked.push([name, id])
        return { id, ...INVOICE, ...(id === USUAL && { service: '' }) }
      },
      act: async (_, name, act) => {
        asked.push([name, act])
        return ACT
      },
    },
  })
})
after(() => api.stop())

const ADD = 'add_account=1&user=sub&sum=100'
// parameters, answer with ~ for a line end
const answers: [parameters: string, answer: string][] = [
  [ADD, 'ID = 17'],
  [`${ADD}&fmt=1`, '17'],
  [`${ADD}&fmt=2`, '<result>~<id>17</id>~</result>'],
  [`${ADD}&fmt=3`, '{~"id": 17~}'],
  [
    'get_account=1&user=sub&id=5&fmt=3&charset=utf-8',
    '{~"id": 5,~"date": "22.11.2026",~"sum": "120.00",~"vat": "20.00",~"currency": "RUR",~"service": "SMS",~"seller": "ООО «Пример»",~' +
      '"seller_props": "ИНН 77",~"seller_bank": "р/с 40",~"seller_sign": "О. О.",~"user": "sub",~"buyer": "Ёлкина",~' +
      '"buyer_props": "Москва",~"cntr": "7"~}',
  ],
  [
    'get_act=1&user=sub&num=3&fmt=3&charset=utf-8&lang=en',
    '{~"id": 202610,~"num": 3,~"date": "31.10.2026",~"start": "01.10.2026",~"end": "31.10.2026",~"sms": "12",~"charged": "12.34",~' +
      '"fees": "0.00",~"sum": "12.34",~"vat": "2.06",~"currency": "RUR",~"seller": "Example LLC",~"seller_props": "ИНН 77",~' +
      '"seller_bank": "р/с 40",~"seller_sign": "О. О.",~"user": "sub",~"buyer": "Ёлкина",~"buyer_props": "Москва",~"cntr": "7"~}',
  ],
]
for (const [parameters, answer] of answers) {
  test(parameters, async () => assert.equal(await api.get('documents', parameters), answer.replaceAll('~', '\n')))
}

// parameters, what the use case is asked for
const requests: [parameters: string, wanted: unknown][] = [
  [
    'add_account=1&user=+sub+&sum=100.50&service=+Text+',
    [
      { user: 'sub', userId: undefined },
      { amount: 100_500_000n, service: 'Text' },
    ],
  ],
  [
    'add_account=1&user_id=5&sum=1',
    [
      { user: '', userId: 5 },
      { amount: 1_000_000n, service: '' },
    ],
  ],
  ['get_account=1&user=sub&user_id=5&id=7', [{ user: 'sub', userId: 5 }, 7]],
  ['get_act=1&user=sub&id=202610', [{ user: 'sub', userId: undefined }, { id: 202610 }]],
  ['get_act=1&user=sub&num=3', [{ user: 'sub', userId: undefined }, { num: 3 }]],
  ['get_act=1&user=sub&num=3&id=202610', [{ user: 'sub', userId: undefined }, { id: 202610 }]],
]
for (const [parameters, wanted] of requests) {
  test(`${parameters} is understood`, async () => {
    await api.ask(`/sys/documents.php?login=alex&psw=123&${parameters}`)
    assert.deepEqual(asked.at(-1), wanted)
  })
}

const malformed = [
  ...[
    'user=sub',
    'add_account=1&sum=1',
    'add_account=1&user=sub',
    'add_account=1&user_id=x&sum=1',
    `${ADD}&service=${'x'.repeat(201)}`,
  ],
  ...['0', '-5', '0.001', '1e3', '5,00', '1000000000000', 'x', ''].map((sum) => `add_account=1&user=sub&sum=${sum}`),
  ...['get_account=1&user=sub', 'get_account=1&user=sub&id=x', 'get_act=1&user=sub', 'get_act=1&user=sub&num=-1'],
  ...['get_account=1&user=sub&id=1&lang=de', 'get_act=1&user=sub&num=1&lang=1'],
]
for (const parameters of malformed) {
  test(`${parameters.slice(0, 60)} is error 1`, async () => {
    assert.equal(await api.get('documents', `${parameters}&fmt=1`), '0,-1')
  })
}

for (const [parameters, name, words] of [
  ['get_account=1&user=sub&id=5', 'account_5.pdf', /Счёт на оплату № 5/],
  ['get_account=1&user=sub&id=5&lang=en&fmt=1', 'account_5.pdf', /Invoice No. 5/],
  ['get_act=1&user=sub&num=3&fmt=2', 'act_202610.pdf', /Акт № 3/],
  ['get_act=1&user=sub&id=202610&lang=EN', 'act_202610.pdf', /Act No. 3/],
] as const) {
  test(`${parameters} is a PDF called ${name}`, async () => {
    const answer = await fetch(`http://127.0.0.1:${api.port}/sys/documents.php?login=alex&psw=123&${parameters}`)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/pdf')
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${name}"`)
    assert.match(pdfText(Buffer.from(await answer.arrayBuffer())), words)
  })
}

test('below /rest/ the data are the answer', async () => {
  const { body, type } = await api.ask('/rest/documents/?login=alex&psw=123&get_account=1&user=sub&id=5')
  assert.match(type, /^application\/json/)
  assert.equal(JSON.parse(body).sum, '120.00')
})

test('an invoice without words of its own has in the data what stands on paper', async () => {
  const serviceOf = async (lang: string) =>
    JSON.parse(await api.get('documents', `get_account=1&user=sub&id=${USUAL}&fmt=3&charset=utf-8&lang=${lang}`)).service
  assert.equal(await serviceOf('ru'), 'Услуги передачи сообщений, пополнение счёта sub')
  assert.equal(await serviceOf('en'), 'Messaging services, payment to the account sub')
})

test('printing has a limit; the data as JSON have not', async () => {
  printed = 100
  assert.equal(await api.get('documents', 'get_act=1&user=sub&num=3'), 'ERROR = 9 (too many concurrent requests)')
  assert.match(await api.get('documents', 'get_act=1&user=sub&num=3&fmt=3'), /"num": 3/)
})

test('a sub-client that is not one’s own is error 6, in its envelope', async () => {
  const strangers = await startApi()
  try {
    assert.equal(await strangers.get('documents', 'get_act=1&user=nobody&num=3'), 'ERROR = 6 (subclient not found)')
    assert.equal(
      await strangers.get('documents', 'get_act=1&user=nobody&num=3&fmt=3'),
      '{\n"error": "subclient not found",\n"error_code": 6\n}',
    )
  } finally {
    await strangers.stop()
  }
})
