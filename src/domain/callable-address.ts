import ipaddr from 'ipaddr.js'

/**
 * Why an address may not be called for a customer, as the end of "it …"; undefined: it may. Only addresses of the public
 * internet may, whatever they are wrapped in: a handler must not lead into the operator's own network or to a cloud's metadata.
 * `loopback`: this machine may be called, as in the sandbox.
 */
export function addressRefusal(address: string, { loopback = false } = {}): string | undefined {
  if (!ipaddr.isValid(address) || address.includes('%')) return 'is no address on the internet'
  const parsed = innermost(ipaddr.parse(address))
  const range = parsed.range()
  if (range === 'loopback' && loopback) return undefined
  if (METADATA.has(parsed.toString())) return 'is an address of a cloud’s own services'
  if (range === 'unicast' && (parsed.kind() === 'ipv4' || isGlobal(parsed))) return undefined
  return RANGES[range] ?? 'is no address on the public internet'
}

/** Addresses of clouds that look public and are not. */
const METADATA = new Set(['168.63.129.16'])

const RANGES: Readonly<Record<string, string>> = {
  loopback: 'is this machine itself',
  private: 'is an address of a private network',
  uniqueLocal: 'is an address of a private network',
  carrierGradeNat: 'is an address of a private network',
  linkLocal: 'is a link-local address, where clouds keep their metadata',
  unspecified: 'is this machine itself',
}

/** 2000::/3 is all that has been given out; ::127.0.0.1 and its like lie outside. */
const isGlobal = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean => ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20

/** An IPv4 address in an IPv6 one (mapped, NAT64, 6to4) is what is really reached. */
function innermost(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!(address instanceof ipaddr.IPv6)) return address
  const octets = address.toByteArray()
  const at = (start: number): ipaddr.IPv4 => new ipaddr.IPv4(octets.slice(start, start + 4))
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  if (NAT64.match(address) || COMPATIBLE.match(address)) return isLow(address) ? address : at(12)
  return SIX_TO_FOUR.match(address) ? at(2) : address
}

const block = (cidr: string) => {
  const [network, bits] = ipaddr.IPv6.parseCIDR(cidr)
  return { match: (address: ipaddr.IPv6): boolean => address.match(network, bits) }
}
const NAT64 = block('64:ff9b::/96')
const COMPATIBLE = block('::/96')
const SIX_TO_FOUR = block('2002::/16')
/** :: and ::1 are addresses of their own. */
const isLow = (address: ipaddr.IPv6): boolean =>
  address
    .toByteArray()
    .slice(0, 15)
    .every((octet) => octet === 0)
