import { decode } from '../domain/text/charset.ts'

/**
 * The text of a file from a spreadsheet or a public office: UTF-8, UTF-16 with a byte order mark, and what is neither in
 * windows-1251, the usual charset of Russian tables.
 */
export function textOfFile(octets: Uint8Array): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return new TextDecoder('utf-16le').decode(octets)
  return decode(octets, isUtf8(octets) ? 'utf-8' : 'windows-1251')
}

/** Whether the octets can be UTF-8; the last character may be cut off. */
export function isUtf8(octets: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true })
    return true
  } catch {
    return false
  }
}
