import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createShortLinks, type Visitor } from './short-links.ts'

/** What the handler answers at a path, and who it says has come. */
async function visit(path: string, method: string, url: string | undefined, host = 'Go.Example:81') {
  const visits: [code: string, visitor: Visitor][] = []
  const links = createShortLinks({
    follow: async (code, visitor) => {
      visits.push([code, visitor])
      return url
    },
  })
  let status = 0
  let headers: Record<string, unknown> = {}
  let body = ''
  const res = {
    writeHead: (code: number, all: Record<string, unknown>) => {
      status = code
      headers = all
    },
    end: (bytes: Buffer) => {
      body = bytes.toString()
    },
  }
  const req = { method, headers: { 'user-agent': 'Phone/1.0', host } }
  await links({ req: req as unknown as IncomingMessage, res: res as unknown as ServerResponse, path, query: '', ip: '192.0.2.1' })
  return { visits, status, location: headers.Location, body }
}

// path, method, what follow says, status, Location
const cases: [
  claim: string,
  path: string,
  method: string,
  url: string | undefined,
  status: number,
  location: string | undefined,
][] = [
  ['a known link leads on', '/aB3', 'GET', 'https://example.com/a?b=c', 302, 'https://example.com/a?b=c'],
  ['HEAD is led on too', '/aB3', 'HEAD', 'https://example.com/', 302, 'https://example.com/'],
  [
    'Cyrillic is written as a header can carry it',
    '/aB3',
    'GET',
    'https://пример.рф/путь',
    302,
    'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C',
  ],
  [
    'a line end does not make a header',
    '/aB3',
    'GET',
    'https://example.com/\r\nSet-Cookie: a',
    302,
    'https://example.com/Set-Cookie:%20a',
  ],
  ['an unknown link is a 404', '/aB3', 'GET', undefined, 404, undefined],
  ['a script is not followed', '/aB3', 'GET', 'javascript:alert(1)', 404, undefined],
  ['what is no address is not followed', '/aB3', 'GET', 'example', 404, undefined],
]
for (const [claim, path, method, url, status, location] of cases) {
  test(`short links: ${claim}`, async () => {
    const seen = await visit(path, method, url)
    assert.deepEqual([seen.status, seen.location], [status, location])
    assert.deepEqual(seen.visits, [
      ['aB3', { userAgent: 'Phone/1.0', method: method as 'GET', ip: '192.0.2.1', host: 'go.example:81' }],
    ])
  })
}

test('a host has one name, however it is written', async () => {
  for (const [written, host] of [
    ['Go.Example', 'go.example'],
    ['go.example.', 'go.example'],
    ['go.example:443', 'go.example'],
    ['go.example.:80', 'go.example'],
    ['go.example.:8080', 'go.example:8080'],
    ['go.example:4433', 'go.example:4433'],
    ['[::1]:443', '[::1]'],
    ['', ''],
  ] as const)
    assert.equal((await visit('/aB3', 'GET', undefined, written)).visits[0]?.[1].host, host, written)
})

test('what a sentence has behind a link is no part of it', async () => {
  for (const behind of ['.', ',', '!', ')', '%20', '%C2%BB', ',http://go.example/c2', '|http://go.example/c2'])
    assert.equal((await visit(`/aB3${behind}`, 'GET', 'https://example.com/')).visits[0]?.[0], 'aB3', behind)
})

test('only a code at the root is a short link', async () => {
  for (const path of ['/', '/a/b', '/a.b', '/favicon.ico', `/${'a'.repeat(17)}`]) {
    const seen = await visit(path, 'GET', 'https://example.com/')
    assert.deepEqual([seen.status, seen.visits], [404, []], path)
  }
  assert.deepEqual((await visit('/aB3', 'POST', 'https://example.com/')).visits, [])
})

test('the page of an unknown link is in Russian and English', async () => {
  const { body } = await visit('/aB3', 'GET', undefined)
  assert.match(body, /Такой ссылки нет/)
  assert.match(body, /does not exist/)
})
