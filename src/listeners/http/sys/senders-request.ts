import { isUtf8 } from 'node:buffer'
import type { OfferedDocument } from '../../../account/sender-documents.ts'
import { type Charset, cleanText, decode } from '../../../domain/text/charset.ts'
import { malformed, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'
import { OPERATOR_FLAGS, OPERATOR_TEXTS } from './senders-parameters.ts'

const TEXT_MAX = 500
const FIELDS_MAX = 50
/** Belarus and Ukraine ask for more than is documented. */
const NATIONAL = /^(?:ua|by)_[a-z\d_]{1,30}$/

/** What is to be told to the operators, as it was given. */
export function readRegistration(params: Params): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { name } of OPERATOR_FLAGS) if (params.has(name)) fields[name] = readFlag(params, name) ? '1' : '0'
  const texts = [...OPERATOR_TEXTS.map(({ name }) => name), ...[...params.names()].filter((name) => NATIONAL.test(name))]
  for (const name of texts) {
    const value = params.text(name)?.trim()
    if (value === undefined || fields[name] !== undefined) continue
    if (value.length > TEXT_MAX) throw malformed(name)
    fields[name] = value
  }
  if (Object.keys(fields).length > FIELDS_MAX) throw malformed('fields')
  return fields
}

/** The files of the request, whatever their fields are called. */
export function readOffered(params: Params): OfferedDocument[] {
  const info = params.text('doc_info')?.trim() ?? ''
  return params.files.map(({ name, bytes }) => ({ name: fileName(name, params.charset), info, content: bytes }))
}

/** Octets, unless the parser has read `filename*=`: nobody says of what charset, so UTF-8 wherever they are that, as browsers write. */
function fileName(written: string, charset: Charset): string {
  const octets = Buffer.from(written, 'latin1')
  const name = BEYOND_OCTETS.test(written) ? written : decode(octets, isUtf8(octets) ? 'utf-8' : charset)
  const plain = cleanText(name)
    .replaceAll('%22', '"')
    .replace(/\p{Cc}/gu, ' ')
  return plain.replace(/^.*[\\/]/, '').trim() || 'document' // without the folders that some clients send along
}

const BEYOND_OCTETS = /[\u0100-\uffff]/
