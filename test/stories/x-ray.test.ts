import assert from 'node:assert/strict'
import { run } from '../../src/cli/run.ts'
import type { Trace } from '../../src/cli/trace-types.ts'
import { startCarrier } from '../support/carrier.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { connect } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// An operator wants to know what became of a message, and why: the whole life of it, as far as anybody can know it.
const scene = carrierScene()

const ESME_RINVDSTADR = 0x0b
const ESME_RTHROTTLED = 0x58

const traceJson = async (id: number): Promise<Trace> =>
  (await scene.centre.admin('GET', `/messages/${id}/trace?account=shop`)) as Trace

/** Captures are stored a moment after they were made. */
const traced = (id: number, holds: (trace: Trace) => void): Promise<Trace> =>
  eventually(async () => {
    const trace = await traceJson(id)
    holds(trace)
    return trace
  })

/** A line of the command line, without a process of its own. */
async function type(words: readonly string[]): Promise<{ code: number; output: string }> {
  const { url, dataDir } = scene.centre
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const code = await run(words, { env: { HELIOGRAM_URL: url, HELIOGRAM_DATA: dataDir }, out: say, err: say })
  return { code, output: said.join('') }
}

async function cli(...words: string[]): Promise<string> {
  const { code, output } = await type(words)
  assert.equal(code, 0, output)
  assert.deepEqual(
    output.split('\n').filter((line) => [...line].length > 100),
    [],
    'it reads well in 100 columns',
  )
  return output
}

/** Nothing may be wrong with these octets but what they say. */
const unreadable = Buffer.from(`00000018${'00000005'}${'00000000'}${'0000002a'}${'ffffffffffffffff'}`, 'hex')

story('a message that was delivered tells its life from the request to the receipt, and what is rebuilt says so', async (t) => {
  const { carrier, phone, name } = await scene.carrierFor(t)
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Your code is 1234', sender: 'Shop' })
  await scene.shop.sees(1, phone(1), id)
  const trace = await traceJson(id)

  assert.equal(trace.request.via, 'send.php')
  assert.deepEqual(trace.request.captured, [], 'nobody asked for it')
  assert.equal(trace.request.rebuilt.find(({ name: field }) => field === 'mes')?.value, 'Your code is 1234')
  assert.match(trace.pricing.says, /^1 part × 1\.50 = 1\.50 RUR \(tariff default: everywhere else\)\.$/)
  assert.deepEqual(
    trace.postings.map(({ kind, amount }) => [kind, amount]),
    [['charge', '-1.50']],
  )
  assert.deepEqual(
    trace.routing.routes.filter(({ place }) => place > 0).map(({ carrier: asked, came }) => [asked, came]),
    [[name, 'took it']],
  )
  assert.deepEqual(
    trace.steps.map(({ step }) => step),
    ['accepted', 'handed', 'answered', 'final'],
  )
  assert.deepEqual(
    trace.pdus.map((pdu) => [pdu.name, pdu.direction, pdu.origin]),
    [
      ['submit_sm', 'sent', 'rebuilt'],
      ['submit_sm_resp', 'received', 'rebuilt'],
    ],
  )
  assert.match(trace.pdus[0]?.hex ?? '', new RegExp(Buffer.from('Your code is 1234').toString('hex')))
  assert.match(trace.pdus[1]?.hex ?? '', new RegExp(Buffer.from(String(carrier.taken[0]?.id)).toString('hex')))
  assert.deepEqual(
    trace.receipts.map(({ stat, err, origin }) => [stat, err, origin]),
    [['DELIVRD', '000', 'stored']],
  )

  const page = await cli('message', 'trace', String(id), '--account', 'shop')
  for (const title of ['WHAT HAPPENED', 'TIMES', 'REQUEST by send.php', 'NUMBER AND TEXT', 'PRICE', 'ROUTES', 'PDUS', 'RECEIPTS'])
    assert.ok(page.includes(`\n${title}`), `${title} is a section of\n${page}`)
})

story('what a carrier refuses or pushes back is told in words and in hex, and an error’s octets are there', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t, { verdict: () => ({ status: ESME_RTHROTTLED }) })
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Not now' })
  await carrier.arrived(2)
  carrier.script.verdict = () => ({ status: ESME_RINVDSTADR })
  await scene.shop.sees(20, phone(1), id)
  const trace = await traced(id, ({ pdus }) =>
    assert.ok(pdus.some(({ why, status }) => why === 'error' && /RINVDSTADR/.test(status))),
  )

  const life = trace.story.map(({ says }) => says).join('\n')
  assert.match(life, /pushed back.*ESME_RTHROTTLED \(0x58\)/)
  assert.match(life, /refused it, status ESME_RINVDSTADR \(0x0b\), invalid destination address \(sequence \d+/)
  assert.match(trace.steps.find(({ step }) => step === 'handed')?.says ?? '', /the carrier pushed back/)
  const answer = trace.pdus.find(({ name, status }) => name === 'submit_sm_resp' && /RINVDSTADR/.test(status))
  assert.deepEqual([answer?.origin, answer?.hex.slice(16, 24)], ['captured', '0000000b'])
  assert.deepEqual(
    trace.postings.map(({ kind, amount }) => [kind, amount]),
    [
      ['charge', '-1.50'],
      ['refund', '1.50'],
    ],
  )
})

story('a PDU that nobody can read is kept with its octets, and the messages of that time speak of it', async (t) => {
  const { carrier, phone, name } = await scene.carrierFor(t, { receipt: 'never' })
  const id = await scene.shop.sent({ phones: phone(1), mes: 'Where is my receipt?' })
  await scene.shop.sees(0, phone(1), id)
  await carrier.raw(unreadable)
  await traced(id, ({ unreadable_nearby }) => assert.equal(unreadable_nearby, 1))
  assert.match(await cli('message', 'trace', String(id), '--account', 'shop'), /1 PDU that nobody could read/)
  const shown = await cli('trace', 'show', '--carrier', name, '--why', 'unreadable')
  assert.match(shown, /deliver_sm that can not be read/)
  assert.match(shown, /00000018 00000005 00000000 0000002a ffffffff ffffffff/)
})

story('a long message shows each of its parts, as they went over the wire', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const text = 'Это длинное сообщение. '.repeat(8)
  const id = await scene.shop.sent({ phones: phone(1), mes: text })
  await scene.shop.sees(1, phone(1), id)
  const { pdus, normalised } = await traceJson(id)
  assert.deepEqual([normalised.alphabet, normalised.parts], ['UCS-2', 3])
  const submits = pdus.filter(({ name }) => name === 'submit_sm')
  assert.deepEqual(
    submits.map(({ part }) => part),
    [1, 2, 3],
  )
  for (const [at, { udh, content }] of carrier.submits.entries()) {
    const body = Buffer.from(String(content), 'utf16le').swap16()
    const { hex } = submits[at] ?? assert.fail()
    assert.ok(hex.includes(Buffer.concat([udh, body]).toString('hex')), `part ${at + 1} is what the carrier got`)
  }
})

story('while a trace of an account is on its octets are kept, texts only where asked, and nothing when it is off', async (t) => {
  const { phone, name } = await scene.carrierFor(t)
  const other = await scene.centre.account('other', 100)
  const text = 'My secret is out'
  const send = async (number: number) => {
    const id = await scene.shop.sent({ phones: phone(number), mes: text, sender: 'Shop' })
    await scene.shop.sees(1, phone(number), id)
    return id
  }
  const textHex = Buffer.from(text).toString('hex')

  assert.match(await cli('trace', 'on', '--account', 'shop', '--for', '10m'), /shop +all +masked +yes/)
  const masked = await send(1)
  await other.sees(1, phone(9), await other.sent({ phones: phone(9), mes: 'Somebody else' }))
  const trace = await traced(masked, ({ receipts }) => assert.equal(receipts[0]?.origin, 'captured'))
  assert.deepEqual(
    trace.pdus.map((pdu) => [pdu.name, pdu.origin]),
    [
      ['submit_sm', 'captured'],
      ['submit_sm_resp', 'captured'],
      ['deliver_sm', 'captured'],
    ],
  )
  assert.ok(!trace.pdus.some(({ hex }) => hex.includes(textHex)), 'the text is masked')
  assert.match(trace.receipts[0]?.hex ?? '', new RegExp(Buffer.from('stat:DELIVRD').toString('hex')))
  const [request] = trace.request.captured
  assert.match(request?.says ?? '', /^\/sys\/send\.php, answered\n/)
  assert.match(request?.says ?? '', /\npsw=\*\*\*\n/)
  assert.doesNotMatch(request?.says ?? '', /shop-secret|My secret/)

  await cli('trace', 'on', '--account', 'shop', '--carrier', name, '--texts')
  const plain = await send(2)
  await traced(plain, ({ pdus }) => assert.ok(pdus.some(({ hex, origin }) => origin === 'captured' && hex.includes(textHex))))
  const [{ count } = { count: -1 }] = await scene.centre.query<{ count: number }>(
    `select count(*)::int from captures where account_id = (select id from accounts where login = 'other')`,
  )
  assert.equal(count, 0, 'nothing of anybody else')

  assert.match(await cli('trace', 'off'), /2 traces are off/)
  const off = await send(3)
  assert.deepEqual([...new Set((await traceJson(off)).pdus.map(({ origin }) => origin))], ['rebuilt'])
  const list = await cli('trace', 'list')
  assert.match(list, /kept +no/)
  assert.match(list, /masked +no/)
})

story('a trace of a carrier shows its binds, and never its password', async (t) => {
  const { carrier, name } = await scene.carrierFor(t)
  await cli('trace', 'on', '--carrier', name, '--for', '5m')
  carrier.hangUp()
  await carrier.bound()
  const shown = await eventually(async () => {
    const page = await cli('trace', 'show', '--carrier', name)
    assert.match(page, /bind_transceiver_resp/)
    return page
  })
  assert.match(shown, /password +\(not shown\)/)
  assert.ok(!shown.includes(Buffer.from('secret').toString('hex')))
  await cli('trace', 'off')
})

story('a message whose route is gone and whose carrier is switched off is explained by what was, and what is', async (t) => {
  const carrier = await startCarrier()
  t.after(carrier.stop)
  const [name, prefix, phone] = ['short-lived', '7901', '79010000001']
  await connect(scene.centre, carrier, { name, prefix })
  const id = await scene.shop.sent({ phones: phone, mes: 'Before the change' })
  await scene.shop.sees(1, phone, id)
  const routes = (await scene.centre.admin('GET', '/routes')) as { id: number; prefix: string }[]
  await scene.centre.admin('DELETE', `/routes/${routes.find((route) => route.prefix === prefix)?.id}`)
  await scene.centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
  await scene.centre.admin('DELETE', `/carriers/${name}`)
  const { routing, pdus, pdu_notes } = await traceJson(id)
  assert.equal(routing.changed_since, true)
  assert.deepEqual(
    routing.routes.filter(({ place }) => place > 0),
    [],
  )
  assert.equal(routing.asked_elsewhere.length, 1)
  assert.deepEqual(pdus, [])
  assert.match(pdu_notes.join(), /is no longer there: its PDUs can not be made again/)
  assert.match(await cli('message', 'trace', String(id), '--account', 'shop'), /they have changed since/)
})

story('a mistake of the operator is explained', async () => {
  const complaints: [words: string[], says: RegExp][] = [
    [['trace', 'on'], /Say whose: an account, a carrier, or both/],
    [['trace', 'on', '--account', 'nobody'], /There is no account 'nobody'/],
    [['trace', 'on', '--carrier', 'nobody'], /There is no carrier 'nobody'/],
    [['trace', 'on', '--account', 'shop', '--for', 'ever'], /'ever' is no time a trace may take: write 30m, 2h or 1d/],
    [['trace', 'on', '--account', 'shop', '--for', '8d'], /at most 7d/],
    [['trace', 'on', '--account', 'shop', '--limit', '0'], /limit must be from 1 to 50000/],
    [['trace', 'off', '4711'], /No switch 4711 is on/],
    [['trace', 'off', 'all'], /'all' is no number of a switch: heliogram trace list/],
    [['trace', 'show', '--why', 'because'], /why must be one of asked, error, unreadable/],
    [['message', 'trace', '987654321'], /There is no message 987654321/],
  ]
  for (const [words, says] of complaints) {
    const { code, output } = await type(words)
    assert.notEqual(code, 0, words.join(' '))
    assert.match(output, says)
  }
})
