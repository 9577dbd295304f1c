import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHourlyCounter } from './counter.ts'
import { describeHeld, heldBy } from './pause.ts'
import { createSlowDown, halved } from './rate.ts'
import type { Action, Rule } from './rule.ts'
import { foldErr, textPattern } from './text-pattern.ts'
import { createAdaptiveWindow } from './window.ts'

const MINUTE_MS = 60_000

const times = (count: number, act: () => void): void => {
  for (let at = 0; at < count; at++) act()
}

test('one failure, and another much later, never shrink a window', () => {
  for (const max of [1, 2, 10, 100]) {
    const window = createAdaptiveWindow(max)
    for (let round = 0; round < 20; round++) {
      window.pushedBack()
      assert.equal(window.size(), max)
      times(max * 2, () => window.answered(10))
    }
  }
})

test('a window of one stays one, whatever the carrier answers', () => {
  const window = createAdaptiveWindow(1)
  times(1_000, () => window.pushedBack())
  assert.equal(window.size(), 1)
})

test('a whole window pushed back costs about half of it; it comes back a step for each window full of good answers', () => {
  const window = createAdaptiveWindow(50)
  times(50, () => window.pushedBack())
  const shrunk = window.size()
  assert.ok(shrunk >= 20 && shrunk <= 30, `${shrunk}`)
  times(shrunk * 2, () => window.answered(10))
  const grown = window.size()
  assert.ok(grown > shrunk && grown <= shrunk + 2, `${grown}`)
  times(5_000, () => window.answered(10))
  assert.equal(window.size(), 50)
})

test('a carrier that goes on pushing back is left with one, and gets it all back when it is well again', () => {
  const window = createAdaptiveWindow(100)
  times(2_000, () => window.pushedBack())
  assert.equal(window.size(), 1)
  times(20_000, () => window.answered(10))
  assert.equal(window.size(), 100)
})

test('answers that become slow shrink it to a quarter at most; answers that were always slow do not', () => {
  const window = createAdaptiveWindow(40)
  times(100, () => window.answered(100))
  times(500, () => window.answered(5_000))
  assert.equal(window.size(), 10)
  const slowFromTheStart = createAdaptiveWindow(40)
  times(1_000, () => slowFromTheStart.answered(5_000))
  assert.equal(slowFromTheStart.size(), 40)
})

test('for any answers: a window is at least one and at most what the contract allows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: -3, max: 5_000 }), { maxLength: 500 }),
      (max, answers) => {
        const window = createAdaptiveWindow(max)
        for (const answer of answers) {
          if (answer < 0) window.pushedBack()
          else window.answered(answer)
          assert.ok(window.size() >= 1 && window.size() <= max)
        }
      },
    ),
  )
})

test('an hour is counted as it goes by', () => {
  const counter = createHourlyCounter()
  assert.deepEqual(
    [0, 1, 2].map((minute) => counter.note('a', minute * MINUTE_MS)),
    [1, 2, 3],
  )
  assert.equal(counter.note('b', 0), 1, 'each for itself')
  assert.equal(counter.note('a', 54 * MINUTE_MS), 4)
  assert.equal(counter.note('a', 61 * MINUTE_MS), 2, 'what is an hour old counts no more')
  assert.equal(counter.note('a', 60 * 60 * MINUTE_MS), 1)
  counter.reset('a')
  assert.equal(counter.note('a', 60 * 60 * MINUTE_MS), 1)
})

test('of more things than may be counted, the one heard of least lately is forgotten', () => {
  const counter = createHourlyCounter(2)
  for (const key of ['a', 'b', 'a', 'c']) counter.note(key, 0)
  assert.equal(counter.note('a', 0), 3)
  assert.equal(counter.note('b', 0), 1)
})

test('a lowered rate lets through what it says, counted by what was really sent', () => {
  const slow = createSlowDown(20, 0, 1_000)
  assert.equal(slow.room(0, 1_000), 2, 'a tenth of a second’s worth')
  assert.equal(slow.room(0, 1_002), 0)
  assert.equal(Math.ceil(slow.waitMs()), 50)
  assert.equal(slow.room(50, 1_002), 1)
  assert.equal(slow.room(10_000, 1_002), 2, 'what was not used is not saved up')
  let sent = 1_002
  for (let ms = 10_000; ms < 20_000; ms += 5) sent += slow.room(ms, sent)
  assert.ok(sent - 1_002 <= 202 && sent - 1_002 >= 198, `${sent - 1_002} in ten seconds`)
  assert.equal(slow.room(30_000, 0), 2, 'a connector made anew begins at 0')
  assert.deepEqual([halved(100), halved(1.5), halved(0)], [50, 1, 1])
})

const RULE: Rule = {
  ...{ id: 1, on: 'answer', carrierId: 0, mccmnc: '', status: 1, text: '', stat: '', err: '' },
  ...{ class: 'spam', action: 'none', seconds: 60, after: 0 },
}
const about = { mccmnc: '25001', sender: 'Shop' }

// What a rule does, and what is said of it.
for (const [action, kind, key, says] of [
  ['pause-link', 'link', '', 'the link of mts is paused'],
  ['pause-destination', 'destination', '25001', 'network 25001 is paused at mts'],
  ['pause-sender', 'sender', 'Shop', 'sender Shop is paused at mts'],
  ['halve-rate', 'rate', '', 'mts gets at most 12.5 parts a second'],
  ['other-route', 'route', '25001', 'network 25001 takes other routes than mts'],
] as const satisfies readonly (readonly [Action, string, string, string])[]) {
  test(`${action}: ${says}`, () => {
    const held = heldBy({ ...RULE, action }, 7, about)
    assert.deepEqual(held, { carrierId: 7, kind, key })
    assert.equal(describeHeld({ kind, key }, 'mts', 12.5), says)
  })
}

test('a rule without an action holds nothing back', () => assert.equal(heldBy(RULE, 7, about), undefined))

test('a vendor’s text is searched without looking at capitals, and a star stands for anything', () => {
  assert.ok(textPattern('')('anything'))
  assert.ok(textPattern('quota*exceeded')('Daily QUOTA was Exceeded!'))
  assert.ok(!textPattern('exceeded*quota')('quota exceeded'))
  assert.ok(textPattern('***')('x'))
})

test('zeros before an err say nothing', () =>
  assert.deepEqual(['000', '0', '', '021B', ' 69 '].map(foldErr), ['0', '0', '', '21b', '69']))
