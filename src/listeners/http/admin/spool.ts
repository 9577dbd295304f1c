import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../../domain/refusal.ts'

/** Forty million rows of ported numbers. */
const OCTETS_MAX = 2 * 1024 * 1024 * 1024
const CHUNK_OCTETS = 1 << 16

/**
 * Takes a file that does not fit into memory: first all of it onto the disk, because work on it may last longer than a client is
 * listened to, then the work. The file has no name while it is there, so nothing stays behind when the program is killed.
 */
export async function withSpooled<T>(
  upload: AsyncIterable<Uint8Array>,
  folder: string,
  work: (file: AsyncIterable<Uint8Array>) => Promise<T>,
  octetsMax: number = OCTETS_MAX,
): Promise<T> {
  const path = join(folder, `upload-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await rm(path).catch(() => {}) // Windows keeps a name as long as the file is open
    let octets = 0
    for await (const chunk of upload) {
      octets += chunk.length
      if (octets > octetsMax) {
        throw new Refusal('bad_request', { reason: `A file has at most ${octetsMax} octets: import it in parts.` })
      }
      await file.appendFile(chunk)
    }
    return await work(contentsOf(file))
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}

async function* contentsOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(CHUNK_OCTETS), position })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
