import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Addressed, fateOf } from './fate.ts'
import { type Rule, ruleSchema } from './settings.ts'

const rule = (title: string, match: Rule['match'] = {}): Rule => ruleSchema.parse({ title, match })
const message = (override: Partial<Addressed> = {}): Addressed => ({
  id: 1,
  channel: 'sms',
  from: 'Centre',
  to: '79161234567',
  ...override,
})

const rules = [
  rule('suffix', { suffix: '0001' }),
  rule('prefix', { prefix: '7701' }),
  rule('sender', { sender: 'Bank' }),
  rule('channel', { channel: ['call', 'hlr'] }),
  rule('both', { prefix: '7916', suffix: '99' }),
  rule('nobody', { prefix: '7926', percent: 0 }),
  rule('everybody', { prefix: '7926', percent: 100 }),
]

const cases: [whom: Partial<Addressed>, fate: string][] = [
  [{}, 'Delivered'],
  [{ to: '79990000001' }, 'suffix'],
  [{ to: '77010000002' }, 'prefix'],
  [{ to: '77010000001' }, 'suffix'],
  [{ from: 'Bank' }, 'sender'],
  [{ from: 'bank' }, 'Delivered'],
  [{ channel: 'hlr' }, 'channel'],
  [{ channel: 'call', from: 'Bank' }, 'sender'],
  [{ to: '79161234599' }, 'both'],
  [{ to: '79171234599' }, 'Delivered'],
  [{ to: '79261234567' }, 'everybody'],
]

for (const [whom, expected] of cases) {
  test(`the first rule that fits ${JSON.stringify(whom)} is "${expected}"`, () => {
    assert.equal(fateOf(1, rules, message(whom)).title, expected)
  })
}

const IDS = 10_000
const YEAR_LATER = 31_536_000_000 * 8192 // as ids are made: ms since 2026 × 8192 + node and counter
const ids = Array.from({ length: IDS }, (_, index) => YEAR_LATER + index * 8192 + 256)
const chosen = (seed: number, of: readonly Rule[], title: string): number[] =>
  ids.filter((id) => fateOf(seed, of, message({ id })).title === title)

test('the same seed gives the same fates, another seed others', () => {
  const half = [rule('half', { percent: 50 })]
  assert.deepEqual(chosen(7, half, 'half'), chosen(7, half, 'half'))
  assert.notDeepEqual(chosen(7, half, 'half'), chosen(8, half, 'half'))
})

for (const percent of [0, 0.5, 1, 10, 50, 90, 99.5, 100]) {
  for (const seed of [1, 2, 4_294_967_295]) {
    test(`${percent} % of ${IDS} messages are ${percent} %, within four deviations (seed ${seed})`, () => {
      const share = percent / 100
      const tolerance = 4 * Math.sqrt(IDS * share * (1 - share))
      const count = chosen(seed, [rule('share', { percent })], 'share').length
      assert.ok(Math.abs(count - IDS * share) <= tolerance, `${count} of ${IDS}`)
    })
  }
}

test('shares of two rules are independent: the second has its tenth of what the first left', () => {
  const two = [rule('first', { percent: 10 }), rule('second', { percent: 10 })]
  const tolerance = 4 * Math.sqrt(IDS * 0.09 * 0.91)
  assert.ok(Math.abs(chosen(1, two, 'second').length - IDS * 0.09) <= tolerance)
})

test('neighbouring ids do not share a fate: a half is no run of heads', () => {
  const half = new Set(chosen(1, [rule('half', { percent: 50 })], 'half'))
  const changes = ids.filter((id, index) => index > 0 && half.has(id) !== half.has(ids[index - 1] ?? 0)).length
  assert.ok(Math.abs(changes - IDS / 2) <= 4 * Math.sqrt(IDS / 4), `${changes} changes`)
})
