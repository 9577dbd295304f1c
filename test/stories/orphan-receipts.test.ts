import assert from 'node:assert/strict'
import { decimal, hex, type Script } from '../support/carrier.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Receipts that find no message by themselves: no carrier of these stories says truly whom its receipts are about.
const scene = carrierScene()
const NOBODY = { recipient: () => '' } satisfies Partial<Script>

interface List {
  readonly total: number
  readonly orphans: readonly {
    readonly id: number
    readonly match: { readonly message: number; readonly sure: string; readonly because: string } | null
  }[]
  readonly carriers: readonly {
    readonly certain: number
    readonly likely: number
    readonly causes: readonly { readonly command: string | null }[]
  }[]
}

async function list(name: string): Promise<List> {
  return (await scene.centre.admin('GET', `/receipts/orphans?carrier=${name}`)) as List
}

/** Resolves once so many receipts of the carrier are parked. */
async function parked(name: string, count: number): Promise<List> {
  await eventually(async () => assert.equal((await list(name)).total, count))
  return list(name)
}

async function cli(...words: readonly string[]): Promise<string> {
  const { code, output } = await scene.centre.cli(...words)
  assert.equal(code, 0, output)
  for (const line of output.split('\n')) assert.ok(line.length <= 100, line)
  return output
}

/** How often the centre has said that a link came up. */
const linksUp = (): number => scene.centre.output().split('"msg":"link up"').length - 1

async function sendTo(phones: readonly string[]): Promise<number[]> {
  const ids: number[] = []
  for (const phone of phones) ids.push(await scene.shop.sent({ phones: phone, mes: `Hello ${phone}`, sender: 'Shop' }))
  return ids
}

story(
  'ids hex in answers and decimal in receipts that name nobody: listed, explained, attached, and set for the next',
  async (t) => {
    const { name, phone } = await scene.carrierFor(t, { ...NOBODY, idInResponse: hex, idInReceipt: decimal })
    const phones = [phone(1), phone(2), phone(3)]
    const ids = await sendTo(phones)
    const before = await parked(name, 3)
    assert.ok(before.orphans.every(({ match }) => match?.sure === 'certain'))

    const shown = await cli('receipts', 'orphans', '--carrier', name)
    assert.match(shown, /3 orphan receipts, 3 shown/)
    assert.match(shown, /3 by their ids: decimal in receipts, hexadecimal in answers \([0-9A-F]+ and \d+\)\./)
    const [setting] = shown.match(new RegExp(`heliogram carrier set ${name} .*`)) ?? []
    assert.equal(setting, `heliogram carrier set ${name} --receipt-ids decimal`)
    assert.ok(shown.includes(`heliogram receipts attach --all --carrier ${name}\n`))

    assert.match(
      await cli('receipts', 'attach', '--all', '--carrier', name),
      /^Looked at 3: 3 have changed their message\. None are left\.\n$/,
    )
    for (const [at, each] of phones.entries()) await scene.shop.sees(1, each, ids[at] ?? 0)
    assert.match(await cli('receipts', 'orphans', '--carrier', name), /There are no orphan receipts/)

    const upBefore = linksUp()
    await cli(...setting.split(' ').slice(1))
    await eventually(async () => assert.equal(linksUp(), upBefore + 1, 'the link comes up anew, with the setting'))
    const [next = 0] = await sendTo([phone(4)])
    await scene.shop.sees(1, phone(4), next)
    assert.equal((await list(name)).total, 0)
  },
)

story('a tail behind the id is recognised, and cut off by a setting', async (t) => {
  const { name, phone } = await scene.carrierFor(t, { ...NOBODY, idInReceipt: (id) => `${id}.1` })
  await sendTo([phone(1)])
  const { carriers } = await parked(name, 1)
  assert.deepEqual(
    carriers[0]?.causes.map(({ command }) => command),
    [`heliogram carrier set ${name} --receipt-id-ends-at .`],
  )
})

story('an orphan that says "failed" gives the money back, and one that says "delivered" takes it again', async (t) => {
  const { carrier, name, phone } = await scene.carrierFor(t, { ...NOBODY, idInReceipt: (id) => `${id}-1`, receipt: 'never' })
  await scene.centre.admin('PUT', '/prices', { tariff: 'late', default: true, price: '1.50', charged: 'delivered' })
  await scene.centre.admin('PATCH', '/accounts/shop/settings', { tariff: 'late' })
  t.after(() => scene.centre.admin('PATCH', '/accounts/shop/settings', { tariff: '' }).catch(() => {}))
  let id = 0
  const spent = await scene.spent(async () => {
    ;[id = 0] = await sendTo([phone(1)])
    await carrier.arrived(1)
    const [taken] = carrier.taken
    assert.ok(taken)
    await carrier.receipt(taken, 'UNDELIV')
    const [orphan] = (await parked(name, 1)).orphans
    assert.match(await cli('receipts', 'attach', String(orphan?.id)), /belongs to message \d+ of shop now\.\n$/)
    await scene.shop.sees(20, phone(1), id)
  })
  assert.equal(spent, 0, 'what is not delivered is not paid for')
  const again = await scene.spent(async () => {
    const [taken] = carrier.taken
    assert.ok(taken)
    await carrier.receipt(taken, 'DELIVRD')
    await parked(name, 1)
    await cli('receipts', 'attach', '--all', '--carrier', name)
    await scene.shop.sees(1, phone(1), id)
  })
  assert.equal(again, 1.5)
  assert.equal((await scene.centre.cli('audit')).code, 0)
})

story('a receipt of nobody is told apart, kept from the wrong message, and forgotten when the operator says so', async (t) => {
  const { carrier, name, phone } = await scene.carrierFor(t, {
    idInReceipt: () => 'of-another-system',
    recipient: () => '79990000000',
    receipt: 'never',
  })
  await sendTo([phone(1)])
  await carrier.arrived(1)
  const [taken] = carrier.taken
  assert.ok(taken)
  await carrier.receipt(taken)
  const [orphan] = (await parked(name, 1)).orphans
  assert.equal(orphan?.match, null)
  assert.match(await cli('receipts', 'orphans', '--carrier', name), /1 fits no message here/)
  assert.match(
    await cli('receipts', 'attach', '--all', '--carrier', name),
    /^Looked at 1: 0 have changed their message\. 1 is left:/,
  )

  const [row] = await scene.centre.query<{ id: string }>('select id from messages where recipient = $1', [phone(1)])
  const message = String(row?.id)
  for (const [words, says] of [
    [[String(orphan?.id), message], /speaks of 79990000000, message \d+ went to \d+\. If that is right, add --anyway/],
    [[String(orphan?.id)], /No message fits receipt \d+: name one/],
    [[String(orphan?.id), '42'], /There is no message 42/],
    [['99999999'], /There is no orphan receipt 99999999/],
    [['abc'], /'abc' is no number/],
    [['--all'], /--all needs a carrier/],
  ] as const) {
    const { code, output } = await scene.centre.cli('receipts', 'attach', ...words)
    assert.ok(code === 1 || code === 2, output)
    assert.match(output, says)
  }
  assert.match(await cli('receipts', 'forget', String(orphan?.id)), /1 receipt is off the list/)
  assert.equal((await list(name)).total, 0)
})

story('a receipt with a strange id is likely by its number, and attached to the message that the operator names', async (t) => {
  const { name, phone } = await scene.carrierFor(t, { idInReceipt: (id) => `k${(id * 7919n).toString(36)}` })
  const [, second = 0] = await sendTo([phone(1), phone(1)])
  const { orphans, carriers } = await parked(name, 2)
  assert.deepEqual(carriers[0] && { certain: carriers[0].certain, likely: carriers[0].likely }, { certain: 0, likely: 2 })
  const [newest] = orphans
  assert.equal(newest?.match?.because, 'number 1/2')
  assert.match(await cli('receipts', 'orphans', '--carrier', name), /2 are likely\. Look with heliogram message trace MESSAGE/)
  await cli('receipts', 'attach', String(newest?.id), String(newest?.match?.message))
  await scene.shop.sees(1, phone(1), second)
  assert.equal((await list(name)).total, 1)
})

story('a list is bounded, and says how much more there is', async (t) => {
  const { name } = await scene.carrierFor(t)
  await fill(name, 120)
  const shown = await cli('receipts', 'orphans', '--carrier', name)
  assert.match(shown, /120 orphan receipts, 50 shown/)
  assert.match(shown, /120 in all; --limit shows more/)
  assert.match(await cli('receipts', 'forget', '--all', '--carrier', name), /120 receipts are off the list/)
  for (const wrong of [
    ['--limit', '5000'],
    ['--since', 'yesterday'],
    ['--within', '1000'],
    ['--carrier', 'nobody'],
  ]) {
    assert.equal((await scene.centre.cli('receipts', 'orphans', ...wrong)).code, 1, wrong.join(' '))
  }
})

async function fill(name: string, count: number): Promise<void> {
  await scene.centre.query(
    `insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at)
     select c.id, array['ORPHAN' || n], array['orphan' || n], 'delivered', 'DELIVRD', '000', '79160000000', 'Shop',
       (extract(epoch from now()) * 1000)::int8 - n
     from carriers c, generate_series(1, $2::int) n where c.name = $1`,
    [name, count],
  )
}
