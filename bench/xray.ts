import type { Frame, Outgoing } from '../src/connectors/connector.ts'
import { createEncoder, type Part } from '../src/connectors/smpp/outgoing.ts'
import { smppSettings } from '../src/connectors/smpp/settings.ts'
import { createTap } from '../src/connectors/smpp/tap.ts'
import { noteAnswer, packTrace } from '../src/domain/attempts.ts'
import { interfaceFlags } from '../src/domain/message.ts'
import { idOfTime } from '../src/domain/message-id.ts'
import { makeCaptures } from '../src/lifecycle/captures.ts'
import { createReader, encodePdu } from '../src/protocols/smpp/codec.ts'
import type { Pdu } from '../src/protocols/smpp/pdu.ts'

// node --import tsx bench/xray.ts: what the X-ray costs the path of a message, in nanoseconds a message. Takes ten seconds.

const ROUNDS = 7
const ROUND_MS = 120
const AT = Date.UTC(2026, 10, 22)
const settings = smppSettings.parse({ host: 'x', systemId: 'me' })

/** CPU time of this process, ns: what others use of the machine does not count. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1_000
}

/** The best of some rounds. */
function nanoseconds(work: (nth: number) => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = cpu()
    let count = 0
    let spent = 0
    while (spent < ROUND_MS * 1_000_000) {
      for (let nth = 0; nth < 1_000; nth++) work(count + nth)
      count += 1_000
      spent = cpu() - startedAt
    }
    best = Math.min(best, spent / count)
  }
  return best
}

const message: Outgoing = {
  id: idOfTime(AT),
  accountId: 1,
  channel: 'sms',
  from: 'Shop',
  to: '79161234567',
  content: { kind: 'text', text: 'Your code is 1234' },
  dcs: undefined,
  pid: 0,
  messageClass: undefined,
  priority: 1,
  reference: 1,
  expiresAtMs: AT + 86_400_000,
  wantsReceipt: true,
  parts: undefined,
  possibleDuplicate: false,
}
const encoder = createEncoder(settings)
const [part] = encoder.cut(message) as readonly Part[]
if (!part) throw new Error('the message has a part')
const receipt = 'id:123456 sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:Your code'
const pdus = {
  submit: encodePdu(encoder.pdu(part, 7, AT)),
  answer: encodePdu({ command: 'submit_sm_resp', sequence: 7, message_id: '123456' }),
  receipt: encodePdu({ command: 'deliver_sm', sequence: 8, esm_class: 4, short_message: Buffer.from(receipt) }),
}

// What a message goes through while nobody asks: its answer is noted and packed, its interface is a bit, and two PDUs are looked at.
const notePerMessage = nanoseconds((nth) => {
  const trace: number[] = []
  const answer = { outcome: 'taken', status: 0, part: 1, atMs: AT + (nth % 5_000), sequence: nth, sentAtMs: AT } as const
  noteAnswer(trace, 3, answer)
  packTrace(message.id, trace)
})
let flags = 0
const interfacePerMessage = nanoseconds((nth) => {
  flags |= interfaceFlags(nth % 2 ? 'send.php' : 'REST')
})

const reader = createReader()
const chunk = Buffer.concat(Array.from({ length: 50 }, () => [pdus.answer, pdus.receipt]).flat())
let seen = 0
const reading = (look: (pdu: Pdu) => boolean) =>
  nanoseconds(() => {
    reader.push(chunk)
    for (let pdu = reader.next(); pdu !== undefined; pdu = reader.next()) if (look(pdu as Pdu)) seen += 1
  }) / 50
const tap = createTap(settings)
const readOnly = reading(() => false)
const readAndLook = reading((pdu) => tap.open || pdu.command === 'generic_nack' || pdu.status !== 0)

// The same while everything is asked for.
tap.set(true)
const frames: Frame[] = []
let second = 0
const tapPerMessage = nanoseconds((nth) => {
  const atMs = AT + second * 1_000
  tap.note(true, pdus.submit, part, atMs)
  tap.note(false, pdus.answer, part, atMs)
  tap.note(false, pdus.receipt, undefined, atMs)
  if (nth % 500 !== 499) return
  second += 1 // the tap takes so many a second
  tap.handOver({ captured: (more: readonly Frame[]) => void frames.splice(0, frames.length, ...more) } as never)
})
const captures = makeCaptures(
  {
    openSwitches: async () => [{ id: 1, accountId: 1, carrierId: 0, texts: false, untilMs: AT * 2, left: 1e9 }],
    keepCaptures: async () => undefined,
    pruneCaptures: async () => undefined,
  },
  () => AT,
)
await captures.refresh([])
const three = frames.slice(0, 3)
const startedAt = cpu()
const KEPT = 60_000
for (let nth = 0; nth < KEPT; nth++) {
  captures.frames(7, three, 0)
  if (nth % 1_500 === 0) await captures.stored()
}
const keepPerMessage = (cpu() - startedAt) / KEPT

const rows: [what: string, ns: number][] = [
  ['off: an answer noted and packed into the row', notePerMessage],
  ['off: the interface, as bits of the flags', interfacePerMessage],
  ['off: two PDUs looked at (answer and receipt), beside reading them', Math.max(0, readAndLook - readOnly)],
  ['     reading these two PDUs, for comparison', readOnly],
  ['on: three PDUs copied and understood by the tap', tapPerMessage],
  ['on: three frames matched with switches, masked and queued', keepPerMessage],
]
for (const [what, ns] of rows) process.stdout.write(`${what.padEnd(70)} ${ns.toFixed(0).padStart(7)} ns\n`)
process.stdout.write(`(${flags + seen})\n`)
