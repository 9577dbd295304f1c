import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeGsm7Unpacked } from '../../domain/text/gsm7.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import type { Content, Outgoing } from '../connector.ts'
import { outgoing } from '../contract.ts'
import { createEncoder, partsOf, userMessageReference } from './outgoing.ts'
import { smppSettings } from './settings.ts'

const settingsOf = (settings: object = {}) => smppSettings.parse({ host: 'h', systemId: 'me', ...settings })
const NOW = 1_000_000_000_000
const text = (value: string): Content => ({ kind: 'text', text: value })
const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex')

function pdusOf(message: Partial<Outgoing>, settings: object = {}): PduInput<'submit_sm'>[] {
  const encoder = createEncoder(settingsOf(settings))
  const parts = encoder.cut(outgoing({ expiresAtMs: NOW + 3_600_000, ...message }))
  assert.ok(typeof parts !== 'string', String(parts))
  return parts.map((part, index) => ({ ...encoder.pdu(part, index + 1, NOW) }))
}
const pduOf = (message: Partial<Outgoing>, settings: object = {}): PduInput<'submit_sm'> => {
  const [pdu, ...more] = pdusOf(message, settings)
  assert.ok(pdu && more.length === 0)
  return pdu
}

test('a short message says everything it was told', () => {
  const { tlvs, short_message, ...pdu } = pduOf(
    { id: 65_537, pid: 3, priority: 2, content: text('h@llo') },
    { serviceType: 'CMT', registeredDelivery: 17 },
  )
  assert.deepEqual(pdu, {
    command: 'submit_sm',
    sequence: 1,
    service_type: 'CMT',
    source_addr_ton: 5,
    source_addr_npi: 0,
    source_addr: 'Centre',
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: '79161234560',
    esm_class: 0,
    protocol_id: 3,
    priority_flag: 2,
    validity_period: '000000010000000R',
    registered_delivery: 17,
    data_coding: 0,
  })
  assert.equal(hex(short_message), '6800' + '6c6c6f')
  assert.deepEqual(tlvs, { user_message_reference: 1 })
})

// sender, settings, TON, NPI, as written
const SENDERS: readonly (readonly [from: string, settings: object, ton: number, npi: number, written: string])[] = [
  ['79161234567', {}, 1, 1, '79161234567'],
  ['+79161234567', {}, 1, 1, '79161234567'],
  ['1234567', {}, 1, 1, '1234567'],
  ['123456', {}, 3, 0, '123456'],
  ['12345', { shortCodeDigits: 4 }, 1, 1, '12345'],
  ['12345', { shortCodeTonNpi: '6/1' }, 6, 1, '12345'],
  ['Centre', {}, 5, 0, 'Centre'],
  ['Centre 24', {}, 5, 0, 'Centre 24'],
  ['Centre', { nameTonNpi: '0/1' }, 0, 1, 'Centre'],
  ['79161234567', { numberTonNpi: '2/8' }, 2, 8, '79161234567'],
  ['', {}, 0, 0, ''],
  ['', { sender: 'Default' }, 5, 0, 'Default'],
]
for (const [from, settings, ton, npi, written] of SENDERS) {
  test(`sender '${from}' travels as ${ton}/${npi} ${written} with ${JSON.stringify(settings)}`, () => {
    const { source_addr_ton, source_addr_npi, source_addr } = pduOf({ from }, settings)
    assert.deepEqual([source_addr_ton, source_addr_npi, source_addr], [ton, npi, written])
  })
}

// text, carrier's alphabet, data_coding, octets
const ALPHABETS: readonly (readonly [text: string, alphabet: string, dataCoding: number, octets: string])[] = [
  ['@£€[', 'gsm7', 0, '00011b651b3c'],
  ['@£[é', 'latin1', 0, '40a35be9'],
  ['€', 'latin1', 8, '20ac'],
  ['Δ', 'latin1', 8, '0394'],
  ['ß', 'ucs2', 8, '00df'],
  ['я', 'gsm7', 8, '044f'],
  ['я', 'latin1', 8, '044f'],
  ['😀', 'gsm7', 8, 'd83dde00'],
  ['', 'gsm7', 0, ''],
]
for (const [value, alphabet, dataCoding, octets] of ALPHABETS) {
  test(`'${value}' is ${octets || 'nothing'} in data_coding ${dataCoding} for a carrier of ${alphabet}`, () => {
    const pdu = pduOf({ content: text(value) }, { alphabet })
    assert.deepEqual([pdu.data_coding, hex(pdu.short_message)], [dataCoding, octets])
  })
}

// content, class, dcs asked for, data_coding
const CLASSES: readonly (readonly [
  content: Content,
  messageClass: Outgoing['messageClass'],
  dcs: number | undefined,
  dataCoding: number,
])[] = [
  [text('a'), 0, undefined, 0x10],
  [text('я'), 0, undefined, 0x18],
  [text('a'), 2, undefined, 0x12],
  [{ kind: 'binary', udh: new Uint8Array(0), octets: Buffer.from('01', 'hex') }, undefined, undefined, 4],
  [{ kind: 'binary', udh: new Uint8Array(0), octets: Buffer.from('01', 'hex') }, 1, undefined, 0x15],
  [{ kind: 'binary', udh: new Uint8Array(0), octets: Buffer.from('01', 'hex') }, undefined, 0xf5, 0xf5],
  [text('a'), undefined, 0xf0, 0xf0],
  [text('a'), undefined, 0x18, 0x18],
  [{ kind: 'none' }, undefined, undefined, 0],
]
for (const [content, messageClass, dcs, dataCoding] of CLASSES) {
  test(`${content.kind} with class ${messageClass} and dcs ${dcs} is data_coding 0x${dataCoding.toString(16)}`, () => {
    const pdu = pduOf({ content, messageClass, dcs })
    assert.equal(pdu.data_coding, dataCoding)
    if (content.kind === 'text' && dcs === 0x18) assert.equal(hex(pdu.short_message), '0061')
  })
}

const LONG = 'a'.repeat(153) + 'b'.repeat(153) + 'c'.repeat(10)

test('a long text goes in parts that a UDH joins', () => {
  const pdus = pdusOf({ content: text(LONG), reference: 0x1ab })
  assert.deepEqual(
    pdus.map(({ esm_class, short_message }) => [esm_class, hex(short_message?.subarray(0, 6))]),
    [
      [0x40, '050003ab0301'],
      [0x40, '050003ab0302'],
      [0x40, '050003ab0303'],
    ],
  )
  assert.equal(
    pdus.map(({ short_message }) => decodeGsm7Unpacked(short_message?.subarray(6) ?? new Uint8Array(0))).join(''),
    LONG,
  )
  assert.deepEqual(
    pdus.map(({ tlvs }) => tlvs),
    [1, 2, 3].map((reference) => ({ user_message_reference: reference })),
  )
})

test('or by sar parameters', () => {
  const pdus = pdusOf({ content: text(LONG), reference: 0x1ab }, { longMessages: 'sar', userMessageReference: false })
  assert.deepEqual(
    pdus.map(({ esm_class, tlvs }) => [esm_class, tlvs]),
    [1, 2, 3].map((number) => [0, { sar_msg_ref_num: 0x1ab, sar_total_segments: 3, sar_segment_seqnum: number }]),
  )
  assert.equal(Buffer.concat(pdus.map(({ short_message }) => short_message ?? new Uint8Array(0))).toString(), LONG)
  assert.deepEqual(pduOf({ content: text('short') }, { longMessages: 'sar', userMessageReference: false }).tlvs, {})
})

test('or whole, as a payload', () => {
  const pdu = pduOf({ content: text(LONG) }, { longMessages: 'payload' })
  assert.equal(pdu.short_message?.length, 0)
  assert.equal(Buffer.from(pdu.tlvs?.message_payload ?? []).toString(), LONG)
  assert.equal(pduOf({ content: text('short') }, { longMessages: 'payload' }).tlvs?.message_payload, undefined)
})

test('only the parts that are still to be sent are sent', () => {
  assert.deepEqual(
    pdusOf({ content: text(LONG), parts: [1, 3] }).map(({ short_message }) => short_message?.[5]),
    [1, 3],
  )
})

test('binary octets keep their own header', () => {
  const octets = Buffer.alloc(200, 7)
  const udh = Buffer.from('05040b8423f0', 'hex') // ports
  const [first, second, ...more] = pdusOf({ content: { kind: 'binary', udh, octets }, reference: 9 })
  assert.equal(more.length, 0)
  assert.deepEqual([first?.esm_class, hex(first?.short_message?.subarray(0, 12))], [0x40, '0b0003090201' + '05040b8423f0'])
  assert.ok((first?.short_message?.length ?? 999) <= 140 && (second?.short_message?.length ?? 999) <= 140)
  const alone = pduOf({ content: { kind: 'binary', udh, octets: Buffer.from('ff', 'hex') } })
  assert.deepEqual([alone.esm_class, hex(alone.short_message)], [0x40, '06' + '05040b8423f0' + 'ff'])
  const plain = pduOf({ content: { kind: 'binary', udh: new Uint8Array(0), octets: Buffer.from('ff', 'hex') } })
  assert.deepEqual([plain.esm_class, hex(plain.short_message)], [0, 'ff'])
})

test('a silent ping is a short message type 0 without content', () => {
  const pdu = pduOf({ channel: 'ping', content: { kind: 'none' } })
  assert.deepEqual([pdu.protocol_id, pdu.short_message?.length], [0x40, 0])
})

test('validity is relative, absolute in the carrier’s zone, or unsaid', () => {
  const expiresAtMs = Date.parse('2026-11-22T10:30:00Z')
  assert.equal(pduOf({ expiresAtMs }, { validity: 'absolute', utcOffsetMinutes: 180 }).validity_period, '261122133000012+')
  assert.equal(pduOf({ expiresAtMs }, { validity: 'none' }).validity_period, '')
  assert.equal(pduOf({ expiresAtMs: NOW + 90_500 }).validity_period, '000000000130000R')
})

const REFUSED: readonly (readonly [name: string, message: Partial<Outgoing>, settings?: object])[] = [
  ['a sender that is too long', { from: 'x'.repeat(21) }],
  ['a sender in Cyrillic', { from: 'Центр' }],
  ['an e-mail address as recipient', { to: 'somebody@somewhere.example' }],
  ['a text of more than 255 parts', { content: text('я'.repeat(67 * 255 + 1)) }],
  ['a payload of more than 64 KB', { content: text('я'.repeat(33_000)) }, { longMessages: 'payload' }],
  [
    'octets of more than 255 parts',
    { content: { kind: 'binary', udh: new Uint8Array(0), octets: new Uint8Array(134 * 255 + 1) } },
  ],
  ['a header that leaves no room', { content: { kind: 'binary', udh: Buffer.alloc(139, 0x70), octets: new Uint8Array(9) } }],
  ['a part that there is not', { content: text('short'), parts: [2] }],
]
for (const [name, message, settings] of REFUSED) {
  test(`refused: ${name}`, () => {
    assert.equal(typeof createEncoder(settingsOf(settings)).cut(outgoing(message)), 'string')
  })
}

test('the parts that are counted are the parts that are sent', () => {
  const contents = [
    text('a'),
    text(LONG),
    text('€'.repeat(100)),
    text('Δ'.repeat(100)),
    { kind: 'none' } as const,
    { kind: 'binary', udh: new Uint8Array(0), octets: new Uint8Array(300) } as const,
  ]
  for (const alphabet of ['gsm7', 'latin1', 'ucs2']) {
    for (const longMessages of ['udh', 'sar', 'payload']) {
      const settings = settingsOf({ alphabet, longMessages })
      for (const content of contents) {
        assert.equal(
          createEncoder(settings).cut(outgoing({ content })).length,
          partsOf(settings, content),
          `${alphabet} ${longMessages} ${content.kind}`,
        )
      }
    }
  }
  assert.equal(
    partsOf(settingsOf(), { kind: 'binary', udh: Buffer.alloc(139), octets: new Uint8Array(9) }),
    1,
    'what can not be sent is refused once',
  )
})

test('a text that was just sent is not encoded again, but never mixed up', () => {
  const encoder = createEncoder(settingsOf())
  const octets = (message: Partial<Outgoing>) => {
    const parts = encoder.cut(outgoing(message))
    return typeof parts === 'string' ? undefined : parts[0]
  }
  const first = octets({ content: text('same') })
  assert.equal(octets({ content: text('same'), to: '79160000000' })?.octets, first?.octets)
  assert.equal(octets({ content: text('same'), messageClass: 0 })?.dataCoding, 0x10)
  assert.equal(octets({ content: text('same'), dcs: 8 })?.dataCoding, 8)
  assert.equal(octets({ content: text('other') })?.octets.length, 5)
})

test('the reference of a part is 16 bits of what the message is', () => {
  assert.equal(userMessageReference(2 ** 53 - 1, 1), 65_535)
  assert.equal(userMessageReference(2 ** 53 - 1, 2), 0)
})

test('a message of a carrier check goes its own way, and the next one as set', () => {
  const encoder = createEncoder(settingsOf())
  const form = {
    alphabet: 'latin1',
    longMessages: 'sar',
    nameTonNpi: { ton: 5, npi: 1 },
    validity: 'none',
    userMessageReference: false,
  }
  const long = { content: text(`@${'x'.repeat(170)}`), expiresAtMs: NOW + 3_600_000 }
  const pdusBy = (message: Partial<Outgoing>) => {
    const parts = encoder.cut(outgoing(message))
    assert.ok(typeof parts !== 'string')
    return parts.map((part) => ({ ...encoder.pdu(part, 1, NOW) }))
  }
  const [probe] = pdusBy({ ...long, form })
  assert.deepEqual([probe?.source_addr_npi, probe?.validity_period, probe?.short_message?.[0]], [1, '', 0x40])
  assert.deepEqual(Object.keys(probe?.tlvs ?? {}), ['sar_msg_ref_num', 'sar_total_segments', 'sar_segment_seqnum'])
  const [plain] = pdusBy(long)
  assert.deepEqual([plain?.source_addr_npi, plain?.esm_class, plain?.short_message?.[6]], [0, 0x40, 0x00])
  assert.deepEqual(Object.keys(plain?.tlvs ?? {}), ['user_message_reference'])
})

const HEADER = Uint8Array.of(0, 3, 7, 2, 1) // part 1 of 2

test('a part that its customer cut goes on with its own header, in the alphabet of this carrier', () => {
  const part: Content = { kind: 'text', text: '@'.repeat(153), udh: HEADER }
  assert.equal(partsOf(settingsOf(), part), 1)
  const gsm = pduOf({ content: part })
  assert.equal(hex(gsm.short_message), `050003070201${'00'.repeat(153)}`)
  assert.equal(gsm.esm_class, 0x40)
  assert.equal(gsm.data_coding, 0)
  assert.equal(hex(pduOf({ content: part }, { alphabet: 'latin1' }).short_message), `050003070201${'40'.repeat(153)}`)

  const cyrillic = pduOf({ content: { kind: 'text', text: 'я'.repeat(67), udh: HEADER }, messageClass: 0 })
  assert.equal(hex(cyrillic.short_message), `050003070201${'044f'.repeat(67)}`)
  assert.equal(cyrillic.data_coding, 0x18)
})

test('the data_coding a customer asked for holds for its own alphabet only', () => {
  assert.equal(pduOf({ content: text('a'), dcs: 0x12 }).data_coding, 0x12)
  assert.equal(pduOf({ content: text('€'), dcs: 0x12 }, { alphabet: 'latin1' }).data_coding, 8)
  assert.equal(pduOf({ content: text('a'), dcs: 0x19 }).data_coding, 0x19)
})
