import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { ALEX, type Api, NO_LIMITS, startApi } from '../../../test/support/http-api.ts'
import type { Attachment } from './attachment.ts'
import { createBodyReader } from './body.ts'
import { BALANCE_ERRORS } from './errors.ts'
import { createScript } from './script.ts'

const CHUNK = Buffer.alloc(200_000, 'x')
let file: Attachment = { type: 'text/csv', name: 'a.csv', size: 0, chunks: [] }
let underWay = 0
let ended: () => void = () => {}
let given = 0

/** Ten chunks, of which it counts those that were asked for. */
async function* counted(chunks = 10): AsyncGenerator<Buffer> {
  try {
    for (given = 0; given < chunks; given += 1) yield CHUNK
  } finally {
    ended()
  }
}

let api: Api
before(async () => {
  const script = createScript({
    name: 'file',
    errors: BALANCE_ERRORS,
    signIn: async () => ALEX,
    limits: { ...NO_LIMITS, enter: () => ++underWay > 0, leave: () => void underWay-- },
    readBody: createBodyReader(),
    run: async () => file,
  })
  api = await startApi({ routes: [{ path: '/file', handle: script }] })
})
after(() => api.stop())

test('a file comes with its type, its name and its length', async () => {
  file = { type: 'text/csv; charset=utf-8', name: 'a.csv', size: 6, chunks: [Buffer.from('один'.slice(0, 3))] }
  const response = await fetch(`http://127.0.0.1:${api.port}/file?psw=1`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.equal(response.headers.get('content-length'), '6')
  assert.equal(response.headers.get('content-disposition'), 'attachment; filename="a.csv"')
  assert.equal(await response.text(), 'оди')
})

test('a file that cannot be read to its end is cut where its length says that more was to come', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield CHUNK
    throw new Error('the store is away')
  }
  file = { type: 'text/csv', name: 'a.csv', size: 400_000, chunks: breaking() }
  await assert.rejects(fetch(`http://127.0.0.1:${api.port}/file?psw=1`).then((response) => response.arrayBuffer()))
})

test('a client who does not read stops the reading, counts as a request under way, and ends it by going', async () => {
  file = { type: 'text/csv', name: 'a.csv', size: 200_000 * 1_000, chunks: counted(1_000) }
  const over = new Promise<void>((resolve) => {
    ended = resolve
  })
  const socket = connect(api.port, '127.0.0.1')
  socket.write('GET /file?psw=1 HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable') // and no more is taken
  assert.equal(underWay, 1)
  socket.destroy()
  await over
  assert.ok(given < 1_000, 'it was not read to its end')
})
