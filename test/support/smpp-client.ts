import net from 'node:net'
import tls from 'node:tls'
import {
  createOutput,
  createReader,
  pendingOctets,
  takeOutput,
  type Unparsable,
  writePdu,
} from '../../src/protocols/smpp/codec.ts'
import type { Bind } from '../../src/protocols/smpp/operations.ts'
import { isResponse, PDUS, type Pdu, type PduInput, type PduOf, type Request } from '../../src/protocols/smpp/pdu.ts'
import { within } from './eventually.ts'

export interface SmppClientOptions {
  readonly port: number
  readonly systemId: string
  readonly password: string
  readonly bind?: Bind
  readonly version?: number
  readonly systemType?: string
  readonly tls?: tls.ConnectionOptions
  /** Decides how a delivery is answered: a command_status, or undefined for no answer at all. Octets are good until it returns. */
  readonly delivered?: (pdu: PduOf<'deliver_sm'>) => number | undefined
}

type Asked<R extends Request> = { readonly [C in R]: Omit<PduInput<C>, 'sequence'> }[R]

/** A customer's program, made of our own codec: asks, answers deliveries and signs of life, and says what it heard. */
export interface SmppClient {
  readonly socket: net.Socket
  /** command_status of the bind. */
  readonly status: number
  /** What came and was no response to a question, in order; deliveries only where nobody decides on them. Octets are copied. */
  readonly heard: (Pdu | Unparsable)[]
  /** Resolves with the response; rejects when the connection ends first. */
  ask<R extends Request>(request: Asked<R>): Promise<Pdu>
  /** Writes what needs no response, with this number. */
  write(pdu: PduInput): void
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  unbind(): Promise<void>
  destroy(): void
}

const RESPONSE: Readonly<Record<string, number>> = { deliver_sm: 1, data_sm: 1, enquire_link: 1, unbind: 1 }

/** Connects and binds. Resolves also when the bind is refused; rejects when no answer comes to it. */
export async function smppClient(options: SmppClientOptions): Promise<SmppClient> {
  const { port, systemId, password, bind = 'bind_transceiver', version = 0x34, systemType = '', delivered } = options
  const host = '127.0.0.1'
  const socket = options.tls ? tls.connect({ host, port, ...options.tls }) : net.connect({ host, port })
  socket.setNoDelay(true)
  const reader = createReader()
  const output = createOutput()
  const waiting = new Map<number, { resolve(pdu: Pdu): void; reject(error: Error): void }>()
  const heard: (Pdu | Unparsable)[] = []
  let sequence = 0
  let flushing = false

  const write = (pdu: PduInput): void => {
    writePdu(output, pdu)
    if (flushing) return
    flushing = true
    process.nextTick(() => {
      flushing = false
      if (pendingOctets(output) > 0 && socket.writable) socket.write(takeOutput(output))
    })
  }
  const ask = (request: object): Promise<Pdu> => {
    sequence += 1
    const mine = sequence
    return new Promise((resolve, reject) => {
      if (socket.destroyed || !socket.writable) return reject(new Error('the connection is closed'))
      waiting.set(mine, { resolve, reject })
      write({ ...request, sequence: mine } as PduInput)
    })
  }
  const answer = (pdu: Pdu): void => {
    const decided = pdu.command === 'deliver_sm' && delivered ? delivered(pdu) : 0
    if (pdu.command !== 'deliver_sm' || !delivered) heard.push(structuredClone(pdu))
    if (decided === undefined || !(pdu.command in RESPONSE)) return
    write({ command: `${pdu.command}_resp`, sequence: pdu.sequence, status: decided } as PduInput)
    if (pdu.command === 'unbind') process.nextTick(() => socket.end())
  }

  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk)
    for (let pdu = reader.next(); pdu !== undefined; pdu = reader.next()) {
      if (pdu.command === 'broken') return void socket.destroy()
      if (pdu.command === 'unparsable') {
        heard.push(pdu)
        continue
      }
      const asked = isResponse(PDUS[pdu.command].id) ? waiting.get(pdu.sequence) : undefined
      waiting.delete(asked ? pdu.sequence : -1)
      if (asked) asked.resolve(structuredClone(pdu))
      else answer(pdu)
    }
  })
  socket.on('error', () => {}) // a reset is one way to be closed
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      for (const { reject } of waiting.values()) reject(new Error('the connection ended before the answer'))
      waiting.clear()
      resolve()
    }),
  )

  const fields = { system_id: systemId, password, system_type: systemType, interface_version: version }
  const { status } = await within(ask({ command: bind, ...fields }), `the answer to a bind of ${systemId}`)
  return {
    socket,
    status,
    heard,
    ask,
    write,
    closed,
    async unbind() {
      if (socket.writable) await ask({ command: 'unbind' }).catch(() => {})
      socket.end()
      await closed
    },
    destroy: () => void socket.destroy(),
  }
}
