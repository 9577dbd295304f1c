import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Content } from '../connectors/connector.ts'
import { contentOf } from './load.ts'

const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const udh = octets('0003070201')

// what is stored, and what is sent of it
const ROWS: readonly (readonly [says: string, body: string | null, stored: string | null, content: Content])[] = [
  ['a text', 'Hello', null, { kind: 'text', text: 'Hello' }],
  ['a text with a header of its own', 'Hello', '050003070201', { kind: 'text', text: 'Hello', udh }],
  ['octets', null, '000102', { kind: 'binary', udh: octets(''), octets: octets('0102') }],
  ['octets behind a header', null, '0500030702010102', { kind: 'binary', udh, octets: octets('0102') }],
  ['octets that the history shows as a text', 'Hi', '0500030702014869', { kind: 'binary', udh, octets: octets('4869') }],
  ['a header and nothing behind it', null, '050003070201', { kind: 'binary', udh, octets: octets('') }],
  ['nothing', null, null, { kind: 'none' }],
]

for (const [says, body, stored, content] of ROWS) {
  test(`${says} is read back as it was sent`, () => {
    assert.deepEqual(contentOf({ body, octets: stored === null ? null : octets(stored) }), content)
  })
}
