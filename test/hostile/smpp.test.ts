import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { encodePdu, PDU_OCTETS_MAX } from '../../src/protocols/smpp/codec.ts'
import { type Command, isResponse, PDUS, type PduInput } from '../../src/protocols/smpp/pdu.ts'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import { hex, type RawSmpp, type Received } from '../support/raw-smpp.ts'
import { type Scene, smppScene } from '../support/smpp-scene.ts'

// What no gateway should send and some do, and what an attacker would. Beside each of them a customer does as always, and each of
// its answers is right.

const RUNS = 300
const LAST = 0x7ffffff0

let scene: Scene
let good: RawSmpp
let round = 10
const close: (() => void | Promise<void>)[] = []

before(async () => {
  scene = await smppScene(
    { after: (end) => void close.push(end as () => void) },
    { limits: { perAddressMax: 10_000, unboundPerAddressMax: 10_000, uselessASecond: 10_000_000 } },
  )
  good = await scene.customer()
})
after(async () => {
  for (const end of close.reverse()) await end()
})

/** The good one asks for two things, and hears of both. */
async function allIsWell(): Promise<void> {
  round += 2
  const answer = await good.ask({ command: 'submit_sm', sequence: round, destination_addr: '79161234567' })
  assert.deepEqual(brief(answer), `submit_sm_resp ${round} 0`)
  assert.equal('message_id' in answer && answer.message_id, String(round))
  assert.deepEqual(brief(await good.ask({ command: 'enquire_link', sequence: round + 1 })), `enquire_link_resp ${round + 1} 0`)
}

const brief = (pdu: Received): string =>
  pdu.command === 'broken' || pdu.command === 'unparsable' ? pdu.command : `${pdu.command} ${pdu.sequence} ${pdu.status}`

type State = 'open' | 'bound_rx' | 'bound_trx'

async function inState(state: State): Promise<RawSmpp> {
  const client = await scene.connect()
  if (state !== 'open') await client.bind('alex', 'secret', state === 'bound_rx' ? 'bind_receiver' : 'bind_transceiver')
  return client
}

function withLength(length: number, rest: Uint8Array): Buffer {
  const octets = Buffer.concat([Buffer.alloc(4), rest])
  octets.writeUInt32BE(length, 0)
  return octets
}

/** A PDU with any body, and a length that tells the truth. */
function frame(commandId: number, sequence: number, body: Uint8Array, status = 0): Buffer {
  const pdu = Buffer.alloc(16 + body.length)
  for (const [at, value] of [pdu.length, commandId, status, sequence].entries()) pdu.writeUInt32BE(value, at * 4)
  pdu.set(body, 16)
  return pdu
}

describe('a stream that is no SMPP', () => {
  const broken: [what: string, octets: Buffer][] = [
    ['a length of 0', hex('00000000 00000015 00000000 00000001')],
    ['a length of 15', hex('0000000f 00000015 00000000 00000001')],
    ['a length of 4 GB', hex('ffffffff 00000004 00000000 00000001')],
    ['a length one octet too long', withLength(PDU_OCTETS_MAX + 1, hex('00000004 00000000 00000001'))],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: smpp\r\n\r\n')],
    ['SMTP', Buffer.from('EHLO somebody.example\r\n')],
    ['TLS', hex('16030100f8010000f40303')],
    ['a PROXY header of nobody we trust', Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n')],
    ['little endian', hex('10000000 15000000 00000000 01000000')],
  ]
  for (const state of ['open', 'bound_rx', 'bound_trx'] as const) {
    for (const [what, octets] of broken) {
      test(`${what}, ${state}: a generic_nack, and the end`, async () => {
        const client = await inState(state)
        client.send({ command: 'enquire_link', sequence: 77 })
        client.raw(octets)
        client.send({ command: 'enquire_link', sequence: 78 })
        const heard = (await client.ended).slice(state === 'open' ? 0 : 1)
        assert.deepEqual(
          heard.map((pdu) => brief(pdu).replace(/nack \d+/, 'nack')),
          ['enquire_link_resp 77 0', `generic_nack ${STATUS.ESME_RINVCMDLEN}`],
        )
        await allIsWell()
      })
    }
  }
})

/** PDUs that are wrong, each in the one way its name says, and how they are answered; '': not at all. */
const CORPUS: [what: string, pdu: (sequence: number) => Buffer, bound: string, open?: string][] = [
  ['an unknown command', (n) => frame(0x00000111, n, hex('0102')), 'generic_nack 3'],
  ['a command of SMPP 5.0 that is not offered', (n) => frame(0x00000112, n, hex('00')), 'generic_nack 3'],
  ['a vendor’s command', (n) => frame(0x00010200, n, hex('')), 'generic_nack 3'],
  ['an unknown response', (n) => frame(0x80000111, n, hex('')), ''],
  ['a response nobody asked for', (n) => frame(0x80000005, n, hex('00')), ''],
  ['a generic_nack to nothing', (n) => frame(0x80000000, n, hex(''), 3), ''],
  ['a submit without a body', (n) => frame(4, n, hex('')), 'submit_sm_resp 2'],
  ['a submit that ends in its middle', (n) => frame(4, n, hex('00 0101 3700 0101')), 'submit_sm_resp 2'],
  [
    'a text longer than the PDU',
    (n) => frame(4, n, hex('00 0101 3700 0101 3800 000000 00 00 00 00 00 00 ff 4142')),
    'submit_sm_resp 2',
  ],
  ['a name without its NUL', (n) => frame(4, n, Buffer.alloc(300, 0x41)), 'submit_sm_resp 2'],
  ['a TLV longer than the PDU', (n) => Buffer.from(submitWith(n, '0424 ffff 41')), 'submit_sm_resp 0', 'submit_sm_resp 4'],
  ['half of a TLV', (n) => submitWith(n, '0424 00'), 'submit_sm_resp 0', 'submit_sm_resp 4'],
  ['a TLV of no length', (n) => submitWith(n, '020a 0000'), 'submit_sm_resp 0', 'submit_sm_resp 4'],
  ['a TLV nobody knows', (n) => submitWith(n, '7fff 0002 0102'), 'submit_sm_resp 0', 'submit_sm_resp 4'],
  ['the same TLV a hundred times', (n) => submitWith(n, '020a 0002 0001'.repeat(100)), 'submit_sm_resp 0', 'submit_sm_resp 4'],
  ['octets behind an enquire_link', (n) => frame(0x15, n, hex('010203')), 'enquire_link_resp 0', 'enquire_link_resp 0'],
  ['an enquire_link with a status', (n) => frame(0x15, n, hex(''), 0xffffffff), 'enquire_link_resp 0', 'enquire_link_resp 0'],
  ['a second bind', (n) => encodePdu({ command: 'bind_receiver', sequence: n, system_id: 'alex' }), 'bind_receiver_resp 5', '-'],
  ['half of a bind', (n) => frame(9, n, hex('616c')), 'bind_transceiver_resp 2'],
  [
    'a delivery the wrong way',
    (n) => encodePdu({ command: 'deliver_sm', sequence: n }),
    'deliver_sm_resp 4',
    'deliver_sm_resp 4',
  ],
  ['an outbind', (n) => encodePdu({ command: 'outbind', sequence: n, system_id: 'x' }), '', ''],
  ['an alert_notification', (n) => encodePdu({ command: 'alert_notification', sequence: n }), '', ''],
  ['a broken outbind', (n) => frame(0x0b, n, hex('')), 'generic_nack 2'],
  ['destinations that lie', (n) => frame(0x21, n, hex('00 0101 00 ff 01 01 01 3700')), 'submit_multi_resp 2'],
  ['a kind of destination nobody knows', (n) => frame(0x21, n, hex('00 0101 00 01 07 41 00')), 'submit_multi_resp 2'],
  ['half of a query', (n) => frame(3, n, hex('3100 01')), 'query_sm_resp 2'],
]

function submitWith(sequence: number, tlvs: string): Buffer {
  const plain = encodePdu({ command: 'submit_sm', sequence, destination_addr: '79161234567' })
  return frame(4, sequence, Buffer.concat([plain.subarray(16), hex(tlvs)]))
}

const answerTo = (told: string, sequence: number): string[] => {
  const [command = '', status = ''] = told.split(' ')
  return told === '' ? [] : [`${command} ${sequence} ${status}`]
}

describe('a PDU that is wrong is answered, and the stream goes on', () => {
  for (const state of ['open', 'bound_trx'] as const) {
    for (const [what, pdu, bound, open = bound] of CORPUS) {
      const told = state === 'open' ? open : bound
      if (told === '-') continue
      test(`${what}, ${state}: ${told || 'nothing'}`, async () => {
        const client = await inState(state)
        const before = client.received.length
        client.raw(pdu(500))
        await client.ask({ command: 'enquire_link', sequence: LAST })
        assert.deepEqual(client.received.slice(before, -1).map(brief), answerTo(told, 500))
        await allIsWell()
        client.close()
      })
    }
  }
})

const sequences = fc.integer({ min: 0, max: 0xffffffff })
const REQUESTS = (Object.keys(PDUS) as Command[]).filter(
  (command) =>
    !isResponse(PDUS[command].id) && command !== 'unbind' && !command.startsWith('bind') && !/outbind|alert/.test(command),
)

/** One PDU, and how its answer must look; undefined: there must be none. */
interface Shot {
  readonly octets: Buffer
  readonly answer: RegExp | undefined
}

const shots: fc.Arbitrary<Shot> = fc.oneof(
  fc.tuple(sequences, fc.constantFrom(...CORPUS.filter(([what]) => what !== 'half of a bind'))).map(([n, [, pdu, bound]]) => ({
    octets: pdu(n),
    answer: bound === '' ? undefined : new RegExp(`^${bound.replace(' ', ` ${n} `)}$`),
  })),
  fc.tuple(sequences, fc.uint8Array({ maxLength: 400 })).map(([n, text]) => ({
    octets: encodePdu({ command: 'submit_sm', sequence: n, tlvs: { message_payload: text } } as PduInput),
    answer: new RegExp(`^submit_sm_resp ${n} 0$`),
  })),
  // A known command with any body: it is answered once, by its response.
  fc.tuple(sequences, fc.constantFrom(...REQUESTS), fc.uint8Array({ maxLength: 200 })).map(([n, command, body]) => ({
    octets: frame(PDUS[command].id, n, body),
    answer: new RegExp(`^${command}_resp ${n} \\d+$`),
  })),
  // A good PDU with a few octets changed behind its header.
  fc.tuple(sequences, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 5 }), fc.nat(30)).map(([n, changes, cut]) => {
    const whole = encodePdu({
      ...{ command: 'submit_sm', sequence: n, source_addr: 'sender', destination_addr: '79161234567' },
      ...{ short_message: Buffer.from('some text'), tlvs: { user_message_reference: 7 } },
    } as PduInput)
    for (const [at, value] of changes) if (16 + at < whole.length) whole[16 + at] = value
    return { octets: frame(4, n, whole.subarray(16, whole.length - cut)), answer: new RegExp(`^submit_sm_resp ${n} [02]$`) }
  }),
  // Any command id.
  fc
    .tuple(sequences, fc.integer({ min: 0x200, max: 0xffffffff }))
    .filter(([, id]) => !Object.values(PDUS).some((pdu) => pdu.id === id))
    .map(([n, id]) => ({
      octets: frame(id, n, hex('')),
      answer: isResponse(id) ? undefined : new RegExp(`^generic_nack ${n} 3$`),
    })),
)

/** Octets in the pieces that the network might make of them. */
function pieces(octets: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (octets.length + 1)))].sort((a, b) => a - b)
  return [...places, octets.length].map((end, at) => octets.subarray(places[at - 1] ?? 0, end)).filter(({ length }) => length > 0)
}

test('whatever comes in PDUs, in whatever pieces, each is answered once and in its order', async () => {
  const volleys = fc.tuple(fc.array(shots, { minLength: 1, maxLength: 30 }), fc.array(fc.nat(4_000), { maxLength: 8 }))
  await fc.assert(
    fc.asyncProperty(volleys, async ([volley, cuts]) => {
      const client = await inState('bound_trx')
      for (const piece of pieces(Buffer.concat(volley.map(({ octets }) => octets)), cuts)) {
        client.raw(piece)
        await new Promise(setImmediate)
      }
      client.send({ command: 'unbind', sequence: LAST })
      const heard = (await client.ended).slice(1).map(brief)
      const expected = volley.flatMap(({ answer }) => (answer ? [answer] : []))
      assert.equal(heard.length, expected.length + 1, heard.join('\n'))
      for (const [at, answer] of expected.entries()) assert.match(heard[at] ?? '', answer)
      assert.equal(heard.at(-1), `unbind_resp ${LAST} 0`)
      await allIsWell()
    }),
    { numRuns: RUNS },
  )
})

test('whatever octets come, nobody else notices', async () => {
  const lying = fc
    .tuple(fc.nat(80_000), fc.uint8Array({ minLength: 12, maxLength: 200 }))
    .map(([length, rest]) => withLength(length, rest))
  const octets = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 500 }), lying)
  const states = fc.constantFrom<State>('open', 'bound_rx', 'bound_trx')
  await fc.assert(
    fc.asyncProperty(states, fc.array(octets, { minLength: 1, maxLength: 5 }), fc.boolean(), async (state, volley, reset) => {
      const client = await inState(state)
      for (const piece of volley) client.raw(piece)
      await allIsWell()
      if (reset) client.socket.resetAndDestroy()
      else client.socket.end()
      await client.ended
    }),
    { numRuns: RUNS },
  )
  await allIsWell()
  assert.equal(scene.listener.sessions().filter(({ state }) => state !== 'leaving').length, 1, 'only the good one is left')
})
