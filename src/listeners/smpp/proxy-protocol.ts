import { isIP } from 'node:net'

/**
 * What the first octets of a connection say of a PROXY header (the PROXY protocol, versions 1 and 2): there is none, more octets are
 * needed to tell, it is broken, or so many octets are one that names the client; it names none when the proxy speaks for itself.
 */
export type ProxyHeader =
  | { readonly kind: 'none' | 'more' | 'broken' }
  | { readonly kind: 'header'; readonly octets: number; readonly ip: string | undefined }

const V1 = Buffer.from('PROXY ')
const V1_OCTETS_MAX = 107
const V2 = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const V2_FIXED = 16
const V2_OCTETS_MAX = V2_FIXED + 4_096 // with room for what proxies add about TLS

const NONE = { kind: 'none' } as const
const MORE = { kind: 'more' } as const
const BROKEN = { kind: 'broken' } as const

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, V2)) return bytes.length < V2_FIXED ? MORE : readV2(bytes)
  if (startsLike(bytes, V1)) return bytes.length < V1.length ? MORE : readV1(bytes)
  return NONE
}

const startsLike = (bytes: Buffer, signature: Buffer): boolean => {
  const shared = Math.min(bytes.length, signature.length)
  return bytes.compare(signature, 0, shared, 0, shared) === 0
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.indexOf('\r\n')
  if (end < 0) return bytes.length < V1_OCTETS_MAX ? MORE : BROKEN
  if (end + 2 > V1_OCTETS_MAX) return BROKEN
  const [, family, source = '', ...rest] = bytes.toString('latin1', 0, end).split(' ')
  const octets = end + 2
  if (family === 'UNKNOWN') return { kind: 'header', octets, ip: undefined }
  const fits = (family === 'TCP4' && isIP(source) === 4) || (family === 'TCP6' && isIP(source) === 6)
  return fits && rest.length === 3 ? { kind: 'header', octets, ip: source } : BROKEN
}

function readV2(bytes: Buffer): ProxyHeader {
  const [command = 0, family = 0] = bytes.subarray(12, 14)
  const octets = V2_FIXED + bytes.readUInt16BE(14)
  if (command >> 4 !== 2 || (command & 0xf) > 1 || octets > V2_OCTETS_MAX) return BROKEN
  if (bytes.length < octets) return MORE
  if ((command & 0xf) === 0) return { kind: 'header', octets, ip: undefined } // LOCAL: the proxy looks whether we live
  const addresses = bytes.subarray(V2_FIXED, octets)
  if (family >> 4 === 1)
    return addresses.length < 12 ? BROKEN : { kind: 'header', octets, ip: addresses.subarray(0, 4).join('.') }
  if (family >> 4 === 2) return addresses.length < 36 ? BROKEN : { kind: 'header', octets, ip: ipv6(addresses) }
  return { kind: 'header', octets, ip: undefined }
}

const ipv6 = (bytes: Buffer): string => Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':')
