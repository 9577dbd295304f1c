import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPrefix } from './prefix.ts'

const cases: [text: string, channel: string | undefined, rest: string][] = [
  ['__HLR__', 'hlr', ''],
  ['__PING__ anything', 'ping', 'anything'],
  ['__CALL__Hello', 'call', 'Hello'],
  ['__VIBER__   Hello', 'viber', 'Hello'],
  ['__SOC__\nHello', 'soc', '\nHello'],
  ['__TG__ 1234', 'tg', '1234'],
  ['__FLASH__ Fire', 'flash', 'Fire'],
  ['__MAIL__ Letter', 'mail', 'Letter'],
  ['__init__ is Python', undefined, ''],
  ['__FAX__ Hello', undefined, ''],
  ['Hello __HLR__', undefined, ''],
  ['__HLR_ Hello', undefined, ''],
  ['', undefined, ''],
]

test('a marker in front chooses the channel and is not sent', () => {
  for (const [text, channel, rest] of cases) assert.deepEqual(readPrefix(text), channel && { channel, text: rest }, text)
})
