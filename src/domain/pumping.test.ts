import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ATTACKS, DAY, normalDay, seeded, type TrafficEvent, usualWeek } from '../../test/support/traffic.ts'
import { makePrefixTable } from './prefix-table.ts'
import { CODE, makePumping, PUMPING_LIMITS, type PumpingLimits, type Suspicion } from './pumping.ts'

/** What the rules say of traffic, in its order, in a week like any other. */
function watch(events: readonly TrafficEvent[], limits: PumpingLimits = PUMPING_LIMITS) {
  const pumping = makePumping()
  pumping.volumes.learn(usualWeek(), DAY)
  const suspicious: (Suspicion & TrafficEvent)[] = []
  for (const event of [...events].sort((a, b) => a.atMs - b.atMs)) {
    if (event.confirmed) pumping.confirmed(event.accountId, event.number, event.atMs)
    else {
      const suspicion = pumping.observe(event, limits)
      if (suspicion) suspicious.push({ ...event, ...suspicion })
    }
  }
  return suspicious
}

const rulesOf = (suspicious: readonly Suspicion[]): string[] => [...new Set(suspicious.map(({ rule }) => rule))].sort()

test('of a normal day of five accounts nothing is suspicious', () => {
  const day = normalDay()
  assert.ok(day.length > 40_000, `${day.length} events`)
  assert.deepEqual(watch(day), [])
})

/** [the attack, the rule that finds it, how much of it may pass at most] */
const FOUND: readonly [attack: string, rule: string, passes: number][] = [
  ['a flood to three blocks of numbers in Somalia', 'velocity', 0.2],
  ['numbers in a row, one every two minutes', 'sequence', 0.05],
  ['codes to one block, slowly and in no order, that nobody enters', 'unconfirmed', 0.12],
  ['a country the bank never wrote to, one message to each block', 'country', 0.55],
]

for (const [attack, rule, passes] of FOUND) {
  test(`${attack}: found by ${rule}, and nobody else is suspected`, () => {
    const pumped = ATTACKS[attack]?.() ?? []
    const suspicious = watch([...normalDay(), ...pumped])
    assert.ok(rulesOf(suspicious).includes(rule), `${rulesOf(suspicious)}`)
    const innocent = suspicious.filter((event) => !event.pumped)
    assert.deepEqual(innocent, [])
    const passed = 1 - suspicious.length / pumped.length
    assert.ok(passed <= passes, `${Math.round(passed * 100)} % of it pass`)
  })
}

test('without confirmations the rule of unconfirmed codes is silent', () => {
  const attack = ATTACKS['codes to one block, slowly and in no order, that nobody enters']?.() ?? []
  assert.deepEqual(watch([...normalDay().filter(({ confirmed }) => !confirmed), ...attack]), [])
})

test('a country is not sudden for an account whose usual nobody knows', () => {
  const attack = ATTACKS['a country the bank never wrote to, one message to each block']?.() ?? []
  const pumping = makePumping()
  for (const event of attack) assert.equal(pumping.observe(event, PUMPING_LIMITS), undefined)
})

test('a threshold of 0 switches its rule off', () => {
  const off = { ...PUMPING_LIMITS, velocity: 0, sequence: 0, codes: 0, countryMessages: 0 }
  assert.deepEqual(watch([...normalDay(), ...Object.values(ATTACKS).flatMap((attack) => attack())], off), [])
})

test('fifty-one messages at once to one block are too many, five a minute for a day are not', () => {
  const pumping = makePumping()
  const at = (nth: number, atMs: number) =>
    pumping.observe(
      {
        accountId: 1,
        number: `7916123${String((nth * 137) % 10_000).padStart(4, '0')}`,
        country: '',
        atMs,
        bulk: false,
        isCode: false,
      },
      PUMPING_LIMITS,
    )
  for (let nth = 0; nth < 50; nth++) assert.equal(at(nth, DAY), undefined)
  assert.match(at(50, DAY)?.says ?? '', /^more than 50 messages to numbers of 7916123… within 10 minutes$/)
  const later = DAY + 86_400_000
  for (let nth = 0; nth < 1000; nth++) assert.equal(at(nth, later + nth * 12_000), undefined)
})

test('a large account that writes to everybody is not suspected, a block it suddenly favours is', () => {
  const pumping = makePumping()
  const random = seeded(31)
  const send = (block: number, atMs: number) => {
    const number = `7916${String(block).padStart(3, '0')}${String(random(10_000)).padStart(4, '0')}`
    return pumping.observe({ accountId: 1, number, country: '', atMs, bulk: false, isCode: false }, PUMPING_LIMITS)
  }
  // 120 to each of 1,000 blocks within 10 minutes.
  for (let nth = 0; nth < 120_000; nth++) assert.equal(send(random(1000), DAY + nth * 5), undefined)
  let suspicious = 0
  for (let nth = 0; nth < 1000; nth++) if (send(7, DAY + 600_000 + nth)) suspicious += 1
  assert.ok(suspicious > 300, `${suspicious} of 1000`)
})

test('the same number again is no sequence, and accounts do not count for each other', () => {
  const pumping = makePumping()
  for (let nth = 0; nth < 40; nth++) {
    const sending = {
      accountId: 1 + (nth % 2),
      number: '79161234567',
      country: '',
      atMs: DAY + nth * 60_000,
      bulk: false,
      isCode: false,
    }
    assert.equal(pumping.observe(sending, PUMPING_LIMITS), undefined)
  }
})

test('a code is a text with a number of four to eight digits', () => {
  for (const text of ['Your code is 1234', '123456 is your code', 'code:12345678.']) assert.ok(CODE.test(text), text)
  for (const text of ['Hello', 'Room 12', 'Call 79161234567', '100 roses']) assert.ok(!CODE.test(text), text)
})

test('the table of prefixes keeps its size, and forgets what was quiet longest', () => {
  const table = makePrefixTable(1)
  const places = ['79160000000', '79161110000', '79162220000', '79163330000'].map((number, at) =>
    table.place(1, number, 100 + at),
  )
  assert.equal(new Set(places).size, 4)
  assert.equal(table.place(1, '79160001234', 200), places[0], 'the same prefix')
  table.seconds[places[0] ?? 0] = 200
  assert.equal(table.place(1, '79164440000', 300), places[1], 'the quietest gives way')
  assert.equal(table.find(1, '79161110000'), -1)
  assert.equal(table.find(2, '79160000000'), -1)
  assert.equal(table.count(), 4)
})
