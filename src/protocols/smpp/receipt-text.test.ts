import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { messageStateName, parseReceiptText, type ReceiptText, stateOfStat } from './receipt-text.ts'

const blank: ReceiptText = { id: '', sub: '', dlvrd: '', submitDate: '', doneDate: '', stat: '', err: '', text: '' }
const full = {
  id: '0123456789',
  sub: '001',
  dlvrd: '001',
  submitDate: '2611221030',
  doneDate: '2611221031',
  stat: 'DELIVRD',
  err: '000',
}

const RECEIPTS: readonly (readonly [name: string, source: string, found: Partial<ReceiptText>])[] = [
  [
    'as appendix B has it',
    'id:0123456789 sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:Hello there',
    { ...full, text: 'Hello there' },
  ],
  [
    'sub and dlvrd missing',
    'id:7 submit date:2611221030 done date:2611221031 stat:EXPIRED err:21b text:',
    { id: '7', submitDate: '2611221030', doneDate: '2611221031', stat: 'EXPIRED', err: '21b' },
  ],
  ['short counts', 'id:7 sub:1 dlvrd:1 stat:DELIVRD err:0', { id: '7', sub: '1', dlvrd: '1', stat: 'DELIVRD', err: '0' }],
  [
    'any order',
    'stat:UNDELIV err:954 done date:2611221031 id:7 text:x',
    { stat: 'UNDELIV', err: '954', doneDate: '2611221031', id: '7', text: 'x' },
  ],
  [
    'any case',
    'ID:aB7 Stat:delivrd Err:0000 Done Date:2611221031 Text:Hi',
    { id: 'aB7', stat: 'delivrd', err: '0000', doneDate: '2611221031', text: 'Hi' },
  ],
  [
    'dates with seconds',
    'id:7 submit date:261122103000 done date:20261122103100 stat:DELIVRD',
    { id: '7', submitDate: '261122103000', doneDate: '20261122103100', stat: 'DELIVRD' },
  ],
  [
    'an empty err before the text',
    'id:7 stat:DELIVRD err: text:id:8 stat:REJECTD',
    { id: '7', stat: 'DELIVRD', text: 'id:8 stat:REJECTD' },
  ],
  [
    'an empty err before a date',
    'id:7 err: done date:2611221031 stat:DELIVRD',
    { id: '7', doneDate: '2611221031', stat: 'DELIVRD' },
  ],
  ['spaces behind the colons', 'id: 7 stat:  DELIVRD err: 000 text: Hi', { id: '7', stat: 'DELIVRD', err: '000', text: ' Hi' }],
  [
    'several spaces in the dates',
    'id:7 submit  date:2611221030  done   date:2611221031 stat:DELIVRD',
    { id: '7', submitDate: '2611221030', doneDate: '2611221031', stat: 'DELIVRD' },
  ],
  [
    'dates in one word',
    'id:7 submit_date:2611221030 done_date:2611221031 stat:DELIVRD',
    { id: '7', submitDate: '2611221030', doneDate: '2611221031', stat: 'DELIVRD' },
  ],
  ['an id with dashes', 'id:1101C1-C9D03D-F000 stat:DELIVRD', { id: '1101C1-C9D03D-F000', stat: 'DELIVRD' }],
  [
    'a UUID',
    'id:0f8fad5b-d9cb-469f-a165-70867728950e stat:DELIVRD',
    { id: '0f8fad5b-d9cb-469f-a165-70867728950e', stat: 'DELIVRD' },
  ],
  ['an id of 65 characters', `id:${'9'.repeat(65)} stat:DELIVRD`, { id: '9'.repeat(65), stat: 'DELIVRD' }],
  [
    'binary in the text',
    'id:7 stat:DELIVRD err:000 text:\x05\0\x03\xff\x02\x01:\x1b',
    { id: '7', stat: 'DELIVRD', err: '000', text: '\x05\0\x03\xff\x02\x01:\x1b' },
  ],
  ['NUL at the end', 'id:7 stat:DELIVRD\0', { id: '7', stat: 'DELIVRD' }],
  ['a line each', 'id:7\r\nstat:DELIVRD\r\nerr:000', { id: '7', stat: 'DELIVRD', err: '000' }],
  ['only an id', 'id:7', { id: '7' }],
  ['only a stat', 'stat:DELIVRD', { stat: 'DELIVRD' }],
  ['the text first', 'text:Hello id:7 stat:DELIVRD', { id: '7', stat: 'DELIVRD', text: 'Hello id:7 stat:DELIVRD' }],
  [
    'a text that looks like a receipt',
    'id:7 stat:UNDELIV err:001 text:stat:DELIVRD id:666',
    { id: '7', stat: 'UNDELIV', err: '001', text: 'stat:DELIVRD id:666' },
  ],
  ['fields it does not know', 'smsc:X id:7 mcc:250 stat:DELIVRD price:0.01', { id: '7', stat: 'DELIVRD' }],
  ['a word ending in a key', 'msgid:9 valid:8 id:7 laststat:FAILED stat:DELIVRD', { id: '7', stat: 'DELIVRD' }],
]
for (const [name, source, found] of RECEIPTS) {
  test(`a receipt is understood: ${name}`, () => assert.deepEqual(parseReceiptText(source), { ...blank, ...found }))
}

for (const source of ['', 'hello', ':', 'text:', 'submit date:2611221030', 'see you at 10:30', 'идентификатор:7']) {
  test(`'${source}' is no receipt`, () => assert.equal(parseReceiptText(source), undefined))
}

const STATS: readonly (readonly [stat: string, state: string])[] = [
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'expired'],
  ['DELETED', 'deleted'],
  ['UNDELIV', 'undelivered'],
  ['ACCEPTD', 'accepted'],
  ['UNKNOWN', 'unknown'],
  ['REJECTD', 'rejected'],
  ['ENROUTE', 'enroute'],
  ['DELIVERED', 'delivered'],
  ['FAILED', 'undelivered'],
  ['ACKED', 'accepted'],
  ['BUFFRED', 'enroute'],
  ['BUFFERD', 'enroute'],
  ['SKIPPED', 'undelivered'],
  ['delivrd', 'delivered'],
  ['', 'unknown'],
  ['MOONED', 'unknown'],
  ['constructor', 'unknown'],
]
for (const [stat, state] of STATS) {
  test(`stat '${stat}' means ${state}`, () => assert.equal(stateOfStat(stat), state))
}

test('message_state speaks the words of stat', () => {
  const states = Array.from({ length: 10 }, (_, state) => stateOfStat(messageStateName(state)))
  assert.deepEqual(states, [
    'enroute',
    'enroute',
    'delivered',
    'expired',
    'deleted',
    'undelivered',
    'accepted',
    'unknown',
    'rejected',
    'undelivered',
  ])
  assert.equal(stateOfStat(messageStateName(200)), 'unknown')
})

test('no text makes the parser throw', () => {
  const piece = fc.oneof(fc.constantFrom('id:', 'stat:', 'text:', 'date:', 'done date:', ' ', ':'), fc.string({ maxLength: 8 }))
  fc.assert(fc.property(fc.array(piece), (pieces) => void parseReceiptText(pieces.join(''))))
})
