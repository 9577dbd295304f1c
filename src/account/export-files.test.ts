import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { makeCsv, makeXlsx } from './export-files.ts'

/** The files in a ZIP archive, by its directory (APPNOTE 4.3). */
function unzip(octets: Uint8Array): Map<string, string> {
  const zip = Buffer.from(octets)
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const files = new Map<string, string>()
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + zip.readUInt32LE(at + 20))
    const stored = zip.readUInt16LE(at + 10) === 0
    files.set(zip.toString('utf8', at + 46, at + 46 + name), (stored ? data : inflateRawSync(data)).toString())
    at += 46 + name + extra + comment
  }
  return files
}

test('a workbook has the rows in their order, numbers as numbers and texts as texts, whatever they begin with', async () => {
  const file = makeXlsx()
  try {
    assert.equal((await file.add([['status', 'message']])).length, 0)
    await file.add([[-1, '=1+1 <&> "Привет" 😀']])
    await file.add([
      [20, '+79161234567'],
      [0, 'a\0b\ud800c\nd'],
      [1, 'x'.repeat(40_000)],
    ])
    const files = unzip(await file.end())
    const sheet = files.get('xl/worksheets/sheet1.xml') ?? ''
    const shared = Array.from(
      (files.get('xl/sharedStrings.xml') ?? '').matchAll(/<t[^>]*>([\s\S]*?)<\/t>/g),
      ([, text = '']) => text,
    )
    const rows = Array.from(sheet.matchAll(/<row[^>]*>([\s\S]*?)<\/row>/g), ([, row = '']) =>
      Array.from(row.matchAll(/<c([^>]*)>(?:<v>|<is><t[^>]*>)([\s\S]*?)</g), ([, kind = '', value = '']) =>
        / t="s"/.test(kind) ? `s:${shared[Number(value)]}` : / t="inlineStr"/.test(kind) ? `s:${value}` : value,
      ),
    )
    assert.deepEqual(
      rows.slice(0, 4).map(([, message]) => message),
      ['s:message', 's:=1+1 &lt;&amp;&gt; "Привет" 😀', 's:+79161234567', 's:abc\nd'],
    )
    assert.deepEqual(
      rows.map(([status]) => status),
      ['s:status', '-1', '20', '0', '1'],
    )
    assert.equal(rows[4]?.[1]?.length, 32_767 + 2)
    assert.doesNotMatch(sheet, /<f>/)
  } finally {
    file.close()
  }
})

test('a workbook whose program has ended is told as a failure', async () => {
  const file = makeXlsx()
  file.close()
  await assert.rejects(file.end())
})

test('CSV is in its charset, and in UTF-8 marked as such', async () => {
  assert.deepEqual(Buffer.from(await makeCsv('windows-1251').add([['Да', 1]])), Buffer.from([0xc4, 0xe0, 0x3b, 0x31, 0x0d, 0x0a]))
  const file = makeCsv('utf-8')
  assert.equal(Buffer.from(await file.add([['Да']])).toString(), '\ufeffДа\r\n')
  assert.equal(Buffer.from(await file.add([['☺']])).toString(), '☺\r\n')
  assert.equal(Buffer.from(await makeCsv('koi8-r').add([['☺']])).toString(), '?\r\n')
})
