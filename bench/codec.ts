import assert from 'node:assert/strict'
import type { PduInput } from '../src/protocols/smpp/pdu.ts'
import { ours, type Side, TURN, theirs } from './support/codec-side.ts'
import { median, printRow, type Row } from './support/figure.ts'
import { isStarted, play } from './support/play.ts'
import type { Effort } from './support/stage.ts'

/** What goes both ways for each message of a customer. No alphabet is converted on either side: texts are octets. */
const TEXT = Buffer.from('Your confirmation code is 123456. Do not tell it to anybody.', 'latin1')
const RECEIPT = 'id:855469 sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:DELIVRD err:000 text:'
const OCTETS = 4 // data_coding that neither side reads as text

const PDUS: readonly PduInput[] = [
  {
    command: 'submit_sm',
    sequence: 1,
    source_addr_ton: 5,
    source_addr: 'Heliogram',
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: '79161234567',
    registered_delivery: 1,
    data_coding: OCTETS,
    short_message: TEXT,
  },
  { command: 'submit_sm_resp', sequence: 1, message_id: '855469' },
  {
    command: 'deliver_sm',
    sequence: 1,
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: '79161234567',
    dest_addr_ton: 5,
    destination_addr: 'Heliogram',
    esm_class: 4,
    data_coding: OCTETS,
    short_message: Buffer.from(RECEIPT, 'latin1'),
    tlvs: { receipted_message_id: '855469', message_state: 2, network_error_code: Buffer.of(3, 0, 0) },
  },
  { command: 'deliver_sm_resp', sequence: 1, message_id: '' },
]

const SLICE_MS = 250
const SLICES = 7

interface Pace {
  readonly encode: number // nanoseconds per PDU
  readonly decode: number
}

/** How many PDUs a second the codec writes and reads, beside the npm package `smpp` in the same process, in turns. */
export async function codec(effort: Effort): Promise<Row[]> {
  const sliceMs = effort.quick ? 40 : SLICE_MS
  const slices = effort.quick ? 2 : SLICES
  const sides = [ours(), theirs()]
  for (const pdu of PDUS) checkSame(pdu, sides)

  const paces = new Map<PduInput, Pace[]>()
  for (let round = -1; round < slices; round++) {
    for (const pdu of PDUS) {
      const pace = sides.map((side) => ({
        encode: nanoseconds(sliceMs, () => side.encode(pdu)),
        decode: decodePace(sliceMs, side, pdu),
      }))
      if (round === -1) continue // everything was compiled in it
      const seen = paces.get(pdu) ?? []
      paces.set(pdu, [...seen, ...pace])
    }
  }

  const rows: Row[] = []
  const all = { ours: 0, theirs: 0 }
  for (const [pdu, pace] of paces) {
    for (const direction of ['encode', 'decode'] as const) {
      const own = median(pace.filter((_, index) => index % 2 === 0).map((one) => one[direction]))
      const other = median(pace.filter((_, index) => index % 2 === 1).map((one) => one[direction]))
      all.ours += own
      all.theirs += other
      rows.push(rowOf(`codec: ${pdu.command}, ${direction}`, own, other))
    }
  }
  rows.push(rowOf('codec: all four, encode and decode', all.ours / PDUS.length, all.theirs / PDUS.length))
  const asked = rows.filter(({ question }) => effort.asks(question))
  for (const row of asked) printRow(row)
  return asked
}

const rowOf = (question: string, own: number, other: number): Row => ({
  question: `${question}; npm smpp: ${perSecond(other)}, so ${(other / own).toFixed(1)} times`,
  perSecond: `**${perSecond(own)}**`,
  steady: '',
  latency: '',
  cpu: '',
  memory: '',
  machine: '',
})

const perSecond = (nanosecondsEach: number): string => Math.round(1e9 / nanosecondsEach).toLocaleString('en-US')

const decodePace = (sliceMs: number, side: Side, pdu: PduInput): number => {
  const octets = side.encode(pdu)
  return nanoseconds(sliceMs, () => side.decode(octets))
}

/** How long one PDU takes; `turn` does `TURN` of them. */
function nanoseconds(sliceMs: number, turn: () => unknown): number {
  const startedMs = performance.now()
  let turns = 0
  while (performance.now() - startedMs < sliceMs) {
    turn()
    turns += 1
  }
  return ((performance.now() - startedMs) * 1e6) / (turns * TURN)
}

/** Both sides write the same octets and read the same numbers out of them, or the figures compare nothing. */
function checkSame(pdu: PduInput, [own, other]: readonly Side[]): void {
  const octets = own?.encode(pdu) ?? Buffer.alloc(0)
  assert.deepEqual(other?.encode(pdu), octets, `${pdu.command}: both sides write the same octets`)
  assert.equal(own?.decode(octets), (TURN * (TURN + 1)) / 2 + pdusBefore(pdu) * TURN * TURN)
  assert.equal(other?.decode(octets), own?.decode(octets))
}

const pdusBefore = (pdu: PduInput): number => PDUS.indexOf(pdu)

if (isStarted(import.meta.url)) await play({ codec: { withoutStage: codec } })
