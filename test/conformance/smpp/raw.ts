import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { within } from '../../support/eventually.ts'

/** A socket of a client that writes octets by hand. */
export interface RawClient {
  /** Writes octets given in hex, blanks are for reading. */
  write(hex: string): void
  /** The next PDU, whole. */
  pdu(): Promise<Buffer>
  /** Writes one PDU and resolves with the next that comes. */
  ask(hex: string): Promise<Buffer>
  closed(): Promise<void>
}

export async function openRaw(t: TestContext, port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  t.after(() => socket.destroy())
  socket.on('error', () => {}) // a close follows
  const ended = once(socket, 'close')
  const arrived: Buffer[] = []
  const wanted: ((pdu: Buffer) => void)[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (octets: Buffer) => {
    rest = Buffer.concat([rest, octets])
    while (rest.length >= 16 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0)
      assert.ok(length >= 16)
      const whole = rest.subarray(0, length)
      rest = rest.subarray(length)
      const want = wanted.shift()
      if (want) want(whole)
      else arrived.push(whole)
    }
  })
  await within(once(socket, 'connect'), 'the connection')

  const write = (hex: string): void => void socket.write(octetsOf(hex))
  const pdu = (): Promise<Buffer> => {
    const first = arrived.shift()
    return first ? Promise.resolve(first) : within(new Promise((arrives) => void wanted.push(arrives)), 'a PDU')
  }
  return {
    write,
    pdu,
    ask(hex) {
      write(hex)
      return pdu()
    },
    closed: async () => void (await within(ended, 'the end of the connection')),
  }
}

export const octetsOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')

/** A C-octet string in hex. */
export const cstring = (text: string): string => `${Buffer.from(text, 'latin1').toString('hex')}00`

/** A PDU in hex, its length put before it. */
export function framed(commandId: number, status: number, sequence: number, body: string): string {
  const octets = octetsOf(body)
  const head = Buffer.alloc(16)
  for (const [place, word] of [16 + octets.length, commandId, status, sequence].entries())
    head.writeUInt32BE(word >>> 0, 4 * place)
  return head.toString('hex') + octets.toString('hex')
}
