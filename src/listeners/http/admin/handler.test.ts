import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { serveAdmin, TOKEN } from '../../../../test/support/admin.ts'
import { createIpBlock } from '../../../account/ip-block.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { setLogLevel } from '../../../log.ts'
import { type AdminRequest, answerSlowly, type Endpoint, param, readBody } from './endpoint.ts'

const endpoints: Endpoint[] = [
  {
    method: 'GET',
    path: '/things/:name',
    run: async (request) => ({ name: param(request, 'name'), all: request.query.get('all') }),
  },
  {
    method: 'POST',
    path: '/things',
    run: async (request) => readBody(request, z.strictObject({ name: z.string(), size: z.int().optional() })),
  },
  { method: 'DELETE', path: '/things/:name', run: async () => undefined },
  { method: 'GET', path: '/refused', run: async () => Promise.reject(new Refusal('insufficient_funds')) },
  {
    method: 'GET',
    path: '/slow',
    run: (request) =>
      answerSlowly(
        request,
        afterBlanks(request, () => ({ done: 'at last' })),
        1,
      ),
  },
  { method: 'GET', path: '/slow-refused', run: (request) => answerSlowly(request, afterBlanks(request, refuse), 1) },
  { method: 'GET', path: '/broken', run: async () => Promise.reject(new Error('secret of the inside')) },
]

const refuse = () => {
  throw new Refusal('not_found', { reason: 'It is gone.' })
}

/** Work that ends when the first blank has gone out. */
async function afterBlanks({ raw }: AdminRequest, end: () => unknown): Promise<unknown> {
  while (!raw.res.headersSent) await new Promise((resolve) => setTimeout(resolve, 1))
  return end()
}

describe('the admin API', () => {
  let admin: Awaited<ReturnType<typeof serveAdmin>>
  const ipBlock = createIpBlock({ exemptLoopback: false })
  before(async () => {
    setLogLevel('silent')
    admin = await serveAdmin(endpoints, ipBlock)
  })
  after(async () => {
    setLogLevel('info')
    await admin.close()
  })

  async function ask(
    method: string,
    path: string,
    body?: string,
    token: string = TOKEN,
  ): Promise<[status: number, answer: unknown]> {
    const headers = { ...(token !== '' && { Authorization: `Bearer ${token}` }), Connection: 'close' }
    const response = await fetch(admin.url + path, { method, headers, ...(body !== undefined && { body }) })
    return [response.status, await response.json()]
  }

  test('requests reach their endpoint, and nothing else is there', async () => {
    const cases: [method: string, path: string, body: string | undefined, status: number, answer: unknown][] = [
      ['GET', '/admin/v1/things/a?all=1', undefined, 200, { name: 'a', all: '1' }],
      ['GET', '/admin/v1/things/%D1%8F%2Fb', undefined, 200, { name: 'я/b', all: null }],
      ['POST', '/admin/v1/things', '{"name":"x","size":3}', 200, { name: 'x', size: 3 }],
      ['DELETE', '/admin/v1/things/a', undefined, 200, {}],
      [
        'GET',
        '/admin/v1/refused',
        undefined,
        402,
        { error: 'insufficient_funds', message: 'The balance does not cover the request.' },
      ],
      ['PUT', '/admin/v1/things', '{}', 404, { error: 'not_found', message: 'PUT is not possible here.' }],
      ['GET', '/admin/v1/nothing', undefined, 404, { error: 'not_found', message: 'There is nothing at this address.' }],
      ['GET', '/admin/v1/things/a/b', undefined, 404, { error: 'not_found', message: 'There is nothing at this address.' }],
      ['GET', '/admin/v1/things/%ff', undefined, 404, { error: 'not_found', message: 'There is nothing at this address.' }],
      ['GET', '/admin/v2/things/a', undefined, 404, { error: 'not_found', message: 'There is nothing at this address.' }],
      ['POST', '/admin/v1/things', '{', 400, { error: 'bad_request', message: 'The body of the request is not JSON.' }],
      [
        'POST',
        '/admin/v1/things',
        '[]',
        400,
        { error: 'bad_request', message: 'The request is wrong: Invalid input: expected object, received array.' },
      ],
    ]
    for (const [method, path, body, status, answer] of cases) {
      assert.deepEqual(await ask(method, path, body), [status, answer], `${method} ${path} ${body}`)
    }
  })

  test('a wrong field is named', async () => {
    const [status, answer] = await ask('POST', '/admin/v1/things', '{"name":"x","size":"big"}')
    assert.equal(status, 400)
    assert.deepEqual((answer as { field: string }).field, 'size')
    const [, unknown] = await ask('POST', '/admin/v1/things', '{"name":"x","colour":1}')
    assert.match((unknown as { message: string }).message, /colour/)
  })

  test('a bug of ours is a 500 that tells nothing of the inside', async () => {
    const [status, answer] = await ask('GET', '/admin/v1/broken')
    assert.equal(status, 500)
    assert.ok(!JSON.stringify(answer).includes('secret'))
  })

  test('work that takes long keeps its connection alive, and still tells how it ended', async () => {
    assert.deepEqual(await ask('GET', '/admin/v1/slow'), [200, { done: 'at last' }])
    assert.deepEqual(await ask('GET', '/admin/v1/slow-refused'), [200, { error: 'not_found', message: 'It is gone.' }])
  })

  test('a body over its limit is answered, not cut off', async () => {
    const [status, answer] = await ask('POST', '/admin/v1/things', JSON.stringify({ name: 'x'.repeat(1_100_000) }))
    assert.deepEqual([status, (answer as { message: string }).message], [400, 'A request has at most 1048576 octets.'])
  })

  test('a caller that leaves in the middle of its request harms nobody', async () => {
    const { hostname, port } = new URL(admin.url)
    const socket = connect(Number(port), hostname)
    await new Promise<void>((resolve) => {
      socket.write(
        `POST /admin/v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 100\r\n\r\n{"name"`,
        () => resolve(),
      )
    })
    socket.destroy()
    assert.equal((await ask('GET', '/admin/v1/things/a'))[0], 200)
  })

  test('only the token opens it, from a blocked address too; wrong ones are counted', async () => {
    for (const token of ['', 'wrong', `${TOKEN}x`, TOKEN.slice(1)]) {
      const [status, answer] = await ask('GET', '/admin/v1/things/a', undefined, token)
      assert.deepEqual([status, (answer as { error: string }).error], [401, 'bad_credentials'])
    }
    for (let at = 0; at < 30; at += 1) await ask('GET', '/admin/v1/things/a', undefined, '')
    assert.ok(!ipBlock.isBlocked('127.0.0.1'), 'no token is no guess')
    for (let at = 0; at < 17; at += 1) await ask('GET', '/admin/v1/nothing', undefined, 'guess')
    assert.ok(ipBlock.isBlocked('127.0.0.1'))
    assert.deepEqual((await ask('GET', '/admin/v1/things/a', undefined, 'guess'))[0], 429)
    assert.deepEqual((await ask('GET', '/admin/v1/things/a'))[0], 200)
  })
})
