import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { parseIpRange } from '../../domain/ip.ts'
import { createClientIp } from './client-ip.ts'

const request = (peer: string, forwarded?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

const TRUSTED = ['10.0.0.0/8', '::1', '2001:db8::/32']

// trusted proxies, socket's address, X-Forwarded-For, the client
const cases: [claim: string, trusted: string[], peer: string, forwarded: string | undefined, ip: string][] = [
  ['without proxies the socket tells', [], '203.0.113.5', undefined, '203.0.113.5'],
  ['without proxies a header is only a claim', [], '203.0.113.5', '198.51.100.1', '203.0.113.5'],
  ['IPv4 on an IPv6 socket is IPv4', [], '::ffff:203.0.113.5', undefined, '203.0.113.5'],
  ['a trusted proxy tells', TRUSTED, '10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['a trusted proxy on an IPv6 socket', TRUSTED, '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['a stranger does not tell', TRUSTED, '203.0.113.5', '198.51.100.1', '203.0.113.5'],
  ['the right-most untrusted address counts', TRUSTED, '10.0.0.1', '1.2.3.4, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
  ['a chain of proxies only', TRUSTED, '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a proxy that says nothing', TRUSTED, '10.0.0.1', undefined, '10.0.0.1'],
  ['a proxy that says nonsense', TRUSTED, '10.0.0.1', 'unknown', '10.0.0.1'],
  ['nonsense behind an address', TRUSTED, '10.0.0.1', '198.51.100.1, <script>', '10.0.0.1'],
  ['a port behind the address', TRUSTED, '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
  ['IPv6 with brackets and port', TRUSTED, '10.0.0.1', '[2a00::1]:4711', '2a00::1'],
  ['IPv6 proxies', TRUSTED, '2001:db8::1', '2a00::1', '2a00::1'],
]
for (const [claim, trusted, peer, forwarded, ip] of cases) {
  test(`client address: ${claim}`, () =>
    assert.equal(createClientIp(trusted.flatMap((text) => parseIpRange(text) ?? []))(request(peer, forwarded)), ip))
}
