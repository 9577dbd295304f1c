import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ascii, gsm, hex, octets, read, requestOf, sar, ucs2 } from '../../../test/support/smpp-submission.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

test('a part of the customer’s own is one part, with its header', () => {
  const part = requestOf({ esm_class: 0x43, short_message: Buffer.concat([octets('050003 070201'), gsm('@'.repeat(153))]) })
  assert.equal(part.channel, 'sms')
  assert.equal(hex(part.udh), '050003070201')
  assert.equal(part.octets, undefined)
  assert.equal(part.lines[0]?.text, '@'.repeat(153))
  assert.deepEqual(part.part, { reference: 7, total: 2, number: 1 })

  const wide = requestOf({
    esm_class: 0x40,
    data_coding: 8,
    short_message: Buffer.concat([octets('060804 01020302'), ucs2('я'.repeat(66))]),
  })
  assert.deepEqual(wide.part, { reference: 0x102, total: 3, number: 2 })
  assert.equal(wide.lines[0]?.text, 'я'.repeat(66))
})

test('what does not fit one part beside its header is refused', () => {
  const long = (text: Uint8Array, data_coding = 0) =>
    read({ esm_class: 0x40, data_coding, tlvs: { message_payload: Buffer.concat([octets('050003 070201'), text]) } })
  assert.equal(typeof long(gsm('a'.repeat(153))), 'object')
  assert.equal(long(gsm('a'.repeat(154))), STATUS.ESME_RINVMSGLEN)
  assert.equal(typeof long(ucs2('я'.repeat(67)), 8), 'object')
  assert.equal(long(ucs2('я'.repeat(68)), 8), STATUS.ESME_RINVMSGLEN)
  assert.equal(typeof long(Buffer.alloc(134), 2), 'object')
  assert.equal(long(Buffer.alloc(135), 2), STATUS.ESME_RINVMSGLEN)
})

test('octets that can’t be written anew without a loss go on as they came, and the history reads them', () => {
  const latin = requestOf({
    esm_class: 0x40,
    data_coding: 3,
    short_message: Buffer.concat([octets('050003 070201'), ascii('ê'.repeat(134))]),
  })
  assert.equal(latin.channel, 'sms')
  assert.equal(latin.udh, undefined)
  assert.equal(latin.octets?.length, 140)
  assert.equal(latin.dcs, 3)
  assert.equal(latin.lines[0]?.text, 'ê'.repeat(134))

  const half = requestOf({ esm_class: 0x40, data_coding: 8, short_message: octets('050003 070201 0041 d83d') })
  assert.equal(hex(half.octets), '0500030702010041d83d')
  assert.equal(half.dcs, 8)
  assert.equal(half.lines[0]?.text, 'A')

  const turkish = requestOf({ esm_class: 0x40, short_message: octets('03 240101 1b07') })
  assert.equal(hex(turkish.octets), '032401011b07')
  assert.equal(turkish.dcs, 0)
})

test('a header that lies is refused, one of nothing is none', () => {
  assert.equal(read({ esm_class: 0x40, short_message: octets('0600030702') }), STATUS.ESME_RINVESMCLASS)
  assert.equal(read({ esm_class: 0x40 }), STATUS.ESME_RINVESMCLASS)
  const none = requestOf({ esm_class: 0x40, short_message: octets('00 41') })
  assert.equal(none.udh, undefined)
  assert.equal(none.lines[0]?.text, 'A')
  const alone = requestOf({ esm_class: 0x40, short_message: octets('050003 070101 41') }) // part 1 of 1
  assert.equal(alone.part, undefined)
  assert.equal(hex(alone.udh), '050003070101')
})

test('esm_class decides nothing but the header', () => {
  for (const esm_class of [0, 1, 2, 3, 0x08, 0x10, 0x80, 0x83]) {
    assert.equal(requestOf({ esm_class, short_message: ascii('Hello') }).lines[0]?.text, 'Hello')
  }
})

test('sar_* become a header', () => {
  const part = requestOf({ short_message: gsm('a'.repeat(153)), tlvs: sar(0x1234, 3, 2) })
  assert.equal(hex(part.udh), '050003340302')
  assert.deepEqual(part.part, { reference: 0x1234, total: 3, number: 2 })
  const binary = requestOf({ data_coding: 2, short_message: octets('0102'), tlvs: sar(1, 2, 2) })
  assert.equal(hex(binary.octets), '0500030102020102')
  const ports = requestOf({ data_coding: 2, esm_class: 0x40, short_message: octets('06 0504 0b84 23f0 01'), tlvs: sar(1, 2, 2) })
  assert.equal(hex(ports.octets), '0b000301020205040b8423f001')
  const both = requestOf({ esm_class: 0x40, short_message: octets('050003 070201 41'), tlvs: sar(1, 5, 4) })
  assert.deepEqual(both.part, { reference: 7, total: 2, number: 1 })
})

test('sar_* of a whole message, or without each other, are nothing; an impossible place is refused', () => {
  assert.equal(requestOf({ short_message: ascii('a'), tlvs: sar(1, 1, 1) }).part, undefined)
  assert.equal(requestOf({ short_message: ascii('a'), tlvs: sar(0, 0, 0) }).part, undefined)
  assert.equal(requestOf({ short_message: ascii('a'), tlvs: { sar_msg_ref_num: 1, sar_total_segments: 2 } }).part, undefined)
  assert.equal(read({ short_message: ascii('a'), tlvs: sar(1, 2, 3) }), STATUS.ESME_RINVTLVVAL)
  assert.equal(read({ short_message: ascii('a'), tlvs: sar(1, 2, 0) }), STATUS.ESME_RINVTLVVAL)
})

test('a part can’t choose a channel that its sisters would not follow to', () => {
  const start = octets('050003 070201')
  assert.equal(read({ esm_class: 0x40, short_message: Buffer.concat([start, gsm('__VIBER__ Hi')]) }), STATUS.ESME_RSUBMITFAIL)
  assert.equal(read({ esm_class: 0x40, short_message: Buffer.concat([start, ascii('__CALL__ Hi')]) }), STATUS.ESME_RSUBMITFAIL)
})

test('a header with an impossible place is no part, in the usual form and in others', () => {
  for (const start of ['050003 070203', '050003 070200', '060804 0102 0203', '0b 050400000000 0003 070203']) {
    const request = requestOf({ esm_class: 0x40, short_message: octets(`${start} 41`) })
    assert.equal(request.part, undefined, start)
    assert.equal(request.lines[0]?.text, 'A')
  }
  const among = requestOf({ esm_class: 0x40, short_message: octets('0b 050400000000 0003 070202 41') })
  assert.deepEqual(among.part, { reference: 7, total: 2, number: 2 })
})
