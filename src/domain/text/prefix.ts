import type { Channel } from '../channel.ts'

/** Markers at the start of a text that choose its channel where there is no parameter for it (SMSC API, prefixes). */
const MARKERS: ReadonlyMap<string, Channel> = new Map([
  ['CALL', 'call'],
  ['VIBER', 'viber'],
  ['SOC', 'soc'],
  ['PING', 'ping'],
  ['HLR', 'hlr'],
  ['TG', 'tg'],
  ['FLASH', 'flash'],
  ['MAIL', 'mail'],
])

const MARKER = /^__([A-Z]{2,5})__ */

/** The channel a text's prefix asks for, and the text without the prefix and the spaces behind it. Undefined: no such prefix. */
export function readPrefix(text: string): { readonly channel: Channel; readonly text: string } | undefined {
  if (!text.startsWith('__')) return undefined
  const found = MARKER.exec(text)
  const channel = MARKERS.get(found?.[1] ?? '')
  return found && channel ? { channel, text: text.slice(found[0].length) } : undefined
}
