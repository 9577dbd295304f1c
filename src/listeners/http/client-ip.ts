import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

type Block = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Reads a list of addresses and CIDR blocks. Throws an Error that names the entry it can't read. */
export function parseBlocks(list: readonly string[]): readonly Block[] {
  return list.map((entry) => {
    try {
      if (entry.includes('/')) return ipaddr.parseCIDR(entry)
      const address = ipaddr.process(entry)
      return [address, address.kind() === 'ipv4' ? 32 : 128]
    } catch {
      throw new Error(`not an address or CIDR block: ${entry}`)
    }
  })
}

/** False also for what is not an address at all. */
export function isWithin(ip: string, blocks: readonly Block[]): boolean {
  if (blocks.length === 0 || !ipaddr.isValid(ip)) return false
  const address = ipaddr.process(ip)
  return blocks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}

/**
 * The client's address: the socket's, or, where the socket is a trusted proxy's, the right-most address of
 * X-Forwarded-For that is not a trusted proxy's. What stands further left the client may have written itself.
 */
export function createClientIp(trusted: readonly Block[]): (req: IncomingMessage) => string {
  return (req) => {
    const peer = plainIp(req.socket.remoteAddress ?? '')
    if (trusted.length === 0 || !isWithin(peer, trusted)) return peer
    const forwarded = req.headers['x-forwarded-for']
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).slice(-1000).split(',')
    let ip = peer
    for (const hop of hops.reverse()) {
      const written = withoutPort(hop.trim())
      if (!ipaddr.isValid(written)) break
      ip = plainIp(written)
      if (!isWithin(ip, trusted)) break
    }
    return ip
  }
}

/** True when a proxy that nobody declared speaks for somebody: its own address must not open the operator's door. */
export const isForwarded = (req: IncomingMessage): boolean =>
  req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined

/** `::ffff:10.0.0.1` is how a socket that listens on IPv6 writes 10.0.0.1. */
const plainIp = (ip: string): string => (ip.startsWith('::ffff:') ? ipaddr.process(ip).toString() : ip)

/** Some proxies write `10.0.0.1:4711` or `[2001:db8::1]:4711`. */
const withoutPort = (hop: string): string =>
  hop.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
