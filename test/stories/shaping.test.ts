import assert from 'node:assert/strict'
import { startCarrier } from '../support/carrier.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { connect, linkIs } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Carriers that throttle, cry spam, and say things of their own; and rules for what they say.
const scene = carrierScene()

const ESME_RSYSERR = 0x08
const ESME_RSUBMITFAIL = 0x45
const ESME_RTHROTTLED = 0x58
const VENDOR = 0x464

const MTS = '7916'
const BEELINE = '7903'

interface Pause {
  readonly id: number
  readonly says: string
  readonly kind: string
  readonly key: string
  readonly reason: string
}

const heliogram = (...words: readonly string[]) => scene.centre.cli(...words)

const ruled = async (...words: readonly string[]): Promise<string> => {
  const { code, output } = await heliogram('shaping', 'rule', 'add', ...words)
  assert.equal(code, 0, output)
  return output
}
const pausesAt = async (carrier: string): Promise<Pause[]> =>
  ((await scene.centre.admin('GET', '/shaping/pauses')) as (Pause & { carrier: string })[]).filter(
    (each) => each.carrier === carrier,
  )
const pausedAt = (carrier: string, key: string): Promise<Pause> =>
  eventually(async () => {
    const pause = (await pausesAt(carrier)).find((each) => each.key === key)
    assert.ok(pause, `nothing is paused at ${carrier}`)
    return pause
  })
const lift = async ({ id }: Pause): Promise<string> => {
  const { code, output } = await heliogram('shaping', 'lift', String(id))
  assert.equal(code, 0, output)
  return output
}
const waits = (id: number, why: RegExp): Promise<void> =>
  eventually(async () => {
    const trace = (await scene.centre.admin('GET', `/messages/${id}/trace?account=shop`)) as { waits: string }
    assert.match(trace.waits, why)
  })

story(
  'a sender that a carrier takes for spam is paused there; others go on; what waits says so, over a restart, until it is lifted',
  async (t) => {
    let strict = true
    const { carrier, name, phone } = await scene.carrierFor(t, {
      verdict: ({ from }) =>
        strict && from === 'Casino' ? { status: ESME_RSUBMITFAIL, text: 'Blocked: SPAM detected' } : 'take',
    })
    const rule = ['--carrier', name, '--status', '0x45', '--text', 'blocked*spam', '--class', 'spam']
    await ruled(...rule, '--action', 'pause-sender', '--for', '1h', '--after', '3')

    const cost = await scene.spent(async () => {
      for (const number of [1, 2, 3]) {
        const id = await scene.shop.sent({ phones: phone(number), mes: `Win ${number}`, sender: 'Casino' })
        assert.equal((await scene.shop.sees(23, phone(number), id)).err, 253)
      }
    })
    assert.equal(cost, 0, 'refused as spam: the money comes back')
    assert.equal(carrier.submits.length, 3)

    const pause = await pausedAt(name, 'Casino')
    assert.match(pause.reason, /ESME_RSUBMITFAIL.*Blocked: SPAM detected, 3 times within an hour/)
    const held = await scene.shop.sent({ phones: phone(4), mes: 'Win 4', sender: 'Casino' })
    const free = await scene.shop.sent({ phones: phone(5), mes: 'Your parcel', sender: 'Parcels' })
    await scene.shop.sees(1, phone(5), free)
    await waits(held, new RegExp(`It waits: Sender Casino is paused at ${name} until`))

    await scene.centre.terminate()
    await scene.centre.start()
    await linkIs(scene.centre, name, 'up')
    await carrier.bound()
    const again = await scene.shop.sent({ phones: phone(6), mes: 'Win 6', sender: 'Casino' })
    await waits(again, /Sender Casino is paused/)
    const { output } = await heliogram('shaping', 'pauses')
    assert.match(output, /sender Casino is paused .*\n.*2 messages\s+wait for it/s)
    assert.match((await heliogram('carrier', 'list')).output, new RegExp(`${name} .*sender Casino`))
    assert.equal(carrier.submits.filter(({ from }) => from === 'Casino').length, 3, 'the carrier has heard no more of it')

    strict = false
    assert.match(await lift(pause), /Lifted: sender Casino is paused .* 2 waiting messages go on/)
    await scene.shop.sees(1, phone(4), held)
    await scene.shop.sees(1, phone(6), again)
    assert.deepEqual(await pausesAt(name), [])
  },
)

story('receipts pause a network: its messages wait, those to other networks do not', async (t) => {
  const { carrier, name } = await scene.carrierFor(
    t,
    { stat: ({ to }) => (to.startsWith(BEELINE) ? 'UNDELIV' : 'DELIVRD'), err: '069' },
    { prefix: '79', priority: 300 },
  )
  await ruled(
    '--carrier',
    name,
    '--err',
    '69',
    '--mccmnc',
    '250',
    '--class',
    'opted-out',
    '--action',
    'pause-destination',
    '--for',
    '30m',
  )
  const first = await scene.shop.sent({ phones: `${BEELINE}0000001`, mes: 'Hello' })
  const end = await scene.shop.sees(23, `${BEELINE}0000001`, first)
  assert.equal(end.err, 252, 'the rule says what the customer hears of it')

  const [pause] = await eventually(async () => {
    const found = (await pausesAt(name)).filter(({ kind }) => kind === 'destination')
    assert.equal(found.length, 1)
    return found
  })
  assert.ok(pause)
  const held = await scene.shop.sent({ phones: `${BEELINE}0000002`, mes: 'Hello' })
  const free = await scene.shop.sent({ phones: `${MTS}0000002`, mes: 'Hello' })
  await scene.shop.sees(1, `${MTS}0000002`, free)
  await waits(held, new RegExp(`Network ${pause.key} is paused at ${name}`))
  assert.equal(carrier.submits.length, 2)
  carrier.script.stat = () => 'DELIVRD'
  await lift(pause)
  await scene.shop.sees(1, `${BEELINE}0000002`, held)
})

story('a vendor’s own status sends a network another way for a time, and the carrier is not asked again meanwhile', async (t) => {
  const first = await scene.carrierFor(
    t,
    { verdict: ({ to }) => (to.startsWith(MTS) ? { status: VENDOR } : 'take') },
    { prefix: '79', priority: 400 },
  )
  const second = await startCarrier()
  t.after(second.stop)
  await connect(scene.centre, second, { name: `${first.name}-b`, prefix: '79', priority: 350 })
  t.after(() => scene.centre.admin('PATCH', `/carriers/${first.name}-b`, { enabled: false }))
  await ruled('--carrier', first.name, '--status', '1124', '--class', 'rejected-here', '--action', 'other-route', '--for', '10m')

  for (const number of [1, 2, 3]) {
    const to = `${MTS}000000${number}`
    await scene.shop.sees(1, to, await scene.shop.sent({ phones: to, mes: 'Find your way' }))
  }
  const other = await scene.shop.sent({ phones: `${BEELINE}0000001`, mes: 'Find your way' })
  await scene.shop.sees(1, `${BEELINE}0000001`, other)
  assert.deepEqual([first.carrier.submits.map(({ to }) => to.slice(0, 4)), second.taken.length], [[MTS, BEELINE], 3])
})

story('a small link with a single failure goes on', async (t) => {
  const { carrier, name, phone } = await scene.carrierFor(
    t,
    { verdict: ({ at }) => (at === 1 ? { status: ESME_RTHROTTLED } : at === 3 ? { status: ESME_RSYSERR } : 'take') },
    { settings: { window: 1 } },
  )
  const ids: number[] = []
  for (let number = 0; number < 10; number++) ids.push(await scene.shop.sent({ phones: phone(number), mes: `Go on ${number}` }))
  for (const [number, id] of ids.entries()) await scene.shop.sees(1, phone(number), id)
  assert.equal(carrier.submits.length, 12, 'one was throttled, one met trouble; both were sent once more')
  const { window, window_max } = (await scene.centre.admin('GET', `/carriers/${name}`)) as { window: number; window_max: number }
  assert.deepEqual([window, window_max], [1, 1])
})

story(
  'a carrier that pushes back again and again gets a smaller window, which the operator sees, and everything in the end',
  async (t) => {
    const { carrier, name, phone } = await scene.carrierFor(
      t,
      { verdict: ({ at }) => (at <= 60 ? { status: ESME_RTHROTTLED } : 'take') },
      { settings: { window: 20, busyPauseMs: 5, busyPauseMaxMs: 20 } },
    )
    const phones = Array.from({ length: 40 }, (_, number) => phone(number))
    const id = await scene.shop.sent({ phones: phones.join(','), mes: 'Not so fast' })
    await eventually(async () => {
      const { window, window_max } = (await scene.centre.admin('GET', `/carriers/${name}`)) as {
        window: number
        window_max: number
      }
      assert.ok(window < 20 && window >= 1 && window_max === 20, `${window} of ${window_max}`)
    })
    assert.match((await heliogram('carrier', 'list')).output, new RegExp(`${name} .* \\d+ of 20`))
    const metrics = await (await scene.centre.get('/metrics')).text()
    assert.match(metrics, new RegExp(`heliogram_carrier_window_max{carrier="${name}"} 20`))
    assert.match(metrics, new RegExp(`heliogram_carrier_answers_total{carrier="${name}",class="busy"} \\d+`))
    for (const to of phones) await scene.shop.sees(1, to, id)
    assert.equal(carrier.taken.length, 40)
  },
)

story(
  '"window full" in a vendor’s own words is no refusal: it pauses the link, halves the rate, and nothing is lost',
  async (t) => {
    let full = 2
    const { carrier, name, phone } = await scene.carrierFor(t, {
      verdict: () => (full-- > 0 ? { status: ESME_RSUBMITFAIL, text: 'Window full' } : 'take'),
    })
    await ruled('--carrier', name, '--text', 'window full', '--class', 'busy', '--action', 'halve-rate', '--for', '1m')
    const ids: number[] = []
    for (let number = 0; number < 5; number++) ids.push(await scene.shop.sent({ phones: phone(number), mes: `Easy ${number}` }))
    for (const [number, id] of ids.entries()) await scene.shop.sees(1, phone(number), id)
    assert.equal(carrier.taken.length, 5)
    const pause = await pausedAt(name, '')
    assert.match(pause.says, new RegExp(`${name} gets at most [\\d.]+ parts a second`))
  },
)

story('a paused link keeps what waits for it and says why', async (t) => {
  const { carrier, name, phone } = await scene.carrierFor(t, {
    verdict: ({ at }) => (at === 1 ? { status: VENDOR, text: 'Quota exceeded' } : 'take'),
  })
  await ruled(
    '--carrier',
    name,
    '--status',
    '0x464',
    '--text',
    'quota',
    '--class',
    'rejected-here',
    '--action',
    'pause-link',
    '--for',
    '1h',
  )
  const refused = await scene.shop.sent({ phones: phone(1), mes: 'One' })
  await scene.shop.sees(20, phone(1), refused)
  const pause = await pausedAt(name, '')
  const held = await scene.shop.sent({ phones: phone(2), mes: 'Two' })
  await waits(held, new RegExp(`The link of ${name} is paused until .*Quota exceeded`))
  assert.equal(carrier.submits.length, 1)
  await lift(pause)
  await scene.shop.sees(1, phone(2), held)
})

story('the simulated carrier is judged like any other', async (t) => {
  const rules = [{ title: 'No such subscriber here', match: { suffix: '1' }, outcome: 'rejected', status: 0x0b }]
  await scene.centre.admin('POST', '/carriers', { kind: 'simulator', name: 'sim', settings: { rules } })
  t.after(() => scene.centre.admin('PATCH', '/carriers/sim', { enabled: false }))
  await scene.centre.admin('POST', '/routes', { carrier: 'sim', prefix: '79', priority: 500 })
  await linkIs(scene.centre, 'sim', 'up')
  await ruled('--carrier', 'sim', '--status', 'ESME_RINVDSTADR', '--text', 'no such', '--class', 'absent-subscriber')
  const id = await scene.shop.sent({ phones: '79160000001', mes: 'Hello' })
  assert.equal((await scene.shop.sees(3, '79160000001', id)).err, 6)
  await scene.shop.sees(1, '79160000002', await scene.shop.sent({ phones: '79160000002', mes: 'Hello' }))
})

story('rules that contradict each other are refused or explained, and a test tells which counts', async (t) => {
  const { name } = await scene.carrierFor(t)
  await ruled('--carrier', name, '--status', '0x500', '--class', 'spam')
  const same = await heliogram('shaping', 'rule', 'add', '--carrier', name, '--status', '1280', '--class', 'rejected')
  assert.equal(same.code, 1)
  assert.match(same.output, /Rule \d+ is for the very same answers \(carrier-\d+, status 0x500: spam\)\. Remove it first/)
  const note = await ruled('--status', '0x500', '--text', 'later', '--class', 'temporary')
  assert.match(note, /Note: Some answers fit rule \d+ too .*for them rule \d+ counts: it\s+names\s+the\s+carrier/s)

  const told = await heliogram('shaping', 'test', '--carrier', name, '--status', '0x500', '--text', 'Try later')
  assert.match(told.output, /class +spam: taken for spam/)
  assert.match(told.output, /customer +status 23 Denied, err 253/)
  assert.match(
    told.output,
    /These fit too:\n +rule \d+ for 0x500 "later": temporary\. The one above counts: it names the carrier/,
  )
  for (const [words, why] of [
    [['--class', 'spam'], /Say which answers the rule is for/],
    [['--class', 'nonsense', '--status', '5'], /There is no class 'nonsense'. There are: busy/],
    [['--class', 'busy', '--err', '5'], /A receipt can't be busy/],
    [['--class', 'spam', '--status', 'ESME_RNOTHING'], /is no status: write a number/],
    [['--class', 'spam', '--status', '0'], /Status 0 says that the part was taken/],
    [['--class', 'spam', '--status', '5', '--action', 'pause-link'], /Say for how long: --for 10m/],
    [['--class', 'spam', '--status', '5', '--action', 'pause-link', '--for', '1y'], /is no time for an action/],
    [['--class', 'spam', '--status', '5', '--after', '3'], /There is nothing to do after that/],
    [['--class', 'spam', '--status', '5', '--err', '3'], /not for both: add two/],
    [['--class', 'spam', '--status', '5', '--mccmnc', '25001,25002'], /is no network/],
    [['--class', 'spam', '--status', '5', '--carrier', 'nobody'], /There is no carrier 'nobody'/],
  ] as const) {
    const { code, output } = await heliogram('shaping', 'rule', 'add', ...words)
    assert.notEqual(code, 0)
    assert.match(output, why)
  }
})

story('after all this the books agree', async () => {
  const audit = await scene.centre.cli('audit')
  assert.equal(audit.code, 0, audit.output)
})
