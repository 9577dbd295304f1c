import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../domain/text/charset.ts'
import { type FileLine, linesOf, TOO_LONG } from './file-lines.ts'
import { textOfFile } from './file-text.ts'

async function lines(...chunks: readonly Uint8Array[]): Promise<FileLine[]> {
  const found: FileLine[] = []
  const file = (async function* () {
    yield* chunks
  })()
  for await (const some of linesOf(file)) found.push(...some)
  return found
}

const octets = (text: string): Buffer => Buffer.from(text)

test('lines end with LF, CRLF or CR, wherever the file was cut', async () => {
  const whole = octets('a\nb\r\nc\rпривет\n\nlast')
  const expected = ['a', 'b', 'c', 'привет', '', 'last']
  assert.deepEqual(await lines(whole), expected)
  for (let at = 1; at < whole.length; at++)
    assert.deepEqual(await lines(whole.subarray(0, at), whole.subarray(at)), expected, String(at))
  assert.deepEqual(await lines(...Array.from(whole, (_, at) => whole.subarray(at, at + 1))), expected)
})

test('a line end at the end of the file begins no line', async () => {
  assert.deepEqual(await lines(octets('a\nb\n')), ['a', 'b'])
  assert.deepEqual(await lines(octets('a\r')), ['a'])
  assert.deepEqual(await lines(), [])
})

test('a line that is too long is told of and not kept, and those behind it are read', async () => {
  const long = 'x'.repeat(3_000)
  assert.deepEqual(await lines(octets(`a\n${long}`), octets(long), octets(`${long}\nb\n`)), ['a', TOO_LONG, 'b'])
  assert.deepEqual(await lines(octets('x'.repeat(5_000))), [TOO_LONG])
  assert.deepEqual(await lines(octets(`${'x'.repeat(5_000)}\nb`)), [TOO_LONG, 'b'])
})

const TEXT = 'number;operator\n79161234567;Билайн'
test('UTF-8 with and without its mark, UTF-16 and windows-1251 are one text', async () => {
  const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le')
  for (const file of [octets(TEXT), octets(`\ufeff${TEXT}`), utf16, Buffer.from(encode(TEXT, 'windows-1251'))]) {
    assert.deepEqual(await lines(file), TEXT.split('\n'))
    assert.equal(textOfFile(file), TEXT)
  }
})
