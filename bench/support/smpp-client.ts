import { once } from 'node:events'
import { connect } from 'node:net'
import { encodePdu } from '../../src/protocols/smpp/codec.ts'
import { createOutbox } from './outbox.ts'
import { afterNul, COMMAND, HEADER, putHeader, readSubmit, type SubmitFields, word } from './smpp-frames.ts'
import { onFrames } from './smpp-socket.ts'
import type { SubmitTemplate } from './submit-template.ts'

/** What the binds of one run have in common. */
export interface Run {
  readonly window: number
  /** The number of the next message, or undefined when there are no more. */
  next(): number | undefined
  answered(bytes: Buffer, idAt: number, status: number, waitedMs: number): void
  receipted(bytes: Buffer, idAt: number): void
  /** A piece of what was received has been gone through. */
  turned(nowMs: number): void
  lost(reason: string): void
}

export interface BoundClient {
  /** Fills the window; the rest follows answer by answer. */
  begin(): void
  end(): Promise<void>
}

const SENT_PLACES = 65_536
const ESM_RECEIPT = 0x04

/** One transceiver, as cheap as JavaScript allows: frames are read in place, and each turn writes once. */
export async function bindClient(
  port: number,
  { login, password, template }: { login: string; password: string; template: SubmitTemplate },
  run: Run,
): Promise<BoundClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const outbox = createOutbox(socket)
  const fields: SubmitFields = { source: 0, destination: 0, afterDestination: 0, wantsReceipt: false }
  const sentMs = new Float64Array(SENT_PLACES) // by sequence number
  let sequence = 1
  let unanswered = 0
  let ending = false
  let nowMs = 0
  let bound: (status: number) => void = () => {}

  function fill(): void {
    while (unanswered < run.window) {
      const n = run.next()
      if (n === undefined) return
      sequence += 1
      template.write(outbox, sequence, n)
      sentMs[sequence % SENT_PLACES] = nowMs
      unanswered += 1
    }
  }

  function take(bytes: Buffer, frame: number): void {
    const command = word(bytes, frame + 4)
    const itsSequence = word(bytes, frame + 12)
    if (command === (COMMAND.response | COMMAND.submitSm) >>> 0) {
      unanswered -= 1
      run.answered(bytes, frame + HEADER, word(bytes, frame + 8), nowMs - (sentMs[itsSequence % SENT_PLACES] ?? 0))
    } else if (command === COMMAND.deliverSm) {
      putHeader(outbox.bytes, reserveResponse(HEADER + 1), HEADER + 1, (COMMAND.response | COMMAND.deliverSm) >>> 0, itsSequence)
      readSubmit(bytes, frame, fields)
      const { afterDestination } = fields
      if (((bytes[afterDestination] ?? 0) & ESM_RECEIPT) === 0) return
      const afterTimes = afterNul(bytes, afterNul(bytes, afterDestination + 3))
      run.receipted(bytes, afterTimes + RECEIPT_ID_AT)
    } else if (command === COMMAND.enquireLink) {
      putHeader(outbox.bytes, outbox.reserve(HEADER), HEADER, (COMMAND.response | COMMAND.enquireLink) >>> 0, itsSequence)
    } else if (command === (COMMAND.response | COMMAND.bindTransceiver) >>> 0) bound(word(bytes, frame + 8))
    else if (command === (COMMAND.response | COMMAND.unbind) >>> 0) socket.end()
    else run.lost(`an unexpected frame with command_id ${command.toString(16)}`)
  }

  function reserveResponse(length: number): number {
    const at = outbox.reserve(length)
    outbox.bytes[at + HEADER] = 0 // message_id
    return at
  }

  onFrames(
    socket,
    (bytes, frame) => {
      nowMs ||= performance.now()
      take(bytes, frame)
    },
    () => {
      nowMs ||= performance.now()
      run.turned(nowMs)
      if (!ending) fill()
      outbox.flush()
      nowMs = 0
    },
  )
  socket.on('error', (error) => run.lost(error.message))
  const closed = once(socket, 'close').then(() => {
    if (!ending) run.lost('the centre closed a session')
  })

  const answer = new Promise<number>((resolve) => {
    bound = resolve
  })
  socket.write(encodePdu({ command: 'bind_transceiver', sequence: 1, system_id: login, password, interface_version: 0x34 }))
  const status = await answer
  if (status !== 0) throw new Error(`bind_transceiver was answered with command_status ${status}`)

  return {
    begin() {
      nowMs = performance.now()
      fill()
      outbox.flush()
      nowMs = 0
    },
    async end() {
      ending = true
      socket.write(encodePdu({ command: 'unbind', sequence: sequence + 1 }))
      await closed
    },
  }
}

/** registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length, then `id:`. */
const RECEIPT_ID_AT = 5 + 3
