import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import {
  createOutput,
  createReader,
  pendingOctets,
  takeOutput,
  type Unparsable,
  writePdu,
} from '../../src/protocols/smpp/codec.ts'
import type { Pdu, PduInput, PduOf } from '../../src/protocols/smpp/pdu.ts'

/** One connection of an ESME to the SMSC of a test. */
export interface SmscSession {
  readonly socket: net.Socket
  /** Everything that was received, in order. Octets are copied. */
  readonly received: (Pdu | Unparsable)[]
  bind: string
  systemId: string
  send(pdu: PduInput): void
  raw(octets: Uint8Array): void
  /** A number for a request of ours. */
  sequence(): number
}

export interface SmscOptions {
  /** Decides on a PDU before the SMSC does; true: it is dealt with. */
  readonly on?: (pdu: Pdu, session: SmscSession) => boolean | undefined
  readonly tls?: tls.TlsOptions
  /** Receipts of submits that want one: sent behind the response (default), in front of it, or not at all. */
  readonly receipts?: 'after' | 'before' | 'none'
  readonly idOf?: (count: number) => string
}

/** An SMSC that does as a test tells it, made of our own codec. Otherwise it takes everything and delivers at once. */
export interface Smsc {
  readonly port: number
  readonly sessions: SmscSession[]
  readonly submits: PduOf<'submit_sm'>[]
  /** Replaces what decides before the SMSC does. */
  on: NonNullable<SmscOptions['on']>
  /** The bound sessions that receive. */
  receivers(): SmscSession[]
  close(): Promise<void>
}

export const receiptText = (id: string, stat = 'DELIVRD'): Buffer =>
  Buffer.from(`id:${id} sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:${stat} err:000 text:`)

export async function startSmsc(options: SmscOptions = {}): Promise<Smsc> {
  const { receipts = 'after', idOf = (count) => `id-${count}` } = options
  let count = 0

  const answer = (pdu: Pdu, session: SmscSession): void => {
    const { sequence, command } = pdu
    if (command === 'bind_transceiver' || command === 'bind_receiver' || command === 'bind_transmitter') {
      session.bind = command
      session.systemId = pdu.system_id
      session.send({ command: `${command}_resp`, sequence, system_id: 'SMSC' } as PduInput)
    } else if (command === 'enquire_link' || command === 'unbind') {
      session.send({ command: `${command}_resp`, sequence })
      if (command === 'unbind') session.socket.end()
    } else if (command === 'submit_sm') take(pdu, session)
  }

  const take = (pdu: PduOf<'submit_sm'>, session: SmscSession): void => {
    const id = idOf(++count)
    const respond = () => session.send({ command: 'submit_sm_resp', sequence: pdu.sequence, message_id: id })
    if (receipts !== 'before') respond()
    if (receipts !== 'none' && pdu.registered_delivery !== 0) deliver(smsc.receivers()[0] ?? session, pdu, id)
    if (receipts === 'before') respond()
  }

  const serve = (socket: net.Socket): void => {
    const reader = createReader()
    const output = createOutput()
    let sequence = 0
    const flush = (): void => {
      if (pendingOctets(output) > 0 && !socket.destroyed) socket.write(takeOutput(output))
    }
    const session: SmscSession = {
      socket,
      received: [],
      bind: '',
      systemId: '',
      send(pdu) {
        writePdu(output, pdu)
        process.nextTick(flush)
      },
      raw(octets) {
        flush()
        socket.write(octets)
      },
      sequence: () => ++sequence,
    }
    smsc.sessions.push(session)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      reader.push(Buffer.from(chunk))
      for (let pdu = reader.next(); pdu !== undefined; pdu = reader.next()) {
        if (pdu.command === 'broken') return void socket.destroy()
        session.received.push(pdu)
        if (pdu.command === 'unparsable') continue
        if (pdu.command === 'submit_sm') smsc.submits.push(pdu)
        if (smsc.on(pdu, session) !== true) answer(pdu, session)
      }
    })
  }

  const server = options.tls ? tls.createServer(options.tls, serve) : net.createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const smsc: Smsc = {
    port: (server.address() as AddressInfo).port,
    sessions: [],
    submits: [],
    on: options.on ?? (() => undefined),
    receivers: () => smsc.sessions.filter(({ bind, socket }) => !socket.destroyed && /receiver|transceiver/.test(bind)),
    async close() {
      for (const { socket } of smsc.sessions) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return smsc
}

/** A receipt for a submit. */
export function deliver(session: SmscSession, submit: PduOf<'submit_sm'>, id: string, stat = 'DELIVRD'): void {
  session.send({
    command: 'deliver_sm',
    sequence: session.sequence(),
    source_addr_ton: submit.dest_addr_ton,
    source_addr_npi: submit.dest_addr_npi,
    source_addr: submit.destination_addr,
    dest_addr_ton: submit.source_addr_ton,
    dest_addr_npi: submit.source_addr_npi,
    destination_addr: submit.source_addr,
    esm_class: 4,
    short_message: receiptText(id, stat),
  })
}
