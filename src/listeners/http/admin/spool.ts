import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../../../domain/refusal.ts'

/** Twenty million rows. */
const OCTETS_MAX = 2 * 1024 * 1024 * 1024

/**
 * Takes a file that does not fit into memory: first all of it onto the disk, because work on it may last longer than a client is
 * listened to, then the work. The file is gone when the work is done.
 */
export async function withSpooled<T>(
  req: IncomingMessage,
  folder: string,
  work: (file: AsyncIterable<Uint8Array>) => Promise<T>,
  octetsMax: number = OCTETS_MAX,
): Promise<T> {
  const path = join(folder, `upload-${randomUUID()}`)
  try {
    await pipeline(req, limited(octetsMax), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    return await work(createReadStream(path))
  } finally {
    await rm(path, { force: true })
  }
}

const limited = (octetsMax: number) =>
  async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let octets = 0
    for await (const chunk of source) {
      octets += chunk.length
      if (octets > octetsMax)
        throw new Refusal('bad_request', { reason: `A file has at most ${octetsMax} octets: import it in parts.` })
      yield chunk
    }
  }
