import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { checkMoney, drained } from '../crash/check.ts'
import { startLoad } from '../crash/load.ts'
import { randomOf } from '../crash/random.ts'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, linkIs, setPrice } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// The end of a working day: told to stop, the centre finishes what it owes.
const WINDOW = 5
let centre: Centre
let carrier: Carrier & { stop(): Promise<void> }
before(async () => {
  carrier = await startCarrier()
  centre = await startCentre({ mode: 'serve', database: 'test', environment: { HELIOGRAM_DRAIN_SECONDS: '2' } })
  await setPrice(centre, '1')
  for (const login of ['shop', 'bank']) await centre.account(login, 100_000)
  await connect(centre, carrier, {
    name: 'carrier',
    unknown: 'resend',
    settings: { window: WINDOW, responseTimeoutSeconds: 120 },
  })
})
after(async () => {
  await centre?.stop()
  await carrier?.stop()
})

const bank = () => centre.customer('bank', 'bank-secret')

async function begin(): Promise<void> {
  await centre.start()
  await linkIs(centre, 'carrier', 'up')
}

interface Stored {
  readonly recipient: string
  readonly state: number
  readonly duplicates: number
}
const storedFor = (phones: readonly string[]) =>
  centre.query<Stored>('select recipient, state, duplicates from messages where recipient = any($1)', [phones])

story(
  'told to end under load, it answers what it took, takes no more, and leaves with 0; nothing is lost or doubled',
  async () => {
    const load = startLoad(Number(new URL(centre.url).port), ['shop', 'bank'], randomOf(7))
    await eventually(() => assert.ok(load.oks() >= 100, `${load.oks()} requests were answered OK`))
    const ended = centre.terminate()
    await ended.finally(() => load.stop())
    assert.deepEqual(await ended, { code: 0, signal: null })

    const phonesOf = (answer: string) => load.sent.filter((one) => one.answer === answer).flatMap(({ phones }) => phones)
    assert.deepEqual(await storedFor(phonesOf('silence')), [], 'who got no answer has nothing stored')
    assert.deepEqual(await storedFor(phonesOf('refused')), [])
    assert.equal((await storedFor(phonesOf('ok'))).length, phonesOf('ok').length)

    await begin()
    await drained(centre)
    const stored = await storedFor(phonesOf('ok'))
    assert.deepEqual(new Set(stored.map(({ state }) => state)), new Set([1]))
    assert.deepEqual(
      stored.filter(({ duplicates }) => duplicates > 0),
      [],
      'an orderly end leaves no doubts behind',
    )
    const heard = carrier.taken.map(({ submit }) => `${submit.to} ${submit.part?.number ?? 1}`)
    assert.equal(new Set(heard).size, heard.length, 'nobody got anything twice')
  },
)

const phones = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(7, '0')}`)

story('answers that a carrier still owes are waited for; what only queued goes out after the next start, unmarked', async () => {
  carrier.forget()
  carrier.script.verdict = () => 'later'
  const mailing = phones('7911', 100)
  const id = await bank().sent({ phones: mailing.join(','), mes: 'The last mailing of the day' })
  await carrier.arrived(WINDOW)
  const ending = centre.terminate()
  await eventually(() => assert.match(centre.output(), /"msg":"stopping"/))
  carrier.answer(WINDOW)
  assert.deepEqual(await ending, { code: 0, signal: null })
  assert.equal(carrier.submits.length, WINDOW, 'nothing more was sent meanwhile')

  carrier.script.verdict = () => 'take'
  await begin()
  for (const phone of mailing) await bank().sees(1, phone, id)
  assert.equal(carrier.submits.length, mailing.length)
  assert.deepEqual(
    (await storedFor(mailing)).filter(({ duplicates }) => duplicates > 0),
    [],
  )
})

story('a carrier that never answers is not waited for longer than allowed; its messages are in doubt, and marked', async () => {
  carrier.forget()
  carrier.script.verdict = () => 'silent'
  carrier.script.receipt = 'never'
  const few = phones('7912', WINDOW)
  const id = await bank().sent({ phones: few.join(','), mes: 'Are you still there?' })
  await carrier.arrived(WINDOW)
  assert.deepEqual(await centre.terminate(), { code: 0, signal: null })

  carrier.script.verdict = () => 'take'
  carrier.script.receipt = 'after'
  await begin()
  for (const phone of few) await bank().sees(1, phone, id)
  assert.deepEqual(
    (await storedFor(few)).map(({ duplicates }) => duplicates),
    few.map(() => 1),
  )
})

story('the books agree', () => checkMoney(centre, ['shop', 'bank'], 100_000))
