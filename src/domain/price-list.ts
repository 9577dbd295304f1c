import { isShortMessage } from './channel.ts'
import type { Money } from './money.ts'
import { compilePlaces, type PricedPlan } from './price.ts'

/** A line of a tariff, or of the list of what a carrier takes. */
export interface ListRow {
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly country: string // in English; all three empty: everywhere else
  readonly validFromMs: number // Unix ms; 0: always
  readonly zone: number
  readonly price: Money // of one part; of a call, of one interval
  /** Of a message sent from the personal account; undefined: the same. */
  readonly mass: Money | undefined
}

/** Where a message was sent from: a machine interface, or a person in the personal account. */
export type Origin = 'api' | 'mass'

/** A list as it holds at one moment. */
export interface PriceList {
  /** The line a message is priced by; undefined: the list has none for it. */
  rowFor(channel: string, number: string, plan: PricedPlan): ListRow | undefined
  /** When a line that was entered in advance takes force; Infinity: nothing is to come. */
  readonly changesAtMs: number
}

export const priceIn = (row: ListRow, origin: Origin): Money => (origin === 'mass' ? (row.mass ?? row.price) : row.price)

/** One destination of a channel: rows that differ in nothing else follow each other in time. */
export const placeKey = ({
  channel,
  prefix,
  mccmnc,
  country,
}: Omit<ListRow, 'validFromMs' | 'zone' | 'price' | 'mass'>): string =>
  `${channel} ${prefix || (mccmnc && `/${mccmnc}`) || (country && `:${country}`) || '*'}`

/** The rows in force: of each destination the latest that has begun. */
export function inForce<Row extends ListRow>(rows: Iterable<Row>, nowMs: number): Row[] {
  const latest = new Map<string, Row>()
  for (const row of rows) {
    if (row.validFromMs > nowMs) continue
    const key = placeKey(row)
    const known = latest.get(key)
    if (!known || known.validFromMs <= row.validFromMs) latest.set(key, row)
  }
  return [...latest.values()]
}

/** Compiles a list for one moment. A channel without rows of its own is priced as plain SMS where it travels as one. */
export function compilePriceList(rows: readonly ListRow[], nowMs: number): PriceList {
  let changesAtMs = Number.POSITIVE_INFINITY
  for (const { validFromMs } of rows) if (validFromMs > nowMs && validFromMs < changesAtMs) changesAtMs = validFromMs

  const byChannel = new Map<string, ListRow[]>()
  for (const row of inForce(rows, nowMs)) {
    const known = byChannel.get(row.channel)
    if (known) known.push(row)
    else byChannel.set(row.channel, [row])
  }
  const compiled = new Map([...byChannel].map(([channel, lines]) => [channel, compilePlaces(lines)]))
  return {
    changesAtMs,
    rowFor(channel, number, plan) {
      const own = compiled.get(channel)?.(number, plan)
      if (own || channel === 'sms') return own
      const other = fallback(channel)
      return other === channel ? undefined : compiled.get(other)?.(number, plan)
    },
  }
}

const fallback = (channel: string): string => (isShortMessage(channel) && channel !== 'ping' ? 'sms' : channel)
