import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readProxyHeader } from './proxy-protocol.ts'

const V2 = '0d0a0d0a000d0a515549540a'
const ADDRESSES_4 = 'c6336407 0a000001 e2d0 0e74'.replaceAll(' ', '')
const ADDRESSES_6 = `20010db8${'00'.repeat(11)}01${'00'.repeat(16)}e2d00e74`

const text = (written: string) => Buffer.from(written, 'latin1')
const hex = (written: string) => Buffer.from(written.replaceAll(' ', ''), 'hex')

// what a proxy sends, whom it names
const HEADERS: [header: Buffer, ip: string | undefined][] = [
  [text('PROXY TCP4 198.51.100.7 10.0.0.1 58064 3700\r\n'), '198.51.100.7'],
  [text('PROXY TCP6 2001:db8::1 ::1 58064 3700\r\n'), '2001:db8::1'],
  [text('PROXY UNKNOWN\r\n'), undefined],
  [text('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'), undefined],
  [hex(`${V2} 21 11 000c ${ADDRESSES_4}`), '198.51.100.7'],
  [hex(`${V2} 21 11 0010 ${ADDRESSES_4} 04000100`), '198.51.100.7'],
  [hex(`${V2} 21 21 0024 ${ADDRESSES_6}`), '2001:db8:0:0:0:0:0:1'],
  [hex(`${V2} 20 00 0000`), undefined],
  [hex(`${V2} 21 00 0000`), undefined],
  [hex(`${V2} 21 31 0004 61620000`), undefined],
]

test('a proxy names its client, in text and in octets', () => {
  const bind = hex('0000001e000000020000000000000001')
  for (const [header, ip] of HEADERS) {
    const expected = { kind: 'header', octets: header.length, ip }
    assert.deepEqual(readProxyHeader(header), expected, header.toString('latin1'))
    assert.deepEqual(readProxyHeader(Buffer.concat([header, bind])), expected, 'with a bind behind it')
    for (let octets = 0; octets < header.length; octets++) {
      assert.deepEqual(
        readProxyHeader(header.subarray(0, octets)),
        { kind: 'more' },
        `${octets} octets of ${header.toString('latin1')}`,
      )
    }
  }
})

test('what begins like a header and is none is broken', () => {
  for (const broken of [
    text('PROXY TCP4 198.51.100.7\r\n'),
    text('PROXY TCP4 2001:db8::1 10.0.0.1 58064 3700\r\n'),
    text('PROXY TCP6 198.51.100.7 10.0.0.1 58064 3700\r\n'),
    text('PROXY SCTP 198.51.100.7 10.0.0.1 58064 3700\r\n'),
    text(`PROXY ${'x'.repeat(200)}`),
    text(`PROXY TCP4 198.51.100.7 10.0.0.1 58064 ${'3'.repeat(70)}\r\n`),
    hex(`${V2} 11 11 000c ${ADDRESSES_4}`),
    hex(`${V2} 2f 11 000c ${ADDRESSES_4}`),
    hex(`${V2} 21 11 0004 c6336407`),
    hex(`${V2} 21 21 000c ${ADDRESSES_4}`),
    hex(`${V2} 21 11 ffff`),
  ]) {
    assert.deepEqual(readProxyHeader(broken), { kind: 'broken' }, broken.toString('latin1'))
  }
})

test('SMPP and TLS are no headers, by their first octet', () => {
  for (const begun of [hex('00'), hex('0000001e'), hex('16'), hex('160301'), text('GET / HTTP/1.1')]) {
    assert.deepEqual(readProxyHeader(begun), { kind: 'none' })
  }
})

test('no octets make it fail', () => {
  const begin = fc.constantFrom(hex(V2), text('PROXY '), text('PROXY TCP4 '), hex(`${V2}21`), hex(''))
  fc.assert(
    fc.property(begin, fc.uint8Array({ maxLength: 300 }), (begun, rest) => {
      const octets = Buffer.concat([begun, rest])
      const header = readProxyHeader(octets)
      if (header.kind === 'header') assert.ok(header.octets <= octets.length)
    }),
  )
})
