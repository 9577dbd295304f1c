import { NotCallable } from './addresses.ts'

/** Why a handler was not reached, in a sentence for the person whose handler it is. */
export function explainError(error: NodeJS.ErrnoException): string {
  if (error instanceof NotCallable) return error.message
  const code = codeOf(error)
  const known = SENTENCES[code]
  if (known !== undefined) return known
  if (code.startsWith('HPE_')) return 'What answers at its address does not speak HTTP.'
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return `Its TLS certificate cannot be trusted (${code}).`
  if (/SSL|TLS|EPROTO/.test(code)) return `The TLS connection could not be opened (${code}).`
  return `It could not be called (${code || 'no reason was given'}).`
}

/** A host with several addresses fails with one error for each. */
function codeOf(error: NodeJS.ErrnoException): string {
  const each = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : []
  return error.code ?? each[0]?.code ?? ''
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens at its address and port.',
  ECONNRESET: 'It closed the connection before it answered.',
  EPIPE: 'It closed the connection before it answered.',
  ETIMEDOUT: 'It could not be reached in time.',
  EHOSTUNREACH: 'There is no way to its address.',
  ENETUNREACH: 'There is no way to its address.',
  ENOTFOUND: 'Its host name is not known to the DNS.',
  ENODATA: 'Its host name has no address in the DNS.',
  ESERVFAIL: 'The DNS could not resolve its host name.',
  EREFUSED: 'The DNS could not resolve its host name.',
  EAI_AGAIN: 'The DNS could not resolve its host name.',
  HPE_HEADER_OVERFLOW: 'Its answer has more than 16 KB of headers.',
  CERT_HAS_EXPIRED: 'Its TLS certificate has expired: renew it.',
  CERT_NOT_YET_VALID: 'Its TLS certificate is not valid yet.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its TLS certificate is self-signed: use one of a public authority, or http://.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its TLS certificate comes from an authority nobody knows: use one of a public authority.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its TLS certificate comes without the intermediate ones: configure the whole chain.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its TLS certificate comes without the intermediate ones: configure the whole chain.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its TLS certificate is for another host name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'It does not speak TLS at this port: is it an http:// address?',
  EPROTO: 'It does not speak TLS as we do: is it an http:// address, or is its TLS older than 1.2?',
}
