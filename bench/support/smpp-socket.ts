import type { Socket } from 'node:net'
import { HEADER, word } from './smpp-frames.ts'

const LENGTH_MAX = 65_536

/** Cuts what a socket receives into frames, in place; `turned` is called when a piece has been gone through. */
export function onFrames(socket: Socket, take: (bytes: Buffer, frame: number, length: number) => void, turned: () => void): void {
  let rest: Buffer | undefined
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (bytes.length - at >= HEADER) {
      const length = word(bytes, at)
      if (length < HEADER || length > LENGTH_MAX) return void socket.destroy(new Error(`a frame of ${length} octets`))
      if (bytes.length - at < length) break
      take(bytes, at, length)
      at += length
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined
    turned()
  })
}
