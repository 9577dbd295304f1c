import type { Volume } from '../../src/domain/country-volumes.ts'
import { HALF_DAY_MS, halfDayOf } from '../../src/domain/country-volumes.ts'
import { lookUp } from '../../src/domain/number/plan.ts'

/** Traffic as a centre sees it on a working day, made from a seed: the same every time. */
export interface TrafficEvent {
  readonly atMs: number
  readonly account: string
  readonly accountId: number
  readonly number: string
  readonly country: string
  readonly bulk: boolean
  readonly isCode: boolean
  readonly confirmed: boolean
  /** Part of the attack. */
  readonly pumped: boolean
}

export const DAY = Date.UTC(2026, 10, 18)
const HOUR = 3_600_000
const MINUTE = 60_000

export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

const MOBILE = ['7903', '7905', '7910', '7916', '7921', '7925', '7926', '7985', '7999', '77011', '37529', '99890']

const ACCOUNTS = { shop: 1, bank: 2, school: 3, taxi: 4, office: 5 } as const
type Account = keyof typeof ACCOUNTS

const eventOf = (account: Account, atMs: number, number: string, of: Partial<TrafficEvent> = {}): TrafficEvent => ({
  atMs: Math.floor(atMs),
  account,
  accountId: ACCOUNTS[account],
  number,
  country: lookUp(number).countryEn,
  bulk: false,
  isCode: false,
  confirmed: false,
  pumped: false,
  ...of,
})

/** Codes of a bank that are mostly entered, orders, a school's lists in the order of their numbers, a taxi's repeated notices, an office that writes to its own block. */
export function normalDay(random = seeded(7)): TrafficEvent[] {
  const events: TrafficEvent[] = []
  const mobile = () => {
    const prefix = MOBILE[random(MOBILE.length)] ?? '7916'
    const length = prefix.startsWith('7') ? 11 : 12
    return prefix + String(random(10 ** (length - prefix.length))).padStart(length - prefix.length, '0')
  }
  /** Most of the traffic is between 8 and 22 o'clock in Moscow. */
  const moment = () => DAY + (5 + (random(1400) + random(1400)) / 200) * HOUR
  for (let nth = 0; nth < 12_000; nth++) events.push(eventOf('shop', moment(), mobile()))
  for (let nth = 0; nth < 15_000; nth++) {
    const [number, atMs] = [mobile(), moment()]
    events.push(eventOf('bank', atMs, number, { isCode: true }))
    if (random(100) < 8) events.push(eventOf('bank', atMs + MINUTE, number, { isCode: true })) // "send it again"
    if (random(100) < 90) events.push(eventOf('bank', atMs + 2 * MINUTE, number, { confirmed: true }))
  }
  for (let pupil = 0; pupil < 900; pupil++)
    events.push(eventOf('school', DAY + 7 * HOUR, `7916555${String(1000 + pupil)}`, { bulk: true }))
  for (let nth = 0; nth < 3000; nth++) {
    const [number, atMs] = [mobile(), moment()]
    for (const later of [0, 4, 9]) events.push(eventOf('taxi', atMs + later * MINUTE, number))
  }
  for (let nth = 0; nth < 60; nth++)
    events.push(eventOf('office', DAY + 6 * HOUR + nth * 8 * MINUTE, `7495777${String(random(10_000)).padStart(4, '0')}`))
  return events.sort((a, b) => a.atMs - b.atMs)
}

/** What was usual in the week before, with the ups and downs of days. */
export function usualWeek(random = seeded(11)): Volume[] {
  const today = halfDayOf(DAY)
  const volumes: Volume[] = []
  const counts = new Map<string, { accountId: number; country: string; day: number[] }>()
  for (const { accountId, country, confirmed, atMs } of normalDay(seeded(3))) {
    if (confirmed) continue
    const key = `${accountId}/${country}`
    const found = counts.get(key) ?? { accountId, country, day: [0, 0] }
    const half = Math.floor((atMs - DAY) / HALF_DAY_MS)
    found.day[half] = (found.day[half] ?? 0) + 1
    counts.set(key, found)
  }
  for (const { accountId, country, day } of counts.values())
    for (let back = 1; back <= 14; back++) {
      const usual = day[(back % 2) as 0 | 1] ?? 0
      volumes.push({ accountId, country, halfDay: today - back, messages: Math.round(usual * (0.7 + random(60) / 100)) })
    }
  return volumes
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0')

/** Somebody lets the bank's site send codes to numbers that pay: [how, the traffic of it] */
export const ATTACKS: Readonly<Record<string, (random?: ReturnType<typeof seeded>) => TrafficEvent[]>> = {
  'a flood to three blocks of numbers in Somalia': (random = seeded(21)) =>
    Array.from({ length: 2400 }, (_, nth) => {
      const block = ['25261123', '25261124', '25290707'][nth % 3] ?? ''
      return eventOf('bank', DAY + 11 * HOUR + nth * 1500, block + digits(random(10_000), 4), { isCode: true, pumped: true })
    }),
  'numbers in a row, one every two minutes': () =>
    Array.from({ length: 300 }, (_, nth) =>
      eventOf('bank', DAY + 6 * HOUR + nth * 2 * MINUTE, `99245010${digits(2000 + nth * 2, 4)}`, { isCode: true, pumped: true }),
    ),
  'codes to one block, slowly and in no order, that nobody enters': (random = seeded(22)) =>
    Array.from({ length: 200 }, (_, nth) =>
      eventOf('bank', DAY + 8 * HOUR + nth * 3 * MINUTE, `94770011${digits(random(10_000), 4)}`, { isCode: true, pumped: true }),
    ),
  'a country the bank never wrote to, one message to each block': (random = seeded(23)) =>
    Array.from({ length: 4000 }, (_, nth) =>
      eventOf('bank', DAY + 13 * HOUR + nth * 5000, `62812${digits(random(1_000_000_00), 8)}`, { isCode: true, pumped: true }),
    ),
}
