import type { BinarySegment } from './segments.ts'

export interface WapPushProblem {
  readonly problem: 'no_url'
}

/** Ports 2948 (WAP push) and 9200, as 16-bit addresses (3GPP TS 23.040, 9.2.3.24.4). */
const PORTS = [0x05, 0x04, 0x0b, 0x84, 0x23, 0xf0]

/** WSP: transaction id, Push, one octet of headers: application/vnd.wap.sic. */
const WSP = [0xdc, 0x06, 0x01, 0xae]

/** WBXML 1.2, public id SI 1.0, UTF-8, no string table; then `<si><indication` (WAP-167, 9). */
const DOCUMENT = [0x02, 0x05, 0x6a, 0x00]
const SI_WITH_CONTENT = 0x45
const INDICATION_WITH_ATTRIBUTES_AND_CONTENT = 0xc6
const INLINE_STRING = 0x03
const END = 0x01

/** Longest first: the attribute's token stands for the beginning of the address too. */
const HREF: readonly (readonly [beginning: string, token: number])[] = [
  ['https://www.', 0x0f],
  ['http://www.', 0x0d],
  ['https://', 0x0e],
  ['http://', 0x0c],
]

/**
 * `url LF title` (SMSC API, push) as a WAP Service Indication: UDH without its length octet, and octets.
 * An address without a scheme is http; without a title the address is shown.
 */
export function wapPush(mes: string): BinarySegment | WapPushProblem {
  const lines = mes.replaceAll('\0', '').split(/\r?\n/)
  const url = lines[0]?.trim() ?? ''
  const title = lines.slice(1).join('\n').trim() || url
  const absolute = /^https?:\/\//i.test(url) ? url : `http://${url}`
  if (!/^https?:\/\/[^\s/.]+\.\S+$/i.test(absolute)) return { problem: 'no_url' }

  const [beginning, token] = HREF.find(([start]) => absolute.toLowerCase().startsWith(start)) ?? ['', 0x0b]
  const octets = Uint8Array.of(
    ...WSP,
    ...DOCUMENT,
    SI_WITH_CONTENT,
    INDICATION_WITH_ATTRIBUTES_AND_CONTENT,
    token,
    ...inlineString(absolute.slice(beginning.length)),
    END,
    ...inlineString(title),
    END,
    END,
  )
  return { udh: Uint8Array.from(PORTS), octets }
}

const inlineString = (text: string): number[] => [INLINE_STRING, ...Buffer.from(text, 'utf8'), 0]
