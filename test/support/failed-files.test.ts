import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failedFiles } from './failed-files.ts'

const failure = (indent: string, location: string, type: string) =>
  [
    `${indent}not ok 1 - a claim`,
    `${indent}  ---`,
    `${indent}  duration_ms: 1`,
    `${indent}  location: '${location}'`,
    `${indent}  failureType: '${type}'`,
    `${indent}  error: 'x'`,
    `${indent}  ...`,
    '',
  ].join('\n')

test('a file is named by its tests that failed, not by the suites around them', () => {
  const tap = [
    failure('    ', '/w/src/a.test.ts:3:1', 'testCodeFailure'),
    failure('', '/w/test/support/run-files.ts:1:1', 'subtestsFailed'),
    'ok 2 - fine\n',
    failure('        ', '/w/src/a.test.ts:9:1', 'cancelledByParent'),
    failure('', '/w/src/b.test.ts:1:1', 'testCodeFailure'),
  ].join('')
  assert.deepEqual(failedFiles(tap), ['/w/src/a.test.ts', '/w/src/b.test.ts'])
})

test('a test made by a helper is in the file of its stack', () => {
  const stack = 'stack: |-\n    story (/w/test/support/story.ts:9:1)\n    <anonymous> (/w/test/stories/c.test.ts:88:10)'
  const tap = failure('', '/w/test/support/story.ts:1:326', 'testCodeFailure').replace("error: 'x'", stack)
  assert.deepEqual(failedFiles(tap), ['/w/test/stories/c.test.ts'])
})

test('a file whose hooks failed is named by its suite', () => {
  const tap = failure('', '/w/test/support/run-files.ts:1:1', 'hookFailed').replace('a claim', 'test/stories/d.test.ts')
  assert.deepEqual(failedFiles(tap), ['test/stories/d.test.ts'])
})

test('a report without failures names none, and a failure of no test file is nobody’s', () => {
  assert.deepEqual(failedFiles('ok 1 - fine\n'), [])
  assert.equal(failedFiles(failure('', '/w/test/support/run-files.ts:1:1', 'hookFailed')), undefined)
})
