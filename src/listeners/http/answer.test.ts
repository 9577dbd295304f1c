import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DONE, inLine, type Members, print, printAll, type Shape } from './answer.ts'

const object = (members: Members, element = 'result'): Shape<Members | undefined> => ({
  element,
  list: 'list',
  members: (value) => value ?? members,
  text: () => 'text',
  commas: () => 'commas',
})
const json = (members: Members) => print(object(members), undefined, 3)
const xml = (members: Members, element?: string) => print(object(members, element), undefined, 2)

// Answers recorded from the original service, with the length its header gave.
const recorded: [members: Members, body: string, octets: number][] = [
  [
    [
      ['id', 33],
      ['cnt', 1],
    ],
    '{\n"id": 33,\n"cnt": 1\n}',
    22,
  ],
  [[['balance', '1871.62']], '{\n"balance": "1871.62"\n}', 24],
  [
    [
      ['error', 'authorise error'],
      ['error_code', 2],
    ],
    '{\n"error": "authorise error",\n"error_code": 2\n}',
    47,
  ],
  [
    [
      ['error', 'duplicate request, wait a minute'],
      ['error_code', 9],
    ],
    '{\n"error": "duplicate request, wait a minute",\n"error_code": 9\n}',
    64,
  ],
  [
    [
      ['error', 'invalid number'],
      ['error_code', 7],
      ['id', 34],
    ],
    '{\n"error": "invalid number",\n"error_code": 7,\n"id": 34\n}',
    56,
  ],
  [
    [
      ['status', 1],
      ['last_date', '18.10.2016 15:34:12'],
      ['last_timestamp', 1476794052],
    ],
    '{\n"status": 1,\n"last_date": "18.10.2016 15:34:12",\n"last_timestamp": 1476794052\n}',
    81,
  ],
  [
    [
      ['cost', '0.4'],
      ['cnt', 1],
    ],
    '{\n"cost": "0.4",\n"cnt": 1\n}',
    27,
  ],
  [[['balance', '15.00']], '{\n"balance": "15.00"\n}', 22],
]
for (const [members, body, octets] of recorded) {
  test(`recorded JSON: ${body.replaceAll('\n', ' ')}`, () => {
    assert.equal(json(members), body)
    assert.equal(Buffer.byteLength(body), octets)
  })
}

test('an array of one, of several, of none', () => {
  const shape = object([])
  const one: Members = [
    ['id', 5924],
    ['name', 'My group new name'],
  ]
  const two: Members = [
    ['id', 5994],
    ['name', 'New group'],
    ['number', 1234],
  ]
  assert.equal(printAll(shape, [one], 3), '[{\n"id": 5924,\n"name": "My group new name"\n}]')
  assert.equal(
    printAll(shape, [one, two], 3),
    '[{\n"id": 5924,\n"name": "My group new name"\n},\n{\n"id": 5994,\n"name": "New group",\n"number": 1234\n}]',
  )
  assert.equal(printAll(shape, [], 3), '[]')
})

test('a list within an object: JSON as the price list prints it, XML with attributes', () => {
  const members: Members = [
    [
      'zones',
      [
        [
          ['zone', '1'],
          ['name', 'a & "b"'],
          ['api', '1.40'],
        ],
        [
          ['zone', '2'],
          ['name', '<c>'],
          ['api', '2'],
        ],
      ],
    ],
    ['mail', '0.1'],
  ]
  assert.equal(
    json(members),
    '{\n"zones": [{\n"zone": "1",\n"name": "a & \\"b\\"",\n"api": "1.40"\n},\n{\n"zone": "2",\n"name": "<c>",\n"api": "2"\n}],\n"mail": "0.1"\n}',
  )
  assert.equal(
    xml(members, 'price'),
    '<price>\n<zones>\n<zone name="a &amp; &quot;b&quot;" api="1.40">1</zone>\n<zone name="&lt;c&gt;" api="2">2</zone>\n</zones>\n<mail>0.1</mail>\n</price>',
  )
})

test('XML: an element a line, several within a list', () => {
  assert.equal(
    xml([
      ['id', 33],
      ['cnt', 1],
    ]),
    '<result>\n<id>33</id>\n<cnt>1</cnt>\n</result>',
  )
  const shape = object([], 'sms')
  const row: Members = [['status', 1]]
  assert.equal(
    printAll(shape, [row, row], 2),
    '<list>\n<sms>\n<status>1</status>\n</sms>\n<sms>\n<status>1</status>\n</sms>\n</list>',
  )
  assert.equal(printAll(shape, [], 2), '<list></list>')
})

test('no text can break JSON or XML', () => {
  const text = '"\\/\b\n\r\t\u0001\ud800</result>&<![CDATA[ ]]>'
  const printed = json([['message', text]])
  assert.equal((JSON.parse(printed) as { message: string }).message, text)
  assert.equal(printed.split('\n').length, 3)
  assert.equal(
    xml([['message', text]]),
    '<result>\n<message>&quot;\\/\n&#13;\t&lt;/result&gt;&amp;&lt;![CDATA[ ]]&gt;</message>\n</result>',
  )
})

test('what returns nothing says OK', () => {
  assert.deepEqual(
    ([0, 1, 2, 3] as const).map((fmt) => print(DONE, undefined, fmt)),
    ['OK', 'OK', '<result>OK</result>', '{\n"result": "OK"\n}'],
  )
})

test('a value in a line has no line ends', () => assert.equal(inLine('a\r\nb\nc\rd'), 'a b c d'))
