import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, fakeBound } from '../../../test/support/smpp-bound.ts'
import { ascii, gsm, hex, octets, read, requestOf, ucs2 } from '../../../test/support/smpp-submission.ts'
import { STATUS, type StatusName } from '../../protocols/smpp/status.ts'

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

test('a comment is kept and not sent', () => {
  const [line] = requestOf({ data_coding: 8, short_message: ucs2('Привет\n~~~\nзаказ 5') }).lines
  assert.equal(line?.text, 'Привет')
  assert.equal(line?.comment, 'заказ 5')
  assert.equal(requestOf({ short_message: gsm('Hi\n~~~\nfive') }).lines[0]?.comment, 'five')
  assert.equal(requestOf({ short_message: ascii('Hi\n~~~\nfive') }).lines[0]?.comment, 'five') // `~` is `ü` in GSM 7-bit
})
