import assert from 'node:assert/strict'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type smpp from 'smpp'
import { heliogram } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { pageFile } from '../../support/page-commands.ts'
import { runProgram } from '../../support/program.ts'
import { ROOT } from '../../support/repository.ts'
import { story } from '../../support/story.ts'
import type { PeersScene } from './scene.ts'
import { openSession } from './session.ts'

const TO = { dest_addr_ton: 1, dest_addr_npi: 1 }
const textOf = ({ short_message }: smpp.Pdu): string => String(short_message?.message)
const STATE = { scheduled: 0, delivered: 2, deleted: 4 } as const

/** As the original's documentation reads it. */
const LOOK_UP =
  /^id:(\d+) stat:(\w+) err:(\d+) imsi:(\d*) msc:(\d*) mcc:(\d*) mnc:(\d*) cn:([^ ]*) net:([^ ]*) rcn:([^ ]*) rnet:([^ ]*)/

export function tellNpmSmpp(scene: () => PeersScene): void {
  const opened = async (...[t, login]: readonly [Parameters<typeof openSession>[0], string]) => {
    const { password, customer } = await scene().account(login)
    const session = await openSession(t, scene())
    const bound = await session.ask('bind_transceiver', { system_id: login, password })
    assert.equal(bound.command_status, 0)
    return { session, password, customer, bound }
  }

  story('npm smpp does everything there is on one session', async (t) => {
    const { session, bound, customer } = await opened(t, 'everything')
    assert.deepEqual([bound.command, bound.sc_interface_version], ['bind_transceiver_resp', 0x50])
    assert.equal((await session.ask('enquire_link')).command, 'enquire_link_resp')

    const sent = await session.ask('submit_sm', {
      ...TO,
      destination_addr: '79161234541',
      short_message: 'Hello',
      registered_delivery: 1,
    })
    assert.deepEqual([sent.command_status, /^\d+$/.test(sent.message_id)], [0, true])
    const receipt = await session.delivered()
    assert.match(textOf(receipt), new RegExp(`^id:${sent.message_id} .* stat:DELIVRD err:000`))
    assert.deepEqual(
      [receipt.esm_class, receipt.source_addr, receipt.receipted_message_id, receipt.message_state],
      [4, '79161234541', sent.message_id, STATE.delivered],
    )
    const queried = await session.ask('query_sm', { message_id: sent.message_id })
    assert.deepEqual([queried.command_status, queried.message_state], [0, STATE.delivered])

    const later = new Date(Date.now() + 3_600_000)
    const held = await session.ask('submit_sm', {
      ...TO,
      destination_addr: '79161234542',
      short_message: 'Later',
      schedule_delivery_time: later,
    })
    assert.equal(held.command_status, 0)
    assert.equal((await session.ask('query_sm', { message_id: held.message_id })).message_state, STATE.scheduled)
    const replaced = await session.ask('replace_sm', { message_id: held.message_id, short_message: 'Even later' })
    assert.equal(replaced.command_status, 0)
    const { message } = await customer.status('79161234542', held.message_id, { all: 1 })
    assert.equal(message, 'Even later')
    assert.equal((await session.ask('cancel_sm', { message_id: held.message_id })).command_status, 0)
    assert.equal((await session.ask('query_sm', { message_id: held.message_id })).message_state, STATE.deleted)

    const data = await session.ask('data_sm', {
      ...TO,
      destination_addr: '79161234543',
      message_payload: 'By data_sm',
      registered_delivery: 1,
    })
    assert.equal(data.command_status, 0)
    assert.match(textOf(await session.delivered()), new RegExp(`^id:${data.message_id} `))

    const several = ['79161234544', '79161234545', '12'].map((destination_addr) => ({ ...TO, destination_addr }))
    const multi = await session.ask('submit_multi', { dest_address: several, short_message: 'To three' })
    assert.equal(multi.command_status, 0)
    assert.deepEqual(
      multi.unsuccess_sme?.map(({ destination_addr, error_status_code }) => [destination_addr, error_status_code]),
      [['12', 0x0b]],
    )
    assert.equal((await session.ask('unbind')).command, 'unbind_resp')
    await session.closed()
  })

  story('npm smpp chooses its own alphabets, and the text is the same here', async (t) => {
    const { session, customer } = await opened(t, 'alphabets')
    const texts = ['a@b_$ [x] {y} £', 'Grüße, señor', 'naïve café ½', 'Привет, 世界 😀']
    for (const [at, short_message] of texts.entries()) {
      const phone = `7916123400${at}`
      const sent = await session.ask('submit_sm', { ...TO, destination_addr: phone, short_message })
      const { message } = await customer.status(phone, sent.message_id, { all: 1 })
      assert.equal(message, short_message)
    }
    const looked = await session.ask('submit_sm', {
      ...TO,
      destination_addr: '79161234009',
      short_message: '__HLR__',
      registered_delivery: 1,
    })
    const [, id] = LOOK_UP.exec(textOf(await session.delivered())) ?? []
    assert.equal(id, looked.message_id)
  })

  story('npm smpp is told why it may not', async (t) => {
    const { password } = await scene().account('statuses')
    await scene().centre.admin('POST', '/accounts', { login: 'web-only', password: 'secret', balance: '10' })
    const cases: readonly (readonly [system_id: string, password: string, status: number])[] = [
      ['nobody', password, 0x0f],
      ['statuses', 'wrong', 0x0e],
      ['web-only', 'secret', 0x0d],
    ]
    for (const [system_id, psw, status] of cases) {
      const session = await openSession(t, scene())
      assert.equal((await session.ask('bind_transceiver', { system_id, password: psw })).command_status, status, system_id)
      await session.closed()
    }
    const early = await openSession(t, scene())
    assert.equal((await early.ask('submit_sm', { destination_addr: '79161234551' })).command_status, 0x04)

    const receiver = await openSession(t, scene())
    const bind = { system_id: 'statuses', password }
    assert.equal((await receiver.ask('bind_receiver', bind)).command_status, 0)
    assert.equal((await receiver.ask('submit_sm', { destination_addr: '79161234551' })).command_status, 0x04)
    assert.equal((await receiver.ask('bind_receiver', bind)).command_status, 0x05)

    const transmitter = await openSession(t, scene())
    assert.equal((await transmitter.ask('bind_transmitter', bind)).command_status, 0)
    const ask = async (fields: object) => (await transmitter.ask('submit_sm', { short_message: 'x', ...fields })).command_status
    assert.equal(await ask({ destination_addr: '12' }), 0x0b)
    assert.equal(await ask({ destination_addr: '79161234551', schedule_delivery_time: 'x'.repeat(16) }), 0x61)
    assert.equal(await ask({ destination_addr: '79161234551', validity_period: 'x'.repeat(16) }), 0x62)
    assert.equal((await transmitter.ask('query_sm', { message_id: '999999' })).command_status, 0x67)
    assert.equal((await transmitter.ask('cancel_sm', { message_id: '999999' })).command_status, 0x11)
    assert.equal((await transmitter.ask('replace_sm', { message_id: '999999', short_message: 'x' })).command_status, 0x13)
  })

  story('receipts of a transmitter come to the receiver, also when it binds later', async (t) => {
    const { password, customer } = await scene().account('pair')
    const bind = { system_id: 'pair', password }
    const transmitter = await openSession(t, scene())
    await transmitter.ask('bind_transmitter', bind)
    const phones = ['79070000021', '79070000026', '79161234561']
    const ids: string[] = []
    for (const destination_addr of phones) {
      const sent = await transmitter.ask('submit_sm', { ...TO, destination_addr, short_message: 'Kept', registered_delivery: 1 })
      ids.push(sent.message_id)
    }
    await eventually(async () => {
      const states = await Promise.all(phones.map((phone, at) => customer.status(phone, ids[at] ?? '')))
      assert.deepEqual(states.map(({ status }) => status), [20, 3, 1]) // biome-ignore format: one thought
    })
    const receiver = await openSession(t, scene())
    await receiver.ask('bind_receiver', bind)
    const receipts = [await receiver.delivered(), await receiver.delivered(), await receiver.delivered()]
    const stats = receipts.map((pdu) => /^id:(\d+) .* stat:(\w+) err:(\d+)/.exec(textOf(pdu))?.slice(1))
    const wanted = [
      [ids[0], 'UNDELIV', '001'],
      [ids[1], 'EXPIRED', '006'],
      [ids[2], 'DELIVRD', '000'],
    ]
    assert.deepEqual(stats.toSorted(), wanted.toSorted())
    assert.equal(transmitter.waiting() + receiver.waiting(), 0)
  })

  story('npm smpp speaks TLS', async (t) => {
    const { password } = await scene().account('secure')
    const session = await openSession(t, { port: scene().tlsPort, tls: true })
    assert.equal((await session.ask('bind_transceiver', { system_id: 'secure', password })).command_status, 0)
    const sent = await session.ask('submit_sm', {
      ...TO,
      destination_addr: '79161234571',
      short_message: 'Тайно',
      registered_delivery: 1,
    })
    assert.match(textOf(await session.delivered()), new RegExp(`^id:${sent.message_id} `))
  })

  story('what handsets write to a number of the account comes to its receivers', async (t) => {
    const { centre } = scene()
    const { session } = await opened(t, 'replies')
    await centre.admin('PATCH', '/accounts/replies/settings', { 'fl[1]': 1 })
    await centre.admin('POST', '/numbers', { number: '79030000001', account: 'replies' })
    for (const text of ['Hello, shop', 'Привет, магазин']) {
      const { code, output } = await heliogram(
        centre,
        'sandbox',
        'mo',
        '--from',
        '79161234571',
        '--to',
        '79030000001',
        '--text',
        text,
      )
      assert.equal(code, 0, output)
      const incoming = await session.delivered()
      assert.deepEqual(
        [incoming.esm_class, incoming.source_addr, incoming.destination_addr, textOf(incoming)],
        [0, '79161234571', '79030000001', text],
      )
    }
  })

  story('the lines of docs/smpp.md for node send a message', async () => {
    const { login, password } = await scene().account('nodejs')
    const folder = await scene().folder('node')
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const file = join(folder, 'send.mjs')
    await writeFile(file, pageFile('docs/smpp.md', 'send.mjs'))
    const words = [file, '127.0.0.1', String(scene().port), login, password, '79161234581', 'Привет, node']
    const { code, output } = await runProgram(process.execPath, words)
    assert.equal(code, 0, output)
    assert.match(output, /^accepted as (\d+)\nid:\1 .* stat:DELIVRD/)
  })
}
