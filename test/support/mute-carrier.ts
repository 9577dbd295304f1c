import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A port that takes connections and never says a word: a carrier that hangs. */
export async function startMuteCarrier(): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
