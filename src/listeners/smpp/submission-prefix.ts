import type { Channel } from '../../domain/channel.ts'
import { readPrefix } from '../../domain/text/prefix.ts'

/** What the beginning of a text asks for. */
export interface SubmissionPrefix {
  readonly channel: Channel
  readonly text: string // without the prefix and the spaces behind it
  readonly isWhatsApp: boolean // a bot, but none by name
}

const BOT = /^__(BOT|WA)__ */

/** The prefixes of the SMSC API, and two of our own for what HTTP has parameters for: `__BOT__` and `__WA__`. */
export function readSubmissionPrefix(text: string): SubmissionPrefix | undefined {
  if (!text.startsWith('__')) return undefined
  const bot = BOT.exec(text)
  if (bot) return { channel: 'bot', text: text.slice(bot[0].length), isWhatsApp: bot[1] === 'WA' }
  const prefix = readPrefix(text)
  return prefix && { ...prefix, isWhatsApp: false }
}
