import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { freePort } from './free-port.ts'

test('ports that tests ask for differ, are none that the system hands out, and stay theirs while nobody listens', async () => {
  const ports: number[] = []
  for (let nth = 0; nth < 20; nth++) ports.push(await freePort())
  assert.equal(new Set(ports).size, 20)
  assert.ok(ports.every((port) => port >= 10_240 && port < 32_768))
  const server = createServer().listen(ports[0], '127.0.0.1')
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
})
