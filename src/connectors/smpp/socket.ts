import net from 'node:net'
import tls from 'node:tls'
import type { SmppSettings } from './settings.ts'

/** Connects to the carrier; `ready` is called when octets may be written, after the handshake with TLS. */
export function openSocket(settings: SmppSettings, ready: () => void): net.Socket {
  const { host, port } = settings
  const socket = settings.tls ? tls.connect({ host, port, ...tlsOptions(settings) }, ready) : net.connect({ host, port }, ready)
  return socket.setNoDelay(true).setKeepAlive(true, 60_000)
}

function tlsOptions({ host, tlsVerify, tlsServerName, tlsCa, tlsCert, tlsKey }: SmppSettings): tls.ConnectionOptions {
  const name = tlsServerName === '' ? host : tlsServerName
  return {
    rejectUnauthorized: tlsVerify,
    ...(net.isIP(name) === 0 ? { servername: name } : {}),
    ...(tlsCa === '' ? {} : { ca: tlsCa }),
    ...(tlsCert === '' ? {} : { cert: tlsCert }),
    ...(tlsKey === '' ? {} : { key: tlsKey }),
  }
}
