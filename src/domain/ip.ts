import ipaddr from 'ipaddr.js'

/** An address block: one address is a block of its own. IPv4 inside IPv6 (::ffff:1.2.3.4) counts as IPv4. */
export interface IpRange {
  readonly text: string // canonical: 10.0.0.0/8, 192.0.2.1, 2001:db8::/32
  readonly address: ipaddr.IPv4 | ipaddr.IPv6
  readonly bits: number
}

const MAPPED_BITS = 96 // ::ffff:0:0/96

/** Only the spelling everybody reads alike: no octal, no hexadecimal, no missing octets. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const known = text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
  if (!known || text.length > 45 || text.includes('%')) return undefined
  return ipaddr.parse(text)
}

/**
 * Reads an address or a CIDR block; undefined when it is neither. Bits after the mask are cleared,
 * so `10.1.2.3/8` is `10.0.0.0/8`.
 */
export function parseIpRange(text: string): IpRange | undefined {
  const [host = '', mask, ...rest] = text.trim().split('/')
  const parsed = parseAddress(host)
  if (!parsed || rest.length > 0 || (mask !== undefined && !/^\d{1,3}$/.test(mask))) return undefined

  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
  const written = mask === undefined ? parsed.toByteArray().length * 8 : Number(mask)
  if (written > parsed.toByteArray().length * 8) return undefined
  if (mapped && written < MAPPED_BITS) return undefined // half of it would be IPv6: nobody means that

  const whole = mapped ? parsed.toIPv4Address() : parsed
  const bits = mapped ? written - MAPPED_BITS : written
  const octets = whole.toByteArray().map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) & 0xff)
  const address = ipaddr.fromByteArray(octets)
  const single = bits === octets.length * 8
  return { text: single ? address.toString() : `${address.toString()}/${bits}`, address, bits }
}

/** Whether an address stands in one of the blocks. An address that cannot be read stands in none. */
export function isInRanges(ip: string, ranges: readonly IpRange[]): boolean {
  const range = parseIpRange(ip)
  if (!range) return false
  return ranges.some(({ address, bits }) => address.kind() === range.address.kind() && range.address.match(address, bits))
}

const LOOPBACK = ['127.0.0.0/8', '::1'].flatMap((text) => parseIpRange(text) ?? [])

export const isLoopback = (ip: string): boolean => isInRanges(ip, LOOPBACK)

/**
 * What one attacker holds at least: an IPv4 address, or the /64 that every IPv6 customer is given.
 * A string that is no address is its own source.
 */
export function ipSource(ip: string): string {
  const range = parseIpRange(ip)
  if (!range) return ip
  return range.address.kind() === 'ipv4' ? range.text : (parseIpRange(`${range.text}/64`)?.text ?? ip)
}
