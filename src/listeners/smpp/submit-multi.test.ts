import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answered, received } from '../../../test/support/smpp-bound.ts'
import { accepted, outcome, submitting } from '../../../test/support/smpp-submitting.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { Destination } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

const to = (address: string, ton = 1, npi = 1): Destination => ({ ton, npi, address })
const pduTo = (...dest_address: Destination[]) =>
  received<'submit_multi'>({ command: 'submit_multi', sequence: 3, dest_address, short_message: Buffer.from('Hello') })

test('a request of several recipients has one message_id', async () => {
  const { operations, answersTo, requests } = submitting(() =>
    accepted({ recipients: [outcome('79161234567'), outcome('79161234568')] }),
  )
  const [reply = {}] = await answersTo(operations.submit_multi, pduTo(to('+79161234567'), to('79161234568')))
  assert.equal(answered('submit_multi', 3, reply), '00000018800000210000000000000003' + '3835353436390000')
  assert.deepEqual(requests[0]?.lines[0]?.phones, ['+79161234567', '79161234568'])
})

test('who was refused is listed, as the customer wrote it', async () => {
  const { operations, answersTo } = submitting(() =>
    accepted({ recipients: [outcome('79161234567'), outcome('123', 22, 249), outcome('79161234568', 25, 248)] }),
  )
  const pdu = pduTo(to('79161234567'), to('123', 5, 0), { distributionList: 'friends' }, to('89161234568', 2, 8))
  assert.deepEqual(await answersTo(operations.submit_multi, pdu), [
    {
      message_id: '855469',
      unsuccess_sme: [
        { ton: 5, npi: 0, address: '123', status: STATUS.ESME_RINVDSTADR },
        { ton: 2, npi: 8, address: '89161234568', status: STATUS.ESME_RINVDSTADR },
        { ton: 0, npi: 0, address: 'friends', status: STATUS.ESME_RINVDLNAME },
      ],
    },
  ])
})

test('a number given twice, in one spelling or two, is one recipient', async () => {
  const { operations, answersTo, requests } = submitting(() =>
    accepted({ recipients: [outcome('79161234567'), outcome('12', 22, 249)] }),
  )
  const pdu = pduTo(to('79161234567'), to('89161234567'), to('79161234567'), to('12'))
  const [reply] = await answersTo(operations.submit_multi, pdu)
  assert.deepEqual(requests[0]?.lines[0]?.phones, ['79161234567', '89161234567', '12'])
  assert.deepEqual(reply?.unsuccess_sme, [{ ton: 1, npi: 1, address: '12', status: STATUS.ESME_RINVDSTADR }])
})

test('where nobody was accepted the answer is an error', async () => {
  const { operations, answersTo } = submitting(() =>
    accepted({ refusal: 'denied', recipients: [outcome('79161234567', 23, 254), outcome('12', 22, 249)] }),
  )
  const [reply] = await answersTo(operations.submit_multi, pduTo(to('79161234567'), to('12')))
  assert.equal(reply?.status, STATUS.ESME_RINVSRCADR)
  assert.equal(reply?.message_id, undefined)
  assert.equal(reply?.unsuccess_sme?.length, 2)
})

test('there are no distribution lists', async () => {
  const { operations, answersTo, requests } = submitting()
  const [reply] = await answersTo(operations.submit_multi, pduTo({ distributionList: 'friends' }))
  assert.equal(reply?.status, STATUS.ESME_RINVDLNAME)
  assert.equal(requests.length, 0)
})

test('none, and more than 254, are an invalid number', async () => {
  const { operations, answersTo } = submitting()
  const many = Array.from({ length: 255 }, (_, index) => to(String(79_160_000_000 + index)))
  for (const pdu of [pduTo(), pduTo(...many)]) {
    assert.deepEqual(await answersTo(operations.submit_multi, pdu), [{ status: STATUS.ESME_RINVNUMDESTS }])
  }
})

test('every recipient counts for the throughput', async () => {
  const counts: number[] = []
  const throughput = (count: number) => counts.push(count) > 1
  const { operations, answersTo } = submitting(undefined, { throughput })
  const pdu = pduTo(to('79161234567'), to('79161234568'))
  assert.deepEqual(await answersTo(operations.submit_multi, pdu), [{ status: STATUS.ESME_RTHROTTLED }])
  assert.deepEqual(counts, [2])
})

test('switched off it is no command', async () => {
  const { operations, answersTo } = submitting(undefined, {}, { submitMulti: false })
  assert.deepEqual(await answersTo(operations.submit_multi, pduTo(to('79161234567'))), [{ status: STATUS.ESME_RINVCMDID }])
})

const address = fc.string({ maxLength: 30, unit: fc.nat(254).map((code) => String.fromCharCode(code + 1)) })
const destination = fc.oneof(fc.record({ ton: fc.nat(255), npi: fc.nat(255), address }), fc.record({ distributionList: address }))

test('whoever is named, it is answered once, and the answer can be written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(destination, { maxLength: 260 }), fc.nat(3), async (destinations, kind) => {
      const { operations, answersTo } = submitting((request) => {
        if (kind === 0) throw new Refusal('bad_request')
        const phones = request.lines[0]?.phones ?? []
        const recipients = phones.map((phone, index) => outcome(phone.slice(0, 100), index % 2 === 0 ? 22 : 0, 249))
        return accepted({ recipients: kind === 1 ? recipients.slice(1) : recipients })
      })
      const pdu = { ...pduTo(), dest_address: destinations }
      const answers = await answersTo(operations.submit_multi, pdu)
      assert.equal(answers.length, 1)
      for (const reply of answers) answered('submit_multi', 3, reply)
    }),
    { numRuns: 100 },
  )
})
