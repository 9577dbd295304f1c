import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALEX, type Api, NO_LIMITS, startApi } from '../../../test/support/http-api.ts'
import { Refusal } from '../../domain/refusal.ts'
import { createBodyReader } from './body.ts'
import { GET_ERRORS } from './errors.ts'
import { scriptRoutes } from './routes.ts'
import { createScript } from './script.ts'

const WHOLE = Uint8Array.of(0, 255, 10, 13)
async function* pieces(count: number) {
  for (let at = 0; at < count; at++) yield Buffer.alloc(1000, at)
  if (count > 50) throw new Error('the store is away')
}

let api: Api
before(async () => {
  const files = createScript({
    ...{ name: 'files', errors: GET_ERRORS, signIn: async () => ALEX, limits: NO_LIMITS, readBody: createBodyReader() },
    run: async ({ params }) => {
      const asked = params.text('file') ?? ''
      if (asked === '') throw new Refusal('not_found')
      const content = asked === 'whole' ? WHOLE : pieces(asked === 'pieces' ? 3 : 100)
      return { type: 'application/pdf', name: 'account_1.pdf', content }
    },
  })
  api = await startApi({ routes: scriptRoutes('files', files) })
})
after(() => api.stop())

const ask = (file: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${api.port}/sys/files.php?psw=1&file=${file}`, { signal: AbortSignal.timeout(30_000) })

test('a script may answer with a file, which has a name, a length, and its octets as they are', async () => {
  const answer = await ask('whole')
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="account_1.pdf"')
  assert.deepEqual([answer.headers.get('content-type'), answer.headers.get('content-length')], ['application/pdf', '4'])
  assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), WHOLE)
})

test('a file may come in pieces', async () => {
  const octets = Buffer.from(await (await ask('pieces')).arrayBuffer())
  assert.deepEqual(octets, Buffer.concat([Buffer.alloc(1000, 0), Buffer.alloc(1000, 1), Buffer.alloc(1000, 2)]))
})

test('a file that does not come to its end is broken off, so that nobody takes it for whole', async () => {
  await assert.rejects(async () => (await ask('broken')).arrayBuffer())
})

test('instead of a file there may be an error, in the envelope of every script', async () => {
  assert.equal(await (await ask('')).text(), 'ERROR = 3 (record not found)')
})
