import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TRACED_AT as AT, openTraceRig } from '../../test/support/traced.ts'
import { noteAnswer, packTrace } from '../domain/attempts.ts'
import { FLAG } from '../domain/message.ts'
import { newParts, PART, setPart } from '../domain/parts.ts'
import { Refusal } from '../domain/refusal.ts'
import { WAITING } from '../domain/waiting.ts'

describe('message trace', () => {
  const rig = openTraceRig()
  const { store } = rig

  const says = async (id: number): Promise<string> =>
    (await rig.operator.trace(String(id))).story.map((moment) => moment.says).join(' ')

  test('a delivered message tells its life from acceptance to receipt', async () => {
    const posting = 1_000_000 * 8_192 + 3 * 256
    // The commit's own, an older one, and one of another node.
    await rig.query(
      'insert into postings (account_id, id, kind, amount) values ($1, $2, 2, -2000000), ($1, $2 - 8192, 2, -7), ($1, $2 - 256, 2, -9)',
      [rig.alex(), posting],
    )
    const answers: number[] = []
    noteAnswer(answers, rig.carrierId(), { outcome: 'rejected', status: 0x58, part: 1, atMs: AT + 100 })
    noteAnswer(answers, rig.carrierId(), {
      outcome: 'taken',
      status: 0,
      part: 1,
      atMs: AT + 900,
      sequence: 7,
      sentAtMs: AT + 860,
    })
    const id = await store({
      state: 1,
      state_at: AT + 3_000,
      sent_at: AT + 100,
      attempts: 2,
      carrier_ids: '00a1',
      receipt: 'DELIVRD 000',
      trace: packTrace(1_000_000 * 8_192 + 3 * 256 + 1, answers),
    })
    const trace = await rig.operator.trace(String(id))
    assert.deepEqual(
      trace.story.map(({ at, says: words }) => `${at?.slice(17, 23)} ${words}`),
      [
        '40.000 Accepted by node 3 for alex: sms from Shop to 79161234567 (25001), 1 part, normal.',
        `40.000 1.00 RUR was charged to alex, in the posting ${posting} of -2.00 RUR.`,
        '40.100 sim refused it, status 88 (0x00000058).',
        '40.900 sim took it (sequence 7, 40 ms).',
        '43.000 Delivered (1); the receipt said DELIVRD 000.',
      ],
    )
    assert.deepEqual(
      [trace.final, trace.waits, trace.carrier, trace.carrier_ids, trace.text],
      [true, null, 'sim', ['00a1'], 'Your code is 1234'],
    )
  })

  test('a message is found by the store’s id, by the customer’s number, and by the customer’s text', async () => {
    const first = await store({ ref: 500 })
    const second = await store({ ref: 500 })
    const other = await store({ ref: 500, account_id: rig.berta(), payer_id: rig.berta() })
    const named = await store({ ref: 0, ref_text: 'order-17' })
    const cases: [written: string, login: string | undefined, id: number][] = [
      [String(first), undefined, first],
      ['500', undefined, other],
      ['500', 'alex', second],
      ['order-17', undefined, named],
    ]
    for (const [written, login, id] of cases)
      assert.equal((await rig.operator.trace(written, login)).id, id, `${written} of ${login}`)
    for (const [written, login] of [
      ['501'],
      ['order-17', 'berta'],
      ['x'.repeat(5_000)],
      ['a\0b'],
      ['99999999999999999999'],
      ['500', 'nobody'],
    ]) {
      await assert.rejects(
        rig.operator.trace(written ?? '', login),
        (error) => error instanceof Refusal && error.code === 'not_found',
      )
    }
  })

  // what a message that is not final waits for, and until when
  const waits: [
    name: string,
    row: Record<string, unknown>,
    due: [reason: number, dueAtMs: number] | undefined,
    says: RegExp,
    untilMs: number,
  ][] = [
    ['its time', { due_at: AT + 7_200_000 }, [WAITING.scheduled.code, AT + 7_200_000], /waits for its time/, AT + 7_200_000],
    [
      'its hours',
      { due_at: AT + 7_200_000 },
      [WAITING.hours.code, AT + 7_200_000],
      /^It is held until its sending hours begin/,
      AT + 7_200_000,
    ],
    [
      'another attempt',
      {},
      [WAITING.retry.code, AT + 5_000],
      /waits for another attempt \(sim\)\. The link is down: connection refused\./,
      AT + 5_000,
    ],
    ['a link', {}, [WAITING.link_down.code, AT], /no link that could take it is up/, AT + 86_400_000],
    ['a lost answer', {}, [WAITING.held.code, AT + 86_400_000], /sent and never answered: held until/, AT + 86_400_000],
    ['its turn', {}, undefined, /It waits in the memory of node 3 for its turn at sim\./, AT + 86_400_000],
    ['its answer', { flags: FLAG.handed }, undefined, /It was handed to sim and waits for its answer\./, AT + 86_400_000],
    [
      'its receipt',
      { state: 0, state_at: AT + 50, sent_at: AT + 50 },
      undefined,
      /waits for the receipt of sim/,
      AT + 50 + 4_320 * 60_000,
    ],
    ['its mailing', { state: -2 }, undefined, /stopped with its mailing/, AT + 86_400_000],
  ]
  for (const [name, row, due, words, untilMs] of waits) {
    test(`a message that waits for ${name} says so, and until when`, async () => {
      const id = await store(row)
      if (due) {
        const [reason, dueAtMs] = due
        await rig.query('insert into due_queue values ($1, 1, $2, $3, $4, $5)', [
          rig.carrierId(),
          rig.alex(),
          dueAtMs,
          id,
          reason,
        ])
      }
      const trace = await rig.operator.trace(String(id))
      assert.equal(trace.final, false)
      assert.match(trace.waits ?? '', words)
      assert.equal(trace.waits_until, new Date(untilMs).toISOString())
    })
  }

  test('what a carrier was given and has not answered is known after a restart', async () => {
    const id = await store({ hops: 1 })
    await rig.query('insert into handed (id, carrier_id, epoch, ids, hops) values ($1, $2, 1, $3, $4)', [
      1,
      rig.carrierId(),
      [id],
      [1],
    ])
    assert.match((await rig.operator.trace(String(id))).waits ?? '', /It was handed to sim and waits for its answer/)
  })

  test('a long message tells the state of each part, a failed one why and what was given back', async () => {
    const parts = newParts(3)
    setPart(parts, 1, PART.delivered)
    setPart(parts, 2, PART.undelivered, 6)
    setPart(parts, 3, PART.rejected)
    const id = await store({
      parts: 3,
      part_states: Buffer.from(parts),
      state: 20,
      err: 6,
      state_at: AT + 9_000,
      price: 3_000_000,
      refunded: 1_000_000,
      duplicates: 1,
    })
    const trace = await rig.operator.trace(String(id))
    assert.deepEqual(trace.part_states, ['delivered', 'not delivered', 'refused'])
    assert.match(await says(id), /Cannot be delivered \(20\), err 6: Subscriber is out of reach\./)
    assert.match(await says(id), /1\.00 RUR of it was given back to alex\. It was sent again once after no answer came/)
  })

  test('a shared text, a binary message and a receipt that came early are shown', async () => {
    await rig.query(`insert into texts (id, body) values (77, 'to all of you')`)
    assert.equal((await rig.operator.trace(String(await store({ body: null, text_id: 77, lane: 2 })))).text, 'to all of you')
    assert.equal(
      (await rig.operator.trace(String(await store({ body: null, octets: Buffer.from([0, 1, 255]) })))).text,
      '0x0001ff',
    )
    const early = await store({ state: 1, state_at: AT + 500 })
    await rig.query(
      `insert into parked_receipts (carrier_id, keys, carrier_raw, state, stat, err, recipient, sender, at, matched_id)
       values ($1, '{A1}', '{a1}', 'delivered', 'DELIVRD', '000', '', '', $2, $3)`,
      [rig.carrierId(), AT + 400, early],
    )
    assert.match(await says(early), /A receipt came before its message could be found: DELIVRD 000\./)
  })

  test('a refused message was charged nothing and waits for nothing', async () => {
    const trace = await rig.operator.trace(String(await store({ state: 22, err: 249, price: 0, state_at: AT, carrier_id: 0 })))
    assert.deepEqual([trace.final, trace.waits, trace.carrier, trace.price], [true, null, null, '0.00'])
    assert.ok(!trace.story.some(({ says: words }) => /charged/.test(words)))
  })
})
