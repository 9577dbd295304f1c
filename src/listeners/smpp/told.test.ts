import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePdu } from '../../protocols/smpp/codec.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import { tellPdu } from './told.ts'

const SECRET = 'Meet me at the station'
const NUMBER = '79161234567'
const RECEIPT = `id:855469 sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:${SECRET}`
const ADDRESSES = { source_addr: 'Shop', destination_addr: NUMBER } as const

/** Fields by name, as they are shown. */
const told = (pdu: PduInput) => {
  const { fields, ...about } = tellPdu(encodePdu(pdu))
  return { ...about, ...Object.fromEntries(fields) } as Readonly<Record<string, unknown>>
}

test('a bind is shown without its password', () => {
  const bind = {
    command: 'bind_transceiver',
    sequence: 1,
    system_id: 'shop',
    password: 'hunter2',
    interface_version: 0x34,
  } as const
  const shown = told(bind)
  assert.deepEqual([shown.name, shown.system_id, shown.password], ['bind_transceiver', 'shop', '(not shown)'])
  assert.doesNotMatch(JSON.stringify(shown), /hunter2/)
})

const withTexts: readonly (readonly [claim: string, pdu: PduInput])[] = [
  ['a text', { command: 'submit_sm', sequence: 2, ...ADDRESSES, short_message: Buffer.from(SECRET) }],
  [
    'a text in UCS-2',
    { command: 'submit_sm', sequence: 2, ...ADDRESSES, data_coding: 8, short_message: Buffer.from(SECRET, 'utf16le') },
  ],
  [
    'a text in message_payload',
    { command: 'submit_sm', sequence: 2, ...ADDRESSES, tlvs: { message_payload: Buffer.from(SECRET) } },
  ],
  ['a text of data_sm', { command: 'data_sm', sequence: 2, ...ADDRESSES, tlvs: { message_payload: Buffer.from(SECRET) } }],
  [
    'a new text',
    { command: 'replace_sm', sequence: 2, message_id: '7', source_addr: 'Shop', short_message: Buffer.from(SECRET) },
  ],
  [
    'an incoming text',
    { command: 'deliver_sm', sequence: 2, source_addr: NUMBER, destination_addr: 'Shop', short_message: Buffer.from(SECRET) },
  ],
  [
    'a text behind a UDH',
    {
      command: 'submit_sm',
      sequence: 2,
      ...ADDRESSES,
      esm_class: 0x40,
      short_message: Buffer.from(`\x05\0\x03\x07\x02\x01${SECRET}`, 'latin1'),
    },
  ],
  [
    'a text for several',
    {
      command: 'submit_multi',
      sequence: 2,
      source_addr: 'Shop',
      dest_address: [
        { ton: 1, npi: 1, address: NUMBER },
        { ton: 1, npi: 1, address: '79161234568' },
      ],
      short_message: Buffer.from(SECRET),
    },
  ],
  [
    'a receipt',
    {
      command: 'deliver_sm',
      sequence: 2,
      source_addr: NUMBER,
      destination_addr: 'Shop',
      esm_class: 4,
      short_message: Buffer.from(RECEIPT),
    },
  ],
]
for (const [claim, pdu] of withTexts) {
  test(`${claim} is masked, and the middle of phone numbers is left out`, () => {
    const octets = encodePdu(pdu)
    const before = Buffer.from(octets)
    const shown = JSON.stringify(tellPdu(octets))
    assert.doesNotMatch(
      shown,
      new RegExp(`${SECRET.slice(5, 12)}|${Buffer.from(SECRET.slice(5, 12), 'utf16le').toString('hex')}`),
    )
    assert.doesNotMatch(shown, /7916123456\d/)
    assert.match(shown, /masked|text:\*+/)
    assert.deepEqual(octets, before, 'what goes over the wire is not touched')
  })
}

test('of a receipt everything but the text is shown', () => {
  const receipt = withTexts.at(-1)?.[1] as PduInput
  assert.match(String(told(receipt).text), /^"id:855469 sub:001 .* stat:DELIVRD err:000 text:\*{22}"/)
})

test('a UDH is shown in front of a masked text', () => {
  const part = withTexts.find(([claim]) => claim === 'a text behind a UDH')?.[1] as PduInput
  assert.deepEqual([told(part).UDH, told(part).text], ['050003070201', 'masked (28 octets)'])
})

test('a response is shown with its status in words', () => {
  const shown = told({ command: 'submit_sm_resp', sequence: 9, status: 0x58 })
  assert.match(String(shown.status), /ESME_RTHROTTLED/)
  assert.equal(shown.sequence, 9)
})

test('of what can’t be read, and of what was cut, no text and no password comes out', () => {
  const bind = encodePdu({ command: 'bind_transceiver', sequence: 1, system_id: 'shop', password: 'hunter2' })
  const broken = Buffer.concat([Buffer.from([0, 0, 0, 24]), bind.subarray(4, 24)])
  const submit = encodePdu({ command: 'submit_sm', sequence: 2, ...ADDRESSES, short_message: Buffer.from(SECRET) })
  const cuts = Array.from(submit, (_, at) => submit.subarray(0, at))
  for (const octets of [broken, Buffer.from('hunter2'), ...cuts]) {
    const shown = JSON.stringify(tellPdu(octets))
    assert.doesNotMatch(shown, /hunter|Meet|station/)
    assert.doesNotMatch(shown, /7916123/)
  }
})

test('a long parameter that nobody here knows is shown by its beginning only', () => {
  const pdu = { command: 'submit_sm', sequence: 2, ...ADDRESSES } as const
  const shown = told({
    ...pdu,
    tlvs: {
      other: [
        [0x2001, Buffer.from([0, 3])],
        [0x1777, Buffer.from(SECRET.repeat(3))],
      ],
    },
  })
  assert.equal(shown['TLV 0x2001'], '0003')
  assert.match(String(shown['TLV 0x1777']), /^[0-9a-f]{32}… \(66 octets\)$/)
})
