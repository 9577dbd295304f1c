import type { IncomingMessage, ServerResponse } from 'node:http'

/** Limits of what clients may make us hold. */
export interface BodyLimits {
  readonly formBytesMax: number
  readonly multipartBytesMax: number
  /** A body over its limit is read to its end and dropped, so that the client hears why; past this the connection is closed. */
  readonly discardBytesMax: number
  /** All large bodies together. */
  readonly heldBytesMax: number
}

const MB = 1024 * 1024

/** 100,000 numbers are 1.3 MB. */
export const BODY_LIMITS: BodyLimits = {
  formBytesMax: 8 * MB,
  multipartBytesMax: 16 * MB,
  discardBytesMax: 64 * MB,
  heldBytesMax: 256 * MB,
}

/** Bodies up to this are bounded well enough by the number of connections. */
const SMALL_BYTES = 64 * 1024

/** `gone`: the client went away. Of a body that was too large the beginning is kept, since it may say which format is wanted. */
export interface Body {
  readonly state: 'whole' | 'too_large' | 'overloaded' | 'gone'
  readonly bytes: Buffer
}

export type ReadBody = (req: IncomingMessage, res: ServerResponse, multipart: boolean) => Promise<Body>

const NOTHING = Buffer.alloc(0)

/** Reads bodies within the limits. One for all servers of a process, because it counts what they hold together. */
export function createBodyReader(limits: BodyLimits = BODY_LIMITS): ReadBody {
  let held = 0

  return (req, res, multipart) => {
    const bytesMax = multipart ? limits.multipartBytesMax : limits.formBytesMax
    return new Promise((resolve) => {
      let chunks: Buffer[] = []
      let length = 0
      let mine = 0
      let state: Body['state'] = 'whole'

      const drop = (why: Body['state']): void => {
        state = why
        const [first = NOTHING] = chunks
        chunks = [first.subarray(0, SMALL_BYTES)]
      }
      req.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > limits.discardBytesMax) req.destroy()
        if (state !== 'whole') return
        if (length <= bytesMax || chunks.length === 0) chunks.push(chunk)
        if (length > bytesMax) return drop('too_large')
        if (length <= SMALL_BYTES) return
        if (mine === 0) res.once('close', () => (held -= mine))
        const more = length - mine
        if (held + more > limits.heldBytesMax) return drop('overloaded')
        held += more
        mine += more
      })
      req.on('end', () => resolve({ state, bytes: chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks) }))
      req.on('error', () => {}) // a close follows
      req.on('close', () => resolve({ state: 'gone', bytes: NOTHING }))
    })
  }
}
