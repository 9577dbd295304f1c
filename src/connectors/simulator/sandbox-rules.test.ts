import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fateOf } from './fate.ts'
import { SANDBOX_RULES } from './sandbox-rules.ts'
import { matchSchema, type Rule, ruleSchema, settings } from './settings.ts'

const docs = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8')

/** The rows of the table under a heading, without its two head lines. */
const tableUnder = (heading: string): string[] => {
  const [, section = ''] = docs.split(`\n## ${heading}\n`)
  const [before = ''] = section.split('\n## ')
  return before
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
}

const whom = ({ match: { prefix = '', suffix = '' } }: Rule): string =>
  prefix.endsWith('@') ? `${prefix}…` : `${prefix}${suffix}`

const describe = (
  shape: Record<string, { readonly description?: string | undefined }>,
  defaults: Record<string, unknown>,
): string[] =>
  Object.entries(shape).map(
    ([name, { description }]) => `| \`${name}\` | ${JSON.stringify(defaults[name]) ?? ''} | ${description} |`,
  )

test('docs/simulator.md lists the fates of the sandbox, all of them and no others', () => {
  assert.deepEqual(
    tableUnder('Fates in the sandbox'),
    SANDBOX_RULES.map((rule) => `| ${whom(rule)} | ${rule.title} | ${rule.err || ''} |`),
  )
})

test('docs/simulator.md lists the settings, and what a rule and its match may say, with their defaults', () => {
  const { title: _, ...defaults } = ruleSchema.parse({ title: 'given' })
  assert.deepEqual(tableUnder('Settings'), describe(settings.shape, settings.parse({})))
  assert.deepEqual(tableUnder('Rules'), describe(ruleSchema.shape, defaults))
  assert.deepEqual(tableUnder('Matches'), describe(matchSchema.shape, {}))
})

test('the example of docs/simulator.md is valid', () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(docs) ?? []
  assert.equal(settings.parse(JSON.parse(example)).rules.length, 2)
})

const fate = (to: string, channel: 'sms' | 'hlr' | 'call' | 'mail' = 'sms') =>
  fateOf(1, SANDBOX_RULES, { id: 1, channel, from: 'Centre', to }).title

test('no two fates ask for the same recipient on the same channel', () => {
  const asked = SANDBOX_RULES.map((rule) => `${whom(rule)} ${rule.match.channel ?? ''}`)
  assert.equal(new Set(asked).size, asked.length)
})

const ordinary = [
  '79161234567',
  '79991234567',
  '79999999999',
  '79070000101',
  '79070000000',
  '79070000099',
  '77011234567',
  'user@example.com',
  '@name',
]
for (const to of ordinary) {
  test(`${to} is ordinary: delivered`, () => {
    assert.equal(fate(to), 'Delivered')
  })
}

test('a hundred thousand numbers in a row of any other block are all delivered', () => {
  for (let number = 79_160_000_000; number < 79_160_100_000; number++) assert.equal(fate(String(number)), 'Delivered')
})

test('fates of calls and mail are for calls and mail', () => {
  assert.deepEqual([fate('79070000081', 'call'), fate('79070000081')], ['Call: not answered', 'Delivered'])
  assert.deepEqual(
    [fate('full@example.com', 'mail'), fate('79070000071', 'hlr')],
    ['E-mail: mailbox full', 'HLR: the subscriber is abroad'],
  )
})
