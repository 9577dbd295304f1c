import type { ReadBody } from './body.ts'
import type { HttpCall } from './call.ts'
import { readForm } from './form.ts'
import { readJson } from './json.ts'
import { readMultipart } from './multipart.ts'
import { Params } from './params.ts'

/**
 * Reads a request of the SMSC API: query and body merged (urlencoded, multipart or JSON), the body's values winning.
 * Below /rest/ a request that does not say its charset is UTF-8. A request that can't be read has a `fault`. Undefined: the client went away, there is nobody to answer.
 */
export function readRequest(call: HttpCall, readBody: ReadBody): Params | Promise<Params | undefined> {
  const params = new Params(isRest(call) ? 'utf-8' : undefined)
  if (call.query !== '') readForm(call.query, params)
  const { method } = call.req
  if (method === 'GET') return params
  if (method === 'POST') return readPost(call, params, readBody)
  params.fault ??= 'bad_request'
  return params
}

async function readPost({ req, res }: HttpCall, params: Params, readBody: ReadBody): Promise<Params | undefined> {
  const type = req.headers['content-type'] ?? ''
  const multipart = /^multipart\//i.test(type)
  const body = await readBody(req, res, multipart)
  if (body.state === 'gone') return undefined
  if (isCompressed(req.headers['content-encoding'])) params.fault ??= 'bad_request'
  else await readBytes(body.bytes, type, params)
  // Told last, since the beginning of the body may say which format is wanted.
  if (body.state !== 'whole') params.fault = body.state === 'overloaded' ? 'overloaded' : 'bad_request'
  return params
}

/** Exported for tables of tests: the body is at hand, whatever way it came. */
export async function readBytes(bytes: Buffer, type: string, params: Params): Promise<void> {
  if (bytes.length === 0) return
  if (/^multipart\//i.test(type)) {
    if (!(await readMultipart(bytes, type, params))) params.fault ??= 'bad_request'
  } else if (/^(?:application|text)\/([\w.-]+\+)?json\b/i.test(type)) {
    if (!readJson(bytes, params)) params.fault ??= 'bad_request'
  } else if (!looksLikeJson(bytes) || !readJson(bytes, params)) readForm(trimLineEnd(bytes.toString('latin1')), params)
}

/** Whether it came to where JSON is the rule: to /rest/send/, not to /sys/send.php. */
export const isRest = ({ path }: Pick<HttpCall, 'path'>): boolean => path.startsWith('/rest/')

/** `curl -d '{"login": …}'` sends JSON under the name of a form; spaces, line ends or a byte order mark may stand before it. */
const looksLikeJson = (bytes: Buffer): boolean => /^(?:\xef\xbb\xbf)?\s{0,50}\{/.test(bytes.toString('latin1', 0, 60))

/** Some clients end a form with a line end that belongs to no value. */
const trimLineEnd = (source: string): string => (source.endsWith('\n') ? source.replace(/\r?\n$/, '') : source)

const isCompressed = (encoding: string | undefined): boolean => encoding !== undefined && !/^identity$/i.test(encoding)
