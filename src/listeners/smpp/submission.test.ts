import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, fakeBound, received } from '../../../test/support/smpp-bound.ts'
import { ascii, type Fields, hex, NOW, octets, read, requestOf, sar, ucs2 } from '../../../test/support/smpp-submission.ts'
import { FLAG } from '../../domain/message.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { readSubmission } from './submission.ts'

test('a submission is a request in the centre’s words', () => {
  const { account, hash, ...request } = requestOf({
    short_message: ascii('Hello'),
    source_addr_ton: 5,
    protocol_id: 0x41,
    priority_flag: 3,
    registered_delivery: 1,
  })
  assert.equal(account.login, 'alex')
  assert.notEqual(hash, 0n)
  assert.deepEqual(request, {
    channel: 'sms',
    lines: [{ phones: ['79161234567'], text: 'Hello', comment: '', sender: undefined, dueAtMs: 0 }],
    sender: 'Centre',
    ref: undefined,
    octets: undefined,
    udh: undefined,
    part: undefined,
    dcs: undefined,
    pid: 0x41,
    translit: 0,
    shortenLinks: false,
    partsMax: 0,
    validityMs: 86_400_000,
    spread: undefined,
    bot: undefined,
    via: 'SMPP',
    wanted: FLAG.receipt,
    priority: 3,
    advertising: false,
  })
})

test('a submission is advertising by the class of its template in the vendor’s TLV', () => {
  const isAdvertising = (flags: string) => {
    const request = read({ short_message: ascii('Hello'), tlvs: { other: [[0x2001, octets(flags)]] } })
    return typeof request === 'object' && request.advertising
  }
  for (const flags of ['0700', '0701']) assert.equal(isAdvertising(flags), true, flags)
  for (const flags of ['0000', '0100', '0300', '0500', '0600', '07']) assert.equal(isAdvertising(flags), false, flags)
})

test('the type code of the vendor’s TLV chooses the channel before any prefix', () => {
  const typed = (type: string, fields: Fields = {}) =>
    read({ short_message: ascii('http://a.b'), ...fields, tlvs: { other: [[0x2001, octets(type)]] } })
  const channelOf = (type: string, fields?: Fields) => {
    const request = typed(type, fields)
    return typeof request === 'object' ? request.channel : request
  }
  assert.deepEqual(
    ['0000', '0001', '0002', '0003', '0004', '0005', '0006', '0007', '0008', '000a', '000c', '01', '0027'].map((type) =>
      channelOf(type),
    ),
    ['sms', 'flash', 'bin', 'push', 'hlr', 'ping', 'mms', 'call', 'mail', 'viber', 'soc', 'flash', 'call'],
  )
  assert.equal(channelOf('0009'), STATUS.ESME_RINVTLVVAL)
  assert.equal(channelOf('000f'), STATUS.ESME_RINVTLVVAL)
  assert.equal(channelOf(''), STATUS.ESME_RINVTLVLEN)
  assert.equal(channelOf('0000000001'), STATUS.ESME_RINVTLVLEN)
  assert.equal(channelOf('0004', { short_message: Buffer.alloc(0) }), 'hlr')
  assert.equal(channelOf('0007', { data_coding: 2 }), STATUS.ESME_RSUBMITFAIL)
  assert.equal(channelOf('0000', { short_message: ascii('__HLR__') }), 'hlr')
})

test('no source_addr is the account’s own sender, `.` is none, and type and plan of a number decide nothing', () => {
  const sender = (source_addr: string, source_addr_ton = 0) =>
    requestOf({ short_message: ascii('a'), source_addr, source_addr_ton, source_addr_npi: 9, dest_addr_ton: 5 }).sender
  assert.equal(sender(''), undefined)
  assert.equal(sender('.'), '.')
  assert.equal(sender('Shop', 1), 'Shop')
  assert.equal(sender('79161234567', 5), '79161234567')
})

test('TLVs that decide nothing are ignored, whatever they hold', () => {
  const tlvs = {
    user_message_reference: 5,
    source_port: 1,
    other: [
      [0x1400, octets('')],
      [0x3000, octets('010203')],
    ],
  } as const
  assert.equal(requestOf({ short_message: ascii('a'), tlvs }).lines[0]?.text, 'a')
})

test('a number without octets is an error of its length', () => {
  assert.equal(read({ short_message: ascii('a'), tlvs: { other: [[0x020c, octets('')]] } }), STATUS.ESME_RINVTLVLEN)
  assert.equal(read({ short_message: ascii('a'), tlvs: { other: [[0x0204, octets('0102030405')]] } }), STATUS.ESME_RINVTLVLEN)
})

test('priority is 0 to 3', () => {
  for (const priority_flag of [0, 1, 2, 3]) {
    assert.equal(requestOf({ short_message: ascii('a'), priority_flag }).priority, priority_flag)
  }
  assert.equal(read({ short_message: ascii('a'), priority_flag: 4 }), STATUS.ESME_RINVPRTFLG)
})

test('registered_delivery is bits: a receipt, intermediate notifications', () => {
  const wanted = (registered_delivery: number) => requestOf({ short_message: ascii('a'), registered_delivery }).wanted
  assert.deepEqual([0, 1, 2, 3, 0x04, 0x10, 0x11].map(wanted), [0, 64, 64, 64, 0, 128, 192])
})

test('what makes two submissions identical', () => {
  const hash = (fields: Fields) => requestOf({ short_message: ascii('Hello'), ...fields }).hash
  const same = hash({})
  assert.equal(hash({ registered_delivery: 1, validity_period: '000000010000000R', priority_flag: 3, esm_class: 3 }), same)
  assert.equal(hash({ tlvs: { user_message_reference: 9 } }), same)
  const others = [
    hash({ short_message: ascii('Hello!') }),
    hash({ source_addr: 'Other' }),
    hash({ data_coding: 8, short_message: ucs2('Hello') }),
    hash({ data_coding: 0xf0 }),
    hash({ schedule_delivery_time: '000000010000000R' }),
    hash({ esm_class: 0x40, short_message: octets('050003 070201 41') }),
    hash({ esm_class: 0x40, short_message: octets('050003 070202 41') }),
    hash({ tlvs: sar(1, 3, 1) }),
    hash({ tlvs: sar(1, 3, 2) }),
    hash({ tlvs: sar(257, 3, 2) }),
  ]
  assert.equal(new Set([same, ...others]).size, others.length + 1)
  assert.equal(requestOf({ short_message: ascii('a') }, fakeBound({ account: accountOf({ 'limit.identical': 0 }) })).hash, 0n)
})

test('nothing of the request is a view of the PDU', () => {
  const pdu = received({
    command: 'submit_sm',
    sequence: 1,
    esm_class: 0x40,
    data_coding: 4,
    short_message: octets('050003 070201 0102'),
  })
  const request = readSubmission(fakeBound(), pdu, ['79161234567'], NOW)
  const text = received({ command: 'submit_sm', sequence: 1, esm_class: 0x40, short_message: octets('050003 070201 4142') })
  const textual = readSubmission(fakeBound(), text, ['79161234567'], NOW)
  pdu.short_message.fill(0)
  text.short_message.fill(0)
  assert.equal(typeof request === 'object' && hex(request.octets), '0500030702010102')
  assert.equal(typeof textual === 'object' && hex(textual.udh), '050003070201')
})
