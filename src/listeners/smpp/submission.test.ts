import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, fakeBound, received } from '../../../test/support/smpp-bound.ts'
import { FLAG } from '../../domain/message.ts'
import { encodeGsm7Unpacked } from '../../domain/text/gsm7.ts'
import type { SendRequest } from '../../lifecycle/request.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import { STATUS, type StatusName } from '../../protocols/smpp/status.ts'
import type { Bound } from './bound.ts'
import { readSubmission } from './submission.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
type Fields = Partial<Omit<PduInput<'submit_sm'>, 'command' | 'sequence'>>

const read = (fields: Fields, session: Bound = fakeBound()): SendRequest | number =>
  readSubmission(
    session,
    received({ command: 'submit_sm', sequence: 1, source_addr: 'Centre', destination_addr: '79161234567', ...fields }),
    ['79161234567'],
    NOW,
  )

function requestOf(fields: Fields, session?: Bound): SendRequest {
  const request = read(fields, session)
  assert.ok(typeof request === 'object', `refused with ${request}`)
  return request
}

const octets = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const gsm = encodeGsm7Unpacked
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

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
  })
})

// data_coding, octets, the text they are; or the refusal
const TEXTS: readonly (readonly [dataCoding: number, octets: Uint8Array, expected: string | { refused: StatusName }])[] = [
  [0, gsm('Hello @ £5, {€} Δ'), 'Hello @ £5, {€} Δ'],
  [0, octets('00 1b3c 1b3e'), '@[]'],
  [0, octets('ff 41'), 'ÿA'], // no septet: Latin-1 is meant
  [0, Buffer.from('Привет'), 'Привет'], // … or UTF-8
  [1, ascii('Hello @ {1}\n'), 'Hello @ {1}\n'],
  [1, gsm('Hello @ {1}'), 'Hello @ {1}'], // as the npm package smpp writes it
  [1, octets('48 e9'), 'Hé'],
  [3, ascii('àéî €'.replace('€', '\xa4')), 'àéî ¤'],
  [4, ascii('Hello @'), 'Hello @'],
  [4, ascii('line\r\nline\té'), 'line\r\nline\té'],
  [5, octets('8365 8358 8367'), 'テスト'],
  [6, octets('bf e0 d8 d2 d5 e2 f0'), 'Привет№'],
  [7, octets('f9 ec e5 ed'), 'שלום'],
  [8, ucs2('Привет 👋'), 'Привет 👋'],
  [8, Buffer.concat([octets('feff'), ucs2('да')]), 'да'],
  [8, octets('fffe 3404 3004'), 'да'],
  [8, octets('0041 0000 d800 0042'), 'AB'], // NUL and half a character have no place in a text
  [8, octets('004100'), { refused: 'ESME_RINVMSGLEN' }],
  [9, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [10, octets('1b2442 255d 1b2842'), 'ポ'],
  [13, octets('b4c1 bbfa'), '漢字'],
  [14, octets('c7d1 b1db'), '한글'],
  [14, octets('ff'), { refused: 'ESME_RSUBMITFAIL' }],
  [11, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [15, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [0x1c, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [0x20, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [0x80, ascii('x'), { refused: 'ESME_RSUBMITFAIL' }],
  [0x40, gsm('@'), '@'],
  [0x48, ucs2('да'), 'да'],
  [0xc0, gsm('@'), '@'],
  [0xd0, gsm('@'), '@'],
  [0xe0, ucs2('да'), 'да'],
  [0xf1, gsm('@'), '@'],
]
for (const [dataCoding, short_message, expected] of TEXTS) {
  const says = typeof expected === 'string' ? JSON.stringify(expected) : expected.refused
  test(`data_coding ${dataCoding} with ${hex(short_message)} is ${says}`, () => {
    const request = read({ data_coding: dataCoding, short_message })
    if (typeof expected === 'object') assert.equal(request, STATUS[expected.refused])
    else assert.equal(typeof request === 'object' && request.lines[0]?.text, expected)
  })
}

test('a data_coding nobody can read has a status of its own in SMPP 5.0', () => {
  assert.equal(read({ data_coding: 11, short_message: ascii('x') }, fakeBound({ interfaceVersion: 0x50 })), STATUS.ESME_RINVDCS)
})

test('system_type ISO makes the default alphabet Latin-1', () => {
  const session = fakeBound({ systemType: 'ISO' })
  assert.equal(requestOf({ short_message: ascii('@_é') }, session).lines[0]?.text, '@_é')
  assert.equal(requestOf({ short_message: ascii('@_é'), data_coding: 0xf0 }, session).channel, 'flash')
})

// data_coding, channel, dcs that goes on to the carrier
const CLASSES: readonly (readonly [dataCoding: number, channel: string, dcs: number | undefined])[] = [
  [0x10, 'flash', undefined],
  [0x18, 'flash', undefined],
  [0xf0, 'flash', undefined],
  [0x11, 'sms', 0x11],
  [0x13, 'sms', 0x13],
  [0x19, 'sms', 0x19],
  [0xf2, 'sms', 0xf2],
  [0xc8, 'sms', 0xc8],
  [0x02, 'bin', undefined],
  [0x14, 'bin', 0x14],
  [0x15, 'bin', 0x15],
  [0xf4, 'bin', 0xf4],
  [0xf5, 'bin', 0xf5],
  [0xf7, 'bin', 0xf7],
]
for (const [dataCoding, channel, dcs] of CLASSES) {
  test(`data_coding 0x${dataCoding.toString(16)} goes as ${channel}`, () => {
    const request = requestOf({ data_coding: dataCoding, short_message: octets('0041') })
    assert.equal(request.channel, channel)
    assert.equal(request.dcs, dcs)
    assert.equal(hex(request.octets), channel === 'bin' ? '000041' : '')
  })
}

test('data_coding 4 is a text where it can be read as one, else octets', () => {
  assert.equal(requestOf({ data_coding: 4, short_message: ascii('`код`'.replace('код', 'e')) }).channel, 'sms')
  const binary = requestOf({ data_coding: 4, short_message: octets('0102ff') })
  assert.equal(binary.channel, 'bin')
  assert.equal(hex(binary.octets), '000102ff')
  const withHeader = requestOf({ data_coding: 4, esm_class: 0x40, short_message: octets('06 0504 0b84 23f0 48656c6c6f') })
  assert.equal(withHeader.channel, 'bin')
  assert.equal(hex(withHeader.octets), '0605040b8423f048656c6c6f')
})

test('message_payload takes the place of short_message, and never stands beside it', () => {
  assert.equal(requestOf({ tlvs: { message_payload: ascii('Hello') } }).lines[0]?.text, 'Hello')
  assert.equal(read({ tlvs: { message_payload: ascii('Hello') }, short_message: ascii('x') }), STATUS.ESME_RTLVNOTALLWD)
  assert.equal(read({ tlvs: { message_payload: ascii('a'.repeat(1001)) } }), STATUS.ESME_RINVMSGLEN)
  assert.equal(requestOf({ tlvs: { message_payload: ascii('a'.repeat(1000)) } }).lines[0]?.text.length, 1000)
})

test('nothing to send is refused', () => {
  assert.equal(read({}), STATUS.ESME_RINVMSGLEN)
  assert.equal(read({ data_coding: 2 }), STATUS.ESME_RINVMSGLEN)
  assert.equal(read({ tlvs: { message_payload: ascii('') } }), STATUS.ESME_RINVMSGLEN)
  assert.equal(read({ short_message: ascii('\n~~~\nonly a comment') }), STATUS.ESME_RINVMSGLEN)
  assert.equal(read({ sm_default_msg_id: 5 }), STATUS.ESME_RINVDFTMSGID)
  assert.ok(requestOf({ sm_default_msg_id: 5, short_message: ascii('Hello') }))
})

// the prefix as it is written, channel, text
const PREFIXES: readonly (readonly [written: string, channel: string, text: string])[] = [
  ['__HLR__', 'hlr', ''],
  ['__PING__', 'ping', ''],
  ['__CALL__ Hello', 'call', 'Hello'],
  ['__VIBER__Hello', 'viber', 'Hello'],
  ['__SOC__ Hello', 'soc', 'Hello'],
  ['__MAIL__ Hello', 'mail', 'Hello'],
  ['__TG__ 1234', 'tg', '1234'],
  ['__BOT__ Hello', 'bot', 'Hello'],
  ['__WA__ Hello', 'bot', 'Hello'],
  ['__FLASH__ @_{', 'flash', '@_{'],
  ['__FAX__ Hello', 'sms', '__FAX__ Hello'],
]
for (const [written, channel, text] of PREFIXES) {
  test(`${written} goes as ${channel}, in every alphabet`, () => {
    const encoded: readonly [number, Uint8Array][] = [
      [0, gsm(written)],
      [1, ascii(written)],
      [4, ascii(written)],
      [8, ucs2(written)],
    ]
    for (const [data_coding, short_message] of encoded) {
      const request = requestOf({ data_coding, short_message })
      assert.equal(request.channel, channel)
      assert.equal(request.lines[0]?.text, text)
    }
  })
}

test('a prefix of raw ASCII under data_coding 0 is known too, and only the prefix is read as ASCII', () => {
  assert.equal(requestOf({ short_message: ascii('__HLR__') }).channel, 'hlr')
  const call = requestOf({ short_message: Buffer.concat([ascii('__CALL__ '), gsm('@_')]) })
  assert.equal(call.channel, 'call')
  assert.equal(call.lines[0]?.text, '@_')
  assert.equal(requestOf({ short_message: ascii('__FAX__') }).lines[0]?.text, '§§FAX§§')
})

test('of bots the first registered one is meant, of WhatsApp none', () => {
  const session = fakeBound({ account: accountOf({ bots: '@one_bot, @two_bot' }) })
  assert.equal(requestOf({ short_message: gsm('__BOT__ Hi') }, session).bot, '@one_bot')
  assert.equal(requestOf({ short_message: ascii('__BOT__ Hi') }, session).bot, '@one_bot')
  assert.equal(requestOf({ short_message: gsm('__WA__ Hi') }, session).bot, undefined)
  assert.equal(requestOf({ short_message: ascii('__WA__ Hi') }, session).bot, undefined)
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

test('a comment is kept and not sent', () => {
  const [line] = requestOf({ data_coding: 8, short_message: ucs2('Привет\n~~~\nзаказ 5') }).lines
  assert.equal(line?.text, 'Привет')
  assert.equal(line?.comment, 'заказ 5')
  assert.equal(requestOf({ short_message: gsm('Hi\n~~~\nfive') }).lines[0]?.comment, 'five')
  assert.equal(requestOf({ short_message: ascii('Hi\n~~~\nfive') }).lines[0]?.comment, 'five') // `~` is `ü` in GSM 7-bit
})

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

const sar = (reference: number, total: number, number: number) => ({
  sar_msg_ref_num: reference,
  sar_total_segments: total,
  sar_segment_seqnum: number,
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

test('a header with an impossible place is no part, in the usual form and in others', () => {
  for (const start of ['050003 070203', '050003 070200', '060804 0102 0203', '0b 050400000000 0003 070203']) {
    const request = requestOf({ esm_class: 0x40, short_message: octets(`${start} 41`) })
    assert.equal(request.part, undefined, start)
    assert.equal(request.lines[0]?.text, 'A')
  }
  const among = requestOf({ esm_class: 0x40, short_message: octets('0b 050400000000 0003 070202 41') })
  assert.deepEqual(among.part, { reference: 7, total: 2, number: 2 })
})
