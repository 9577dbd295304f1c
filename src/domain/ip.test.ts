import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipSource, isInRanges, isLoopback, parseIpRange } from './ip.ts'

// written, canonical; undefined: refused
const ranges: [written: string, canonical: string | undefined][] = [
  ['192.0.2.1', '192.0.2.1'],
  [' 192.0.2.1 ', '192.0.2.1'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['10.1.2.129/25', '10.1.2.128/25'],
  ['192.0.2.1/32', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1/120', '192.0.2.0/24'],
  ['::ffff:0:0/64', undefined],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ['::1', '::1'],
  ['192.0.2.1/33', undefined],
  ['2001:db8::/129', undefined],
  ['192.0.2', undefined],
  ['0300.0.2.1', undefined],
  ['0x7f000001', undefined],
  ['2130706433', undefined],
  ['fe80::1%eth0', undefined],
  ['10.0.0.0/8/8', undefined],
  ['10.0.0.0/', undefined],
  ['10.0.0.0/-1', undefined],
  ['localhost', undefined],
  ['', undefined],
]

for (const [written, canonical] of ranges) {
  test(`'${written}' is ${canonical ?? 'not an address block'}`, () => {
    assert.equal(parseIpRange(written)?.text, canonical)
  })
}

// address, list, stands in it
const members: [ip: string, list: string[], inside: boolean][] = [
  ['192.0.2.1', ['192.0.2.1'], true],
  ['192.0.2.2', ['192.0.2.1'], false],
  ['::ffff:192.0.2.1', ['192.0.2.0/24'], true],
  ['192.0.2.1', ['::ffff:192.0.2.1'], true],
  ['10.200.0.1', ['192.0.2.0/24', '10.0.0.0/8'], true],
  ['2001:db8::5', ['2001:db8::/32'], true],
  ['2001:db9::5', ['2001:db8::/32'], false],
  ['192.0.2.1', ['::/0'], false],
  ['not an address', ['0.0.0.0/0'], false],
]

for (const [ip, list, inside] of members) {
  test(`${ip} is ${inside ? '' : 'not '}in ${list.join(', ')}`, () => {
    assert.equal(
      isInRanges(
        ip,
        list.flatMap((text) => parseIpRange(text) ?? []),
      ),
      inside,
    )
  })
}

test('loopback is 127/8 and ::1, in every spelling', () => {
  for (const ip of ['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1']) assert.ok(isLoopback(ip), ip)
  for (const ip of ['128.0.0.1', '::2', '10.0.0.1', '']) assert.ok(!isLoopback(ip), ip)
})

test('one IPv6 customer is one source, however many addresses it uses', () => {
  assert.equal(ipSource('2001:db8:1:2:aaaa::1'), ipSource('2001:db8:1:2:bbbb::9'))
  assert.notEqual(ipSource('2001:db8:1:2::1'), ipSource('2001:db8:1:3::1'))
  assert.equal(ipSource('::ffff:192.0.2.1'), '192.0.2.1')
})
