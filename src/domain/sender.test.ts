import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSender } from './sender.ts'

// biome-ignore format: a table reads better in columns
const good: [raw: string, sender: string, kind: string][] = [
  ['SMSC.RU',           'SMSC.RU',         'alphanumeric'],
  ['My Shop',           'My Shop',         'alphanumeric'],
  [' Shop ',            'Shop',            'alphanumeric'],
  ['A',                 'A',               'alphanumeric'],
  ['12345678901',       '12345678901',     'digits'],
  ['Shop-24_7!&',       'Shop-24_7!&',     'alphanumeric'],
  ['+79161234567',      '79161234567',     'digits'],
  ['123456789012345',   '123456789012345', 'digits'],
  ['3443',              '3443',            'short_code'],
  ['900',               '900',             'short_code'],
  ['123456',            '123456',          'short_code'],
  ['1234567',           '1234567',         'digits'],
  ['24/7',              '24/7',            'alphanumeric'],
  ['',                  '',                'none'],
  ['.',                 '',                'none'],
  ['  ',                '',                'none'],
]

test('a sender is a name, a number, a short code or none', () => {
  for (const [raw, sender, kind] of good) assert.deepEqual(parseSender(raw), { sender, kind }, raw)
})

test('a sender that no handset would show is refused', () => {
  for (const raw of [
    'TwelveLetter',
    'Магазин',
    '1234567890123456',
    'a\u0000b',
    'Shop[1]',
    '{}',
    'Ünal',
    '+7 916 123-45-67',
    '😀',
  ]) {
    assert.deepEqual(parseSender(raw), { problem: 'bad_sender' }, raw)
  }
})
