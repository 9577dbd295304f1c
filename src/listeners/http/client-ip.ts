import type { IncomingMessage } from 'node:http'
import { type IpRange, isInRanges, parseIpRange } from '../../domain/ip.ts'

/**
 * The client's address: the socket's, or, where the socket is a trusted proxy's, the right-most address of
 * X-Forwarded-For that is not a trusted proxy's. What stands further left the client may have written itself.
 */
export function createClientIp(trusted: readonly IpRange[]): (req: IncomingMessage) => string {
  const isTrusted = remember((ip) => isInRanges(ip, trusted))
  return (req) => {
    const peer = plainIp(req.socket.remoteAddress ?? '')
    if (trusted.length === 0 || !isTrusted(peer)) return peer
    const forwarded = req.headers['x-forwarded-for']
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).slice(-1000).split(',')
    let ip = peer
    for (const hop of hops.reverse()) {
      const written = withoutPort(hop.trim())
      if (!parseIpRange(written) || written.includes('/')) break
      ip = plainIp(written)
      if (!isTrusted(ip)) break
    }
    return ip
  }
}

/** True when a proxy that nobody declared speaks for somebody: its own address must not open the operator's door. */
export const isForwarded = (req: IncomingMessage): boolean =>
  req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined

/** `::ffff:10.0.0.1` is how a socket that listens on IPv6 writes 10.0.0.1. */
const plainIp = (ip: string): string => (ip.startsWith('::ffff:') ? (parseIpRange(ip)?.text ?? ip) : ip)

/** Some proxies write `10.0.0.1:4711` or `[2001:db8::1]:4711`. */
const withoutPort = (hop: string): string =>
  hop.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')

const REMEMBERED_MAX = 10_000

/** The proxies are few and ask often; reading an address takes longer than reading a request. */
function remember(question: (ip: string) => boolean): (ip: string) => boolean {
  const answers = new Map<string, boolean>()
  return (ip) => {
    const known = answers.get(ip)
    if (known !== undefined) return known
    if (answers.size >= REMEMBERED_MAX) answers.clear()
    const answer = question(ip)
    answers.set(ip, answer)
    return answer
  }
}
