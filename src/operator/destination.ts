import { CHANNELS, type Channel } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'

/** Where a price or a route holds. Empty prefix and mccmnc: everywhere. */
export interface Destination {
  readonly prefix: string
  readonly mccmnc: string
}

const LIST_MAX = 1_000

/** Prefixes and networks, each a list with commas between; none of both: everywhere. */
export function readDestinations({ prefix, mccmnc }: { prefix?: string; mccmnc?: string }): Destination[] {
  const prefixes = split('prefix', prefix, /^\+?\d{1,15}$/, 'a beginning of numbers in international form, like 7916')
  const networks = split('mccmnc', mccmnc, /^\d{3}(\d{2,3})?$/, 'a country (250) or a network (25001)')
  if (prefixes.length > 0 && networks.length > 0) {
    throw new Refusal('bad_request', { field: 'mccmnc', reason: 'Name prefixes or networks, not both.' })
  }
  if (prefixes.length + networks.length === 0) return [{ prefix: '', mccmnc: '' }]
  return [
    ...prefixes.map((each) => ({ prefix: each.replace('+', ''), mccmnc: '' })),
    ...networks.map((each) => ({ prefix: '', mccmnc: each })),
  ]
}

function split(field: string, list: string | undefined, shape: RegExp, must: string): string[] {
  const parts = [...new Set((list ?? '').split(',').map((part) => part.trim()))].filter((part) => part !== '')
  const wrong = parts.find((part) => !shape.test(part))
  if (wrong !== undefined) {
    throw new Refusal('bad_request', { field, reason: `'${wrong.slice(0, 30)}' is no ${field}: write ${must}.` })
  }
  if (parts.length > LIST_MAX) throw new Refusal('bad_request', { field, reason: `At most ${LIST_MAX} of them at once.` })
  return parts
}

export function readChannel(written: string | undefined): Channel {
  const channel = (Object.keys(CHANNELS) as Channel[]).find((name) => name === (written ?? 'sms'))
  if (!channel) {
    const known = Object.keys(CHANNELS).join(', ')
    throw new Refusal('bad_request', {
      field: 'channel',
      reason: `There is no channel '${written?.slice(0, 30)}'. There are: ${known}.`,
    })
  }
  return channel
}
