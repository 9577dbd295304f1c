import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { Refusal } from '../../../domain/refusal.ts'
import { withSpooled } from './spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'heliogram-spool-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const upload = (...chunks: readonly string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)))

async function textOf(file: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('an upload is read from its beginning once all of it is there', async () => {
  assert.equal(await withSpooled(upload('one ', 'two ', 'three'), folder, textOf), 'one two three')
  assert.equal(await withSpooled(upload(), folder, textOf), '')
})

test('nothing of it stays, whether the work is done, fails, or leaves half of it unread', async () => {
  await assert.rejects(
    withSpooled(upload('one'), folder, () => Promise.reject(new Error('no'))),
    /no/,
  )
  await withSpooled(upload('x'.repeat(1_000_000)), folder, async (file) => {
    for await (const _ of file) break
  })
  assert.deepEqual(readdirSync(folder), [])
})

test('an upload over the limit is refused, and so is one that breaks off', async () => {
  const isTooLarge = (error: unknown) => error instanceof Refusal && error.code === 'bad_request'
  await assert.rejects(withSpooled(upload('12345', '678901'), folder, textOf, 10), isTooLarge)
  const broken = (async function* () {
    yield Buffer.from('half')
    throw new Error('gone')
  })()
  await assert.rejects(withSpooled(broken, folder, textOf), /gone/)
  assert.deepEqual(readdirSync(folder), [])
})
