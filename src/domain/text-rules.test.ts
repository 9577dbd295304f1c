import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textRules } from './text-rules.ts'

const approved = [
  { body: 'Code %d{1,4}', sender: '', operators: 1 },
  { body: 'Dear %w{1,2}', sender: 'BANK', operators: 2 },
]
// senders held to templates, text, sender, what is judged
const judged: [only: string, text: string | undefined, sender: string, verdict: number | 'none' | undefined][] = [
  ['', 'Code 12', 'Any', 1],
  ['', 'Dear Ivan', 'BANK', 2],
  ['', 'Dear Ivan', 'SHOP', undefined],
  ['BANK', 'Hello', 'BANK', 'none'],
  ['BANK', 'Hello', 'SHOP', undefined],
  ['SHOP, BANK', 'Hello', 'BANK', 'none'],
  ['BANK', 'Hello', 'bank', undefined],
  ['+79160000009, SHOP', 'Hello', '79160000009', 'none'],
  ['BANK', 'Hello', '', undefined],
  ['BANK,', 'Hello', '', undefined],
  ['*', 'Hello', '', 'none'],
  ['*', 'Code  1 ', '', 1],
  ['*', undefined, 'BANK', 'none'],
  ['', undefined, 'BANK', undefined],
]
for (const [only, text, sender, verdict] of judged) {
  test(`held to templates: '${only}'; '${text}' from '${sender}' is ${verdict}`, () => {
    assert.equal(textRules({ only, approved, signatures: [] }).judge(text, sender), verdict)
  })
}

const signatures = [
  { body: 'first', format: '', sender: '' },
  { body: ' second', format: 'sms', sender: '' },
  { body: 'bank', format: '', sender: 'BANK' },
  { body: 'viber', format: 'viber', sender: '' },
]
// format, sender, signed
for (const [format, sender, signed] of [
  ['sms', 'BANK', 'Text\nbank'],
  ['sms', 'SHOP', 'Text second'],
  ['flash', '', 'Text\nfirst'],
  ['viber', '', 'Text\nviber'],
] as const) {
  test(`${format} from '${sender}' is signed ${JSON.stringify(signed)}`, () => {
    assert.equal(textRules({ only: '', approved: [], signatures }).sign('Text', format, sender), signed)
  })
}

test('without signatures a text stays what it is', () => {
  assert.equal(textRules({ only: '', approved, signatures: [] }).sign('Text', 'sms', ''), 'Text')
})
