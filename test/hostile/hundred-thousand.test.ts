import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { story } from '../support/story.ts'

// The largest request there is, against the whole program.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 150_000)
})
after(() => centre?.stop())

const COUNT = 100_000
const FIRST = 79200000000
const phones = Array.from({ length: COUNT }, (_, at) => FIRST + at)

story('100,000 numbers are taken, while others send one message after another', async () => {
  const neighbour = await centre.account('neighbour', 100)
  let underWay = true
  const bulk = shop.send({ phones: phones.join(','), mes: 'To all', id: 5, cost: 3 }).finally(() => {
    underWay = false
  })
  let sent = 0
  while (underWay && sent < 100) await neighbour.sent({ phones: '79161234567', mes: `Single ${sent++}` })
  const { id, cnt, cost, balance } = await bulk
  assert.deepEqual([id, cnt, cost, balance], [5, COUNT, String(COUNT), '50000'])
  assert.ok(sent > 1, 'the neighbour had to wait for all of it')
})

story('each of them can be asked after', async () => {
  for (const at of [0, 1, 31_415, 99_998, 99_999]) {
    const { status } = await shop.status(String(FIRST + at), 5)
    assert.ok([-1, 0, 1].includes(status ?? -3), `${at}: ${status}`)
  }
  assert.equal((await shop.status(String(FIRST + COUNT), 5)).status, -3)
  const sample = Array.from({ length: 1000 }, (_, at) => FIRST + at * 100)
  const rows = JSON.parse(await shop.ask('status', { phone: sample.join(','), id: 5, fmt: 3 })) as { status: number }[]
  assert.equal(rows.length, 1000)
  assert.ok(rows.every(({ status }) => status > -3))
})

story('once more there is not the money for it: nothing is charged, and each number says why', async () => {
  const { error_code: number } = await shop.send({ phones: phones.join(','), mes: 'To all', id: 6 })
  assert.equal(number, 3)
  assert.equal(await shop.balance(), '50000.00')
  for (const at of [0, 99_999]) assert.equal((await shop.status(String(FIRST + at), 6)).status, 24)
})

story('the price of it is told, in JSON too', async () => {
  const body = JSON.stringify({ login: 'shop', psw: 'shop-secret', mes: 'To all', phones, cost: 1 })
  const response = await centre.get('/rest/send/', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  assert.equal(await response.text(), `{\n"cost": "${COUNT}",\n"cnt": ${COUNT}\n}`)
})

story('the books agree, and the program has not grown without bound', async () => {
  const audit = await centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
  assert.doesNotMatch(centre.output(), /"level":[56]0/)
  if (process.platform !== 'linux') return
  const [, peakKb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${centre.pid()}/status`, 'utf8')) ?? []
  assert.ok(Number(peakKb) < 1_000_000, `${peakKb} kB`)
})
