import type { Socket } from 'node:net'
import { createDelayLine } from './delay-line.ts'
import { epochMs } from './epoch.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import {
  COMMAND,
  deliverLength,
  HEADER,
  putDeliver,
  putHeader,
  RECEIPT,
  readSubmit,
  type SubmitFields,
  word,
} from './smpp-frames.ts'
import { onFrames } from './smpp-socket.ts'

/** How the carrier behaves; it may change between two runs. */
export interface CarrierOptions {
  receipts: 'none' | 'now' | 'late'
  receiptsAfterMs: number // late ones, from the answer to the submit
  /** How ids are written in the answer and in the receipt. */
  ids: 'dec' | 'hex' | 'hex-dec' | 'padded'
  answersPerSecond: number // 0: at once
  /** Takes submits and answers none until this is false again. */
  held: boolean
  /** Destinations that begin so are noted with the moment they came; empty: none. */
  watch: string
}

/** What the links of one carrier share. */
export interface CarrierTally {
  submits: number
  receiptsWanted: number
  receiptsSent: number
  receiptsRefused: number
  unexpected: number // frames a carrier of ours does not expect
  takeId(): number
  /** The moment a submit may be answered, by the rate. */
  answerDueMs(nowMs: number): number
  acknowledged(count: number, nowMs: number): void
  noticed(destination: string, atMs: number): void
  /** The end of a receipt's text, made once a minute. */
  receiptTail(): Buffer
}

export interface CarrierLink {
  /** Called often: sends what has become due. */
  tick(nowMs: number): void
}

type Pair = readonly [inAnswer: string, inReceipt: string]

const notations: Readonly<Record<CarrierOptions['ids'], (id: number) => Pair>> = {
  dec: (id) => both(String(id)),
  hex: (id) => both(id.toString(16)),
  'hex-dec': (id) => [id.toString(16), String(id)],
  padded: (id) => [String(id).padStart(12, '0'), String(id)],
}
const both = (id: string): Pair => [id, id]

/** One bind of the carrier: reads frames in place, answers them with one write a turn. */
export function serveLink(socket: Socket, options: CarrierOptions, tally: CarrierTally): CarrierLink {
  const outbox = createOutbox(socket)
  const answers = createDelayLine(outbox)
  const receipts = createDelayLine(outbox)
  const fields: SubmitFields = { source: 0, destination: 0, afterDestination: 0, wantsReceipt: false }
  const held: Buffer[] = [] // submits kept back
  let receivedMs = 0 // when the piece at hand came
  let sequence = 0
  let acknowledged = 0

  function answerSubmit(bytes: Buffer, frame: number, nowMs: number): void {
    const [inAnswer, inReceipt] = notations[options.ids](tally.takeId())
    const dueMs = tally.answerDueMs(nowMs)
    const length = HEADER + inAnswer.length + 1
    const spot = dueMs <= nowMs ? now(outbox, length) : answers.reserve(dueMs, length)
    const body = putHeader(spot.bytes, spot.at, length, (COMMAND.response | COMMAND.submitSm) >>> 0, word(bytes, frame + 12))
    spot.bytes.write(inAnswer, body, 'latin1')
    spot.bytes[body + inAnswer.length] = 0

    readSubmit(bytes, frame, fields)
    if (options.watch !== '') notice(bytes, nowMs)
    if (!fields.wantsReceipt) return
    tally.receiptsWanted += 1
    if (options.receipts === 'none') return
    const after = tally.receiptTail()
    const receiptDueMs = options.receipts === 'late' ? dueMs + options.receiptsAfterMs : dueMs
    const receiptLength = deliverLength(fields, RECEIPT.before.length + inReceipt.length + after.length)
    const place = receiptDueMs <= nowMs ? now(outbox, receiptLength) : receipts.reserve(receiptDueMs, receiptLength)
    sequence = (sequence % 0x7fffffff) + 1
    putDeliver(place.bytes, place.at, sequence, { bytes, fields }, { id: inReceipt, after })
    tally.receiptsSent += 1
  }

  function notice(bytes: Buffer, nowMs: number): void {
    const destination = bytes.toString('latin1', fields.destination + 2, fields.afterDestination - 1)
    if (destination.startsWith(options.watch)) tally.noticed(destination, nowMs)
  }

  function take(bytes: Buffer, frame: number, length: number, nowMs: number): void {
    const command = word(bytes, frame + 4)
    if (command === COMMAND.submitSm) {
      tally.submits += 1
      if (options.held) held.push(Buffer.from(bytes.subarray(frame, frame + length)))
      else answerSubmit(bytes, frame, nowMs)
    } else if (command === (COMMAND.response | COMMAND.deliverSm) >>> 0) {
      acknowledged += 1
      if (word(bytes, frame + 8) !== 0) tally.receiptsRefused += 1
    } else if (command === COMMAND.enquireLink || command === COMMAND.unbind) {
      answerEmpty(command, word(bytes, frame + 12))
    } else if (command === COMMAND.bindReceiver || command === COMMAND.bindTransmitter || command === COMMAND.bindTransceiver) {
      answerBind(command, word(bytes, frame + 12))
    } else if (command !== (COMMAND.response | COMMAND.enquireLink) >>> 0) tally.unexpected += 1
  }

  function answerEmpty(command: number, itsSequence: number): void {
    const at = outbox.reserve(HEADER)
    putHeader(outbox.bytes, at, HEADER, (COMMAND.response | command) >>> 0, itsSequence)
    if (command === COMMAND.unbind) outbox.end()
  }

  function answerBind(command: number, itsSequence: number): void {
    const length = HEADER + 6
    const at = outbox.reserve(length)
    const body = putHeader(outbox.bytes, at, length, (COMMAND.response | command) >>> 0, itsSequence)
    outbox.bytes.write('bench\0', body, 'latin1')
  }

  onFrames(
    socket,
    (bytes, frame, length) => {
      receivedMs ||= epochMs()
      take(bytes, frame, length, receivedMs)
    },
    () => {
      outbox.flush()
      if (acknowledged > 0) tally.acknowledged(acknowledged, receivedMs)
      acknowledged = 0
      receivedMs = 0
    },
  )

  return {
    tick(nowMs) {
      if (!options.held && held.length > 0) for (const frame of held.splice(0)) answerSubmit(frame, 0, nowMs)
      answers.release(nowMs)
      receipts.release(nowMs)
      outbox.flush()
    },
  }
}

const now = (outbox: Outbox, length: number) => {
  const at = outbox.reserve(length)
  return { bytes: outbox.bytes, at }
}
