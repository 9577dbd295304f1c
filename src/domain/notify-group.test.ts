import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillTemplate } from './notify-group.ts'

const EVENT = { ok: false, name: 'Site', host: '10.0.0.1', info: 'no answer' }
// template, text
const templates: [template: string, text: string][] = [
  ['{NAME} on {HOST} is down: {INFO}', 'Site on 10.0.0.1 is down: no answer'],
  ['{name} {Host}', 'Site 10.0.0.1'],
  ['{NAME}{NAME}', 'SiteSite'],
  ['It is {DOWN} { NAME } NAME', 'It is {DOWN} { NAME } NAME'],
  ['  {INFO}  ', 'no answer'],
]
for (const [template, text] of templates) {
  test(`'${template}' becomes '${text}'`, () => assert.equal(fillTemplate(template, EVENT), text))
}

test('what stands in an event is no template itself', () => {
  assert.equal(fillTemplate('{NAME} {INFO}', { ...EVENT, name: '{INFO}', info: "$& $1 $'" }), "{INFO} $& $1 $'")
})

test('what is told is no longer than a message may be, however often a word stands in the text', () => {
  assert.equal(fillTemplate('{INFO}{INFO}', { ...EVENT, info: '👍'.repeat(900) }), '👍'.repeat(1_000))
})
