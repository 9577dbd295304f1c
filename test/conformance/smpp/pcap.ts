import type { Conversation } from './recorder.ts'

/** The port that conversations have in a capture, whatever it was: where dissectors look for SMPP. */
export const SMPP_PORT = 2775

const CLIENT = 0x0a000001 // 10.0.0.1
const SERVER = 0x0a000002
const PUSH_AND_ACK = 0x18
const IP_OCTETS = 20
const TCP_OCTETS = 20
const LINKTYPE_RAW = 101 // packets begin with the IP header

/**
 * Conversations as a capture file (libpcap's format), with the IPv4 and TCP headers they would have had: so nobody needs the
 * right to capture. Each PDU is a packet (of less than 64 KB); each conversation has a client port of its own; times count on.
 */
export function pcapOf(conversations: readonly Conversation[]): Buffer {
  const packets = conversations.flatMap((pdus, index) => packetsOf(pdus, 20_000 + index))
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(0xffff, 16)
  head.writeUInt32LE(LINKTYPE_RAW, 20)
  return Buffer.concat([head, ...packets.flatMap((packet, index) => [recordHead(packet, index), packet])])
}

function recordHead(packet: Buffer, microseconds: number): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(1_700_000_000 + Math.floor(microseconds / 1_000_000), 0)
  head.writeUInt32LE(microseconds % 1_000_000, 4)
  head.writeUInt32LE(packet.length, 8)
  head.writeUInt32LE(packet.length, 12)
  return head
}

function packetsOf(pdus: Conversation, clientPort: number): Buffer[] {
  const sent = { client: 1, server: 1 } // TCP sequence numbers
  const packets: Buffer[] = []
  for (const { from, octets } of pdus) {
    const to = from === 'client' ? 'server' : 'client'
    const ports = from === 'client' ? ([clientPort, SMPP_PORT] as const) : ([SMPP_PORT, clientPort] as const)
    packets.push(packet(from, ports, { sequence: sent[from], acknowledges: sent[to] }, octets))
    sent[from] += octets.length
  }
  return packets
}

function packet(
  from: 'client' | 'server',
  [source, destination]: readonly [number, number],
  { sequence, acknowledges }: { readonly sequence: number; readonly acknowledges: number },
  octets: Buffer,
): Buffer {
  const head = Buffer.alloc(IP_OCTETS + TCP_OCTETS)
  head[0] = 0x45
  head.writeUInt16BE(head.length + octets.length, 2)
  head[8] = 64
  head[9] = 6 // TCP
  head.writeUInt32BE(from === 'client' ? CLIENT : SERVER, 12)
  head.writeUInt32BE(from === 'client' ? SERVER : CLIENT, 16)
  head.writeUInt16BE(source, 20)
  head.writeUInt16BE(destination, 22)
  head.writeUInt32BE(sequence, 24)
  head.writeUInt32BE(acknowledges, 28)
  head[32] = (TCP_OCTETS / 4) << 4
  head[33] = PUSH_AND_ACK
  head.writeUInt16BE(0xffff, 34)
  return Buffer.concat([head, octets])
}
