import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What went over one connection, PDU by PDU, in the order in which they passed. */
export type Conversation = readonly { readonly from: 'client' | 'server'; readonly octets: Buffer }[]

/** Stands before a server, passes everything on and keeps a copy. */
export interface Recorder {
  readonly port: number
  conversations(): readonly Conversation[]
  close(): void
}

export async function startRecorder(serverPort: number): Promise<Recorder> {
  const conversations: Conversation[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const pdus: Conversation[number][] = []
    conversations.push(pdus)
    const there = connect({ port: serverPort, host: '127.0.0.1', noDelay: true })
    pass(
      client,
      there,
      cut((octets) => pdus.push({ from: 'client', octets })),
    )
    pass(
      there,
      client,
      cut((octets) => pdus.push({ from: 'server', octets })),
    )
  })

  function pass(from: Socket, to: Socket, note: (octets: Buffer) => void): void {
    sockets.add(from)
    from.on('data', (octets: Buffer) => {
      note(octets)
      to.write(octets)
    })
    from.on('end', () => to.end())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroySoon()
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    conversations: () => conversations,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Cuts a stream by the lengths that its PDUs begin with. What is no length is passed as it is. */
function cut(note: (octets: Buffer) => void): (octets: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (octets) => {
    rest = Buffer.concat([rest, octets])
    while (rest.length >= 4) {
      const length = Math.max(4, rest.readUInt32BE(0))
      if (rest.length < length) return
      note(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  }
}
