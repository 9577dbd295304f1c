import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFUSALS, Refusal, type RefusalCode } from '../../domain/refusal.ts'
import { print } from './answer.ts'
import { BALANCE_ERRORS, ERROR, errorAnswer, SEND_ERRORS, STATUS_ERRORS } from './errors.ts'

// The lines recorded from the original service.
const recorded: [code: RefusalCode, id: number | undefined, line: string][] = [
  ['bad_request', undefined, 'ERROR = 1 (parameters error)'],
  ['bad_credentials', undefined, 'ERROR = 2 (authorise error)'],
  ['insufficient_funds', 275, 'ERROR = 3 (no money), ID - 275'],
  ['ip_blocked', undefined, 'ERROR = 4 (ip is blocked)'],
  ['bad_time', undefined, 'ERROR = 5 (wrong date format)'],
  ['denied', 542, 'ERROR = 6 (message is denied), ID - 542'],
  ['bad_number', 541, 'ERROR = 7 (invalid number), ID - 541'],
  ['no_route', 639, "ERROR = 8 (can't to deliver), ID - 639"],
  ['duplicate', undefined, 'ERROR = 9 (duplicate request, wait a minute)'],
  ['too_many_requests', undefined, 'ERROR = 9 (too many concurrent requests)'],
  ['overloaded', undefined, 'ERROR = 9 (too many concurrent requests)'],
  ['unavailable', undefined, 'ERROR = 9 (too many concurrent requests)'],
]
for (const [code, id, line] of recorded) {
  test(`send.php says: ${line}`, () => {
    const detail: Refusal['detail'] = id === undefined ? {} : { ref: id }
    assert.equal(print(ERROR, errorAnswer(new Refusal(code, detail), SEND_ERRORS), 0), line)
  })
}

test('the envelope in the four formats, without an id and with one', () => {
  const bare = { number: 2, text: 'authorise error' }
  assert.deepEqual(
    ([0, 1, 2, 3] as const).map((fmt) => print(ERROR, bare, fmt)),
    [
      'ERROR = 2 (authorise error)',
      '0,-2',
      '<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>',
      '{\n"error": "authorise error",\n"error_code": 2\n}',
    ],
  )
  const stored = { number: 7, text: 'invalid number', id: 34 }
  assert.deepEqual(
    ([0, 1, 2, 3] as const).map((fmt) => print(ERROR, stored, fmt)),
    [
      'ERROR = 7 (invalid number), ID - 34',
      '34,-7',
      '<result>\n<error>invalid number</error>\n<error_code>7</error_code>\n<id>34</id>\n</result>',
      '{\n"error": "invalid number",\n"error_code": 7,\n"id": 34\n}',
    ],
  )
  assert.match(print(ERROR, { ...stored, id: 'a-b' }, 3), /"id": "a-b"\n}$/)
})

test('a bug is told as an outage, by every script', () => {
  for (const table of [SEND_ERRORS, STATUS_ERRORS, BALANCE_ERRORS]) {
    assert.deepEqual(errorAnswer(new TypeError('x is not a function'), table), {
      number: 9,
      text: 'too many concurrent requests',
    })
  }
})

test('every script has a number for every refusal', () => {
  for (const table of [SEND_ERRORS, STATUS_ERRORS, BALANCE_ERRORS])
    assert.deepEqual(Object.keys(table).sort(), Object.keys(REFUSALS).sort())
})
