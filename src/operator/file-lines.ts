import { isUtf8 } from './file-text.ts'

const LINE_CHARACTERS_MAX = 4_000
const PROBE_OCTETS = 1 << 16

/** A line, or the sign that there was one too long to be kept. */
export type FileLine = string | typeof TOO_LONG
export const TOO_LONG = Symbol('a line that is too long')

/**
 * The lines of a file of any length, as they come: a file of ten million lines takes no more memory than one of a thousand. UTF-8,
 * UTF-16 with a byte order mark, and what is neither by its beginning in windows-1251.
 */
export async function* linesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<readonly FileLine[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let rest = ''
  let tooLong = false
  for await (const octets of file) {
    decoder ??= new TextDecoder(charsetOf(octets))
    const lines: FileLine[] = (rest + decoder.decode(octets, { stream: true })).split(/\r\n|\n|\r(?!$)/)
    rest = String(lines.pop() ?? '')
    if (lines.length > 0 && tooLong) {
      lines[0] = TOO_LONG
      tooLong = false
    }
    if (rest.length > LINE_CHARACTERS_MAX) {
      tooLong = true
      rest = ''
    }
    for (const [at, line] of lines.entries())
      if (typeof line === 'string' && line.length > LINE_CHARACTERS_MAX) lines[at] = TOO_LONG
    if (lines.length > 0) yield lines
  }
  const last = rest + (decoder?.decode() ?? '')
  if (tooLong) yield [TOO_LONG]
  else if (last !== '') yield last.split(/\r\n|\n|\r/).filter((line, at, all) => line !== '' || at < all.length - 1)
}

function charsetOf(octets: Uint8Array): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le'
  return isUtf8(octets.subarray(0, PROBE_OCTETS)) ? 'utf-8' : 'windows-1251'
}
