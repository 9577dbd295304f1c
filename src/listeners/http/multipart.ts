import busboy from 'busboy'
import { PARAMETERS_MAX, type Params } from './params.ts'

const FILES_MAX = 20

/**
 * A body of multipart/form-data. Every part is taken as octets, also one that says `charset=utf-8` of itself, as .NET clients do:
 * what the octets mean is for the parameter `charset` to say. Resolves to false when the body is malformed.
 */
export function readMultipart(body: Buffer, contentType: string, params: Params): Promise<boolean> {
  return new Promise((resolve) => {
    let parser: busboy.Busboy
    try {
      parser = busboy({
        headers: { 'content-type': contentType },
        defCharset: 'latin1',
        defParamCharset: 'latin1',
        limits: { fields: PARAMETERS_MAX, fieldSize: body.length, files: FILES_MAX, fileSize: body.length, headerPairs: 100 },
      })
    } catch {
      return resolve(false)
    }
    const tooMany = (): void => {
      params.fault ??= 'bad_request'
    }
    parser.on('field', (name, value) => params.add(name ?? '', value))
    parser.on('file', (field, stream, { filename, mimeType }) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
      stream.on('error', () => {}) // told by the parser too
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks)
        // A part of application/octet-stream without a file name is a parameter.
        if (filename === undefined) params.add(field ?? '', bytes.toString('latin1'))
        else params.files.push({ field: field ?? '', name: filename, type: mimeType, bytes })
      })
    })
    parser.on('fieldsLimit', tooMany)
    parser.on('filesLimit', tooMany)
    parser.on('error', () => resolve(false))
    parser.on('close', () => resolve(true))
    parser.end(legible(body, contentType))
  })
}

const PART_HEADERS_OCTETS_MAX = 16 * 1024 // busboy's own limit

/**
 * Two headings that busboy reads otherwise than we must, written over in place, octet for octet: a part's own charset, by which it would
 * decode the part and not say that it did; and `filename = "a.jpg"` with spaces, as the original's C# library writes, whose part it drops.
 */
function legible(body: Buffer, contentType: string): Buffer {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const delimiter = `--${boundary?.[1] ?? boundary?.[2] ?? ''}\r\n`
  for (let at = body.indexOf(delimiter, 0, 'latin1'); at >= 0; ) {
    const end = body.indexOf('\r\n\r\n', at, 'latin1')
    if (end < 0) break
    if (end - at <= PART_HEADERS_OCTETS_MAX) {
      const headers = body.toString('latin1', at, end)
      const written = headers.replace(CHARSET, '$1x-chars$2').replace(SPACED, ';$1$3$4$2="')
      if (written !== headers) body.write(written, at, 'latin1')
    }
    at = body.indexOf(delimiter, end, 'latin1')
  }
  return body
}

const CHARSET = /^(content-type:[^\r\n]{0,200};\s*)charset(\s*=)/im
/** A parameter of a heading; spaces around its `=` go in front of its name. */
const SPACED = /;( {0,5})(\w{1,20})( {0,5})=( {0,5})"/g
