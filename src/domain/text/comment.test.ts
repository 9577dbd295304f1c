import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBinaryTail, splitComment } from './comment.ts'

// biome-ignore format: a table reads better in columns
const cases: [name: string, whole: string, text: string, comment: string][] = [
  ['no comment',                      'Hello',                     'Hello',          ''],
  ['real line feeds',                 'Hello\n~~~\nfor Ann',       'Hello',          'for Ann'],
  ['two characters each',             'Hello\\n~~~\\nfor Ann',     'Hello',          'for Ann'],
  ['one of each',                     'Hello\\n~~~\nfor Ann',      'Hello',          'for Ann'],
  ['line ends of Windows',            'Hello\r\n~~~\r\nfor Ann',   'Hello',          'for Ann'],
  ['a comment of several lines',      'a\n~~~\nb\nc\n~~~\nd',      'a',              'b\nc\n~~~\nd'],
  ['an empty comment',                'Hello\n~~~\n',              'Hello',          ''],
  ['an empty text',                   '\n~~~\nonly a comment',     '',               'only a comment'],
  ['tildes in the text are text',     'a ~~~ b',                   'a ~~~ b',        ''],
  ['tildes at the end are text',      'a\n~~~',                    'a\n~~~',         ''],
]

for (const [name, whole, text, comment] of cases) {
  test(name, () => assert.deepEqual(splitComment(whole), { text, comment }))
}

const tails: [comment: string, tail: { pid: number; dcs: number } | undefined][] = [
  ['pid: 0, dcs: 245', { pid: 0, dcs: 245 }],
  ['pid:64,dcs:4', { pid: 64, dcs: 4 }],
  ['pid: 0, dcs: 245\n', { pid: 0, dcs: 245 }],
  ['pid: 256, dcs: 4', undefined],
  ['pid: 1, dcs: 999', undefined],
  ['pid: -1, dcs: 4', undefined],
  ['for Ann', undefined],
  ['', undefined],
]

test('the tail of a binary message sets pid and dcs, or is a comment', () => {
  for (const [comment, tail] of tails) assert.deepEqual(readBinaryTail(comment), tail, comment)
})
