import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** One call of a handler, as it came. */
export interface HandlerCall {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** Of a form: its values, percent signs undone to octets (latin1). */
  readonly form: Readonly<Record<string, string>>
}

/** A customer's handler: writes down what it is told, and answers as it likes. */
export interface Handler {
  readonly port: number
  readonly url: string // without a query
  readonly calls: readonly HandlerCall[]
  /** From now on; without it 200 OK. */
  answers(how: (res: ServerResponse, call: HandlerCall, nth: number) => void): void
}

export async function startHandler(t: TestContext): Promise<Handler> {
  const calls: HandlerCall[] = []
  let answer: (res: ServerResponse, call: HandlerCall, nth: number) => void = (res) => res.end('OK')
  const listen: RequestListener = (req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = '', url: path = '', headers } = req
      const call = { method, path, headers, body, form: formOf(body.toString('latin1')) }
      calls.push(call)
      answer(res, call, calls.length)
    })
  }
  const server = createServer(listen)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/handler`,
    calls,
    answers: (how) => {
      answer = how
    },
  }
}

function formOf(body: string): Record<string, string> {
  const pairs = body.split('&').map((pair) => pair.split('=', 2))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, undoPercent(value.replaceAll('+', ' '))]))
}

const undoPercent = (value: string): string =>
  value.replace(/%([0-9A-F]{2})/g, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)))
