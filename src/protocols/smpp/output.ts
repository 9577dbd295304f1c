/** Where a turn's PDUs are put together, so that they leave in one write to the socket. */
export interface Output {
  bytes: Buffer
  /** Where the next octet goes. */
  at: number
  /** Where what was not taken yet begins. */
  from: number
  /** Octets that are taken from memory at a time, at least. */
  readonly slab: number
}

const SLAB_OCTETS = 64 * 1024

/** `slab`: small for one of thousands that say little. */
export const createOutput = (slab = SLAB_OCTETS): Output => ({ bytes: Buffer.allocUnsafeSlow(slab), at: 0, from: 0, slab })

export const pendingOctets = (output: Output): number => output.at - output.from

/** Makes room for so many octets behind what is written; what was taken before stays where it is. */
export function reserve(output: Output, octets: number): void {
  const { bytes, at, from } = output
  if (at + octets <= bytes.length) return
  const pending = at - from
  const grown = Buffer.allocUnsafeSlow(Math.max(output.slab, 2 * (pending + octets)))
  bytes.copy(grown, 0, from, at)
  output.bytes = grown
  output.at = pending
  output.from = 0
}

/** What was written since the last take. It is never written over, so a socket may keep it as long as it needs. */
export function takeOutput(output: Output): Buffer {
  const taken = output.bytes.subarray(output.from, output.at)
  output.from = output.at
  return taken
}
