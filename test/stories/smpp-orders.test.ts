import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import smpp, { type Pdu, type Session } from 'smpp'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { textOf } from '../support/carrier-wire.ts'
import { eventually, within } from '../support/eventually.ts'
import { rawSmpp } from '../support/raw-smpp.ts'
import { story } from '../support/story.ts'

// What customers do to messages that they have submitted, with the npm package `smpp`; a part costs 1.50.
const scene = carrierScene({ 'fl[2]': 1 })

type Operation = 'submit_sm' | 'query_sm' | 'cancel_sm' | 'replace_sm'
interface Found extends Pdu {
  readonly message_state: number
  readonly final_date: Date | string
  readonly error_code: number
}

const STATE = { scheduled: 0, enroute: 1, delivered: 2, deleted: 4, undeliverable: 5, accepted: 6 } as const

async function gateway(t: TestContext, version = 0x34) {
  const session: Session = smpp.connect({ host: '127.0.0.1', port: scene.centre.smppPort })
  session.on('error', () => {})
  t.after(() => session.destroy())
  const receipts: string[] = []
  session.on('deliver_sm', (pdu: Pdu) => {
    receipts.push(String(pdu.short_message?.message))
    session.send(pdu.response())
  })
  const send = (operation: Operation | 'bind_transceiver', fields: object): Promise<Pdu> =>
    within(new Promise((resolve) => void session[operation](fields, resolve)), `an answer to ${operation}`)
  const bound = await send('bind_transceiver', { system_id: 'shop', password: 'shop-secret', interface_version: version })
  assert.equal(bound.command_status, 0)
  const status = async (operation: Operation, fields: object) => (await send(operation, fields)).command_status
  return {
    receipts,
    async submitted(fields: object): Promise<string> {
      const { command_status, message_id } = await send('submit_sm', { source_addr: 'Shop', ...fields })
      assert.equal(command_status, 0)
      return message_id
    },
    async found(id: string): Promise<Found> {
      const answer = (await send('query_sm', { message_id: id, source_addr: 'Shop' })) as Found
      assert.deepEqual([answer.command_status, answer.message_id], [0, id])
      return answer
    },
    query: (fields: object) => status('query_sm', fields),
    cancel: (fields: object) => status('cancel_sm', { source_addr: 'Shop', ...fields }),
    replace: (fields: object) => status('replace_sm', { source_addr: 'Shop', ...fields }),
  }
}

const IN_AN_HOUR = '000000010000000R'

story('a message that waits for its hour is asked for, changed, and cancelled; its money comes back', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted, found, cancel, replace, query } = await gateway(t, 0x50)
  const older = await gateway(t)
  let id = ''
  const first = await scene.spent(async () => {
    id = await submitted({ destination_addr: phone(1), short_message: 'too early', schedule_delivery_time: IN_AN_HOUR })
  })
  assert.equal(first, 1.5)
  const waits = await found(id)
  assert.deepEqual([waits.message_state, waits.final_date, waits.error_code], [STATE.scheduled, '', 0])
  assert.equal((await older.found(id)).message_state, STATE.enroute, 'SMPP 3.4 has no word for it')

  const longer = await scene.spent(async () => assert.equal(await replace({ message_id: id, short_message: 'x'.repeat(161) }), 0))
  assert.equal(longer, 1.5)
  assert.equal((await scene.shop.status(phone(1), id, { all: 1 })).message, 'x'.repeat(161))
  assert.equal((await found(id)).message_state, STATE.scheduled)

  const back = await scene.spent(async () => assert.equal(await cancel({ message_id: id }), 0))
  assert.equal(back, -3)
  const gone = await found(id)
  assert.equal(gone.message_state, STATE.deleted)
  assert.ok(gone.final_date instanceof Date)
  assert.equal((await scene.shop.status(phone(1), id)).status, 20)
  assert.equal(await cancel({ message_id: id }), STATUS.ESME_RCANCELFAIL)
  assert.equal(await replace({ message_id: id, short_message: 'late' }), STATUS.ESME_RREPLACEFAIL)
  assert.equal(await query({ message_id: String(Number(id) + 1_000) }), STATUS.ESME_RQUERYFAIL)
  assert.equal(carrier.submits.length, 0)
  const { code, output } = await scene.centre.cli('audit')
  assert.equal(code, 0, output)
  assert.match(await scene.trace(Number(id)), /Its sender cancelled it/)
})

story('a receipt that was asked for says DELETED; one asked for by the replacement comes too', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { submitted, cancel, replace, receipts } = await gateway(t)
  const later = { short_message: 'later', schedule_delivery_time: IN_AN_HOUR }
  const cancelled = await submitted({ destination_addr: phone(1), registered_delivery: 1, ...later })
  const silent = await submitted({ destination_addr: phone(2), registered_delivery: 1, ...later })
  const told = await submitted({ destination_addr: phone(3), ...later })
  assert.equal(await replace({ message_id: silent, short_message: 'silent' }), 0)
  assert.equal(await replace({ message_id: told, short_message: 'told', registered_delivery: 1 }), 0)
  for (const message_id of [silent, told, cancelled]) assert.equal(await cancel({ message_id }), 0)
  await eventually(() => assert.equal(receipts.length, 2))
  assert.deepEqual(
    receipts.map((text) => /^id:(\d+) .* stat:(\w+) err:(\d+)/.exec(text)?.slice(1)).toSorted(),
    [
      [told, 'DELETED', '000'],
      [cancelled, 'DELETED', '000'],
    ].toSorted(),
  )
})

story('a text that was replaced is sent in its place, and delivered under its number', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { submitted, found, replace, cancel } = await gateway(t)
  const report = async (params: Record<string, string | number>) => JSON.parse(await scene.shop.ask('get', { fmt: 3, ...params }))
  const counted = async (): Promise<number> => Number((await report({ get_stat: 1 }))[0].sms)
  const before = await counted()
  const id = await submitted({ destination_addr: phone(1), short_message: 'first', schedule_delivery_time: IN_AN_HOUR })
  assert.equal(await replace({ message_id: id, short_message: 'last', schedule_delivery_time: '000000000001000R' }), 0)
  await scene.shop.sees(1, phone(1), id)
  const listed = (await report({ get_messages: 1, phone: phone(1) })) as { id: number; message: string }[]
  assert.deepEqual(
    listed.map((each) => [each.id, each.message]),
    [[Number(id), 'last']],
  )
  assert.equal((await counted()) - before, 1)
  assert.deepEqual(carrier.submits.map(textOf), ['last'])
  const done = await found(id)
  assert.deepEqual([done.message_state, done.final_date instanceof Date], [STATE.delivered, true])
  assert.equal(await replace({ message_id: id, short_message: 'never' }), STATUS.ESME_RREPLACEFAIL)
  assert.equal(await cancel({ message_id: id }), STATUS.ESME_RCANCELFAIL)
})

story('all that waits from one address to another is cancelled at once, and nothing else', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { submitted, found, cancel } = await gateway(t)
  const later = { short_message: 'later', schedule_delivery_time: IN_AN_HOUR }
  const hit = [
    await submitted({ destination_addr: phone(1), ...later }),
    await submitted({ destination_addr: phone(1), ...later, short_message: 'and this' }),
  ]
  const missed = [
    await submitted({ destination_addr: phone(2), ...later }),
    await submitted({ destination_addr: phone(1), ...later, source_addr: 'Else' }),
  ]
  assert.equal(await cancel({ message_id: '', destination_addr: `+${phone(1)}` }), 0)
  assert.equal(await cancel({ message_id: '', destination_addr: `+${phone(1)}` }), STATUS.ESME_RCANCELFAIL)
  const states = (ids: string[]) => Promise.all(ids.map(async (id) => (await found(id)).message_state))
  assert.deepEqual(await states(hit), [STATE.deleted, STATE.deleted])
  assert.deepEqual(await states(missed), [STATE.enroute, STATE.enroute])
})

story('three parts in any order are one message: one text, the sum of the prices, each with its own end', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { submitted, found, cancel } = await gateway(t)
  const texts = ['Part one, ', 'part two, ', 'part three']
  const ids: string[] = []
  const cost = await scene.spent(async () => {
    for (const number of [2, 3, 1]) {
      const short_message = { udh: Buffer.from([5, 0, 3, 0x55, 3, number]), message: texts[number - 1] }
      const more = { esm_class: 0x40, schedule_delivery_time: IN_AN_HOUR }
      ids[number] = await submitted({ destination_addr: phone(1), short_message, ...more })
    }
  })
  assert.equal(cost, 4.5)
  const { output } = await scene.centre.cli('message', 'trace', ids[2] ?? '', '--account', 'shop', '--json')
  const traced = JSON.parse(output)
  assert.deepEqual([traced.part_of.number, traced.part_of.of, traced.part_of.text], [2, 3, texts.join('')])
  assert.equal(traced.part_of.price, '4.50')
  assert.deepEqual(
    traced.part_of.parts.map(({ number, ref }: { number: number; ref: number }) => [number, String(ref)]),
    [1, 2, 3].map((number) => [number, ids[number]]),
  )
  assert.match(await scene.trace(Number(ids[1])), /This is part 1 of 3 .*\n(.*\n)*.*Part one, part two, part three/)

  assert.equal(await cancel({ message_id: ids[3] }), 0)
  assert.equal((await found(ids[3] ?? '')).message_state, STATE.deleted)
  assert.equal((await found(ids[1] ?? '')).message_state, STATE.enroute, 'each part ends by itself')
})

story('questions count against the throughput, and a receiver may not ask', async (t) => {
  await scene.centre.account('curious', 100, { 'fl[2]': 1 })
  await scene.centre.admin('PATCH', '/accounts/curious/limits', { throughput: 5 })
  const client = await rawSmpp(scene.centre.smppPort)
  t.after(client.close)
  await client.bind('curious', 'curious-secret')
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => client.ask({ command: 'query_sm', sequence: 10 + at, message_id: '1' })),
  )
  const statuses = new Set(answers.map((answer) => ('status' in answer ? answer.status : -1)))
  assert.ok(statuses.has(STATUS.ESME_RTHROTTLED) && statuses.has(STATUS.ESME_RQUERYFAIL), String([...statuses]))

  const receiver = await rawSmpp(scene.centre.smppPort)
  t.after(receiver.close)
  await receiver.bind('shop', 'shop-secret', 'bind_receiver')
  const refused = await receiver.ask({ command: 'query_sm', sequence: 9, message_id: '1' })
  assert.equal('status' in refused && refused.status, STATUS.ESME_RINVBNDSTS)
})

story('a text over SMPP, new or in the place of another, is signed and held to templates', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { submitted, replace, cancel } = await gateway(t)
  const told = async (id: string) => {
    const { message, flag } = (await scene.shop.status(phone(1), id, { all: 1 })) as { message?: string; flag?: number }
    return [message, flag]
  }
  const later = { destination_addr: phone(1), schedule_delivery_time: IN_AN_HOUR }
  const before = await submitted({ ...later, short_message: 'Code 1' })
  assert.deepEqual(await told(before), ['Code 1', 0])

  const added = await scene.shop.ask('templates', { fmt: 1, add: 1, name: 'Signature', msg: 'Your shop', 'fl[1]': 1 })
  const approved = await scene.shop.ask('op_templates', { fmt: 1, add: 1, msg: 'Code %d{1,4}' })
  assert.equal((await scene.centre.cli('template', 'approve', approved)).code, 0)
  await scene.centre.admin('PATCH', '/accounts/shop/settings', { templates_only: 'Shop' })
  // With it the session learns what its account may do now.
  await assert.rejects(submitted({ ...later, short_message: 'Win a car' }))
  assert.equal(await replace({ message_id: before, short_message: 'Anything' }), STATUS.ESME_RREPLACEFAIL)
  assert.equal(await replace({ message_id: before, short_message: 'Code 22' }), 0)
  assert.deepEqual(await told(before), ['Code 22\nYour shop', 0x100])
  const after = await submitted({ ...later, short_message: 'Code 333' })
  assert.deepEqual(await told(after), ['Code 333\nYour shop', 0x100])

  for (const message_id of [before, after]) assert.equal(await cancel({ message_id }), 0)
  await scene.centre.admin('PATCH', '/accounts/shop/settings', { templates_only: '' })
  assert.equal(await scene.shop.ask('templates', { fmt: 1, del: 1, id: added }), 'OK')
  assert.equal(await scene.shop.ask('op_templates', { fmt: 1, del: 1, id: approved }), 'OK')
  const { code, output } = await scene.centre.cli('audit')
  assert.equal(code, 0, output)
})
