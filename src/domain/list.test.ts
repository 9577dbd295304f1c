import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseList } from './list.ts'

type Row = [phones: string, text: string, sender?: string | undefined, tz?: number]
const rows = (...lines: Row[]) => lines.map(([phones, text, sender, tz]) => ({ sender, tz, phones, text }))
const bad = (line: number) => ({ problem: 'bad_list', line })

// biome-ignore format: a table reads better in columns
const cases: [name: string, list: string, nl: boolean, expected: unknown][] = [
  ['a line',                       '79161234567:Hello',                                   false, rows(['79161234567', 'Hello'])],
  ['several lines',                '79161234567:One\n79161234568:Two',                    false, rows(['79161234567', 'One'], ['79161234568', 'Two'])],
  ['line ends of Windows',         '79161234567:One\r\n79161234568:Two\r\n',              false, rows(['79161234567', 'One'], ['79161234568', 'Two'])],
  ['empty lines',                  '\n79161234567:One\n\n \n79161234568:Two\n',           false, rows(['79161234567', 'One'], ['79161234568', 'Two'])],
  ['several phones',               '79161234567,+79161234568:Hello',                      false, rows(['79161234567,+79161234568', 'Hello'])],
  ['a semicolon parts too',        '79161234567;Hello: you',                              false, rows(['79161234567', 'Hello: you'])],
  ['the first separator counts',   '79161234567:Hello; it is 12:30',                      false, rows(['79161234567', 'Hello; it is 12:30'])],
  ['an escaped line feed',         String.raw`79161234567:One\nTwo`,                      false, rows(['79161234567', 'One\nTwo'])],
  ['an escaped comment',           String.raw`79161234567:One\n~~~\nfor Ann`,             false, rows(['79161234567', 'One\n~~~\nfor Ann'])],
  ['an own sender',                'Shop|79161234567:Hello',                              false, rows(['79161234567', 'Hello', 'Shop'])],
  ['an own sender and zone',       'My Shop,2|79161234567:Hello',                         false, rows(['79161234567', 'Hello', 'My Shop', 2])],
  ['a zone to the west',           'Shop,-1|79161234567,79161234568:Hello',               false, rows(['79161234567,79161234568', 'Hello', 'Shop', -1])],
  ['no sender',                    '.|79161234567:Hello',                                 false, rows(['79161234567', 'Hello', '.'])],
  ['only a zone',                  ',5|79161234567:Hello',                                false, rows(['79161234567', 'Hello', undefined, 5])],
  ['a bar in the text',            '79161234567:a|b',                                     false, rows(['79161234567', 'a|b'])],
  ['an empty text',                '79161234567:',                                        false, rows(['79161234567', ''])],
  ['a group',                      'G12:Hello',                                           false, rows(['G12', 'Hello'])],
  ['a wrong number is a line',     '7123:Hello',                                          false, rows(['7123', 'Hello'])],
  ['a line feed without nl',       '79161234567:One\nTwo',                                false, bad(2)],
  ['a line feed with nl',          '79161234567:One\nTwo\n\nThree\n79161234568:Four',     true,  rows(['79161234567', 'One\nTwo\n\nThree'], ['79161234568', 'Four'])],
  ['a clock time goes on',         '79161234567:Come at\n12:30 sharp',                    true,  rows(['79161234567', 'Come at\n12:30 sharp'])],
  ['a numbered line goes on',      '79161234567:Plan\n1: a\nOrder 5: ready',              true,  rows(['79161234567', 'Plan\n1: a\nOrder 5: ready'])],
  ['an address line goes on',      '79161234567:See\nhttp://a.b/c',                       true,  rows(['79161234567', 'See\nhttp://a.b/c'])],
  ['senders with nl',              'Shop|79161234567:a\nb\nMy Shop,-3|+79161234568:c',    true,  rows(['79161234567', 'a\nb', 'Shop'], ['+79161234568', 'c', 'My Shop', -3])],
  ['several phones with nl',       '79161234567,79161234568:a\nb',                        true,  rows(['79161234567,79161234568', 'a\nb'])],
  ['spaces in numbers with nl',    '79161234567:a\n8 (916) 123-45-68, 79161234569:b',     true,  rows(['79161234567', 'a'], ['8 (916) 123-45-68, 79161234569', 'b'])],
  ['groups and mail with nl',      'G1:a\nann@example.com:b\n@ann_lee:c',                 true,  rows(['G1', 'a'], ['ann@example.com', 'b'], ['@ann_lee', 'c'])],
  ['line ends of Windows with nl', '79161234567:a\r\nb\r\n79161234568:c\r\n',             true,  rows(['79161234567', 'a\nb'], ['79161234568', 'c'])],
  ['nl that begins with a text',   'Hello\n79161234567:a',                                true,  bad(1)],
  ['nothing',                      '',                                                    false, bad(1)],
  ['only line ends',               '\n\r\n',                                              true,  bad(1)],
  ['no phones',                    '79161234567:a\n:Hello',                               false, bad(2)],
  ['no phones behind a sender',    'Shop|:Hello',                                         false, bad(1)],
  ['a sender beyond all limits',   `${'a'.repeat(21)}|79161234567:Hello`,                 false, bad(1)],
]

for (const [name, list, nl, expected] of cases) {
  test(name, () => assert.deepEqual(parseList(list, nl), expected))
}

test('a hundred thousand lines are read, and a hostile line does not stop the reader', () => {
  const line = (index: number) => `${79_160_000_000 + index}:Your code is ${index}`
  const list = Array.from({ length: 100_000 }, (_, index) => line(index)).join('\n')
  for (const nl of [false, true]) {
    const read = parseList(list, nl)
    assert.ok(!('problem' in read))
    assert.equal(read.length, 100_000)
    assert.deepEqual(read.at(-1), { sender: undefined, tz: undefined, phones: '79160099999', text: 'Your code is 99999' })
  }
  for (const hostile of [
    '1 '.repeat(50_000),
    '1,'.repeat(50_000),
    'a@'.repeat(50_000),
    '1234567,'.repeat(20_000),
    '(('.repeat(50_000),
  ]) {
    assert.ok(!('problem' in parseList(`79161234567:a\n${hostile}`, true)))
  }
})
