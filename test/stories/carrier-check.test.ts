import assert from 'node:assert/strict'
import { after, before, describe, type TestContext } from 'node:test'
import { type Carrier, decimal, hex, type Script, startCarrier } from '../support/carrier.ts'
import { textOf } from '../support/carrier-wire.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { addCarrier, linkIs, setPrice } from '../support/connect.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

const PHONE = '79161234567'
const [RSUBMITFAIL, RINVSRCADR, RTLVNOTALLWD, RTHROTTLED] = [0x45, 0x0a, 0xc1, 0x58]

interface Check {
  readonly id: number
  readonly state: string
  readonly reason: string
  readonly node: number
  readonly link: string
  readonly tests: readonly {
    readonly title: string
    readonly from: string
    readonly answer: string
    readonly pushed_back: number
    readonly note: string
    readonly receipts: readonly {
      readonly stat: string
      readonly found_by: string
      readonly late: boolean
      readonly ids: string[]
    }[]
  }[]
  readonly proposals: readonly { readonly option: string; readonly sure: string; readonly because: string }[]
  readonly findings: readonly { readonly says: string; readonly sure: string }[]
  readonly looks: readonly { readonly test: number; readonly expect: string }[]
  readonly command: string | null
}

describe('carrier check', () => {
  let centre: Centre
  let count = 0
  before(async () => {
    centre = await startCentre({ mode: 'serve', database: 'test' })
    await setPrice(centre, '1')
  })
  after(() => centre?.stop())

  /** A carrier of this story alone, with a route of its own; `off`: switched off, as it is before its first day. */
  async function carrierFor(t: TestContext, script: Partial<Script> = {}, settings = {}, off = false) {
    count += 1
    const name = `carrier-${count}`
    const carrier = await startCarrier(script)
    t.after(async () => {
      await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
      await carrier.stop()
    })
    await addCarrier(centre, carrier.port, { name, prefix: `7900${count}`, settings })
    if (off) await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
    else await linkIs(centre, name, 'up')
    return { carrier, name }
  }

  async function check(name: string, ...more: string[]): Promise<Check> {
    const { output } = await centre.cli('carrier', 'check', name, '--to', PHONE, '--json', ...more)
    return JSON.parse(output) as Check
  }

  const answers = ({ tests }: Check) => tests.map(({ title, answer }) => `${title}: ${answer}`)
  const options = ({ proposals }: Check) => proposals.map(({ option }) => option)

  async function nothingElseHappened(carrier: Carrier, name: string): Promise<void> {
    const [rows] = await centre.query<{ messages: number; postings: number; orphans: number }>(
      `select (select count(*) from messages)::int as messages, (select count(*) from postings)::int as postings,
        (select count(*) from parked_receipts p join carriers c on c.id = p.carrier_id where p.matched_id = 0 and c.name = $1)::int as orphans`,
      [name],
    )
    assert.deepEqual(rows, { messages: 0, postings: 0, orphans: 0 })
    for (const submit of carrier.submits) {
      assert.equal(submit.to, PHONE)
      assert.equal(submit.wantsReceipt, true)
      if (submit.part === undefined || submit.part.number === 1) assert.match(textOf(submit), /^Heliogram test \d\d: /)
    }
  }

  // Checks mostly wait: each of these has a carrier of its own, and they wait at the same time.
  describe('carriers of every kind', { concurrency: 4 }, () => {
    story('a good carrier: everything is taken and delivered, and no setting is proposed', async (t) => {
      const { carrier, name } = await carrierFor(t)
      const done = await check(name)
      assert.equal(done.state, 'done')
      assert.deepEqual(answers(done), [
        'name 5/0: taken',
        'number 1/1: taken',
        'short code 3/0: taken',
        'GSM alphabet: taken',
        'GSM extension: taken',
        'Latin-1 octets: taken',
        'Russian, UCS-2: taken',
        'long, UDH: taken',
        'long, sar_*: taken',
        'long, payload: taken',
      ])
      assert.deepEqual(options(done), [])
      assert.equal(done.command, null)
      assert.ok(
        done.tests.every(({ receipts }) => receipts.every(({ stat, found_by }) => stat === 'DELIVRD' && found_by === 'id')),
      )
      assert.equal(done.tests[7]?.receipts.length, 2)
      const [gsm, extension, latin1, russian] = carrier.submits.slice(3, 7)
      assert.match(String(gsm?.content), /@£\$¥èéùìòÇ.*äöñüà\r\n$/s)
      assert.match(String(extension?.content), /\^ \{ \} \\ \[ ~ \] \| €$/)
      assert.match(String(latin1?.content), /: ¡ ¤ § /, 'Latin-1 octets as this carrier, whose alphabet is GSM, reads them')
      assert.deepEqual([russian?.dataCoding, latin1?.dataCoding, gsm?.dataCoding], [8, 0, 0])
      assert.deepEqual(
        [...new Set(carrier.submits.slice(7).map(({ part, payload }) => (payload ? 'payload' : part?.by)))],
        ['udh', 'sar', 'payload'],
      )
      await nothingElseHappened(carrier, name)
    })

    story('an awkward carrier: ids in two notations, no names, no sar, Latin-1; one command sets all of it', async (t) => {
      const { carrier, name } = await carrierFor(
        t,
        {
          idInResponse: hex,
          idInReceipt: decimal,
          verdict: (submit) => {
            if (/[A-Za-z]/.test(submit.from)) return { status: RINVSRCADR }
            if (submit.part?.by === 'sar') return { status: RTLVNOTALLWD }
            // Octets below 0x20 are control characters in Latin-1.
            return submit.dataCoding === 0 && /[@£$¥èéùìòÇØøÅåΔ_]|[[\]{}~|^]/.test(String(submit.content))
              ? { status: RSUBMITFAIL }
              : 'take'
          },
        },
        { longMessages: 'sar' },
      )
      const done = await check(name)
      assert.equal(done.state, 'done')
      assert.deepEqual(options(done), ['--alphabet latin1', '--long-messages udh', '--receipt-ids decimal'])
      assert.match(
        done.findings.map(({ says }) => says).join('\n'),
        /refuses a name as the sender \(Heliogram\): ESME_RINVSRCADR/,
      )
      await nothingElseHappened(carrier, name)

      const words = done.command?.split(' ').slice(1) ?? []
      const { code, output } = await centre.cli(...words)
      assert.equal(code, 0, output)
      await linkIs(centre, name, 'up')
      const again = await check(name, '--from', '79160000001')
      assert.deepEqual(options(again), ['--sender 79160000001'])
      assert.match(again.findings.map(({ says }) => says).join('\n'), /The alphabet latin1 fits/)
    })

    story('a name that is taken with another TON is proposed with it', async (t) => {
      const { name } = await carrierFor(t, {
        verdict: ({ from, fromTonNpi }) => (from === 'Shop' && fromTonNpi !== '5/1' ? { status: RINVSRCADR } : 'take'),
      })
      const done = await check(name, '--from', 'Shop')
      assert.deepEqual(options(done), ['--name-ton-npi 5/1'])
      assert.deepEqual(
        done.tests.slice(0, 2).map(({ from, answer }) => `${from} ${answer}`),
        ['Shop refused', 'Shop taken'],
      )
    })

    story('a carrier that is switched off is checked over a link of its own, which ends with the check', async (t) => {
      const { carrier, name } = await carrierFor(t, {}, {}, true)
      await eventually(() => assert.equal(carrier.binds(), 0))
      const done = await check(name)
      assert.equal(done.state, 'done')
      assert.equal(done.tests.filter(({ answer }) => answer === 'taken').length, 10)
      await eventually(() => assert.equal(carrier.binds(), 0))
      const { enabled } = (await centre.admin('PATCH', `/carriers/${name}`, { enabled: true })) as { enabled: boolean }
      assert.equal(enabled, true)
      await linkIs(centre, name, 'up')
      await nothingElseHappened(carrier, name)
    })

    story('a carrier that hangs up at some messages and throttles others is checked to the end', async (t) => {
      let throttled = 0
      const { name } = await carrierFor(t, {
        verdict: ({ part, from }) => {
          if (part?.by === 'sar' && part.number === 2) return 'hang up'
          return from === '1234' && throttled++ === 0 ? { status: RTHROTTLED } : 'take'
        },
      })
      const done = await check(name)
      assert.equal(done.state, 'done')
      const of = (title: string) => done.tests.find((one) => one.title.startsWith(title))
      assert.deepEqual([of('short code')?.answer, of('short code')?.pushed_back], ['taken', 1])
      assert.equal(of('long, sar_*')?.answer, 'lost')
      assert.equal(of('long, payload')?.answer, 'taken')
      assert.match(done.findings.map(({ says }) => says).join('\n'), /pushed back once \(ESME_RTHROTTLED/)
    })

    story('receipts that come after the check still find it, and one with a strange id is told by its number', async (t) => {
      const { carrier, name } = await carrierFor(t, { receipt: 'never' })
      const done = await check(name, '--wait', '0')
      assert.match(done.findings[0]?.says ?? '', /No receipt came/)
      const [first] = carrier.taken
      assert.ok(first)
      assert.equal(await carrier.receipt(first), 0)
      await eventually(async () => {
        const { tests } = (await centre.admin('GET', `/carrier-checks/${done.id}`)) as Check
        assert.deepEqual(
          tests[0]?.receipts.map(({ stat, late }) => [stat, late]),
          [['DELIVRD', true]],
        )
      })
      const { output } = await centre.cli('carrier', 'check', name, '--last')
      assert.match(output, /^NO {2}TEST[\s\S]* 1 {2}name 5\/0 +Heliogram +taken +DELIVRD 000/)
      await nothingElseHappened(carrier, name)
    })

    story('ids that have nothing in common are said so, and their receipts are not left as orphans', async (t) => {
      const { carrier, name } = await carrierFor(t, { idInReceipt: (id) => `x${(id * 7919n).toString(36)}` })
      const done = await check(name, '--wait', '8')
      assert.ok(done.tests[0]?.receipts.some(({ found_by }) => found_by === 'number'))
      assert.match(done.findings.map(({ says }) => says).join('\n'), /have nothing in common with those of the answers/)
      await nothingElseHappened(carrier, name)
    })

    story('a simulated carrier is checked with three texts, and needs no settings', async (t) => {
      const rules = [{ title: 'Other notation', match: { prefix: PHONE }, notation: 'hex_then_decimal' }]
      await centre.admin('POST', '/carriers', { kind: 'simulator', name: 'simulated', settings: { receiptDelayMs: 50, rules } })
      t.after(() => centre.admin('PATCH', '/carriers/simulated', { enabled: false }))
      const done = await check('simulated')
      assert.deepEqual(answers(done), ['letters and digits: taken', 'a Russian text: taken', 'a long text: taken'])
      assert.ok(
        done.tests.every(({ receipts }) => receipts.every(({ stat, found_by }) => stat === 'DELIVRD' && found_by === 'id')),
      )
      assert.deepEqual(
        done.tests.map(({ receipts }) => receipts.length),
        [1, 1, 2],
      )
    })

    story('a person sees what happens line by line, and what to do about a mistake', async (t) => {
      const { name } = await carrierFor(t)
      const { code, output } = await centre.cli('carrier', 'check', name, '--to', '+7 916 123-45-67')
      assert.equal(code, 0)
      assert.match(
        output,
        /^Check \d+ of carrier-\d+: marked messages to 79161234567, one at a time\. \(5\/0 and its like: TON\/NPI\.\)\nlink {2}up\n 1 {2}name 5\/0 +taken\n/,
      )
      assert.match(output, /\n 1 {2}receipt DELIVRD 000 after \d+\.\d s\n/)
      assert.match(output, /\n10 +long, payload +Heliogram +taken +DELIVRD 000 +\d+\.\d s +\d+ +the same\n/)
      assert.match(output, /What to compare on the telephone 79161234567[\s\S]*No other settings are proposed\.\n$/)
      for (const line of output.split('\n')) assert.ok(line.length <= 100, line)
      for (const [words, says] of [
        [['nobody', '--to', PHONE], /There is no carrier 'nobody'/],
        [[name, '--to', '8916'], /with its country code/],
        [[name, '--to', PHONE, '--wait', '100000'], /0 to 600 seconds/],
        [[name, '--to', PHONE, '--from', 'Имя'], /up to 11 Latin letters/],
        [[name], /--to is missing/],
      ] as const) {
        const wrong = await centre.cli('carrier', 'check', ...words)
        assert.ok(wrong.code === 1 || wrong.code === 2)
        assert.match(wrong.output, says)
      }
    })
  })

  story('customers who write to the same telephone over the same link meanwhile notice nothing', async (t) => {
    const { carrier, name } = await carrierFor(t, { idInResponse: hex, idInReceipt: decimal })
    await centre.admin('POST', '/routes', { carrier: name, prefix: PHONE, priority: 500 })
    const shop = await centre.account(`shop-${name}`, 100)
    const checking = check(name, '--from', 'Shop')
    const texts = Array.from({ length: 20 }, (_, nth) => `Order ${nth}`)
    const ids = await Promise.all(texts.map((mes) => shop.sent({ phones: PHONE, mes, sender: 'Shop' })))
    const done = await checking
    for (const id of ids) await shop.sees(1, PHONE, id)
    assert.equal(done.tests.length, 10)
    assert.ok(done.tests.every(({ receipts }) => receipts.length > 0))
    assert.equal(Number(await shop.balance()), 80, 'twenty parts, and none of the check')
    const [open] = await centre.query<{ count: number }>('select count(*)::int from parked_receipts where matched_id = 0')
    assert.equal(open?.count, 0)
    assert.equal(carrier.submits.filter((submit) => /^Order/.test(String(submit.content))).length, 20)
  })
})

story('the node that owns the carrier checks it, whichever was asked', async (t) => {
  const database = await createDatabase()
  const owner = await startCentre({ mode: 'serve', database })
  t.after(() => owner.stop())
  const carrier = await startCarrier()
  t.after(() => carrier.stop())
  await addCarrier(owner, carrier.port, { name: 'mts', prefix: '7916' })
  await linkIs(owner, 'mts', 'up')
  const other = await startCentre({ mode: 'serve', database })
  t.after(() => other.terminate())
  const { output } = await other.cli('carrier', 'check', 'mts', '--to', PHONE, '--json')
  const done = JSON.parse(output) as Check
  assert.equal(done.state, 'done')
  const [lease] = await owner.query<{ node: number }>('select node from carrier_leases')
  assert.equal(done.node, lease?.node)
  assert.equal(carrier.binds(), 1)
})
