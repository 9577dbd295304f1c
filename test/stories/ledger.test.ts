import assert from 'node:assert/strict'
import { carrierScene } from '../support/carrier-scene.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Money: what moves a balance, what proves it, and what a person reads of it.
const scene = carrierScene()

/** Runs a command that must work. */
async function heliogram(...words: string[]): Promise<string> {
  const { code, output } = await scene.centre.cli(...words)
  assert.equal(code, 0, output)
  return output
}

/** An account whose tariff charges for what is delivered. */
async function careful(login: string, prefix: string): Promise<Customer> {
  await heliogram('tariff', 'set', '--tariff', login, '--prefix', prefix, '--price', '1.50', '--charged', 'delivered')
  const customer = await scene.centre.account(login, 100)
  await heliogram('account', 'set', login, `tariff=${login}`)
  return customer
}

interface Line {
  readonly what: string
  readonly note: string
  readonly amount: string
  readonly balance: string
}

const statementOf = async (login: string, ...more: string[]) =>
  JSON.parse(await heliogram('account', 'statement', login, '--json', ...more)) as {
    opening: string
    closing: string
    lines: Line[]
    sums: { what: string; amount: string; postings: number }[]
  }

const agree = async () => assert.match(await heliogram('audit'), /^The books agree: /m)

story('what expires is given back, and charged again when a receipt says later that it did arrive', async (t) => {
  const { carrier, phone, prefix } = await scene.carrierFor(t, { receipt: 'never' })
  const shop = await careful('late', prefix)
  const id = await shop.sent({ phones: phone(1), mes: 'Are you there?' })
  await shop.sees(0, phone(1), id)
  const [taken] = carrier.taken
  assert.ok(taken)
  assert.equal(await shop.balance(), '98.50')
  await carrier.receipt(taken, 'EXPIRED')
  await shop.sees(3, phone(1), id)
  assert.equal(await shop.balance(), '100.00')
  await carrier.receipt(taken, 'DELIVRD')
  await shop.sees(1, phone(1), id)
  assert.equal(await shop.balance(), '98.50')
  const { lines, closing } = await statementOf('late', '--each')
  assert.deepEqual(
    lines.map(({ what, amount, balance }) => [what, amount, balance]),
    [
      ['top-up', '100.00', '100.00'],
      ['messages', '-1.50', '98.50'],
      ['refunds', '1.50', '100.00'],
      ['charged again after a late receipt', '-1.50', '98.50'],
    ],
  )
  assert.equal(closing, '98.50')
  await agree()
})

story('corrections and sends race, and every kopeck is where it belongs', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('racer', 1000)
  const correct = (nth: number) =>
    scene.centre.admin('POST', '/accounts/racer/correct', { amount: nth % 2 === 0 ? '2' : '-1', reason: `round ${nth}` })
  const send = (nth: number) => shop.sent({ phones: phone(nth), mes: `Round ${nth}` })
  const audits = (async () => {
    for (let look = 0; look < 3; look++) await agree()
  })()
  await Promise.all(Array.from({ length: 100 }, (_, nth) => Promise.all([correct(nth), send(nth)])))
  await audits
  assert.equal(await shop.balance(), '900.00', '1000 + 50 × 2 − 50 × 1 − 100 × 1.50')
  const { lines, sums } = await statementOf('racer')
  assert.equal(lines.filter(({ what }) => what === 'correction').length, 100, 'each correction by itself')
  assert.equal(lines.filter(({ what }) => what === 'messages').length, 1, 'a day’s messages together')
  assert.deepEqual(
    sums.map(({ what, amount }) => [what, amount]),
    [
      ['top-up', '1000.00'],
      ['messages', '-150.00'],
      ['correction', '50.00'],
    ],
  )
  await agree()
})

story('an electronic purse has a balance, postings and a statement of its own', async () => {
  await scene.centre.account('purses', 10)
  assert.match(await heliogram('account', 'topup', 'purses', '25', '--purse', '2'), /Its electronic purse is 25\.00 RUR\./)
  assert.match(await heliogram('account', 'correct', 'purses', '-0.5', '--purse', '2', '--reason', 'bank fee'), /is 24\.50 RUR/)
  assert.match(await heliogram('account', 'transfer', 'purses', '4.50', '--from', '2'), /14\.50 and 20\.00 now/)
  const tooMuch = await scene.centre.cli('account', 'transfer', 'purses', '21', '--from', '2')
  assert.deepEqual([tooMuch.code, tooMuch.output.trim()], [1, 'Purse 2 of purses holds 20.00 RUR, which is less.'])
  assert.match(await heliogram('account', 'show', 'purses'), /^electronic purse +20\.00 RUR$/m)
  const { lines } = await statementOf('purses', '--purse', '2')
  assert.deepEqual(
    lines.map(({ what, note, amount, balance }) => [what, note, amount, balance]),
    [
      ['top-up', '', '25.00', '25.00'],
      ['correction', 'bank fee', '-0.50', '24.50'],
      ['transfer', '', '-4.50', '20.00'],
    ],
  )
  assert.equal((await statementOf('purses')).closing, '14.50')
  await agree()
})

story('a statement reads well in 100 columns', async () => {
  await scene.centre.account('reader', 10)
  await heliogram('account', 'correct', 'reader', '-12.5', '--reason', 'paid twice in May, see invoice 17')
  const printed = await heliogram('account', 'statement', 'reader')
  assert.match(printed, /correction: paid twice in May, see invoice 17 +-12\.50 +-2\.50$/m)
  assert.match(printed, /closing balance +-2\.50$/m)
  for (const line of printed.split('\n')) assert.ok(line.length <= 100, line)
})

story('what makes no sense is refused, says what to do, and posts nothing', async () => {
  await scene.centre.account('sense', 10)
  await scene.centre.admin('POST', '/accounts', { login: 'sense-sub', password: 'x', parent: 'sense', type: 2 })
  const cases: [words: string[], says: RegExp][] = [
    [['account', 'correct', 'sense', '1'], /--reason is missing/],
    [['account', 'correct', 'sense', '1', '--reason', '  '], /A correction needs its reason/],
    [['account', 'correct', 'sense', '=1+1', '--reason', 'x'], /'=1\+1' is no amount of money/],
    [['account', 'correct', 'sense', '1e5', '--reason', 'x'], /'1e5' is no amount/],
    [['account', 'correct', 'sense', '0', '--reason', 'x'], /'0' is no amount/],
    [['account', 'correct', 'sense', '0.00001', '--reason', 'x'], /is no amount/],
    [['account', 'correct', 'sense', '1', '--reason', 'x'.repeat(201)], /at most 200 characters/],
    [['account', 'topup', 'sense', '1', '--purse', '3'], /A purse is 1, the main one, or 2/],
    [['account', 'transfer', 'sense', '-1', '--from', '1'], /Name the purse it comes from/],
    [['account', 'correct', 'nobody', '1', '--reason', 'x'], /There is no account 'nobody'/],
    [['account', 'correct', 'sense-sub', '1', '--reason', 'x'], /sense-sub spends the balance of sense: name sense/],
    [['account', 'statement', 'sense-sub'], /ask for the statement of sense/],
    [['account', 'statement', 'sense', '--from', '31.02.2026'], /'31\.02\.2026' is no day/],
    [['account', 'statement', 'sense', '--from', '2026-11-02', '--to', '2026-11-01'], /ends before it begins/],
    [['closing', 'list', '--month', '2026-13'], /'2026-13' is no month/],
  ]
  for (const [words, says] of cases) {
    const { code, output } = await scene.centre.cli(...words)
    assert.notEqual(code, 0, words.join(' '))
    assert.match(output, says)
  }
  assert.equal((await statementOf('sense')).closing, '10.00')
})

story('an audit of a running centre names what was doctored, and only that', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('victim', 10)
  const id = await shop.sent({ phones: phone(1), mes: 'Cheaper, please' })
  await shop.sees(1, phone(1), id)
  await agree()
  await scene.centre.query(
    'update messages set price = price - 500000 where account_id = (select id from accounts where login = $1)',
    ['victim'],
  )
  const { code, output } = await scene.centre.cli('audit')
  assert.equal(code, 1)
  assert.match(output, /^victim: messages were charged 1 RUR, but the charges posted are 1\.5 RUR \(-0\.5 RUR apart\)\.$/m)
  assert.match(output, /1\.5 RUR was posted for messages that cost 1 RUR; see message \d+ and those with it\.$/m)
  assert.ok(!/^(?:racer|late|shop):/m.test(output), output)
  await scene.centre.query(
    'update messages set price = price + 500000 where account_id = (select id from accounts where login = $1)',
    ['victim'],
  )
  await agree()
})

story('a month that has ended is closed by itself', async () => {
  await scene.centre.account('monthly', 0)
  // As if the centre had been at work in September: ids are (ms since 2026) × 8192.
  await scene.centre.query(
    `with at as (select (extract(epoch from timestamptz '2026-09-10 12:00Z' - timestamptz '2026-01-01 00:00Z') * 1000)::int8 * 8192 as id),
       paid as (update accounts set balance = balance + 7000000 where login = 'monthly' returning id)
     insert into postings (account_id, id, kind, amount) select paid.id, at.id, 1, 7000000 from at, paid`,
  )
  await scene.centre.query(`delete from closings; delete from settings where name = 'closed_until'`)
  await scene.centre.terminate()
  await scene.centre.start()
  await eventually(async () => {
    assert.match(
      await heliogram('closing', 'list', 'monthly'),
      /^2026-09 +monthly +0\.00 +7\.00 +0\.00 +0\.00 +0\.00 +7\.00 +0$/m,
    )
  })
  await agree()
})
