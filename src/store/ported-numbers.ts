import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

const SIGNATURE_OCTETS = 19 // of COPY's binary format: signature, flags, no extension
const ROW_OCTETS = 2 + 4 + 8 // columns, length of the only one, an int8
const TRAILER = -1

/** How many there are. */
export async function countPorted(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>('select count(*) from ported_numbers')
  return Number(rows[0]?.count ?? 0)
}

/** Goes through all ported numbers, in no order. Ten million are read as a stream of 140 MB; memory stays small. */
export async function eachPorted(pool: pg.Pool, each: (number: number) => void): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    const stream = client.query(copyTo('copy (select number from ported_numbers) to stdout (format binary)'))
    let rest: Buffer = Buffer.alloc(0)
    let skip = SIGNATURE_OCTETS
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const octets = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0
      if (skip > 0) {
        if (octets.length < skip) {
          rest = octets
          continue
        }
        at = skip
        skip = 0
      }
      while (octets.length - at >= ROW_OCTETS && octets.readInt16BE(at) !== TRAILER) {
        each(octets.readUInt32BE(at + 6) * 2 ** 32 + octets.readUInt32BE(at + 10))
        at += ROW_OCTETS
      }
      rest = octets.subarray(at)
    }
  } finally {
    client.release(true) // its settings are not the others'
  }
}
