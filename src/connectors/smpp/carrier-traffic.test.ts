import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { carrierRig } from '../../../test/support/smpp-carrier.ts'
import { deliver, receiptText, type SmscSession, startSmsc } from '../../../test/support/smsc.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import type { CarrierReceipt, ConnectorEvents, PartResult } from '../connector.ts'
import { until, watch } from '../contract.ts'
import { smpp } from './smpp.ts'

test('the bind says who we are', async (t) => {
  const settings = {
    password: 'geheim',
    systemType: 'VMS',
    interfaceVersion: '5.0',
    addressRange: '^79',
    addressTonNpi: '1/1',
  }
  const { smsc } = await carrierRig(t, { settings })
  const [bind] = smsc.sessions[0]?.received ?? []
  assert.ok(bind?.command === 'bind_transceiver')
  const { sequence, command, status, tlvs, ...said } = bind
  assert.deepEqual(said, {
    system_id: 'me',
    password: 'geheim',
    system_type: 'VMS',
    interface_version: 0x50,
    addr_ton: 1,
    addr_npi: 1,
    address_range: '^79',
  })
})

test('a transmitter submits and a receiver hears', async (t) => {
  const { smsc, seen, send, answered } = await carrierRig(t, { settings: { bind: 'txrx', binds: 2 } })
  const of = (bind: string) => smsc.sessions.filter((session) => session.bind === bind)
  assert.deepEqual([of('bind_transmitter').length, of('bind_receiver').length], [2, 2])
  send(10)
  await answered(10)
  await until(() => seen.got.length === 10, 'the receipts come')
  assert.ok(of('bind_receiver').every(({ received }) => received.every(({ command }) => command !== 'submit_sm')))
})

test('a receipt on a transmitter is heard too', async (t) => {
  const { smsc, seen } = await carrierRig(t, { settings: { bind: 'txrx' } })
  const transmitter = smsc.sessions.find(({ bind }) => bind === 'bind_transmitter')
  transmitter?.send({ command: 'deliver_sm', sequence: 1, esm_class: 4, short_message: receiptText('7') })
  await until(() => seen.got.length === 1, 'the receipt comes')
  await until(() => transmitter?.received.at(-1)?.command === 'deliver_sm_resp', 'it is acknowledged')
})

test('a receipt may come before the response', async (t) => {
  const { seen, send, answered } = await carrierRig(t, { receipts: 'before', idOf: (count) => `early-${count}` })
  send(3)
  await answered(3)
  await until(() => seen.got.length === 3, 'the receipts come')
  assert.deepEqual(
    seen.got.map(({ carrierIds }) => carrierIds[0]),
    ['early-1', 'early-2', 'early-3'],
  )
  assert.deepEqual(
    seen.results.map(({ carrierId }) => carrierId),
    ['early-1', 'early-2', 'early-3'],
  )
})

test('results and receipts of one read come as one batch each', async (t) => {
  const rig = await carrierRig(t, { on: (pdu) => pdu.command === 'submit_sm' })
  const batches: number[] = []
  const { settled, receipts } = rig.seen
  Object.assign(rig.seen, {
    settled(results: readonly PartResult[]) {
      batches.push(results.length)
      settled(results)
    },
    receipts(got: readonly CarrierReceipt[], acknowledge: () => void) {
      batches.push(got.length)
      receipts(got, acknowledge)
    },
  } satisfies Partial<ConnectorEvents>)
  rig.send(50)
  await until(() => rig.smsc.submits.length === 50, 'all are sent')
  const [session] = rig.smsc.sessions
  for (const submit of rig.smsc.submits) {
    session?.send({ command: 'submit_sm_resp', sequence: submit.sequence, message_id: 'x' })
    deliver(session as SmscSession, submit, 'x')
  }
  await rig.answered(50)
  await until(() => rig.seen.got.length === 50, 'the receipts come')
  assert.ok(batches.length <= 6, `${batches} are few batches`)
})

test('parts of a message from a handset are named, by UDH or by sar parameters, and acknowledged once stored', async (t) => {
  const { smsc, seen } = await carrierRig(t)
  seen.holding = true
  const [session] = smsc.sessions
  const mo = { command: 'deliver_sm', source_addr: '79161234567', destination_addr: '1234' } as const
  const udh = Buffer.from('050003070201', 'hex')
  session?.send({ ...mo, sequence: 1, esm_class: 0x40, short_message: Buffer.concat([udh, Buffer.from('Hel')]) })
  session?.send({
    ...mo,
    sequence: 2,
    data_coding: 8,
    short_message: Buffer.from('043b043e', 'hex'),
    tlvs: { sar_msg_ref_num: 7, sar_total_segments: 2, sar_segment_seqnum: 2 },
  })
  session?.send({
    command: 'data_sm',
    sequence: 3,
    source_addr: '7',
    destination_addr: '1',
    tlvs: { message_payload: Buffer.from('whole') },
  })
  await until(() => seen.messages.length === 3, 'they come')
  assert.deepEqual(
    seen.messages.map(({ atMs, ...message }) => message),
    [
      { from: '79161234567', to: '1234', text: 'Hel', part: { reference: 7, number: 1, of: 2 } },
      { from: '79161234567', to: '1234', text: 'ло', part: { reference: 7, number: 2, of: 2 } },
      { from: '7', to: '1', text: 'whole', part: undefined },
    ],
  )
  const acks = () => session?.received.filter(({ command }) => /deliver_sm_resp|data_sm_resp/.test(command)) ?? []
  assert.equal(acks().length, 0)
  seen.release()
  await until(() => acks().length === 3, 'they are acknowledged')
  assert.deepEqual(
    acks().map(({ command, sequence, status }) => [command, sequence, status]),
    [
      ['deliver_sm_resp', 1, 0],
      ['deliver_sm_resp', 2, 0],
      ['data_sm_resp', 3, 0],
    ],
  )
})

test('an acknowledgement after the link fell is nobody’s', async (t) => {
  const { smsc, seen, connector } = await carrierRig(t)
  seen.holding = true
  smsc.sessions[0]?.send({ command: 'deliver_sm', sequence: 1, esm_class: 4, short_message: receiptText('7') })
  await until(() => seen.got.length === 1, 'the receipt comes')
  smsc.sessions[0]?.socket.destroy()
  await until(() => smsc.sessions.length === 2 && connector.free() > 0, 'it is bound again')
  seen.release()
  smsc.sessions[1]?.send({ command: 'enquire_link', sequence: 5 })
  await until(() => smsc.sessions[1]?.received.at(-1)?.command === 'enquire_link_resp', 'the new link answers')
  assert.ok(smsc.sessions[1]?.received.every(({ command }) => command !== 'deliver_sm_resp'))
})

test('a part that was taken can be asked for', async (t) => {
  const { smsc, seen, connector } = await carrierRig(t, {
    on(pdu, session) {
      if (pdu.command !== 'query_sm') return false
      const { sequence, message_id } = pdu
      const known: PduInput = {
        command: 'query_sm_resp',
        sequence,
        message_id,
        final_date: '261122103000000+',
        message_state: 2,
        error_code: 0,
      }
      session.send(message_id === 'lost' ? { command: 'query_sm_resp', sequence, status: 0x67 } : known)
      return true
    },
  })
  connector.query?.([
    { carrierId: 'lost', from: 'Centre' },
    { carrierId: 'a1', from: 'Centre' },
  ])
  await until(() => seen.got.length === 1, 'the answer comes')
  const { atMs, ...receipt } = seen.got[0] ?? { atMs: 0 }
  assert.deepEqual(receipt, {
    carrierIds: ['a1'],
    state: 'delivered',
    stat: 'DELIVERED',
    err: '0',
    to: '',
    from: 'Centre',
    doneAtMs: Date.parse('2026-11-22T10:30:00Z'),
    queried: true,
  })
  const asked = smsc.sessions[0]?.received.find(({ command }) => command === 'query_sm')
  assert.ok(asked?.command === 'query_sm')
  assert.deepEqual([asked.source_addr_ton, asked.source_addr_npi, asked.source_addr], [5, 0, 'Centre'])
})

function certificate(t: TestContext): { readonly cert: string; readonly key: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'smsc-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    )
  } catch {
    return undefined
  }
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

test('TLS carries the same, and a certificate nobody vouches for is refused', async (t) => {
  const pem = certificate(t)
  if (pem === undefined) return t.skip('openssl is not installed')
  const { send, answered, seen, smsc } = await carrierRig(t, { tls: pem, settings: { tls: 'true', tlsCa: pem.cert } })
  send(3)
  await answered(3)
  assert.ok(seen.results.every(({ outcome }) => outcome === 'taken'))

  const stranger = smpp.create(smpp.settings.parse({ host: '127.0.0.1', port: smsc.port, systemId: 'me', tls: true }), 'stranger')
  const distrust = watch()
  t.after(() => stranger.stop(0))
  stranger.start(distrust)
  await until(() => distrust.links.at(-1)?.state === 'down', 'it is refused')
  assert.match(distrust.links.at(-1)?.reason ?? '', /self-signed certificate/)
})

test('an SMSC that speaks plain TCP to our TLS is no exception', async (t) => {
  const smsc = await startSmsc()
  const connector = smpp.create(
    smpp.settings.parse({ host: '127.0.0.1', port: smsc.port, systemId: 'me', tls: true, bindTimeoutSeconds: 0.2 }),
    'x',
  )
  const seen = watch()
  t.after(() => connector.stop(0).then(() => smsc.close()))
  connector.start(seen)
  await until(() => seen.links.at(-1)?.state === 'down', 'it is given up')
})
