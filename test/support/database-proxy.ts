import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { isAbsolute, join } from 'node:path'
import type { TestDatabase } from './database.ts'
import { freePort } from './free-port.ts'

/** A wire between a program and its database that a test can cut or clamp. */
export interface DatabaseProxy {
  /** For the program, as DATABASE_URL. */
  readonly url: string
  /** Breaks all connections; new ones are refused until `mend`. */
  cut(): Promise<void>
  /** Connections stay, but nothing gets through either way until `mend`: a database that hangs. */
  clamp(): void
  mend(): Promise<void>
  stop(): Promise<void>
}

export async function startDatabaseProxy({ config }: TestDatabase): Promise<DatabaseProxy> {
  const { host = '127.0.0.1', port = 5432, user = '', database = '' } = config
  const target = isAbsolute(host) ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port }
  const sockets = new Set<Socket>()
  let clamped = false

  const server = createServer((near) => {
    const far = connect(target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (octets: Buffer) => {
        if (!to.write(octets)) from.pause()
      })
      to.on('drain', () => {
        if (!clamped) from.resume()
      })
      if (clamped) from.pause()
    }
  })
  const ownPort = await freePort() // its own also while it is cut
  server.listen(ownPort, '127.0.0.1')
  await once(server, 'listening')

  async function cut(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined
    if (closed) server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    url: `postgresql://${user}@127.0.0.1:${ownPort}/${database}`,
    cut,
    clamp: () => {
      clamped = true
      for (const socket of sockets) socket.pause()
    },
    mend: async () => {
      clamped = false
      for (const socket of sockets) socket.resume()
      if (server.listening) return
      server.listen(ownPort, '127.0.0.1')
      await once(server, 'listening')
    },
    stop: cut,
  }
}
