import smpp from 'smpp'
import { createOutput, createReader, takeOutput, writePdu } from '../../src/protocols/smpp/codec.ts'
import type { PduInput } from '../../src/protocols/smpp/pdu.ts'

/** Hundreds of PDUs are made and read in one go: what one turn of a busy session sees. */
export const TURN = 100

/** One way of turning PDUs into octets and back. */
export interface Side {
  readonly name: string
  /** Writes `TURN` PDUs, sequence numbers counting on, as octets ready for a socket. */
  encode(pdu: PduInput): Buffer
  /** Reads them all; resolves with the sum of their sequence numbers, so that nothing is thrown away unread. */
  decode(octets: Buffer): number
}

export function ours(): Side {
  const output = createOutput()
  const reader = createReader()
  let sequence = 0
  return {
    name: 'heliogram',
    encode(pdu) {
      for (let count = 0; count < TURN; count++) {
        sequence = (sequence % 0x7fffffff) + 1
        writePdu(output, { ...pdu, sequence })
      }
      return takeOutput(output)
    },
    decode(octets) {
      let sum = 0
      reader.push(octets)
      for (let pdu = reader.next(); pdu !== undefined; pdu = reader.next()) {
        if (pdu.command === 'broken') throw new Error(`a PDU of ${pdu.length} octets`)
        sum += pdu.sequence
      }
      return sum
    },
  }
}

/** The npm package, through the calls its own sessions make, without their streams. */
export function theirs(): Side {
  let sequence = 0
  return {
    name: 'npm smpp',
    encode(pdu) {
      const options = optionsOf(pdu)
      const pieces: Buffer[] = []
      for (let count = 0; count < TURN; count++) {
        sequence = (sequence % 0x7fffffff) + 1
        pieces.push(new smpp.PDU(pdu.command, { ...options, sequence_number: sequence }).toBuffer())
      }
      return Buffer.concat(pieces)
    },
    decode(octets) {
      let sum = 0
      for (let at = 0; at < octets.length; ) {
        const length = octets.readUInt32BE(at)
        sum += smpp.PDU.fromBuffer(octets.subarray(at, at + length)).sequence_number
        at += length
      }
      return sum
    },
  }
}

/** The same PDU in the package's words. */
function optionsOf({ tlvs = {}, ...fields }: PduInput): object {
  const { command: _, sequence: __, ...mandatory } = fields
  const options: Record<string, unknown> = { ...mandatory, ...tlvs }
  if ('short_message' in mandatory) options.short_message = { message: mandatory.short_message } // else it would choose an alphabet
  return options
}
