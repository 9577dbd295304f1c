import { addressRefusal } from '../domain/callable-address.ts'
import { hostOf, readHandlerUrl } from '../domain/handler-url.ts'
import { Refusal } from '../domain/refusal.ts'

/** The address of a handler, before it is stored: rejects what could never be called. Names are looked at with every call. */
export function checkHandlerUrl(written: string | number, loopback: boolean): void {
  const read = readHandlerUrl(String(written))
  if ('problem' in read) throw new Refusal('bad_request', { field: 'url', reason: read.problem })
  const host = hostOf(read.url)
  const isName = !/^[\d.]+$/.test(host) && !host.includes(':')
  const refusal = isName
    ? /(?:^|\.)localhost$/i.test(host) && !loopback && 'is this machine itself'
    : addressRefusal(host, { loopback })
  if (!refusal) return
  const reason = `${host} ${refusal}: a handler must be reached over the public internet.`
  throw new Refusal('bad_request', { field: 'url', reason })
}
