import {
  type Broken,
  createOutput,
  createReader,
  pendingOctets,
  takeOutput,
  type Unparsable,
  writePdu,
} from '../../protocols/smpp/codec.ts'
import { type Bind, BOUND_STATE } from '../../protocols/smpp/operations.ts'
import type { Pdu, PduInput } from '../../protocols/smpp/pdu.ts'
import { type AnyRequest, type Asked, createSession, respond, type Step } from '../../protocols/smpp/session.ts'
import { describeStatus, STATUS } from '../../protocols/smpp/status.ts'
import { onBound, onHeard, onTick, startTimers, type TimerAction } from '../../protocols/smpp/timers.ts'
import type { Delivery } from './incoming.ts'
import { createOwed, type DeliveryHead } from './owed.ts'
import { bindFields, type SmppSettings, timerLimits } from './settings.ts'
import { openSocket } from './socket.ts'

/** What a connection tells. All of one read comes before its `turn`. */
export interface ConnectionEvents<T extends Asked> {
  bound(): void
  /** So many ms after it was sent, by the session's clock. */
  answered(request: T, pdu: Pdu, waitedMs: number): void
  expired(requests: readonly T[]): void
  /** Octets of the PDU are good until the end of the turn. */
  delivered(pdu: Delivery): void
  /** Something changed: hand over what came, then write. */
  turn(): void
  /** Said once. `unanswered` were sent and may have arrived. */
  closed(reason: string, unanswered: readonly T[]): void
  /** The PDU of a request, to be written at once. */
  pdu(request: T, sequence: number): PduInput
  /** Octets have come: what is said until the turn happened now. */
  heard(): void
  /** Open: all that goes by is captured; else what is wrong. */
  readonly tap: { readonly open: boolean }
  captured(sent: boolean, octets: Uint8Array, request: T | undefined): void
}

/** One bind over one TCP or TLS connection, from connecting to its end: the machine's shell. It never comes back. */
export interface Connection<T extends Asked> {
  bound(): boolean
  closed(): boolean
  unanswered(): number
  /** Deliveries without an answer. */
  owed(): number
  /** Requests that may be written now. */
  room(): number
  /** False when the request has no form on the wire; then nothing was written. */
  send(request: T): boolean
  /** Of the PDU that was told last; good until the end of the turn. */
  octets(): Uint8Array
  /** Takes note of what was handed over; the carrier is told so when the result is called. */
  owe(list: readonly DeliveryHead[]): () => void
  /** Lets time pass. The caller's clock, so that a process that stood still does not take the carrier for silent. */
  tick(elapsedMs: number): void
  unbind(): void
  close(reason: string): void
}

/** Octets of submits that one turn writes; the next turn comes when the socket has taken them. */
const TURN_OCTETS_MAX = 64 * 1024
/** Octets of answers that may wait for a carrier that does not read; beyond, its own octets wait too. */
const OUTPUT_OCTETS_MAX = 256 * 1024
const LINGER_MS = 5_000

/** Worth a look whether anybody asked for it or not. */
const isWrong = (pdu: Pdu | Unparsable | Broken): boolean =>
  pdu.command === 'unparsable' || pdu.command === 'broken' || pdu.status !== 0

export function openConnection<T extends Asked>(
  settings: SmppSettings,
  command: Bind,
  events: ConnectionEvents<T>,
): Connection<T> {
  const limits = timerLimits(settings)
  const session = createSession<T>('esme')
  const reader = createReader()
  const output = createOutput()
  const owed = createOwed()
  let clock = 0 // of the session: it stands while we do not read
  let age = 0 // of the connection
  let timers = startTimers(limits, clock)
  let heard = false
  let closed = false
  let flushing = false
  let failure = 'the carrier closed the connection'

  const bound = (): boolean => !closed && session.state() === BOUND_STATE[command]
  const stalled = (): boolean => owed.count() >= settings.unacknowledgedMax

  const flush = (): void => {
    flushing = false
    if (closed || pendingOctets(output) === 0) return
    const full = pendingOctets(output) >= TURN_OCTETS_MAX
    // A socket that took it all at once says no 'drain': then more is written once what came meanwhile was read.
    if (socket.write(takeOutput(output)) && full) setImmediate(turn)
  }
  /** However much a turn writes, it is one write to the socket. */
  const write = (pdu: PduInput, request?: T): void => {
    const length = writePdu(output, pdu)
    if (events.tap.open) events.captured(true, output.bytes.subarray(output.at - length, output.at), request)
    if (flushing) return
    flushing = true
    process.nextTick(flush)
  }

  /** Nothing is read that could not be kept. */
  const regulate = (): void => {
    if (closed) return
    const mayRead = !stalled() && socket.writableLength < OUTPUT_OCTETS_MAX
    if (mayRead && socket.isPaused()) socket.resume()
    else if (!mayRead) socket.pause()
  }

  const turn = (): void => {
    if (closed) return
    events.turn()
    regulate()
  }

  const finish = (reason: string, politely: boolean): void => {
    if (closed) return
    if (politely) {
      flush()
      socket.setTimeout(LINGER_MS, () => socket.destroy())
      socket.destroySoon()
    } else socket.destroy()
    closed = true
    events.closed(reason, session.close())
  }

  const take = (step: Step<T>): void => {
    if (step.kind === 'answered') events.answered(step.request, step.pdu, clock - step.request.sentAt)
    else if (step.kind === 'request') onRequest(step.pdu)
    else if (step.kind === 'reply') write(step.pdu)
    else if (step.kind === 'refused') finish(`the bind was refused: ${describeStatus(step.status)}`, true)
    else if (step.kind === 'lost') finish(`the carrier sent a PDU with a length of ${step.length}`, false)
    else if (step.kind === 'bound') {
      timers = onBound(timers, clock)
      events.bound()
    } else if (step.kind === 'unbound') {
      if (step.reply) write(step.reply)
      finish('the carrier ended the session', true)
    }
  }

  const onRequest = (pdu: AnyRequest): void => {
    if (pdu.command === 'deliver_sm' || pdu.command === 'data_sm') events.delivered(pdu)
    else write(respond(pdu, STATUS.ESME_RINVCMDID))
  }

  const onData = (chunk: Buffer): void => {
    heard = true
    events.heard()
    reader.push(chunk)
    for (let pdu = reader.next(); pdu !== undefined && !closed; pdu = reader.next()) {
      const step = session.receive(pdu)
      if (events.tap.open || isWrong(pdu))
        events.captured(false, reader.octets(), step.kind === 'answered' ? step.request : undefined)
      take(step)
    }
    turn()
  }

  /** Our own store did not take them in time: the carrier is asked to come back, and their places are free again. */
  const giveUp = (): void => {
    for (const { list } of owed.takeBefore(age - limits.responseMs)) {
      for (const one of list) write(respond(one, STATUS.ESME_RX_T_APPN))
    }
    regulate()
  }

  const act = (action: TimerAction): void => {
    if (action === 'send_enquire_link') {
      // With octets of ours unread it would only be one more; the silence counts all the same.
      if (!socket.writableNeedDrain) write(session.enquire())
    } else if (action === 'close:session_init') finish('the carrier did not answer the bind in time', false)
    else if (action === 'close:enquire_link') finish('the carrier went silent: no answer to enquire_link', false)
  }

  const socket = openSocket(settings, () => write(session.bind(command, bindFields(settings))))
  socket.on('data', onData)
  socket.on('drain', turn)
  socket.on('error', (error) => {
    failure = error.message
  })
  socket.on('close', () => finish(failure, false))

  return {
    bound,
    closed: () => closed,
    unanswered: session.unanswered,
    owed: owed.count,
    octets: reader.octets,

    room() {
      const full = socket.writableNeedDrain || pendingOctets(output) >= TURN_OCTETS_MAX
      return full || stalled() || !bound() ? 0 : Math.max(0, settings.window - session.unanswered())
    },

    send(request) {
      const sequence = session.ask(request, clock)
      try {
        write(events.pdu(request, sequence), request)
        return true
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        session.withdraw(sequence)
        return false
      }
    },

    owe(list) {
      const batch = owed.add(list, age)
      return () => {
        if (closed) return
        const waiting = stalled()
        if (owed.settle(batch)) for (const one of batch.list) write(respond(one))
        if (waiting) turn()
      }
    },

    tick(elapsedMs) {
      if (closed) return
      age += elapsedMs
      giveUp()
      if (stalled()) return // what waits unread behind our own back is not late
      clock += elapsedMs
      if (heard) timers = onHeard(timers, clock)
      heard = false
      const expired = session.expire(clock - limits.responseMs)
      if (expired.length > 0) events.expired(expired)
      const [next, action] = onTick(timers, clock)
      timers = next
      act(action)
    },

    unbind() {
      if (bound()) write(session.unbind())
      else finish('stopped', false)
    },

    close: (reason) => finish(reason, false),
  }
}
