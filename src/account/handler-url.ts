import { type AccountSettings, isOn } from '../domain/account.ts'
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

/** Statuses, incoming messages. */
const HANDLER_FLAGS = ['fl[10]', 'fl[11]'] as const

/** Checks the address among settings that were read. An address alone would be told nothing: unless something is said of that, it is told everything. */
export function withHandler(settings: AccountSettings, read: Map<string, string | number | undefined>, loopback: boolean): void {
  const url = read.get('url')
  if (url === undefined) return
  checkHandlerUrl(url, loopback)
  const said = HANDLER_FLAGS.some((flag) => read.has(flag) || isOn(settings[flag]))
  if (!said) for (const flag of HANDLER_FLAGS) read.set(flag, 1)
}
