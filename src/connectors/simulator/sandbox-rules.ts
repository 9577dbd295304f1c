import type { z } from 'zod'
import { type Rule, ruleSchema } from './settings.ts'

/**
 * The fates one can ask for in the sandbox by whom one writes to. They live in a hundred numbers of a code that
 * the Russian numbering register leaves empty, so no real number and no list of test numbers meets them by accident.
 */
export const SANDBOX_PREFIX = '790700000'

const ESME_RINVSRCADR = 0x0a // SMPP 3.4, 5.1.3
const ESME_RINVDSTADR = 0x0b
const ESME_RMSGQFUL = 0x14

type Told = Omit<z.input<typeof ruleSchema>, 'title' | 'match'>

// The last two digits of the number, what happens in words, and what the words mean. Numbers of the err column: SMSC API, error codes.
const NUMBERS: readonly [digits: string, title: string, told: Told][] = [
  ['01', 'Delivered, then the reply "Yes"', { reply: { text: 'Yes' } }],
  ['02', 'Delivered, then the reply "STOP"', { reply: { text: 'STOP' } }],
  ['03', 'Delivered, then read', { outcome: 'read' }],
  ['04', 'Delivered after 30 seconds', { receiptMs: 30_000 }],
  ['05', 'Answered by the carrier after 3 seconds, then delivered', { answerMs: 3_000 }],
  ['06', 'Delivered, and the receipt comes twice', { receipt: 'twice' }],
  ['07', 'Delivered, and the receipt comes before the answer', { receipt: 'early' }],
  ['08', 'Delivered, but the receipt never comes; the carrier says so when asked', { receipt: 'never' }],
  ['09', 'Delivered, but the answer gets lost and only the receipt comes', { answered: false }],

  ['11', 'Delivered; the id is hexadecimal in the answer, decimal in the receipt', { notation: 'hex_then_decimal' }],
  ['12', 'Delivered; the id is decimal in the answer, hexadecimal in the receipt', { notation: 'decimal_then_hex' }],
  ['13', 'Delivered; the id is hexadecimal, small letters in the answer and capitals in the receipt', { notation: 'upper_hex' }],
  ['14', 'Delivered; the id in the receipt has leading zeros', { notation: 'padded' }],

  ['21', 'Undeliverable: the number does not exist', { outcome: 'undeliverable', err: 1 }],
  ['22', 'Undeliverable: no SMS service', { outcome: 'undeliverable', err: 11 }],
  ['23', 'Undeliverable: handset or SIM error', { outcome: 'undeliverable', err: 12 }],
  ['24', 'Undeliverable: blocked by the operator', { outcome: 'undeliverable', err: 13 }],
  ['25', 'Undeliverable: the handset does not support the service', { outcome: 'undeliverable', err: 21 }],
  ['26', 'Expired: switched off or out of coverage', { outcome: 'expired', err: 6 }],
  ['27', 'Taken, then rejected: filtered by the carrier', { outcome: 'filtered', err: 255 }],
  ['28', 'Taken, then rejected: the SIM card was just changed', { outcome: 'filtered', err: 219 }],

  ['31', 'Refused at once: invalid number', { outcome: 'rejected', status: ESME_RINVDSTADR }],
  ['32', 'Refused at once: the sender is not permitted', { outcome: 'rejected', status: ESME_RINVSRCADR }],
  ['33', 'Refused at once without a reason', { outcome: 'rejected' }],

  ['41', 'Throttled twice, then delivered', { outcome: 'busy', busyTimes: 2, pauseMs: 500 }],
  ['42', 'Queue full twice, then delivered', { outcome: 'busy', busyTimes: 2, pauseMs: 500, status: ESME_RMSGQFUL }],
  ['43', 'Throttled every time', { outcome: 'busy', pauseMs: 200 }],

  ['51', 'Lost without an answer', { outcome: 'unknown' }],
  ['52', 'Lost, and the link is down for 5 seconds', { outcome: 'outage', pauseMs: 5_000 }],
]

const fateOfNumber = ([digits, title, told]: (typeof NUMBERS)[number]): Rule =>
  ruleSchema.parse({ title, match: { prefix: SANDBOX_PREFIX, suffix: digits }, ...told })

const number = (digits: string, match: object = {}) => ({ prefix: SANDBOX_PREFIX, suffix: digits, ...match })

const OTHERS: readonly z.input<typeof ruleSchema>[] = [
  {
    title: 'Half of the messages undeliverable, the others delivered',
    match: number('61', { percent: 50 }),
    outcome: 'undeliverable',
    err: 6,
  },
  {
    title: 'A tenth of the messages lost without an answer, the others delivered',
    match: number('62', { percent: 10 }),
    outcome: 'unknown',
  },
  { title: 'HLR: the subscriber is abroad', match: number('71', { channel: ['hlr'] }), roaming: true },
  { title: 'Call: not answered', match: number('81', { channel: ['call'] }), outcome: 'undeliverable', err: 237 },
  { title: 'Call: the line is busy', match: number('82', { channel: ['call'] }), outcome: 'undeliverable', err: 240 },
  { title: 'Call: an answering machine', match: number('83', { channel: ['call'] }), outcome: 'undeliverable', err: 242 },
  { title: 'E-mail: mailbox full', match: { prefix: 'full@', channel: ['mail'] }, outcome: 'undeliverable', err: 2 },
  { title: 'E-mail: mail domain not found', match: { prefix: 'nodomain@', channel: ['mail'] }, outcome: 'undeliverable', err: 3 },
  { title: 'E-mail: mailbox blocked', match: { prefix: 'blocked@', channel: ['mail'] }, outcome: 'undeliverable', err: 4 },
  { title: 'E-mail: delivered, then read', match: { prefix: 'read@', channel: ['mail'] }, outcome: 'read' },
]

export const SANDBOX_RULES: readonly Rule[] = [...NUMBERS.map(fateOfNumber), ...OTHERS.map((rule) => ruleSchema.parse(rule))]
