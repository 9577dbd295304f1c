import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

/**
 * The texts of a PDF in the order of their writing, a line for each that was placed by itself. Understands what our own documents are
 * made of: deflated streams, and fonts whose glyphs are told by a ToUnicode map; without that map nobody could copy or search a text.
 */
export function pdfText(pdf: Buffer): string {
  const file = pdf.toString('latin1')
  assert.match(file, /^%PDF-1\.\d\n/)
  assert.match(file, /%%EOF\s*$/)
  const objects = new Map<number, { readonly head: string; readonly stream: string }>()
  for (const [, number = '', body = ''] of file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)) {
    const [, head = body, data] = /^([\s\S]*?)\nstream\n([\s\S]*)\nendstream$/.exec(body) ?? []
    const octets = data === undefined ? undefined : Buffer.from(data, 'latin1')
    const stream = octets === undefined ? '' : head.includes('/FlateDecode') ? inflateSync(octets).toString('latin1') : data
    objects.set(Number(number), { head, stream: stream ?? '' })
  }
  const fonts = new Map<string, ReadonlyMap<string, string>>()
  const pages: string[] = []
  for (const { head } of objects.values()) {
    for (const [, name = '', font = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const [, map = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(font))?.head ?? '') ?? []
      fonts.set(name, glyphs(objects.get(Number(map))?.stream ?? ''))
    }
    const [, content] = /\/Type \/Page\b[\s\S]*\/Contents (\d+) 0 R/.exec(head) ?? []
    if (content !== undefined) pages.push(objects.get(Number(content))?.stream ?? '')
  }
  return pages.map((content) => written(content, fonts)).join('\f')
}

/** Glyph to text: `<0001> <0003> [<0421> <0447> <0451>]`, and `<0001> <0421>`. */
function glyphs(map: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const text = (hex: string): string => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex').swap16().toString('utf16le')
  for (const [, first = '', , list = ''] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/gi)) {
    for (const [at, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]+)>/gi)].entries()) {
      found.set((Number.parseInt(first, 16) + at).toString(16).padStart(4, '0'), text(hex))
    }
  }
  return found
}

function written(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let font: ReadonlyMap<string, string> | undefined
  const lines: string[] = []
  for (const [, name, texts] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name)
    else {
      const ids = [...(texts ?? '').matchAll(/<([0-9a-f]+)>/gi)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
      lines.push(ids.map((id) => font?.get(id.toLowerCase()) ?? '\ufffd').join(''))
    }
  }
  return lines.join('\n')
}
