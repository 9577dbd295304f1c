import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TRACED_AT as AT, openTraceRig } from '../../test/support/traced.ts'
import type { Trace } from '../cli/trace-types.ts'
import { showTrace } from '../cli/trace-view.ts'
import { noteAnswer, packTrace } from '../domain/attempts.ts'
import { channelCode } from '../domain/channel.ts'
import { FLAG, interfaceFlags } from '../domain/message.ts'
import { EPOCH_MS } from '../domain/message-id.ts'

describe('message trace, in full', () => {
  const rig = openTraceRig()
  const { store } = rig

  test('the price names the row that gives it, and says when the tariff has changed since', async () => {
    await rig.operator.tariffs.set({ default: true, price: '1' })
    await rig.operator.tariffs.set({ prefix: '7916', price: '2.5' })
    const pricing = async (row: Record<string, unknown>) => (await rig.operator.trace(String(await store(row)))).pricing
    const agreed = await pricing({ price: 5_000_000, parts: 2 })
    assert.equal(agreed.says, '2 parts × 2.50 = 5.00 RUR (tariff default: prefix 7916).')
    assert.equal(agreed.agrees, true)
    assert.match((await pricing({ price: 7_000_000 })).says, /Today it would be 1 part × 2\.50 .* has changed since/)
    const cost = await pricing({ price: 5_000_000, refunded: 1_000_000, cost: 2_500_000 })
    assert.deepEqual([cost.carrier_cost, cost.margin], ['2.50', '1.50'])
    assert.match((await pricing({ price: 0, flags: FLAG.virtual, state: 1 })).says, /test mode/)
    assert.match((await pricing({ price: 0, state: 24, err: 0 })).says, /refused when it came/)
  })

  test('a refund is found among the postings by its time, and not one that is too small to hold it', async () => {
    const stateAt = AT + 500_000_000
    const later = (ms: number) => (stateAt - EPOCH_MS + ms) * 8_192
    await rig.query('insert into postings (account_id, id, kind, amount) values ($1, $2, 3, 10), ($1, $3, 3, 9000000)', [
      rig.alex(),
      later(1),
      later(2),
    ])
    const id = await store({ state: 20, err: 255, state_at: stateAt, price: 1_000_000, refunded: 1_000_000 })
    const { postings } = await rig.operator.trace(String(id))
    assert.deepEqual(
      postings
        .filter(({ kind }) => kind === 'refund')
        .map(({ id: posting, amount, whole, found }) => [posting, amount, whole, found]),
      [[later(2), '1.00', '9.00', 'by its time']],
    )
  })

  test('each route tells why it is a candidate or none, and what became of the candidates', async () => {
    const other = (await rig.operator.carriers.add('simulator', 'other', {})).id
    await rig.operator.routes.add({ carrier: 'sim', prefix: '7916' })
    await rig.operator.routes.add({ carrier: 'other', mccmnc: '25002' })
    await rig.operator.routes.add({ carrier: 'other', priority: 0 })
    await rig.operator.routes.add({ carrier: 'other', channel: 'hlr' })
    await rig.operator.routes.add({ carrier: 'other', priority: 50 })
    const id = await store()
    const trace: number[] = []
    noteAnswer(trace, rig.carrierId(), { outcome: 'rejected', status: 11, part: 1, atMs: AT + 100 })
    noteAnswer(trace, 4_711, { outcome: 'unknown', status: 0, part: 1, atMs: AT + 200 })
    await rig.query('update messages set trace = $2 where id = $1', [id, packTrace(id, trace)])
    const { routing } = await rig.operator.trace(String(id))
    assert.deepEqual(
      routing.routes.map(({ place, carrier, says, came }) => `${place} ${carrier}: ${says}${came && `; ${came}`}`),
      [
        '1 sim: has the highest priority; refused it',
        '2 other: priority 50: tried after 100; not asked',
        '0 other: takes 25002 only; this is 25001',
        '0 other: priority 0: only for what no other route matches',
      ],
    )
    assert.deepEqual([routing.version, routing.changed_since, routing.asked_elsewhere], [0, true, ['carrier 4711']])
    assert.ok(other > 0)
  })

  test('the request is made again from what is stored, and says by which interface it came', async () => {
    const id = await store({ flags: interfaceFlags('REST') | FLAG.tracked, channel: channelCode('flash'), ref: 88 })
    const { request, normalised } = await rig.operator.trace(String(id))
    assert.equal(request.via, 'REST')
    assert.deepEqual(Object.fromEntries(request.rebuilt.map(({ name, value }) => [name, value])), {
      phones: '79161234567',
      mes: 'Your code is 1234',
      sender: 'Shop',
      id: '88',
      flash: '1',
      valid: '1440 minutes',
      tinyurl: '1',
    })
    assert.deepEqual([normalised.country, normalised.alphabet, normalised.length], ['Russia', 'GSM 7-bit', 17])
  })

  const odd: [name: string, row: () => Record<string, unknown>][] = [
    ['a very long text', () => ({ body: 'ы'.repeat(2_000_000), parts: 30_000 })],
    ['a text that is no text', () => ({ body: '\u202e\u001b[31m\n\u0007' })],
    ['binary without octets', () => ({ body: null, octets: Buffer.alloc(0), channel: channelCode('bin') })],
    [
      'binary whose header is longer than itself',
      () => ({ body: null, octets: Buffer.from([200, 1]), channel: channelCode('bin') }),
    ],
    ['a carrier that is gone', () => ({ carrier_id: 9_999, state: 1, carrier_ids: 'x', trace: packedBy(9_999) })],
    ['an account that is gone', () => ({ account_id: 7_777, payer_id: 7_778, price: 5 })],
    ['spoiled attempts', () => ({ trace: Buffer.from('fe80808080ffff00ff', 'hex') })],
    ['spoiled part states', () => ({ part_states: Buffer.from([99, 1, 2]), parts: 2 })],
    ['a channel and a state nobody knows', () => ({ channel: 99, state: 77, lane: 9 })],
    ['times that are none', () => ({ state: 1, state_at: -5, sent_at: 1, due_at: 0, expires_at: 0 })],
    ['carrier ids without an end', () => ({ carrier_ids: `${'9'.repeat(500)}\n`.repeat(2_000), state: 0 })],
    ['a number that is none', () => ({ recipient: '', sender: '', mccmnc: 'x', price: 0 })],
    ['a receipt that says nothing', () => ({ receipt: '', state: 1, state_at: AT })],
  ]
  const packedBy = (carrier: number): Buffer => {
    const trace: number[] = []
    noteAnswer(trace, carrier, { outcome: 'taken', status: 0, part: 1, atMs: AT + 5, sequence: 1 })
    return packTrace(1_000_000 * 8_192, trace)
  }
  for (const [name, row] of odd) {
    test(`${name}: is traced all the same, within 100 columns`, async () => {
      const id = await store(row())
      const trace = await rig.operator.trace(String(id))
      assert.equal(trace.id, id)
      const page = showTrace(JSON.parse(JSON.stringify(trace)) as Trace)
      const wide = page.split('\n').filter((line) => [...line].length > 100)
      assert.deepEqual(wide, [])
      assert.ok(!/[\u001b\u0007\u202e]/.test(page), 'nothing speaks to the terminal')
    })
  }
})
