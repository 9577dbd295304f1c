import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { log } from '../../log.ts'

/** An answer that is a file: a document, an export. Its octets are read as fast as the client takes them. */
export interface Attachment {
  readonly type: string // Content-Type
  readonly name: string // under which it is saved; plain ASCII without quotes
  readonly size: number // octets
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Writes a file. When it cannot be read to its end the connection is closed, and the length that was told says that it is cut. */
export async function respondFile(res: ServerResponse, { type, name, size, chunks }: Attachment): Promise<void> {
  res.writeHead(200, {
    'Content-Type': type,
    'Content-Length': String(size),
    'Content-Disposition': `attachment; filename="${name}"`,
    'X-Content-Type-Options': 'nosniff',
  })
  try {
    await pipeline(Readable.from(chunks), res)
  } catch (error) {
    const gone = (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE' // it was the client who ended it
    if (!gone) log.error('a file was not sent to its end', { listener: 'http', error })
  }
}
