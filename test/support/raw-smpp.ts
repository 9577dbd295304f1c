import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Broken, createReader, encodePdu, type Unparsable } from '../../src/protocols/smpp/codec.ts'
import type { Bind } from '../../src/protocols/smpp/operations.ts'
import type { Fields, Pdu, PduInput } from '../../src/protocols/smpp/pdu.ts'
import { within } from './eventually.ts'

export type Received = Pdu | Unparsable | Broken

/** A customer's gateway as it looks on the wire: it says what a test tells it to, octets too, and answers nothing by itself. */
export interface RawSmpp {
  readonly socket: Socket
  /** Everything that came, in order. */
  readonly received: readonly Received[]
  send(pdu: PduInput): void
  raw(octets: Uint8Array | string): void
  /** The first PDU that came, or comes, and was not handed out. */
  next(): Promise<Received>
  /** The one with this sequence number; others stay. */
  answer(sequence: number): Promise<Received>
  /** Sends a request and resolves with what has its sequence number. */
  ask(pdu: PduInput): Promise<Received>
  bind(login: string, password: string, command?: Bind, fields?: Partial<Fields<Bind>>): Promise<Received>
  /** Resolves when the server has closed the connection, with all that was received. */
  readonly ended: Promise<readonly Received[]>
  close(): void
}

export interface ClientOptions {
  readonly tls?: boolean
  /** Sent first: what a proxy says. */
  readonly preface?: Uint8Array | string
}

/** Resolves when it is closed, however that came about. */
export const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))

export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex')

export async function rawSmpp(port: number, { tls = false, preface }: ClientOptions = {}): Promise<RawSmpp> {
  const plain = connect({ port, host: '127.0.0.1', noDelay: true })
  await within(once(plain, 'connect'), 'a connection')
  if (preface !== undefined) plain.write(preface)
  const socket = tls ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain
  const reader = createReader()
  const received: Received[] = []
  const unseen: Received[] = []
  let wake = (): void => {}
  let sequence = 0
  let over = false

  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk)
    for (let pdu = reader.next(); pdu !== undefined; pdu = reader.next()) {
      received.push(pdu)
      unseen.push(pdu)
      if (pdu.command === 'broken') break
    }
    wake()
  })
  socket.on('error', () => {})
  const ended = closing(socket).then(() => {
    over = true
    wake()
    return received
  })

  const find = async (fits: (pdu: Received) => boolean, what: string): Promise<Received> => {
    const found = async (): Promise<Received> => {
      for (;;) {
        const at = unseen.findIndex(fits)
        if (at >= 0) return unseen.splice(at, 1)[0] as Received
        if (over) throw new Error(`the connection ended before ${what} came`)
        await new Promise<void>((resolve) => {
          const before = wake
          wake = () => {
            before()
            resolve()
          }
        })
      }
    }
    return within(found(), what)
  }

  const client: RawSmpp = {
    socket,
    received,
    send: (pdu) => void socket.write(encodePdu(pdu)),
    raw: (octets) => void socket.write(octets),
    next: () => find(() => true, 'a PDU'),
    answer: (number) => find((pdu) => 'sequence' in pdu && pdu.sequence === number, `an answer to ${number}`),
    ask(pdu) {
      client.send(pdu)
      return client.answer(pdu.sequence)
    },
    bind(login, password, command = 'bind_transceiver', fields = {}) {
      sequence++
      return client.ask({ command, interface_version: 0x34, system_id: login, password, ...fields, sequence })
    },
    ended: within(ended, 'the end of the connection', 120_000),
    close: () => void socket.destroy(),
  }
  client.ended.catch(() => {})
  return client
}
