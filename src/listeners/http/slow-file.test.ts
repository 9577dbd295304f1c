import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { ALEX, NO_LIMITS, startApi } from '../../../test/support/http-api.ts'
import { createBodyReader } from './body.ts'
import { BALANCE_ERRORS } from './errors.ts'
import { createScript } from './script.ts'

const CHUNK = Buffer.alloc(200_000, 'x')
const CHUNKS = 1_000 // far more than lies in anybody's buffers

test('a client who does not read stops the reading, counts as a request under way, and ends it by going', async () => {
  let underWay = 0
  let given = 0
  let end: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* content(): AsyncGenerator<Buffer> {
    try {
      for (; given < CHUNKS; given += 1) yield CHUNK
    } finally {
      end()
    }
  }
  const handle = createScript({
    name: 'file',
    errors: BALANCE_ERRORS,
    signIn: async () => ALEX,
    limits: { ...NO_LIMITS, enter: () => ++underWay > 0, leave: () => void underWay-- },
    readBody: createBodyReader(),
    run: async () => ({ type: 'text/csv', name: 'a.csv', content: content(), size: CHUNK.length * CHUNKS }),
  })
  const api = await startApi({ routes: [{ path: '/file', handle }] })
  try {
    const socket = connect(api.port, '127.0.0.1')
    socket.write('GET /file?psw=1 HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'readable') // and no more is taken
    assert.match(String(socket.read(400)), /\r\nContent-Length: 200000000\r\n/)
    assert.equal(underWay, 1)
    socket.destroy()
    await ended
    assert.ok(given < CHUNKS, 'it was not read to its end')
  } finally {
    await api.stop()
  }
})
