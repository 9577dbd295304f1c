import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import fc from 'fast-check'
import { encodePdu } from '../../src/protocols/smpp/codec.ts'
import { type Destination, isResponse, PDUS, type Pdu } from '../../src/protocols/smpp/pdu.ts'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import type { Tlvs } from '../../src/protocols/smpp/tlv.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { type RawSmpp, type Received, rawSmpp } from '../support/raw-smpp.ts'
import { story } from '../support/story.ts'

// Requests that nobody would write, put to the whole centre: each is answered once, what was answered with 0 is stored and paid, what
// was refused is not, and nothing in the log is a bug of ours.

const RUNS = 60
const LAST = 0x7ffffff0

let centre: Centre
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  await centre.account('fuzz', 1_000_000, { 'fl[2]': 1 })
  await centre.account('good', 1_000, { 'fl[2]': 1 })
  for (const login of ['fuzz', 'good']) await centre.admin('PATCH', `/accounts/${login}/limits`, { throughput: 0, binds: 0 })
})
after(() => centre?.stop())

const octets = (max: number) => fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes))
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 8, 0x10, 0x18, 0x40, 0x43, 0xf0, 0xf4, 0xff), fc.nat(255))
/** What a C-octet string may hold, and more of it than may be. */
const cstring = (max: number) =>
  fc.oneof(
    fc.constantFrom(
      '',
      '79161234567',
      '+79161234567',
      '0',
      'Shop',
      '.',
      '000000010000000R',
      '261122213112000+',
      '000000000000000R',
      '1',
      '999999999999',
    ),
    fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: max + 20 }).map((units) => String.fromCharCode(...units)),
  )
const header = octets(12).map((elements) => Buffer.concat([Buffer.from([elements.length]), elements]))
const text = fc.oneof(
  octets(255),
  fc.constantFrom('__HLR__', '__PING__', 'Hello', '__VIBER__ Hi', 'a\n~~~\nb', '').map((words) => Buffer.from(words)),
  fc.tuple(header, octets(100)).map((parts) => Buffer.concat(parts)),
)

const tlvs = fc.record(
  {
    message_payload: fc.oneof(text, octets(3_000)),
    sar_msg_ref_num: fc.nat(0xffff),
    sar_total_segments: byte,
    sar_segment_seqnum: byte,
    user_message_reference: fc.nat(0xffff),
    source_port: fc.nat(0xffff),
    destination_port: fc.nat(0xffff),
    qos_time_to_live: fc.nat(0xffffffff),
    payload_type: byte,
    other: fc.array(fc.tuple(fc.integer({ min: 0x1400, max: 0x3fff }), octets(20)), { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

const destinations = fc.array(
  fc.oneof(fc.record({ ton: byte, npi: byte, address: cstring(21) }), fc.record({ distributionList: cstring(21) })),
  { maxLength: 20 },
)

const OPERATIONS = ['submit_sm', 'submit_multi', 'data_sm', 'query_sm', 'cancel_sm', 'replace_sm'] as const

type Value = string | number | Buffer | readonly Destination[]

/** One request with any fields and strings of any length. Our own codec would not write all of them. */
interface Asked {
  readonly command: (typeof OPERATIONS)[number]
  readonly body: Buffer
  readonly destinations: number
}

const isList = (value: Value): value is readonly Destination[] => Array.isArray(value)

function written(kind: string, value: Value): Buffer {
  if (isList(value)) {
    const each = value.map((one) =>
      'distributionList' in one
        ? Buffer.from(`\x02${one.distributionList}\0`, 'latin1')
        : Buffer.concat([Buffer.from([1, one.ton, one.npi]), Buffer.from(`${one.address}\0`, 'latin1')]),
    )
    return Buffer.concat([Buffer.from([value.length]), ...each])
  }
  if (typeof value === 'string') return Buffer.from(`${value}\0`, 'latin1')
  if (typeof value === 'number') return Buffer.from([value])
  return kind === 'octets' ? Buffer.concat([Buffer.from([value.length]), value]) : value
}

const anyValue = (name: string, kind: string, max: number): fc.Arbitrary<Value> => {
  if (name === 'destination_addr')
    return fc.oneof({ weight: 9, arbitrary: fc.constantFrom('79161234567', '79031234567') }, cstring(max))
  if (kind === 'uint8') return fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, byte)
  if (kind === 'octets') return text
  return kind === 'destinations' ? destinations : fc.oneof({ weight: 15, arbitrary: fc.constant('') }, cstring(max))
}

const request: fc.Arbitrary<Asked> = fc.constantFrom(...OPERATIONS).chain((command) => {
  const fields = Object.entries<{ readonly kind: string; readonly max?: number }>(PDUS[command].fields)
  const values = fc.tuple(...fields.map(([name, { kind, max = 0 }]) => anyValue(name, kind, max)))
  return fc.tuple(values, fc.option(tlvs, { freq: 1 })).map(([list, optional]) => {
    const pieces = list.map((value, at) => written(fields[at]?.[1].kind ?? '', value))
    const behind = optional
      ? encodePdu({ command: 'enquire_link', sequence: 0, tlvs: optional as Tlvs }).subarray(16)
      : Buffer.alloc(0)
    return { command, body: Buffer.concat([...pieces, behind]), destinations: list.find(isList)?.length ?? 1 }
  })
})

/** Some octets of it changed. */
const changed = fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 3 })
const shot = request.chain((asked) =>
  // Of a list that was changed nobody knows how long it is.
  fc.tuple(fc.constant(asked), asked.command === 'submit_multi' ? fc.constant([]) : fc.oneof(fc.constant([]), changed)),
)

function pduOf({ command, body }: Asked, sequence: number, changes: readonly (readonly [number, number])[]): Buffer {
  const pdu = Buffer.alloc(16 + body.length)
  for (const [at, value] of [pdu.length, PDUS[command].id, 0, sequence].entries()) pdu.writeUInt32BE(value, at * 4)
  pdu.set(body, 16)
  for (const [at, value] of changes) if (16 + at < pdu.length) pdu[16 + at] = value
  return pdu
}

async function bound(login: string): Promise<RawSmpp> {
  const client = await rawSmpp(centre.smppPort)
  assert.equal(((await client.bind(login, `${login}-secret`)) as Pdu).status, 0)
  return client
}

const isAnswer = (pdu: Received): pdu is Pdu =>
  pdu.command !== 'broken' && pdu.command !== 'unparsable' && isResponse(PDUS[pdu.command].id)

/** The number of what was taken; of a list, when any of it was. */
function taken(answer: Pdu, { destinations }: Asked): string | undefined {
  if (answer.status !== 0 || !('message_id' in answer) || answer.command === 'query_sm_resp') return undefined
  return answer.command === 'submit_multi_resp' && answer.unsuccess_sme.length >= destinations ? undefined : answer.message_id
}

story('whatever a request holds, it is answered once, and what is answered with 0 is stored and paid', async () => {
  const good = await bound('good')
  const accepted = new Set<string>()
  let refused = 0
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(shot, { minLength: 1, maxLength: 60, size: 'max' }), async (shots) => {
      const client = await bound('fuzz')
      for (const [index, [asked, changes]] of shots.entries()) {
        client.raw(pduOf(asked, 10 + index, changes))
      }
      round++
      const fine = (await good.ask({
        ...{ command: 'submit_sm', sequence: 10 + round, destination_addr: `7916${1_000_000 + round}` },
        ...{ dest_addr_ton: 1, dest_addr_npi: 1, short_message: Buffer.from(`Hello ${round}`) },
      })) as Pdu
      assert.deepEqual([fine.command, fine.status], ['submit_sm_resp', 0])
      client.send({ command: 'unbind', sequence: LAST })
      const answers = (await client.ended).slice(1, -1).filter(isAnswer)
      assert.equal(answers.length, shots.length)
      for (const [index, [asked, changes]] of shots.entries()) {
        const [answer, ...more] = answers.filter(({ sequence }) => sequence === 10 + index)
        assert.ok(answer && more.length === 0)
        assert.equal(answer.command, `${asked.command}_resp`)
        assert.notEqual(answer.status, STATUS.ESME_RSYSERR, `${asked.command} ${asked.body.toString('hex')} ${changes}`)
        const id = taken(answer, asked)
        if (id === undefined) refused++
        else {
          assert.ok(!accepted.has(id), `${id} was given twice`)
          accepted.add(id)
        }
      }
    }),
    { numRuns: RUNS },
  )
  assert.ok(accepted.size > 50 && refused > 50, `${accepted.size} accepted, ${refused} refused`)
  good.close()
  assert.doesNotMatch(centre.output(), /"level":(?:50|60)/, 'nothing in the log is a bug')
  const paid = await centre.query<{ ref: string }>(
    `select distinct ref from messages m join accounts a on a.id = m.account_id where a.login = 'fuzz' and price > 0`,
  )
  assert.deepEqual(new Set(paid.map(({ ref }) => ref)), accepted, 'what was answered with 0, and nothing else')
  const { code, output } = await centre.cli('audit')
  assert.equal(code, 0, output)
})
