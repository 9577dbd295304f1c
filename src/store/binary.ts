/**
 * One-dimensional array parameters in PostgreSQL's binary format: `pg` sends a Buffer as it is, so a
 * column of a batch costs a few nanoseconds a value where an array literal costs microseconds.
 *
 * In SQL the parameter is cast (`unnest($1::int8[], $2::text[])`): the element type must be exactly
 * the one of the encoder. A value that does not fit its type throws here, and no batch is sent.
 */

// Element types, as numbered in pg_type.
const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float8: 701 } as const

const HEADER = 20
const NULL_LENGTH = -1

function writeHeader(buffer: Buffer, oid: number, count: number, hasNull: boolean): void {
  buffer.writeInt32BE(1, 0) // dimensions
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(count, 12)
  buffer.writeInt32BE(1, 16) // lower bound
}

/** An array without elements has no dimension at all. */
function emptyArray(oid: number): Buffer {
  const buffer = Buffer.alloc(12)
  buffer.writeInt32BE(oid, 8)
  return buffer
}

type Write<T> = (buffer: Buffer, value: T, at: number) => void

function fixedWidth<T>(oid: number, width: number, write: Write<T>): (values: readonly (T | null)[]) => Buffer {
  return (values) => {
    if (values.length === 0) return emptyArray(oid)
    const buffer = Buffer.allocUnsafe(HEADER + values.length * (4 + width))
    let hasNull = false
    let at = HEADER
    for (const value of values) {
      if (value === null) {
        hasNull = true
        at = buffer.writeInt32BE(NULL_LENGTH, at)
      } else {
        at = writeLength(buffer, width, at)
        write(buffer, value, at)
        at += width
      }
    }
    writeHeader(buffer, oid, values.length, hasNull)
    return at === buffer.length ? buffer : buffer.subarray(0, at)
  }
}

function writeLength(buffer: Buffer, length: number, at: number): number {
  buffer[at] = length >>> 24
  buffer[at + 1] = length >>> 16
  buffer[at + 2] = length >>> 8
  buffer[at + 3] = length
  return at + 4
}

function outOfRange(value: unknown, type: string): never {
  throw new RangeError(`${String(value)} is not a value of ${type}`)
}

export const int2Array = fixedWidth<number>(OID.int2, 2, (buffer, value, at) => {
  if ((value << 16) >> 16 !== value) outOfRange(value, 'int2')
  buffer[at] = value >>> 8
  buffer[at + 1] = value
})

export const int4Array = fixedWidth<number>(OID.int4, 4, (buffer, value, at) => {
  if ((value | 0) !== value) outOfRange(value, 'int4')
  writeLength(buffer, value, at)
})

/** Ids and times: numbers that are exact, that is below 2^53. */
export const int8Array = fixedWidth<number>(OID.int8, 8, (buffer, value, at) => {
  if (!Number.isSafeInteger(value)) outOfRange(value, 'a number below 2^53')
  const high = Math.floor(value / 0x1_0000_0000)
  writeLength(buffer, high, at)
  writeLength(buffer, value - high * 0x1_0000_0000, at + 4)
})

/** Money: millionths as bigint. */
export const bigintArray = fixedWidth<bigint>(OID.int8, 8, (buffer, value, at) => {
  buffer.writeBigInt64BE(value, at)
})

export const float8Array = fixedWidth<number>(OID.float8, 8, (buffer, value, at) => {
  buffer.writeDoubleBE(value, at)
})

export const boolArray = fixedWidth<boolean>(OID.bool, 1, (buffer, value, at) => {
  buffer[at] = value ? 1 : 0
})

// Above this length the call into native code costs less than our own loop.
const OWN_LOOP_MAX = 32

/** Text as UTF-8. PostgreSQL refuses NUL (22021), so the reader of requests has removed it; a lone surrogate becomes U+FFFD. */
export function textArray(values: readonly (string | null)[]): Buffer {
  if (values.length === 0) return emptyArray(OID.text)
  let longest = HEADER
  for (const value of values) longest += value === null ? 4 : 4 + value.length * 3
  const buffer = Buffer.allocUnsafe(longest)
  let hasNull = false
  let at = HEADER
  for (const value of values) {
    if (value === null) {
      hasNull = true
      at = buffer.writeInt32BE(NULL_LENGTH, at)
    } else {
      const length = writeText(buffer, value, at + 4)
      at = writeLength(buffer, length, at) + length
    }
  }
  writeHeader(buffer, OID.text, values.length, hasNull)
  return buffer.subarray(0, at)
}

function writeText(buffer: Buffer, text: string, at: number): number {
  if (text.length > OWN_LOOP_MAX) return buffer.write(text, at)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return buffer.write(text, at)
    buffer[at + i] = code
  }
  return text.length
}

export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  if (values.length === 0) return emptyArray(OID.bytea)
  let size = HEADER
  for (const value of values) size += 4 + (value === null ? 0 : value.length)
  const buffer = Buffer.allocUnsafe(size)
  let hasNull = false
  let at = HEADER
  for (const value of values) {
    if (value === null) {
      hasNull = true
      at = buffer.writeInt32BE(NULL_LENGTH, at)
    } else {
      at = writeLength(buffer, value.length, at)
      buffer.set(value, at)
      at += value.length
    }
  }
  writeHeader(buffer, OID.bytea, values.length, hasNull)
  return buffer
}
