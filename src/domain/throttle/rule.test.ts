import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DELIVERY_ERRORS, STATUSES } from '../status.ts'
import { BUILT_IN } from './built-in.ts'
import { CLASS_NAMES, CLASSES, classOf } from './classes.ts'
import { collisionsOf } from './collision.ts'
import { classOfAnswer, compileRules, type Rule, type Said } from './rule.ts'

let lastId = 0
const rule = (of: Partial<Rule>): Rule => ({
  id: ++lastId,
  on: 'answer',
  carrierId: 0,
  mccmnc: '',
  status: -1,
  text: '',
  stat: '',
  err: '',
  class: 'rejected',
  action: 'none',
  seconds: 0,
  after: 0,
  ...of,
})
const said = (of: Partial<Said>): Said => ({
  on: 'answer',
  carrierId: 1,
  mccmnc: '25001',
  status: 0x45,
  text: '',
  stat: '',
  err: '',
  ...of,
})

test('every class is told to customers in words of the API, and has a code of its own', () => {
  assert.equal(new Set(Object.values(CLASSES).map(({ code }) => code)).size, CLASS_NAMES.length)
  for (const name of CLASS_NAMES) {
    const { code, state, err } = CLASSES[name]
    assert.equal(classOf(code), CLASSES[name])
    assert.ok(Object.hasOwn(STATUSES, state) && Object.hasOwn(DELIVERY_ERRORS, err), name)
  }
})

// command_status, and what the built-in table makes of it
for (const [status, name, fate] of [
  [0x58, 'busy', 'again'],
  [0x14, 'busy', 'again'],
  [0x08, 'temporary', 'later'],
  [0x64, 'temporary', 'later'],
  [0x0a, 'sender', 'elsewhere'],
  [0x0b, 'number', 'elsewhere'],
  [0x45, 'rejected-here', 'elsewhere'],
  [0x400, 'rejected-here', 'elsewhere'],
] as const) {
  test(`status 0x${status.toString(16)} is ${name} where nobody says otherwise`, () => {
    const found = compileRules(BUILT_IN).find(said({ status }))
    assert.equal(found?.class, name)
    assert.equal(CLASSES[name].fate, fate)
  })
}

test('a carrier whose settings call a status busy is believed, until the operator has a rule for it', () => {
  const builtIn = compileRules(BUILT_IN).find(said({ status: 0x45 }))
  assert.equal(classOfAnswer(builtIn, 'busy'), 'busy')
  assert.equal(classOfAnswer(builtIn, 'rejected'), 'rejected-here')
  assert.equal(classOfAnswer(rule({ status: 0x45, class: 'spam' }), 'busy'), 'spam')
})

// The less specific rule, the more specific one, and an answer that fits both.
const REFINEMENTS: readonly [string, Partial<Rule>, Partial<Rule>, Partial<Said>][] = [
  ['a carrier before all carriers', { status: 0x45 }, { status: 0x45, carrierId: 1 }, {}],
  ['a country before the world', { status: 0x45 }, { status: 0x45, mccmnc: '250' }, {}],
  ['a network before its country', { status: 0x45, mccmnc: '250' }, { status: 0x45, mccmnc: '25001' }, {}],
  ['a text before none', { status: 0x45 }, { status: 0x45, text: 'spam' }, { text: 'SPAM detected' }],
  ['a status with a text before the text alone', { text: 'spam' }, { status: 0x45, text: 'spam' }, { text: 'spam' }],
  ['a longer text before a shorter', { text: 'spam' }, { text: 'spam*sender' }, { text: 'Spam by this sender' }],
  [
    'an err before a stat',
    { on: 'receipt', stat: 'UNDELIV' },
    { on: 'receipt', err: '069' },
    { on: 'receipt', stat: 'UNDELIV', err: '69' },
  ],
  [
    'an err with a stat before the err',
    { on: 'receipt', err: '69' },
    { on: 'receipt', err: '69', stat: 'rejectd' },
    { on: 'receipt', stat: 'REJECTD', err: '0069' },
  ],
]
for (const [claim, wide, narrow, answer] of REFINEMENTS) {
  test(`${claim}, whichever was there first`, () => {
    const [one, other] = [rule(wide), rule(narrow)]
    const [again, last] = [rule(narrow), rule(wide)]
    assert.equal(compileRules([...BUILT_IN, one, other]).find(said(answer)), other)
    assert.equal(compileRules([again, last, ...BUILT_IN]).find(said(answer)), again)
    assert.deepEqual(collisionsOf(other, [one]), [], 'a special case is no contradiction')
    assert.deepEqual(collisionsOf(last, [again]), [])
  })
}

test('a rule is silent about what it does not name', () => {
  const only = rule({ carrierId: 2, mccmnc: '25002', status: 0x45, text: 'a*b' })
  const rules = compileRules([only])
  const fitting = { carrierId: 2, mccmnc: '25002', text: 'xxAyyB' }
  assert.equal(rules.find(said(fitting)), only)
  for (const not of [
    { carrierId: 1 },
    { mccmnc: '250' },
    { mccmnc: '' },
    { status: 0x46 },
    { text: 'b a' },
    { on: 'receipt' },
  ] as const) {
    assert.equal(rules.find(said({ ...fitting, ...not })), undefined, JSON.stringify(not))
  }
})

test('the operator’s rules come before the built-in ones, and only they concern receipts', () => {
  const own = rule({ status: 0x58, class: 'rejected-here' })
  assert.equal(compileRules([...BUILT_IN, own]).find(said({ status: 0x58 })), own)
  assert.equal(compileRules(BUILT_IN).forReceipts, false)
  assert.equal(compileRules([rule({ on: 'receipt', err: '5' })]).forReceipts, true)
})

test('rules for the very same answers contradict each other, however they are written', () => {
  const [one] = [rule({ on: 'receipt', err: '069', stat: 'UNDELIV', class: 'spam' })]
  const [found] = collisionsOf(rule({ on: 'receipt', err: '69', stat: 'undeliv', class: 'spam' }), [one])
  assert.deepEqual([found?.kind, found?.with], ['same', one])
})

test('rules that share some answers and say different things are told, with the one that counts and why', () => {
  const texts = rule({ text: 'spam', class: 'spam' })
  const fresh = rule({ status: 0x45, class: 'rejected' })
  const [found] = collisionsOf(fresh, [texts])
  assert.deepEqual([found?.kind, found?.winner, found?.why], ['overlap', fresh, 'it names the status'])
  const carrier = rule({ carrierId: 3, class: 'busy', text: 'x' })
  assert.deepEqual(
    collisionsOf(carrier, [fresh]).map(({ winner, why }) => [winner, why]),
    [[carrier, 'it names the carrier']],
  )
  assert.deepEqual(collisionsOf(rule({ ...fresh, id: 99, status: 0x46 }), [fresh]), [], 'other statuses never meet')
  assert.deepEqual(
    collisionsOf(rule({ text: 'spam', mccmnc: '25001', class: 'spam' }), [rule({ status: 0x45, class: 'spam' })]),
    [],
    'they agree',
  )
})

const anyRule = fc
  .record({
    carrierId: fc.constantFrom(0, 1, 2),
    mccmnc: fc.constantFrom('', '250', '25001', '25002', '401'),
    status: fc.constantFrom(-1, 0x45, 0x58),
    text: fc.constantFrom('', 'spam', 'a*b'),
    class: fc.constantFrom('busy' as const, 'spam' as const),
  })
  .map(rule)

test('for any table and any answer: what counts is the same in every order, and nothing more specific was passed over', () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 12 }), fc.constantFrom('', 'spam', 'a and b'), (rules, text) => {
      const answer = said({ text, status: 0x45 })
      const found = compileRules(rules).find(answer)
      assert.equal(compileRules([...rules].reverse()).find(answer), found)
      assert.equal(compileRules(rules).findAll(answer)[0], found)
    }),
  )
})
