import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { checkMoney, drained } from '../crash/check.ts'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, setPrice } from '../support/connect.ts'
import type { Answer, Customer } from '../support/customer.ts'
import { createDatabase } from '../support/database.ts'
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// The database goes away for a while. Customers hear it in the words of the interface, and nobody has to do anything.
let centre: Centre
let carrier: Carrier & { stop(): Promise<void> }
let wire: DatabaseProxy
let shop: Customer
before(async () => {
  const database = await createDatabase()
  wire = await startDatabaseProxy(database)
  carrier = await startCarrier()
  centre = await startCentre({ mode: 'serve', database: { ...database, url: wire.url } })
  await setPrice(centre, '1')
  shop = await centre.account('shop', 10_000)
  await connect(centre, carrier, { name: 'carrier' })
})
after(async () => {
  await wire?.mend()
  await centre?.stop()
  await carrier?.stop()
  await wire?.stop()
})

let lastPhone = 79_130_000_000
const nextPhone = () => String(++lastPhone)
const TOO_MANY = { error: 'too many concurrent requests', error_code: 9 }

/** One answer, whenever it comes; undefined when the connection ended without one. */
const asked = (phone: string): Promise<Answer | undefined> =>
  shop.send({ phones: phone, mes: 'Hello' }).catch((error: Error) => {
    assert.match(error.message, /fetch failed|terminated/, error.message)
    return undefined
  })

async function isServed(): Promise<void> {
  await eventually(async () => {
    const answer = await asked(nextPhone())
    assert.equal(answer?.error, undefined, JSON.stringify(answer))
  })
}

/** A few wait for the store; whoever comes then is told so at once, not after a while. */
const refusesOthers = () =>
  eventually(async () => {
    assert.deepEqual(await Promise.race([asked(nextPhone()), pause(500)]), TOO_MANY)
  })

/** What a balancer in front of the centre is told. */
const healthIs = (status: number) =>
  eventually(async () => {
    const health = await centre.get('/healthz')
    assert.equal(health.status, status, await health.text())
  })

story('a database that hangs: requests are told that there are too many, and later it goes on by itself', async () => {
  await isServed()
  wire.clamp()
  const waiting = [nextPhone(), nextPhone(), nextPhone()]
  const answers = Promise.all(waiting.map(asked))
  await refusesOthers()
  await wire.mend()
  for (const [at, answer] of (await answers).entries()) {
    if (answer?.error === undefined) await shop.sees(1, waiting[at] ?? '', Number(answer?.id))
    else assert.deepEqual(answer, TOO_MANY)
  }
  await isServed()
})

story('a database that is gone: every script answers in its own words, and later it goes on by itself', async () => {
  const before = nextPhone()
  const id = await shop.sent({ phones: before, mes: 'Before' })
  await wire.cut()
  const waiting = asked(nextPhone())
  await refusesOthers()
  assert.deepEqual(await shop.status(before, id), TOO_MANY)
  assert.equal(await shop.ask('balance', {}), 'ERROR = 9 (too many concurrent requests)')
  await healthIs(503)
  await wire.mend()
  await waiting // answered or hung up on, but not forgotten
  await isServed()
  await shop.sees(1, before, id)
  await healthIs(200)
})

story('a database that breaks again and again under load loses nothing and charges nobody twice', async () => {
  carrier.forget()
  const phones: string[] = []
  const answers: Promise<Answer | undefined>[] = []
  for (let round = 0; round < 8; round++) {
    for (let at = 0; at < 40; at++) {
      const phone = nextPhone()
      phones.push(phone)
      answers.push(asked(phone))
    }
    await Promise.race(answers.slice(-40))
    await wire.cut()
    await wire.mend()
  }
  const told = await Promise.all(answers)
  await isServed()
  await drained(centre)
  const rows = await centre.query<{ recipient: string; ref: string; duplicates: number }>(
    'select recipient, ref, duplicates from messages where recipient = any($1) and price > 0',
    [phones],
  )
  const refs = new Map(rows.map(({ recipient, ref }) => [recipient, Number(ref)]))
  assert.equal(refs.size, rows.length, 'nobody is stored twice')
  for (const [at, phone] of phones.entries()) {
    const answer = told[at]
    if (answer?.error === undefined && answer) assert.equal(refs.get(phone), answer.id, `${phone} was told ${answer.id}`)
    else if (answer) assert.equal(refs.has(phone), false, `${phone} was told ${JSON.stringify(answer)}`)
  }
  const heard = new Map<string, number>()
  for (const { submit } of carrier.taken) heard.set(submit.to, (heard.get(submit.to) ?? 0) + 1)
  for (const { recipient, duplicates } of rows) {
    const times = heard.get(recipient) ?? 0
    assert.ok(times >= 1 && times <= 1 + duplicates, `${recipient} arrived ${times} times, marked ${duplicates}`)
  }
})

story('the books agree', () => checkMoney(centre, ['shop'], 10_000))
