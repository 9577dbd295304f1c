import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'

/** A web server of a customer that writes down what it was asked for, by the query's names. */
export interface Web {
  readonly url: string
  readonly calls: readonly URLSearchParams[]
}

export async function startWeb(t: TestContext): Promise<Web> {
  const calls: URLSearchParams[] = []
  const server = createServer((request, response) => {
    calls.push(new URL(request.url ?? '/', 'http://localhost').searchParams)
    response.end('OK')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, calls }
}
