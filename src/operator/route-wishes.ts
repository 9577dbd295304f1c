import { type Channel, isShortMessage } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import type { RouteHours } from '../domain/route.ts'
import { parseSender } from '../domain/sender.ts'

/** What a person may say of a route beside its carrier and place, as written. */
export interface RouteWish {
  readonly sender?: string
  readonly hours?: string // 22:00-06:00
  readonly zone?: string // +3, +05:30: the clock of the hours
  readonly priority?: number
  readonly weight?: number
  readonly losses?: string
  readonly noReceiptAfter?: number // minutes; 0: never
  readonly replaceSender?: string // '' or none: senders stay as they are
}

export const PRIORITY = { standard: 100, highest: 1_000_000 } as const
const WEIGHT_MAX = 1_000
const MINUTES_MAX = 60 * 24 * 7
const MOSCOW = 180
const LOSSES: readonly string[] = ['allow', 'warn', 'stop']
const HOURS = /^(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?$/
const ZONE = /^([+-]?)(\d{1,2})(?::?(\d\d))?$/
const DAY = 1440

const wrong = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

export function readPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority <= PRIORITY.highest) return priority
  throw wrong('priority', `A priority is a whole number from 0 to ${PRIORITY.highest}; the higher number wins.`)
}

export function readWeight(weight: number): number {
  if (Number.isInteger(weight) && weight >= 0 && weight <= WEIGHT_MAX) return weight
  throw wrong('weight', `A weight is a whole number from 0 to ${WEIGHT_MAX}: a share among routes of one priority.`)
}

export function readLosses(losses: string, more: readonly string[] = []): string {
  if (LOSSES.includes(losses) || more.includes(losses)) return losses
  throw wrong('losses', `Losses are one of ${[...LOSSES, ...more].join(', ')}.`)
}

/** Minutes without a receipt; the carrier must not have given up before. */
export function readNoReceipt(minutes: number, limitMinutes: number): number {
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > MINUTES_MAX) {
    throw wrong('no_receipt_after', `Minutes without a receipt are a whole number from 0 (never) to ${MINUTES_MAX}.`)
  }
  if (minutes >= limitMinutes) {
    throw wrong(
      'no_receipt_after',
      `After ${limitMinutes} minutes without a receipt the message has ended already: write fewer, or raise --receipt-limit-minutes of the carrier.`,
    )
  }
  return minutes
}

/** The name that messages go out under instead of their own; the empty text: under their own. */
export function readReplaceSender(sender: string, channel: Channel): string {
  const written = sender.trim()
  if (written === '' || written === 'none') return ''
  if (!isShortMessage(channel))
    throw wrong('replace_sender', `Only short messages have senders that are replaced, not ${channel}.`)
  const parsed = parseSender(written)
  if (!('problem' in parsed) && parsed.sender !== '') return parsed.sender
  throw wrong('replace_sender', 'A sender has at most 11 Latin letters, digits and symbols, or at most 15 digits.')
}

/** A whole sender, or a beginning with `*`. */
export function readSender(sender: string, channel: Channel): string {
  const written = sender.trim()
  if (channel === 'hlr') throw wrong('sender', 'Look-ups have no sender.')
  if (written === '' || written === '*') return ''
  const body = written.endsWith('*') ? written.slice(0, -1) : written
  if (body.includes('*') || body.length > 100 || /[\u0000-\u001f]/.test(body)) {
    throw wrong('sender', 'A sender is written whole, or with * at its end as a beginning: BANK, BANK*.')
  }
  return written
}

/** `9-18`, `22:00-06:00`, on the clock of `zone` (Moscow's when nothing is said). Undefined: always. */
export function readHours(hours: string | undefined, zone: string | undefined): RouteHours | undefined {
  const utcOffsetMinutes = zone === undefined ? MOSCOW : readZone(zone)
  if (hours === undefined) {
    if (zone !== undefined) throw wrong('zone', 'A zone is the clock of --hours: say them too.')
    return undefined
  }
  const [, from = '99', fromMinutes = '0', to = '99', toMinutes = '0'] = HOURS.exec(hours.trim()) ?? []
  const fromMinute = Number(from) * 60 + Number(fromMinutes)
  const toMinute = Number(to) * 60 + Number(toMinutes)
  if (fromMinute > DAY || toMinute > DAY || Number(fromMinutes) > 59 || Number(toMinutes) > 59) {
    throw wrong('hours', `'${hours.slice(0, 30)}' are no hours: write them as 9-18 or 22:00-06:00.`)
  }
  if (fromMinute % DAY === toMinute % DAY && fromMinute === toMinute) {
    throw wrong('hours', 'A route that opens and closes at the same minute is always open: leave the hours out.')
  }
  return fromMinute % DAY === toMinute % DAY
    ? undefined
    : { fromMinute: fromMinute % DAY, toMinute: toMinute % DAY, utcOffsetMinutes }
}

export function readZone(zone: string): number {
  const [, sign = '', hours = '99', minutes = '0'] = ZONE.exec(zone.trim().replace(/^UTC/i, '') || '0') ?? []
  const size = Number(hours) * 60 + Number(minutes)
  if (size > 14 * 60 || Number(minutes) > 59) throw wrong('zone', `'${zone.slice(0, 20)}' is no zone: write +3 or +05:30.`)
  return sign === '-' ? -size : size
}

/** Channels that are not addressed by numbers have no prefixes and networks. */
export function checkPlace(
  channel: Channel,
  { prefix, mccmnc }: { prefix?: string | undefined; mccmnc?: string | undefined },
): void {
  const hasPlace = Boolean(prefix?.trim()) || Boolean(mccmnc?.trim())
  if (!hasPlace || isShortMessage(channel) || !BY_ADDRESS.has(channel)) return
  const field = prefix?.trim() ? 'prefix' : 'mccmnc'
  throw wrong(field, `${channel} goes to addresses, not to numbers: such a route would never be used.`)
}

const BY_ADDRESS: ReadonlySet<Channel> = new Set(['mail'])
