import { timeOfId } from './message-id.ts'

/** One answer of a carrier, as a message's row keeps it. */
export interface Attempt {
  readonly afterMs: number // since acceptance
  readonly carrierId: number
  readonly outcome: 'taken' | 'rejected' | 'unknown'
  readonly status: number // command_status, or the carrier's own number
}

const ENTRY = 10 // octets: ms since acceptance, carrier, status with the outcome in its upper bits

/** Attempts as triples (Unix ms, carrier, status with outcome), packed for the row. */
export function packTrace(id: number, trace: readonly number[]): Buffer {
  const acceptedAt = timeOfId(id)
  const out = Buffer.allocUnsafe((trace.length / 3) * ENTRY)
  for (let from = 0, at = 0; from < trace.length; from += 3, at += ENTRY) {
    out.writeUInt32BE(Math.min(0xffff_ffff, Math.max(0, (trace[from] ?? 0) - acceptedAt)), at)
    out.writeUInt16BE((trace[from + 1] ?? 0) & 0xffff, at + 4)
    out.writeUInt32BE((trace[from + 2] ?? 0) >>> 0, at + 6)
  }
  return out
}

/** The triples that were packed. */
export function readTrace(id: number, trace: Buffer): number[] {
  const triples: number[] = []
  const acceptedAt = timeOfId(id)
  for (let at = 0; at + ENTRY <= trace.length; at += ENTRY)
    triples.push(acceptedAt + trace.readUInt32BE(at), trace.readUInt16BE(at + 4), trace.readUInt32BE(at + 6))
  return triples
}

/** The same in words. */
export function unpackTrace(trace: Buffer): Attempt[] {
  const attempts: Attempt[] = []
  for (let at = 0; at + ENTRY <= trace.length; at += ENTRY) {
    const packed = trace.readUInt32BE(at + 6)
    attempts.push({
      afterMs: trace.readUInt32BE(at),
      carrierId: trace.readUInt16BE(at + 4),
      outcome: packed >>> 28 === 1 ? 'taken' : packed >>> 28 === 2 ? 'rejected' : 'unknown',
      status: packed & 0x0fff_ffff,
    })
  }
  return attempts
}
