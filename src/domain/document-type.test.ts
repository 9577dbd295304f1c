import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentName, documentType, mediaType } from './document-type.ts'

// octets in hex, type
const beginnings: [hex: string, type: string | undefined][] = [
  ['ffd8ffe000104a46', 'jpg'],
  ['89504e470d0a1a0a0000', 'png'],
  ['255044462d312e37', 'pdf'],
  ['49492a0008000000', 'tif'],
  ['4d4d002a00000008', 'tif'],
  ['504b030414000000', 'zip'],
  ['526172211a0700', 'rar'],
  ['526172211a070100', 'rar'],
  ['3c68746d6c3e', undefined],
  ['4d5a9000', undefined],
  ['2550', undefined],
  ['', undefined],
]
for (const [hex, type] of beginnings) {
  test(`${hex || 'nothing'} begins ${type ? `a ${type}` : 'no document'}`, () => {
    assert.equal(documentType(Buffer.from(hex, 'hex')), type)
  })
}

test('a document is handed out under a name of ours and by its own type', () => {
  assert.equal(documentName(5, 7, 'pdf'), 'sender-5-7.pdf')
  assert.equal(mediaType('tif'), 'image/tiff')
  assert.equal(mediaType('exe'), 'application/octet-stream')
})
