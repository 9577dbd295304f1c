/**
 * How a message travels, and its number as `type` in answers and callbacks (SMSC API, message types).
 * Telegram and bots share 12 with the social networks, because clients throw on numbers they do not know.
 */
export const CHANNELS = {
  sms: 0,
  flash: 1,
  bin: 2,
  push: 3,
  hlr: 4,
  ping: 5,
  mms: 6,
  call: 7,
  mail: 8,
  viber: 10,
  soc: 12,
  tg: 12,
  bot: 12,
} as const

export type Channel = keyof typeof CHANNELS

/** Stored as a small number of our own, since `type` does not tell soc, tg and bot apart. Append only. */
const STORED: readonly Channel[] = [
  'sms',
  'flash',
  'bin',
  'push',
  'hlr',
  'ping',
  'mms',
  'call',
  'mail',
  'viber',
  'soc',
  'tg',
  'bot',
]

export const channelCode = (channel: Channel): number => STORED.indexOf(channel)
export const channelOf = (code: number): Channel => STORED[code] ?? 'sms'

/** The kinds that go over the network's short messages: a carrier of `sms` carries them all. */
export const isShortMessage = (channel: string): boolean =>
  channel === 'sms' || channel === 'flash' || channel === 'bin' || channel === 'push' || channel === 'ping'
