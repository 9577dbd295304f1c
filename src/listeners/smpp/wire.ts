import type { Socket } from 'node:net'
import { log } from '../../log.ts'
import {
  type Broken,
  createOutput,
  createReader,
  pendingOctets,
  type ReplyFields,
  takeOutput,
  type Unparsable,
  writePdu,
  writeReply,
} from '../../protocols/smpp/codec.ts'
import type { Pdu, PduInput, Response } from '../../protocols/smpp/pdu.ts'
import type { SmppLimits } from './limits.ts'

export interface WireEvents {
  /** Octets of the PDU are good until this returns. */
  pdu(pdu: Pdu | Unparsable | Broken): void
  /** False: what came waits, and so do the customer's octets behind it. Asked before each PDU. */
  mayRead(): boolean
  /** The customer will send nothing more, and all that came was read. */
  ended(): void
  /** It was found behind, and has taken what was written. */
  caughtUp(): void
  /** Said once, whoever closed it. */
  closed(reason: string): void
}

/** A PDU that went by; its octets are good until this returns. */
export type Witness = (sent: boolean, octets: Uint8Array) => void

/** A socket as PDUs, both ways: one write for all of a turn, and no more PDUs read in a turn than leaves the others theirs. */
export interface Wire {
  write(pdu: PduInput): void
  /** The response to the request of this number. Throws RangeError, and writes nothing, when it has no form on the wire. */
  reply(command: Response, sequence: number, reply: ReplyFields): void
  /** Goes on reading, if it may. */
  go(): void
  /** False when more would only wait here; `caughtUp` is called then. */
  mayWrite(): boolean
  /** Of the PDU that was told last. */
  octets(): Buffer
  widen(octetsMax: number): void
  watch(witness: Witness | undefined): void
  held(): boolean
  /** PDUs so far. */
  counts(): { readonly read: number; readonly written: number }
  /** True when octets came since it was asked last. */
  heard(): boolean
  /** Lets time pass: what the customer takes too long for, if anything. */
  overdue(elapsedMs: number): string | undefined
  /** Sends what is written, then the end; from now on nothing is read. */
  end(): void
  destroy(): void
}

/** Of answers that are put together in one turn. A session that says little keeps little. */
const SLAB_OCTETS = 2 * 1024
const TURN_OCTETS_MAX = 64 * 1024

export function openWire(socket: Socket, limits: SmppLimits, events: WireEvents): Wire {
  const reader = createReader(limits.unboundPduOctetsMax)
  const output = createOutput(SLAB_OCTETS)
  let witness: Witness | undefined
  let flushing = false
  let scheduled = false
  let waiting = false // PDUs may be in the reader that were not told
  let behind = false
  let ended = false // by us
  let peerEnded = false
  let heard = false
  let read = 0
  let written = 0
  let failure = 'the customer closed the connection'
  // Of the last look at the time.
  let progressed = false
  let readThen = 0
  let stuckMs = 0
  let partialMs = 0

  const held = (): boolean => !events.mayRead() || socket.writableLength >= limits.outputOctetsMax

  const onWritten = (): void => {
    progressed = true
  }
  const flush = (): void => {
    flushing = false
    if (pendingOctets(output) === 0 || !socket.writable) return
    if (socket.write(takeOutput(output), onWritten) && behind) setImmediate(catchUp)
  }
  const catchUp = (): void => {
    if (behind && !socket.writableNeedDrain) {
      behind = false
      events.caughtUp()
    }
    go()
  }
  /** However much a turn writes, it is one write to the socket. */
  const wrote = (length: number): void => {
    written++
    if (witness !== undefined) witness(true, output.bytes.subarray(output.at - length, output.at))
    if (flushing) return
    flushing = true
    process.nextTick(flush)
  }

  const pump = (): void => {
    scheduled = false
    waiting = true
    if (socket.writableLength >= limits.outputOctetsMax) return void socket.pause()
    for (let left = limits.pdusATurn; left > 0; left--) {
      if (ended) return
      if (!events.mayRead()) return void socket.pause()
      const pdu = reader.next()
      if (pdu === undefined) {
        waiting = false
        if (peerEnded) events.ended()
        else if (socket.isPaused()) socket.resume()
        return
      }
      read++
      try {
        if (witness !== undefined) witness(false, reader.octets())
        events.pdu(pdu)
      } catch (error) {
        log.error('an SMPP session met a bug', { listener: 'smpp', reason: pdu.command, error })
        return void socket.destroy()
      }
    }
    socket.pause()
    go()
  }
  const go = (): void => {
    if (!waiting || scheduled || ended || held()) return
    scheduled = true
    setImmediate(pump)
  }

  socket.on('data', (chunk: Buffer) => {
    if (ended) return
    heard = true
    reader.push(chunk)
    if (!scheduled) pump()
  })
  socket.on('end', () => {
    peerEnded = true
    if (!ended && !waiting) events.ended()
  })
  socket.on('drain', catchUp)
  socket.on('error', (error) => {
    failure = error.message
  })
  socket.on('close', () => {
    ended = true
    events.closed(failure)
  })
  socket.resume()

  return {
    held,
    go,
    octets: reader.octets,
    widen: reader.widen,
    counts: () => ({ read, written }),
    write: (pdu) => wrote(writePdu(output, pdu)),
    reply: (command, sequence, reply) => wrote(writeReply(output, command, sequence, reply)),

    mayWrite() {
      behind ||= socket.writableNeedDrain || pendingOctets(output) >= TURN_OCTETS_MAX
      return !behind && socket.writable && !peerEnded
    },

    watch(one) {
      witness = one
    },

    heard() {
      const was = heard
      heard = false
      return was
    },

    overdue(elapsedMs) {
      stuckMs = progressed || socket.writableLength === 0 ? 0 : stuckMs + elapsedMs
      partialMs = reader.isPartial() && read === readThen && !held() ? partialMs + elapsedMs : 0
      progressed = false
      readThen = read
      if (stuckMs > limits.stuckMs) return 'the customer does not read what it is sent'
      return partialMs > limits.pduMs ? 'a PDU of the customer did not come to its end' : undefined
    },

    end() {
      if (ended) return
      flush()
      ended = true
      socket.end()
      socket.resume() // what comes is thrown away: a socket closed over unread octets would take our last words with it
    },

    destroy: () => void socket.destroy(),
  }
}
