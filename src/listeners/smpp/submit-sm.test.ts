import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountOf, answered, fakeBound, fromHex, received } from '../../../test/support/smpp-bound.ts'
import { accepted, outcome, submitting } from '../../../test/support/smpp-submitting.ts'
import { Refusal } from '../../domain/refusal.ts'
import { OutcomeUnknown } from '../../lifecycle/request.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

test('the official PHP library’s octets are taken, and answered with those it knows', async () => {
  const { operations, answersTo, requests } = submitting()
  const pdu = fromHex<'submit_sm'>(`
    00000042 00000004 00000000 00000002  00 05 01 73656e64657200 05 01 373939393939393939393900
    00 00 03 00 00 00 00 04 00 00  0424 000c 74657374206d657373616765`)
  const answers = await answersTo(operations.submit_sm, pdu)
  assert.deepEqual(
    answers.map((reply) => answered('submit_sm', 2, reply)),
    ['00000017800000040000000000000002' + '38353534363900'],
  )
  const [request] = requests
  assert.equal(request?.channel, 'sms')
  assert.deepEqual(request?.lines, [
    { phones: ['79999999999'], text: 'test message', comment: '', sender: undefined, dueAtMs: 0 },
  ])
  assert.equal(request?.sender, 'sender')
  assert.equal(request?.priority, 3)
})

test('an error has an empty message_id, and not none', async () => {
  const { submitSm } = submitting(() => Promise.reject(new Refusal('denied')))
  const [reply = {}] = await submitSm()
  assert.equal(answered('submit_sm', 1, reply), '00000011800000040000004500000001' + '00')
})

test('what was stored as refused is answered with why', async () => {
  for (const [status, err, expected] of [
    [22, 249, STATUS.ESME_RINVDSTADR],
    [23, 254, STATUS.ESME_RINVSRCADR],
    [24, 0, STATUS.ESME_RSUBMITFAIL],
    [25, 248, STATUS.ESME_RINVDSTADR],
  ] as const) {
    const { submitSm } = submitting(() => accepted({ refusal: 'denied', recipients: [outcome('7', status, err)] }))
    assert.deepEqual(await submitSm(), [{ status: expected }])
  }
  const { submitSm } = submitting(
    () => accepted({ refusal: 'insufficient_funds', recipients: [outcome('7', 24)] }),
    {},
    { noMoneyStatus: 0x402 },
  )
  assert.deepEqual(await submitSm(), [{ status: 0x402 }])
})

test('nothing is answered before the message is durable', async () => {
  let stored = (): void => {}
  const { submitSm } = submitting(() => new Promise((resolve) => (stored = () => resolve(accepted()))))
  const answers = await submitSm()
  assert.equal(answers.length, 0)
  stored()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(answers, [{ message_id: '855469' }])
})

test('where nobody knows whether it is stored nothing is answered and the session ends', async () => {
  const session = fakeBound()
  const { submitSm, givenBack } = submitting(() => Promise.reject(new OutcomeUnknown()))
  assert.deepEqual(await submitSm({}, session), [])
  assert.equal(session.dropped.length, 1)
  assert.deepEqual(givenBack, [])
})

test('over the account’s throughput is throttled before anything is read', async () => {
  const { submitSm, requests } = submitting(undefined, { throughput: () => false })
  assert.deepEqual(await submitSm({ destination_addr: '' }), [{ status: STATUS.ESME_RTHROTTLED }])
  assert.equal(requests.length, 0)
})

test('the same within a minute fails and is not throttled; what came to nothing may come again', async () => {
  const { submitSm, requests } = submitting(undefined, { allow: () => false })
  assert.deepEqual(await submitSm(), [{ status: STATUS.ESME_RSUBMITFAIL }])
  assert.equal(requests.length, 0)

  const refusing = submitting(() => Promise.reject(new Refusal('overloaded')))
  assert.deepEqual(await refusing.submitSm(), [{ status: STATUS.ESME_RTHROTTLED }])
  assert.deepEqual(
    refusing.givenBack,
    refusing.requests.map(({ hash }) => hash),
  )
})

test('no recipient is an invalid one', async () => {
  assert.deepEqual(await submitting().submitSm({ destination_addr: '' }), [{ status: STATUS.ESME_RINVDSTADR }])
})

const stale = (version: number) => (request: { account: { version: number } }) => {
  if (request.account.version < version) throw new Refusal('bad_credentials')
  return accepted()
}

test('an account that changed is signed in anew, and the message taken once more', async () => {
  const session = fakeBound({ fresh: async () => accountOf({}, 2) })
  const { submitSm, requests } = submitting(stale(2))
  assert.deepEqual(await submitSm({}, session), [{ message_id: '855469' }])
  assert.deepEqual(
    requests.map(({ account }) => account.version),
    [1, 2],
  )
})

test('a window of messages that notice together signs in once', async () => {
  const session = fakeBound({ fresh: async () => accountOf({}, 2) })
  let first = true
  const { submitSm } = submitting((request) => {
    // The second notices after the first has signed in.
    if (first && request.account.version === 1) {
      first = false
      return session.signInAgain().then(() => Promise.reject(new Refusal('bad_credentials')))
    }
    return accepted()
  })
  assert.deepEqual(await submitSm({}, session), [{ message_id: '855469' }])
  assert.equal(session.signedInAgain(), 1)
})

test('an account that may not go on hears so', async () => {
  const session = fakeBound({ fresh: () => Promise.reject(new Refusal('bad_credentials')) })
  const { submitSm, requests } = submitting(stale(2))
  assert.deepEqual(await submitSm({}, session), [{ status: STATUS.ESME_RBINDFAIL }])
  assert.equal(requests.length, 1)
})

test('data_sm is a submit_sm with its text in the payload', async () => {
  const { operations, answersTo, requests } = submitting()
  const pdu = received<'data_sm'>({
    command: 'data_sm',
    sequence: 5,
    source_addr: 'Centre',
    destination_addr: '79161234567',
    registered_delivery: 1,
    data_coding: 8,
    tlvs: { message_payload: Buffer.from('Да', 'utf16le').swap16(), qos_time_to_live: 60 },
  })
  const [reply = {}] = await answersTo(operations.data_sm, pdu)
  assert.equal(answered('data_sm', 5, reply), '00000017800001030000000000000005' + '38353534363900')
  assert.equal(requests[0]?.lines[0]?.text, 'Да')
  assert.equal(requests[0]?.validityMs, 60_000)

  const empty = received<'data_sm'>({ command: 'data_sm', sequence: 5, destination_addr: '79161234567' })
  assert.deepEqual(await answersTo(operations.data_sm, empty), [{ status: STATUS.ESME_RINVMSGLEN }])
})

const octet = fc.nat(255)
const text = fc.string({ maxLength: 24, unit: fc.nat(254).map((code) => String.fromCharCode(code + 1)) })
const octets = fc.uint8Array({ maxLength: 254 }).map((bytes) => Buffer.from(bytes))
const time = fc.oneof(
  fc.constant(''),
  text,
  fc.constantFrom('000000010000000R', '261122213112000+', '999999999999999R', '000000000000000-'),
)
const anything = fc.record({
  source_addr: text,
  destination_addr: text,
  esm_class: octet,
  protocol_id: octet,
  priority_flag: fc.oneof(fc.nat(3), octet),
  schedule_delivery_time: time,
  validity_period: time,
  registered_delivery: octet,
  replace_if_present_flag: octet,
  data_coding: octet,
  sm_default_msg_id: octet,
  short_message: octets,
  tlvs: fc.record(
    {
      message_payload: octets,
      sar_msg_ref_num: fc.nat(0xffff),
      sar_total_segments: octet,
      sar_segment_seqnum: octet,
      other: fc.array(fc.tuple(fc.constantFrom(0x2001, 0x020c, 0x0204, 0x3000), octets), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
})

test('whatever a customer submits, it is answered once, and nothing is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(anything, fc.boolean(), fc.boolean(), async (fields, iso, stored) => {
      const { operations, answersTo, requests } = submitting(() =>
        stored ? accepted() : Promise.reject(new Refusal('unavailable')),
      )
      const session = fakeBound({ systemType: iso ? 'ISO' : '' })
      const single = { ...fields, command: 'submit_sm', sequence: 1 } as const
      // A time that is too long for the wire is cut there: the reader takes what came.
      const pdu = { ...received<'submit_sm'>({ command: 'submit_sm', sequence: 1 }), ...single, tlvs: fields.tlvs }
      const answers = await answersTo(operations.submit_sm, pdu as never, session)
      assert.equal(answers.length, 1)
      const [request] = requests
      if (request?.lines[0]) {
        assert.ok(!/\0|\p{Surrogate}/u.test(request.lines[0].text + request.lines[0].comment), 'a text can be stored')
        assert.ok(request.validityMs > 0 && request.validityMs <= 86_400_000)
        assert.ok((request.octets?.length ?? 1) > 0)
      }
      const data = { ...received<'data_sm'>({ command: 'data_sm', sequence: 1 }), ...fields, command: 'data_sm' }
      assert.equal((await answersTo(operations.data_sm, data as never, session)).length, 1)
    }),
    { numRuns: 400 },
  )
})
