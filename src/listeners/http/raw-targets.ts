import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** What node tells of a request that it can't read. */
export interface ClientError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
  /** How much of it was read before the fault. */
  readonly bytesParsed?: number
}

/** A connection, with what node and we keep on it. */
export interface Connection extends Duplex {
  readonly _httpMessage?: { readonly headersSent: boolean } | null // the answer being written
  readonly parser?: Parser | null
  [READING]?: Reading
}

/** Node's. It calls the function under the number `kOnExecute` after each read, while the octets are still at hand. */
interface Parser {
  readonly constructor: { readonly kOnExecute?: number }
  readonly socket?: Connection | null
  readonly incoming?: IncomingMessage | null
  getCurrentBuffer?(): Buffer
  [callback: number]: unknown
}

/** On the connection itself: a WeakMap of connections, or a closure or request kept for each, costs 3 to 10 µs of garbage collection. */
const READING = Symbol('reading')

interface Reading {
  /** Node's own function, in whose place ours is called. */
  readonly executed: (result: unknown) => void
  /** The beginning of a request whose headers are not all here; undefined: it came in too many pieces. */
  held: readonly Buffer[] | undefined
  /** In the read of now headers were complete. */
  began: boolean
  inBody: boolean
  /** A second parser reads this connection: the first one has no say any more. */
  handedOver: boolean
  /** Behind the next answer. */
  closes: boolean
}

/** A request line of 64 KB comes in 45 packets. */
const PIECES_MAX = 100

/**
 * Lets a request target hold spaces and octets above 0x7F as they are: programs put a text into the address without urlencoding it, as
 * PHP's file_get_contents lets them, and node's parser refuses such a request. Returns the function that is asked about each refused
 * request: true when it has taken the request over. It escapes them in the request line and has the server read the request once more,
 * through a stream over the same connection; so all that holds for an escaped request holds for this one. The connection is closed
 * behind the answer, so nobody can be misled about where a request ends.
 *
 * A connection costs about 2 µs more by it, a request that node can read a look at two flags. To read every connection ourselves, for
 * which alone node has a documented way, would cost each request 3 µs.
 */
export function allowRawTargets(server: Server): (error: ClientError, socket: Connection) => boolean {
  server.on('connection', watch)
  server.on('secureConnection', watch)
  server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    const reading = (req.socket as Connection)[READING]
    if (!reading) return
    reading.began = true
    if (reading.closes) res.shouldKeepAlive = false
  })
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection'

  return (error, socket) => {
    const reading = socket[READING]
    if (reading?.handedOver) return true // the first parser's time is up
    if (!reading?.held || reading.closes || !error.rawPacket || socket._httpMessage) return false
    const octets = Buffer.concat([...reading.held, error.rawPacket])
    const fault = octets.length - error.rawPacket.length + (error.bytesParsed ?? 0)
    if (!isUnescaped(error.code, octets.toString('latin1', 0, fault), octets[fault] ?? 0)) return false
    reading.handedOver = true
    reading.held = undefined
    server.emit(event, again(socket as Socket, octets))
    return true
  }
}

/** Whether the fault is an octet that should have been escaped, in what is nothing but a request line up to there. */
function isUnescaped(code: string | undefined, before: string, octet: number): boolean {
  if (code === 'HPE_INVALID_URL') return octet >= 0x80 && /^[\r\n]*[A-Z]+ [^\r\n]*$/.test(before)
  const behindSpace = code === 'HPE_INVALID_CONSTANT' || code === 'HPE_INVALID_VERSION' // the version was expected there
  return behindSpace && /^[\r\n]*[A-Z]+ [^\r\n ]+ [^\r\n]*$/.test(before)
}

const NOTHING: readonly Buffer[] = []
const newReading = (executed: Reading['executed'], closes: boolean): Reading => ({
  executed,
  held: NOTHING,
  began: false,
  inBody: false,
  handedOver: false,
  closes,
})

/** Keeps what came of a request that is not all here: of a fault further on node tells only the octets that came with it. */
function watch(socket: Connection): void {
  const { parser } = socket
  if (!parser || socket[READING]) return // a TCP connection below TLS, or our own stream
  const key = parser.constructor.kOnExecute
  const executed = key === undefined ? undefined : parser[key]
  const isThere = typeof executed === 'function'
  socket[READING] = newReading(isThere ? (executed as Reading['executed']) : () => {}, false)
  if (key !== undefined && isThere) parser[key] = follow // without it, only requests that come in one packet are mended
}

/** One function for all connections: a closure for each would be the dearest part of it. */
function follow(this: Parser, result: unknown): void {
  const reading = this.socket?.[READING]
  if (!reading) return // the connection is gone
  if (reading.began || reading.inBody) {
    reading.held = NOTHING
    reading.began = false
    reading.inBody = this.incoming?.complete === false
  } else if (reading.held && !(result instanceof Error)) {
    const piece = this.getCurrentBuffer?.()
    reading.held = piece && reading.held.length < PIECES_MAX ? [...reading.held, piece] : undefined
  }
  reading.executed(result)
}

/** The connection once more, from these octets on, its request line escaped. */
function again(socket: Socket, octets: Buffer): Connection {
  const escaped = createLineEscape()
  const stream: Connection = new Duplex({
    read: () => void socket.resume(),
    writev: (chunks, done) => void socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => {
      socket.destroySoon()
      done()
    },
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })
  Object.defineProperty(stream, 'remoteAddress', { get: () => socket.remoteAddress })
  stream[READING] = newReading(() => {}, true)
  socket.removeAllListeners('data')
  socket.on('data', (chunk) => stream.push(escaped(chunk)) || socket.pause())
  socket.on('end', () => stream.push(null))
  socket.on('close', () => stream.destroy())
  stream.push(escaped(octets))
  return stream
}

const LF = 0x0a
const CR = 0x0d

/** A longer line than this the parser refuses anyway. */
const LINE_OCTETS_MAX = 64 * 1024

/** Holds octets back until the line has ended, in whatever pieces it comes, and lets them go escaped. */
function createLineEscape(): (chunk: Buffer) => Buffer {
  let held: Buffer | undefined = Buffer.alloc(0)
  return (chunk) => {
    if (held === undefined) return chunk
    held = Buffer.concat([held, chunk])
    const start = held.findIndex((octet) => octet !== LF && octet !== CR) // empty lines may stand in front of the first
    const end = start < 0 ? -1 : held.indexOf(LF, start)
    if (end < 0 && held.length <= LINE_OCTETS_MAX) return held.subarray(0, 0)
    const whole = held
    held = undefined
    const line = whole.toString('latin1', 0, end < 0 ? whole.length : end)
    return Buffer.concat([Buffer.from(escapeTarget(line), 'latin1'), whole.subarray(line.length)])
  }
}

/** The target is all between the method and the last word, the version; spaces of a line without these are for the parser to refuse. */
const escapeTarget = (line: string): string =>
  line
    .replace(LINE, (_, method: string, target: string, version: string) => method + target.replace(/ /g, percent) + version)
    .replace(RAW, percent)

const LINE = /^([\r\n]*[A-Z]+ +)([^\r\n]*[^\r\n ])( +HTTP\/\d\.\d *\r?)$/
const RAW = /[\x80-\xff]/g
const percent = (octet: string): string => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`
