import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { carrierScene } from '../support/carrier-scene.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'
import { ATTACKS, normalDay, seeded } from '../support/traffic.ts'

// Somebody pumps codes through a customer's site to numbers that pay. Each story has an account and a block of numbers of its own.
const scene = carrierScene()

/** Runs a command that must work. */
async function heliogram(...words: string[]): Promise<string> {
  const { code, output } = await scene.centre.cli(...words)
  assert.equal(code, 0, output)
  for (const line of output.split('\n')) assert.ok(line.length <= 100, line)
  return output
}

interface Case {
  readonly id: number
  readonly account: string
  readonly rule: string
  readonly subject: string
  readonly says: string
  readonly messages: number
  readonly held: number
  readonly refused: number
  readonly decided: string
}

const casesOf = async (account: string): Promise<Case[]> =>
  JSON.parse(await heliogram('guard', 'cases', '--account', account, '--json')) as Case[]

const caseOf = (account: string, rule: string): Promise<Case> =>
  eventually(async () => {
    const found = (await casesOf(account)).find((each) => each.rule === rule)
    assert.ok(found, `a case of ${rule}`)
    return found
  })

/** Numbers of a block in no order. */
const scattered = (phone: (number: number) => string, count: number): string[] =>
  Array.from({ length: count }, (_, nth) => phone((nth * 3571) % 10_000))

story('by default the guard notes what is suspicious, and does nothing else', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('watched', 1000)
  assert.match(await heliogram('guard', 'status'), /^mode +monitor: what is suspicious is noted, nothing else is done$/m)
  const numbers = scattered(phone, 60)
  await Promise.all(numbers.map((number, nth) => shop.sent({ phones: number, mes: `Your code is ${1000 + nth}` })))
  await carrier.arrived(60)
  assert.equal(await shop.balance(), '910.00')
  const noted = await caseOf('watched', 'velocity')
  assert.deepEqual([noted.messages >= 5, noted.held, noted.refused], [true, 0, 0])
  assert.match(noted.says, /^more than 50 messages to numbers of 7900\d{3}… within 10 minutes$/)
  assert.match(await heliogram('guard', 'cases'), /^case \d+ {2}watched {2}velocity .* suspicious$/m)
})

story('held messages say so, and the operator releases them or gives the money back', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('heldup', 1000)
  await heliogram('guard', 'set', '--account', 'heldup', '--mode', 'act')
  await heliogram('guard', 'set', '--on', 'sequence=hold', '--on', 'velocity=hold')
  const ids: number[] = []
  for (let number = 0; number < 10; number++)
    ids.push(await shop.sent({ phones: phone(number), mes: `Your code is 777${number}` }))
  await carrier.arrived(7)
  assert.equal(await shop.balance(), '985.00', 'what is held is charged')
  const [first = 0, second = 0, third = 0] = ids.slice(7)
  assert.equal((await shop.status(phone(7), first)).status, -1)
  await caseOf('heldup', 'sequence')
  const { output: trace } = await scene.centre.cli('message', 'trace', String(first), '--account', 'heldup')
  assert.match(trace, /^waits +It is held by the pumping guard: heliogram guard release or drop\. It saw \d+ or more$/m)
  assert.match(trace, /^until +20\d\d-/m)
  assert.match(await heliogram('guard', 'status'), /^held now +3 messages/m)

  const found = await caseOf('heldup', 'sequence')
  assert.equal(found.held, 3)
  const released = await scene.centre.query<{ id: string }>('select id from messages where ref = $1 and recipient = $2', [
    first,
    phone(7),
  ])
  assert.match(
    await heliogram('guard', 'release', '--message', String(released[0]?.id)),
    /^1 message is released and will be sent\.$/m,
  )
  await shop.sees(1, phone(7), first)
  assert.match(await heliogram('guard', 'drop', String(found.id)), /^2 messages are dropped and given back\.$/m)
  for (const [number, id] of [
    [8, second],
    [9, third],
  ] as const) {
    const status = await shop.status(phone(number), id)
    assert.deepEqual([status.status, status.err], [23, 253])
  }
  assert.equal(carrier.submits.length, 8, 'what was dropped never reached the carrier')
  assert.equal(await shop.balance(), '988.00')
  assert.equal((await casesOf('heldup'))[0]?.decided, 'dropped')
  assert.match(await heliogram('guard', 'drop', String(found.id)), /^Nothing is held for it any more\.$/m)
  assert.match(await heliogram('audit'), /^The books agree/m)
})

story('what is refused is not sent and not charged, and trusted numbers pass', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('refused', 1000)
  await heliogram('guard', 'set', '--account', 'refused', '--mode', 'act')
  await heliogram('guard', 'set', '--on', 'velocity=refuse')
  await heliogram('guard', 'trust', phone(9999), '--note', 'our own tests')
  const numbers = scattered(phone, 50)
  await Promise.all(numbers.map((number) => shop.sent({ phones: number, mes: 'Hello' })))
  const answer = await shop.send({ phones: phone(5555), mes: 'Hello' })
  assert.equal(answer.error_code, 6, JSON.stringify(answer))
  await shop.sees(23, phone(5555), answer.id ?? 0)
  assert.equal((await shop.status(phone(5555), answer.id ?? 0)).err, 253)
  const id = await shop.sent({ phones: phone(9999), mes: 'Still there?' })
  await shop.sees(1, phone(9999), id)
  assert.equal(await shop.balance(), '923.50', '51 messages at 1.50')
  assert.equal(carrier.submits.length, 51)
  assert.equal((await caseOf('refused', 'velocity')).refused, 1)
  assert.match(await heliogram('guard', 'trust', phone(9999), '--off'), /no longer trusted/)
  await heliogram('guard', 'trust', '--account', 'refused')
  await shop.sent({ phones: phone(5556), mes: 'Trusted now' })
})

story('codes that nobody enters are noticed once an account tells of those that are', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const bank = await scene.centre.account('bank', 1000)
  await heliogram('guard', 'set', '--codes', '10')
  const silent = scattered(phone, 12)
  await Promise.all(silent.map((number) => bank.sent({ phones: number, mes: 'Your code is 4321' })))
  const honest = Array.from({ length: 25 }, (_, nth) => `7900${900 + nth}${1000 + nth}`)
  assert.match(await heliogram('guard', 'confirm', 'bank', ...honest), /^Noted: 25 codes were entered\.$/m)
  let nth = 0
  await eventually(async () => {
    nth += 1
    await bank.sent({ phones: phone(5000 + nth * 37), mes: `Your code is ${5000 + nth}` })
    assert.ok((await casesOf('bank')).some(({ rule }) => rule === 'unconfirmed'))
  })
  assert.match((await caseOf('bank', 'unconfirmed')).says, /^0 of \d+ codes to numbers of 7900\d{3}… were entered$/)
  await heliogram('guard', 'set', '--codes', '20')
})

story('a simulation shows what would have been stopped, in stored and in recorded traffic', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const shop = await scene.centre.account('simulated', 1000)
  for (let number = 0; number < 12; number++) await shop.sent({ phones: phone(number), mes: 'Your code is 1234' })
  const stored = await heliogram('guard', 'simulate', '--hours', '1')
  assert.match(stored, /^simulated {2}sequence would hold .* 5 messages, 7\.50 RUR$/m)
  assert.doesNotMatch(await heliogram('guard', 'simulate', '--hours', '1', '--sequence', '0'), /^simulated {2}sequence/m)

  const folder = await mkdtemp(join(tmpdir(), 'heliogram-guard-'))
  t.after(() => rm(folder, { recursive: true }))
  const random = seeded(5)
  const attack = Object.values(ATTACKS)[0]?.() ?? []
  const events = [...normalDay().filter(({ bulk }) => bulk || random(8) === 0), ...attack.slice(0, 600)]
  const lines = events.map(({ atMs, account, number, isCode, bulk, confirmed }) =>
    [
      new Date(atMs).toISOString(),
      account,
      number,
      isCode ? '"Code, 1234"' : 'Hi',
      confirmed ? 'confirmed' : bulk ? 'bulk' : '',
    ].join(','),
  )
  const file = join(folder, 'day.csv')
  await writeFile(
    file,
    ['time,account,phone,text,kind', ...lines, 'yesterday,shop,79161234567,x,', '1790000000,shop,=1+1,x,'].join('\n'),
  )
  const recorded = await heliogram('guard', 'simulate', '--csv', file)
  assert.match(recorded, /^bank {2}velocity would /m)
  assert.ok(!/^(?:shop|school|taxi|office) /m.test(recorded), recorded)
  assert.match(recorded, /^2 lines could not be read and are left out:\nLine \d+: 'yesterday' is no time/m)
  assert.match(recorded, /'=1\+1' is no number/)

  const bad: [string, RegExp][] = [
    ['a;b\n1;2\n', /The first line must name the columns; time and account and phone are missing/],
    ['', /must name the columns/],
  ]
  for (const [content, says] of bad) {
    await writeFile(file, content)
    const { code, output } = await scene.centre.cli('guard', 'simulate', '--csv', file)
    assert.equal(code, 1, output)
    assert.match(output, says)
  }
  await writeFile(file, Buffer.from([0x74, 0xff, 0xfe]))
  assert.match((await scene.centre.cli('guard', 'simulate', '--csv', file)).output, /is not UTF-8/)
  await writeFile(file, 'x'.repeat(1_000_000))
  assert.match((await scene.centre.cli('guard', 'simulate', '--csv', file)).output, /more than 900000 octets/)
})

story('what makes no sense is refused whole, and says what there is', async () => {
  const cases: [words: string[], says: RegExp][] = [
    [['guard', 'set', '--mode', 'panic'], /'panic' is no mode\. There are: off, monitor, act/],
    [['guard', 'set', '--on', 'velocity'], /--on takes a rule and an action/],
    [['guard', 'set', '--on', 'weather=hold'], /'weather' is no rule\. There are: velocity, sequence/],
    [['guard', 'set', '--on', 'velocity=shout'], /'shout' is nothing the guard can do/],
    [['guard', 'set', '--velocity', '-5'], /velocity must be a whole number from 0/],
    [['guard', 'set', '--window', '0'], /windowMinutes must be a whole number from 1/],
    [['guard', 'set', '--mode', 'act', '--velocity', '999999999'], /velocity must be/],
    [['guard', 'set', '--account', 'nobody', '--mode', 'off'], /There is no account 'nobody'/],
    [['guard', 'set', '--account', 'shop'], /Name the mode of the account/],
    [['guard', 'release', '999999'], /There is no case 999999/],
    [['guard', 'release'], /Name a case, or a message/],
    [['guard', 'drop', '--message', '12'], /The guard holds no message 12/],
    [['guard', 'drop', 'all'], /'all' is no number/],
    [['guard', 'trust'], /Name a number, or an account/],
    [['guard', 'trust', '7x'], /'7x' is no beginning of a number/],
    [['guard', 'trust', '7999', '--off'], /7999 was not trusted/],
    [['guard', 'confirm', 'shop', 'abc'], /'abc' is no number/],
    [['guard', 'simulate', '--hours', '0'], /Hours are a whole number from 1 to 336/],
    [['guard', 'simulate', '--csv', '/nowhere.csv'], /There is no file/],
  ]
  const before = await heliogram('guard', 'status', '--json')
  for (const [words, says] of cases) {
    const { code, output } = await scene.centre.cli(...words)
    assert.notEqual(code, 0, words.join(' '))
    assert.match(output, says)
  }
  const settings = (text: string) => ({ ...(JSON.parse(text) as object), node: 0, cases: 0 })
  assert.deepEqual(settings(await heliogram('guard', 'status', '--json')), settings(before))
})
