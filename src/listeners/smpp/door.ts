import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type IpRange, isInRanges, parseIpRange } from '../../domain/ip.ts'
import { log } from '../../log.ts'
import { readCertificate, type TlsFiles, watchCertificate } from '../tls.ts'
import type { Admission, Place } from './admission.ts'
import type { SmppLimits } from './limits.ts'
import { readProxyHeader } from './proxy-protocol.ts'

export interface DoorOptions {
  readonly host: string
  readonly limits: SmppLimits
  readonly trustedProxies: readonly IpRange[]
  readonly admission: Admission
  /** Somebody is in: behind the PROXY header, and behind TLS. The place is given back when the socket closes. */
  readonly enter: (socket: Socket, ip: string, tls: boolean, place: Place) => void
  readonly refused: (why: string) => void
}

/** A port. Who comes in by it is counted, and known by the address that a trusted proxy names. */
export interface Door {
  port(): number
  /** Nobody comes in any more; who is in stays. */
  close(): void
}

export async function openDoor(options: DoorOptions, port: number, tls?: TlsFiles): Promise<Door> {
  const { host, limits, trustedProxies } = options
  const secure = tls && (await openTls(options, tls))
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })
  /** Those of whom nobody knows yet who they are. */
  const strangers = new Set<Socket>()

  const admit = (socket: Socket, ip: string): void => {
    const place = options.admission.enter(ip)
    if (typeof place === 'string') {
      options.refused(place)
      socket.destroy()
      return
    }
    socket.once('close', place.leave)
    if (secure) secure.enter(socket, ip, place)
    else options.enter(socket, ip, false, place)
  }

  server.on('connection', (socket) => {
    const ip = plainIp(socket.remoteAddress ?? '')
    socket.on('error', ignore)
    if (trustedProxies.length === 0 || !isInRanges(ip, trustedProxies)) return admit(socket, ip)
    if (strangers.size >= limits.unboundMax) return void socket.destroy()
    strangers.add(socket)
    socket.once('close', () => strangers.delete(socket))
    whoIsBehind(socket, ip, limits.handshakeMs, (client) => {
      strangers.delete(socket)
      admit(socket, client)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`SMPP can't listen on ${host}:${port}: ${error.message}`)))
    server.listen({ host, port, backlog: 1024 }, resolve)
  })
  server.on('error', (error) => log.error('smpp server error', { listener: 'smpp', port, error }))

  return {
    port: () => portOf(server),
    close() {
      server.close()
      secure?.close()
      for (const socket of strangers) socket.destroy()
    },
  }
}

/** TLS for connections that were accepted elsewhere: what a proxy says of the client stands in front of the handshake. */
async function openTls({ limits, enter }: DoorOptions, files: TlsFiles) {
  const certificate = await readCertificate(files)
  const server = createTlsServer({
    cert: certificate.cert,
    key: certificate.key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshakeMs,
    allowHalfOpen: true,
  })
  const shaking = new Map<string, { readonly socket: Socket; readonly ip: string; readonly place: Place }>()
  const endWatch = watchCertificate(server, files, certificate, limits.certificateCheckMs, 'smpp')
  server.on('secureConnection', (socket: TLSSocket) => {
    const name = nameOf(socket)
    const who = shaking.get(name)
    shaking.delete(name)
    if (who) enter(socket, who.ip, true, who.place)
    else socket.destroy()
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())

  return {
    enter(socket: Socket, ip: string, place: Place): void {
      const name = nameOf(socket)
      shaking.set(name, { socket, ip, place })
      socket.once('close', () => {
        if (shaking.get(name)?.socket === socket) shaking.delete(name)
      })
      server.emit('connection', socket)
    },
    close(): void {
      endWatch()
      for (const { socket } of shaking.values()) socket.destroy()
    },
  }
}

/** The two ends of a connection: the same for the socket under TLS and the one above it. */
const nameOf = ({ remoteAddress, remotePort, localPort }: Socket): string => `${remoteAddress} ${remotePort} ${localPort}`

/** Reads the PROXY header of a trusted proxy's connection; without one the proxy speaks for itself. */
function whoIsBehind(socket: Socket, proxy: string, withinMs: number, found: (ip: string) => void): void {
  let begun: Buffer = Buffer.alloc(0)
  const giveUp = setTimeout(() => socket.destroy(), withinMs)
  socket.once('close', () => clearTimeout(giveUp))
  socket.once('end', () => socket.destroy())
  socket.on('data', function look(chunk: Buffer) {
    begun = begun.length === 0 ? chunk : Buffer.concat([begun, chunk])
    const header = readProxyHeader(begun)
    if (header.kind === 'more') return
    if (header.kind === 'broken') return void socket.destroy()
    clearTimeout(giveUp)
    socket.off('data', look)
    socket.removeAllListeners('end')
    socket.pause()
    const rest = header.kind === 'header' ? begun.subarray(header.octets) : begun
    if (rest.length > 0) socket.unshift(rest)
    found(header.kind === 'header' && header.ip !== undefined ? plainIp(header.ip) : proxy)
  })
}

const ignore = (): void => {} // 'close' follows, and says all there is to say

/** `::ffff:10.0.0.1` is how a socket that listens on IPv6 writes 10.0.0.1. */
const plainIp = (ip: string): string => parseIpRange(ip)?.text ?? ip

function portOf(server: Server): number {
  const address = server.address()
  return address && typeof address === 'object' ? address.port : 0
}
