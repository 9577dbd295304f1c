import type { Socket } from 'node:net'

/** Bytes on their way to a socket: many frames, one write. */
export interface Outbox {
  /** Where the next `length` bytes may be written. */
  reserve(length: number): number
  readonly bytes: Buffer
  flush(): void
  end(): void
}

const SIZE = 65_536

export function createOutbox(socket: Socket): Outbox {
  let bytes = Buffer.allocUnsafeSlow(SIZE)
  let used = 0

  const flush = (): void => {
    if (used === 0) return
    if (!socket.destroyed) socket.write(bytes.subarray(0, used))
    used = 0
    // A write that the kernel took whole has let go of its bytes already.
    if (socket.writableLength > 0) bytes = Buffer.allocUnsafeSlow(SIZE)
  }

  return {
    get bytes() {
      return bytes
    },
    reserve(length) {
      if (used + length > SIZE) flush()
      used += length
      return used - length
    },
    flush,
    end() {
      flush()
      socket.end()
    },
  }
}
