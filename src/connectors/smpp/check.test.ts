import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedProbe, Probe, ProbePart, ProbeReceipt } from '../../domain/carrier-check.ts'
import { isGsm7 } from '../../domain/text/gsm7.ts'
import { countParts } from '../../domain/text/segments.ts'
import { GSM_BASE, GSM_EXTENSION, LATIN1_SIGNS, nextProbe } from './check-series.ts'
import { concludeCheck } from './check-verdict.ts'
import { smppSettings } from './settings.ts'

const AT = 1_700_000_000_000
const ask = { to: '79161234567', from: '' }
const settingsOf = (more: object = {}) => smppSettings.parse({ host: 'h', systemId: 's', ...more })

interface Answer {
  /** A command_status; 0: taken. */
  readonly status?: number
  readonly parts?: number
  readonly receipts?: number
  readonly echo?: string
  readonly doneAfterMs?: number
  readonly ids?: readonly [answered: string, received: string]
}

/** Plays the whole series against a carrier that answers as told. */
function play(answer: (probe: Probe, nth: number) => Answer, more: object = {}, asked = ask) {
  const settings = settingsOf(more)
  const observed: ObservedProbe[] = []
  for (let probe = nextProbe(settings, asked, observed); probe; probe = nextProbe(settings, asked, observed)) {
    assert.ok(observed.length < 40, 'the series ends')
    observed.push(observe(probe, observed.length + 1, answer(probe, observed.length)))
  }
  return { observed, ...concludeCheck(settings, asked, observed) }
}

function observe(probe: Probe, id: number, answer: Answer): ObservedProbe {
  const { status = 0, echo = '', doneAfterMs } = answer
  const of = answer.parts ?? (probe.name.startsWith('long') && probe.name !== 'long payload' ? 2 : 1)
  const [answered, received] = answer.ids ?? [`id${id}`, `id${id}`]
  const outcome = status === 0 ? 'taken' : 'rejected'
  const parts = Array.from({ length: of }, (_, at): ProbePart => {
    const carrierId = status === 0 ? (of > 1 ? `${answered}p${at}` : answered) : ''
    return {
      number: at + 1,
      of,
      outcome,
      status,
      reason: status === 0 ? '' : `STATUS_${status}, words`,
      carrierId,
      atMs: AT + 10,
    }
  })
  const count = status === 0 ? (answer.receipts ?? of) : 0
  const receipts = Array.from({ length: count }, (_, at): ProbeReceipt => {
    const ids = [of > 1 ? `${received}p${at}` : received]
    const doneAtMs = doneAfterMs === undefined ? 0 : AT + 500 + doneAfterMs
    return { part: at + 1, ids, state: 'delivered', stat: 'DELIVRD', err: '000', text: echo, atMs: AT + 500, doneAtMs, by: 'id' }
  })
  return { ...probe, id, sentAtMs: AT, parts, receipts, pushedBack: 0, pushedBackBy: '', note: '' }
}

const proposed = ({ proposals }: ReturnType<typeof play>) =>
  Object.fromEntries(proposals.map(({ setting, value }) => [setting, value]))
const says = ({ findings }: ReturnType<typeof play>) => findings.map((finding) => finding.says).join('\n')

test('the alphabets are tried whole, each in one part', () => {
  const { observed } = play(() => ({}))
  const text = (name: string) => observed.find((probe) => probe.name === name)?.text ?? ''
  assert.equal(new Set(GSM_BASE).size, 127, 'all but the escape, which is of the extension')
  assert.ok(isGsm7(GSM_BASE + GSM_EXTENSION + LATIN1_SIGNS))
  assert.equal([...GSM_EXTENSION.replaceAll(' ', '')].length, 9, 'all but the form feed')
  for (const name of ['gsm', 'extension', 'latin1', 'ucs2']) assert.equal(countParts(text(name)), 1, name)
  for (const way of ['udh', 'sar', 'payload']) assert.equal(countParts(text(`long ${way}`)), 2, way)
  assert.ok(observed.every((probe, at) => probe.text.startsWith(`Heliogram test ${String(at + 1).padStart(2, '0')}: `)))
})

test('a carrier that fits is left as it is', () => {
  const done = play(() => ({}))
  assert.deepEqual(proposed(done), {})
  assert.equal(done.observed.length, 10)
  assert.deepEqual(
    done.looks.map(({ probe }) => probe),
    ['gsm', 'extension', 'latin1', 'ucs2', 'long udh', 'long sar', 'long payload'],
  )
})

const CASES: readonly [what: string, answer: (probe: Probe, nth: number) => Answer, settings: object, proposals: object][] = [
  [
    'octets of GSM are refused',
    ({ name }) => ({ status: name === 'gsm' || name === 'extension' ? 0x45 : 0 }),
    {},
    { alphabet: 'latin1' },
  ],
  [
    'octets of Latin-1 are refused',
    ({ name }) => ({ status: name === 'latin1' ? 0x45 : 0 }),
    { alphabet: 'latin1' },
    { alphabet: 'gsm7' },
  ],
  [
    'receipts repeat what GSM means',
    ({ name, text }) => (name === 'extension' ? { echo: text.slice(0, 25) } : {}),
    { alphabet: 'latin1' },
    { alphabet: 'gsm7' },
  ],
  ['octets are repeated as they were', ({ name, text }) => (name === 'latin1' ? { echo: text } : {}), {}, {}],
  [
    'sar_* is refused',
    ({ name }) => ({ status: name === 'long sar' ? 0xc1 : 0 }),
    { longMessages: 'sar' },
    { longMessages: 'udh' },
  ],
  [
    'only message_payload is taken',
    ({ name }) => ({ status: /long (sar|udh)/.test(name) ? 0x43 : 0 }),
    {},
    { longMessages: 'payload' },
  ],
  ['a name needs 0/0', ({ name }) => ({ status: /name [^0]/.test(name) ? 0x48 : 0 }), {}, { nameTonNpi: '0/0' }],
  ['a short code needs 0/1', ({ name }) => ({ status: /short (?!0\/1)/.test(name) ? 0x0a : 0 }), {}, { shortCodeTonNpi: '0/1' }],
  ['hex in answers', (_, nth) => ({ ids: [(43_210 + nth).toString(16), String(43_210 + nth)] }), {}, { receiptIds: 'decimal' }],
  ['a tail in receipts', (_, nth) => ({ ids: [`7700${nth}`, `7700${nth}.0`] }), {}, { receiptIdEndsAt: '.' }],
  ['dates are three hours ahead', () => ({ doneAfterMs: 3 * 3_600_000 - 20_000 }), {}, { utcOffsetMinutes: '180' }],
  [
    'no reference is allowed',
    ({ form }) => ({ status: form?.userMessageReference === false ? 0 : 0xc1 }),
    {},
    { userMessageReference: 'false' },
  ],
  ['no validity is allowed', ({ form }) => ({ status: form?.validity === 'none' ? 0 : 0x62 }), {}, { validity: 'none' }],
  [
    'the recipient needs 0/1',
    ({ form }) => ({ status: JSON.stringify(form?.recipientTonNpi) === '{"ton":0,"npi":1}' ? 0 : 0x0b }),
    {},
    { recipientTonNpi: '0/1' },
  ],
]

for (const [what, answer, settings, proposals] of CASES) {
  test(`${what}: ${JSON.stringify(proposals)} is proposed`, () => {
    const done = play(answer, settings)
    assert.deepEqual(proposed(done), proposals)
    for (const [name, value] of Object.entries(proposals)) smppSettings.parse({ host: 'h', systemId: 's', [name]: value })
  })
}

test('what is proposed is not proposed again once it is set', () => {
  const decimal = (_: Probe, nth: number): Answer => ({ ids: [(43_210 + nth).toString(16), String(43_210 + nth)] })
  assert.deepEqual(proposed(play(decimal, { receiptIds: 'decimal' })), {})
  assert.deepEqual(proposed(play(() => ({}), { receiptIds: 'decimal' })), { receiptIds: 'auto' })
})

test('a carrier that refuses everything ends the series early, and it says so', () => {
  const done = play(() => ({ status: 0x0b }))
  assert.ok(done.observed.length < 12)
  assert.deepEqual(proposed(done), {})
  assert.match(says(done), /took none of the messages/)
})

test('a sender that is refused for good is told, and the operator’s own is proposed where it was taken', () => {
  const done = play(({ from }) => ({ status: /[a-z]/i.test(from) ? 0x0a : 0 }), {}, { ...ask, from: '7000' })
  assert.deepEqual(proposed(done), {})
  assert.match(says(done), /refuses a name as the sender \(Heliogram\): STATUS_10\./)
  const number = play(({ from }) => ({ status: /[a-z]/i.test(from) ? 0x0a : 0 }), {}, { ...ask, from: '79160000001' })
  assert.deepEqual(proposed(number), { sender: '79160000001' })
})

test('one receipt for a long message is noticed', () => {
  assert.match(
    says(play(({ name }) => (name === 'long udh' ? { receipts: 1 } : {}))),
    /By UDH the carrier sends 1 receipt for 2 parts/,
  )
})

test('a text that a receipt repeats otherwise than it was sent is noticed', () => {
  assert.match(
    says(play(({ name }) => (name === 'sender name 5/0' ? { echo: 'Heliogram te5t' } : {}))),
    /repeat "Heliogram te5t" of what was sent/,
  )
  assert.doesNotMatch(says(play(({ text }) => ({ echo: text.slice(0, 20) }))), /repeat "/)
})
