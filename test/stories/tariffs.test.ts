import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { run } from '../../src/cli/run.ts'
import { lookUp } from '../../src/domain/number/plan.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// What a message is sold for, what its carrier takes, and what is left: a real centre, carriers at real sockets, files on a disk.
const scene = carrierScene()
const ESME_RINVDSTADR = 0x0b

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heliogram-prices-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** The command line, in this process: what it does as a program of its own is told elsewhere. */
async function type(...line: readonly string[]): Promise<{ code: number; output: string }> {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const env = { HELIOGRAM_URL: scene.centre.url, HELIOGRAM_DATA: scene.centre.dataDir }
  return { code: await run(line, { env, out: say, err: say }), output: said.join('') }
}

async function heliogram(...line: readonly string[]): Promise<string> {
  const { code, output } = await type(...line)
  assert.equal(code, 0, `heliogram ${line.join(' ')}: ${output}`)
  return output
}

const token = async (): Promise<string> => (await readFile(join(scene.centre.dataDir, 'admin-token'), 'utf8')).trim()

async function write(name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

/** A customer with a tariff of its own, in which a part costs 3 unless something else is said. */
async function customerOf(tariff: string, currency = 'RUR'): Promise<Customer> {
  await heliogram('tariff', 'set', '--tariff', tariff, '--default', '--price', '3', '--currency', currency)
  await scene.centre.admin('POST', '/accounts', { login: tariff, password: 'x-secret', balance: '1000', tariff })
  await scene.centre.admin('PATCH', `/accounts/${tariff}/limits`, {
    identical: 0,
    identical_cost: 0,
    concurrent: 0,
    status: 0,
    status_mass: 0,
    balance: 0,
  })
  return scene.centre.customer(tariff, 'x-secret')
}

const priceFor = async (customer: Customer, phones: string): Promise<string | undefined> =>
  (await customer.send({ phones, mes: 'Hello', cost: 1 })).cost

/** What is stored of the newest message to a number: its price and its cost, in millionths. */
async function booked(phone: string): Promise<[price: number, cost: number]> {
  const [row] = await scene.centre.query<{ price: string; cost: string }>(
    'select price::text, cost::text from messages where recipient = $1 order by id desc limit 1',
    [phone],
  )
  return [Number(row?.price), Number(row?.cost)]
}

story('an import changes what customers pay at once, and an undo takes it back', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const customer = await customerOf('imported')
  const file = await write('prices.csv', ['prefix;country;price', `${phone(1)};;2,50`, ';*;4'])
  assert.equal(await priceFor(customer, phone(1)), '3')
  assert.match(
    await heliogram('tariff', 'import', file, '--tariff', 'imported', '--yes'),
    /^Imported as version 2 of imported: 2 rows/,
  )
  assert.equal(await priceFor(customer, phone(1)), '2.5')
  assert.equal(await priceFor(customer, phone(2)), '4')
  const id = await customer.sent({ phones: phone(1), mes: 'Hello' })
  await customer.sees(1, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [2_500_000, 0])
  assert.equal(await customer.balance(), '997.50')

  assert.match(await heliogram('tariff', 'undo', '--tariff', 'imported'), /^imported is as it was in version 1/)
  assert.equal(await priceFor(customer, phone(1)), '3')
  assert.equal((await customer.status(phone(1), id, { all: 1 })).cost, '2.50', 'what was sold stays as it was sold')
})

story(
  'a preview says what gets dearer, whose traffic is hit and where the margin falls below zero, and changes nothing',
  async (t) => {
    const { phone, name } = await scene.carrierFor(t)
    const customer = await customerOf('previewed')
    await heliogram('cost', 'set', '--carrier', name, '--default', '--price', '1.25')
    for (const number of [1, 2, 3]) {
      const id = await customer.sent({ phones: phone(number), mes: 'Hello' })
      await customer.sees(1, phone(number), id)
    }
    const file = await write('dear.csv', [
      'prefix;mccmnc;country;from;price',
      `${phone(1)};;;;1`,
      `${phone(2)};;;;4,5`,
      ';;Kazakhstan;2035-01-01;12',
      ';;*;;3',
    ])
    const shown = (await heliogram('tariff', 'import', file, '--tariff', 'previewed', '--preview')).trimEnd().split('\n')
    assert.deepEqual(
      shown,
      [
        'Preview of dear.csv for the tariff previewed, in RUR: 1 row now, 4 rows afterwards (3 written, 0',
        'taken out).',
        '',
        'At once: 1 dearer, 1 cheaper.',
        'ZONE        CHANNEL  DESTINATION   WAS  BECOMES   CHANGE',
        `250 Russia  sms      ${phone(2)}  3.00     4.50    +50 %`,
        `250 Russia  sms      ${phone(1)}  3.00     1.00  -66.6 %`,
        '',
        'From 2035-01-01: 1 dearer.',
        'ZONE            CHANNEL  DESTINATION   WAS  BECOMES  CHANGE',
        '401 Kazakhstan  sms      Kazakhstan   3.00    12.00  +300 %',
        '',
        'Messages of the last 30 days that would have been charged otherwise at the prices of 2035-01-01, in',
        'RUR:',
        'ACCOUNT    MESSAGES  AT PRESENT  AFTERWARDS  DIFFERENCE',
        'previewed         2        6.00        5.50       -0.50',
        '',
        'The margin falls below zero for 1 destination (a part, in RUR):',
        'CARRIER    CHANNEL  DESTINATION  PRICE  COST  LOSS  MESSAGES IN 30 DAYS',
        `${name}  sms      ${phone(1)}   1.00  1.25  0.25                    1`,
        '',
        'Nothing is changed yet. To import it, add --yes; to take it back afterwards:',
        '  heliogram tariff undo --tariff previewed',
      ],
      shown.join('\n'),
    )
    assert.equal(await priceFor(customer, phone(2)), '3')

    const many = Array.from({ length: 60 }, (_, at) => `;;${['Germany', 'France', 'Spain'][at % 3]};${2040 + at}-01-01;${at + 1}`)
    const lost = await write('lost.csv', ['prefix;price', `${phone(1)};3`])
    assert.match(
      await heliogram('tariff', 'import', lost, '--tariff', 'previewed'),
      /^There were 2 messages of the last 30 days that would be refused for want of a price\.$/m,
    )

    const costs = await write('costs.csv', ['country;price', '*;3.5'])
    const dearer = await heliogram('cost', 'import', costs, '--carrier', name)
    assert.match(dearer, /^0 Everywhere else +sms +everywhere +1\.25 +3\.50 +\+180 %$/m)
    assert.match(dearer, /^previewed +3 +3\.75 +10\.50 +\+6\.75$/m)
    assert.match(dearer, /^previewed +sms +everywhere +3\.00 +3\.50 +0\.50 +3$/m)

    const longFile = await write('many.csv', ['prefix;mccmnc;country;from;price', ...many])
    const long = await heliogram('tariff', 'import', longFile, '--tariff', 'previewed')
    assert.match(long, /^There are rows for 40 later dates too; they are not compared here\.$/m)
    assert.ok(
      long.split('\n').every((line) => line.length <= 100),
      long,
    )
  },
)

story('a file with a wrong line is explained line by line, and nothing of it is applied', async () => {
  await customerOf('careful')
  const file = await write('bad.csv', ['mccmnc;price', '250;1', '25001;-1', '=1+1;2', '250;2'])
  const before = await heliogram('tariff', 'export', 'careful')
  const { code, output } = await type('tariff', 'import', file, '--tariff', 'careful')
  assert.equal(code, 1)
  assert.match(output, /^bad\.csv cannot be imported: 3 lines are wrong\. Nothing was changed\.$/m)
  assert.match(output, /^line 3 +The price -1 is negative/m)
  assert.match(output, /^line 4 +The mccmnc '=1\+1' begins like a formula/m)
  assert.match(output, /^line 5 +This contradicts line 2/m)
  assert.equal((await type('tariff', 'import', file, '--tariff', 'careful', '--yes')).code, 1)
  assert.equal(await heliogram('tariff', 'export', 'careful'), before)

  const huge = join(folder, 'huge.csv')
  await writeFile(huge, Buffer.alloc(17 * 1_048_576, 'mccmnc;price\n'))
  const whole = { method: 'POST', body: Buffer.alloc(17 * 1_048_576, 'x'), headers: { Authorization: `Bearer ${await token()}` } }
  const answer = await scene.centre.get('/admin/v1/tariffs/careful/import', whole)
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /at most 16777216 octets/)
  assert.match((await type('tariff', 'import', huge)).output, /has 17 MB\. At most 16 MB and 100,000 rows are taken at once/)
})

story('what is exported can be edited and imported again', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const customer = await customerOf('edited')
  const file = join(folder, 'edited.csv')
  await heliogram('tariff', 'export', 'edited', file, '--spreadsheet')
  const text = await readFile(file, 'utf8')
  assert.match(text, /;3,00;/)
  await writeFile(file, text.replace(';3,00;', ';3,75;'))
  await heliogram('tariff', 'import', file, '--tariff', 'edited', '--yes')
  assert.equal(await priceFor(customer, phone(1)), '3.75')
})

story('a price entered in advance takes force at its moment, without anybody doing anything', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const customer = await customerOf('dated')
  const at = Math.ceil(Date.now() / 1000 + 3) * 1000
  const from = new Date(at).toISOString().slice(0, 19)
  assert.match(await heliogram('tariff', 'set', '--tariff', 'dated', '--default', '--price', '8', '--from', `${from}Z`), /8\.00/)
  await eventually(async () => assert.equal(await priceFor(customer, phone(1)), '8'))
  assert.ok(Date.now() >= at - 1000, 'not before its moment')
})

story('an account pays its own price of a network, which get_price tells, and nobody else does', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { mcc, mnc } = lookUp(phone(1))
  const [own, other] = [await customerOf('own'), await customerOf('others')]
  await heliogram('tariff', 'exception', 'set', 'own', '--mccmnc', mcc + mnc, '--price', '1.25')
  assert.deepEqual([await priceFor(own, phone(1)), await priceFor(other, phone(1))], ['1.25', '3'])
  await own.sent({ phones: phone(1), mes: 'Hello' })
  assert.equal(await own.balance(), '998.75')
  assert.match(await own.ask('get', { get_price: 1 }), new RegExp(`^mccmnc = ${mcc}${mnc}, cost = 1\\.25$`, 'm'))
  assert.doesNotMatch(await other.ask('get', { get_price: 1 }), /mccmnc/)
  await heliogram('tariff', 'exception', 'remove', 'own', '--mccmnc', mcc + mnc)
  assert.equal(await priceFor(own, phone(1)), '3')
})

story('what the carrier takes is kept with each message, and the margin is what is left', async (t) => {
  const { phone, name, carrier } = await scene.carrierFor(t, { receipt: 'never' })
  const customer = await customerOf('earning')
  await heliogram('currency', 'set', 'USD=90')
  await heliogram('cost', 'set', '--carrier', name, '--default', '--price', '0.01', '--currency', 'USD')
  const long = 'ж'.repeat(100) // two parts
  const id = await customer.sent({ phones: phone(1), mes: long })
  await customer.sees(0, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [6_000_000, 1_800_000], 'it costs when it is taken, not when it arrives')
  for (const taken of carrier.taken) await carrier.receipt(taken)
  await customer.sees(1, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [6_000_000, 1_800_000])

  const margin = await heliogram('margin', '--by', 'account')
  assert.match(margin, /^earning +1 +6\.00 +1\.80 +4\.20 +70 %/m)
  assert.match(await heliogram('margin', '--by', 'carrier'), new RegExp(`^${name} +1 +6\\.00 +1\\.80 +4\\.20 +70 %`, 'm'))
  assert.match(await heliogram('margin', '--by', 'country'), /^Russia /m)
})

story('an account that pays in another currency has its costs in that currency', async (t) => {
  const { phone, name } = await scene.carrierFor(t)
  await heliogram('currency', 'set', 'EUR=100')
  await heliogram('cost', 'set', '--carrier', name, '--default', '--price', '1.50')
  const customer = await customerOf('euro', 'EUR')
  const id = await customer.sent({ phones: phone(1), mes: 'Hello' })
  await customer.sees(1, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [3_000_000, 15_000])
  assert.match(await heliogram('margin', '--by', 'account'), /^euro +1 +300\.00 +1\.50 +298\.50/m)
})

story('a message costs what the carrier takes that took it, not the one that refused it', async (t) => {
  const first = await scene.carrierFor(t, { verdict: () => ({ status: ESME_RINVDSTADR }) })
  const second = await scene.carrierFor(t)
  await scene.centre.admin('POST', '/routes', { carrier: second.name, prefix: first.prefix, priority: 50 })
  await heliogram('cost', 'set', '--carrier', first.name, '--default', '--price', '0.70')
  await heliogram('cost', 'set', '--carrier', second.name, '--default', '--price', '1.10')
  const customer = await customerOf('moved')
  const id = await customer.sent({ phones: first.phone(1), mes: 'Hello' })
  await customer.sees(1, first.phone(1), id)
  assert.equal(first.carrier.submits.length, 1)
  assert.deepEqual(await booked(first.phone(1)), [3_000_000, 1_100_000])
})

story('a message that was taken without an answer has its cost once its receipt shows that', async (t) => {
  const { phone, name, carrier } = await scene.carrierFor(
    t,
    { verdict: () => 'silent', receipt: 'never' },
    { unknown: 'hold', settings: { responseTimeoutSeconds: 1 } },
  )
  await heliogram('cost', 'set', '--carrier', name, '--default', '--price', '1.10')
  const customer = await customerOf('silent')
  const id = await customer.sent({ phones: phone(1), mes: 'Hello' })
  await carrier.arrived(1)
  const held = 'select reason from due_queue d join messages m on m.id = d.id where m.recipient = $1'
  await eventually(async () => assert.equal((await scene.centre.query(held, [phone(1)])).length, 1))
  assert.deepEqual(await booked(phone(1)), [3_000_000, 0])
  const [taken] = carrier.taken
  assert.ok(taken)
  await carrier.receipt(taken)
  await customer.sees(1, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [3_000_000, 1_100_000])
})

story('a message that waited while the centre was killed has its cost when it is sent', async (t) => {
  const { phone, name, carrier } = await scene.carrierFor(t)
  await heliogram('cost', 'set', '--carrier', name, '--default', '--price', '1.10')
  const customer = await customerOf('killed')
  await carrier.close()
  const id = await customer.sent({ phones: phone(1), mes: 'ж'.repeat(100) })
  await scene.centre.kill()
  await scene.centre.start()
  await carrier.open()
  await customer.sees(1, phone(1), id)
  assert.deepEqual(await booked(phone(1)), [6_000_000, 2_200_000])
})
