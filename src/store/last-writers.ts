import { channelCode } from '../domain/channel.ts'
import { idOfTime } from '../domain/message-id.ts'
import { int2Array, textArray } from './binary.ts'
import { type Glance, tookTooLong } from './pool-session.ts'
import type { Session } from './session.ts'

/** Who wrote to a subscriber, and the last message of theirs. */
export interface LastWriter {
  readonly accountId: number
  readonly messageId: number
}

/**
 * Messages have no index of recipients while their month is open: it would cost every message. So a range of ids is read, and only
 * when somebody writes to a number that several share. States 22 to 25: refused, -2: stopped, err 200: in test mode; none was sent.
 */
const LOOK = (own: string): string => `
select distinct on (recipient) recipient, account_id, id from messages
where ${own}id >= $1 and id < $2 and recipient = any($3::text[]) and channel = any($4::int2[])
  and state not between 22 and 25 and state <> -2 and err <> 200 and due_at <= $5
order by recipient, id desc`

/** What subscribers can answer. */
const WRITTEN = (['sms', 'flash', 'bin', 'push', 'mms'] as const).map(channelCode)

async function look(
  session: Session,
  range: readonly [from: number, to: number],
  subscribers: readonly string[],
  nowMs: number,
  accountId: number | undefined,
): Promise<Map<string, LastWriter>> {
  const own = accountId === undefined ? '' : 'account_id = $6 and '
  const values = [...range, textArray(subscribers), int2Array(WRITTEN), nowMs, ...(accountId === undefined ? [] : [accountId])]
  const rows = await session.run({ name: 'last_writers', text: LOOK(own) }, values)
  return new Map(
    rows.map(([to, account, id]) => [to as string, { accountId: account as number, messageId: Number(id) }] as const),
  )
}

const HOUR_MS = 3_600_000
/**
 * Most answers come soon: each look goes further back, and only for those not found yet. What lies more than a day back is looked
 * through at once: for few subscribers the server reads a whole month's index of references, which is as much for three days as for all.
 */
const HOURS_BACK = [1, 6, 24, 336]
const LIMIT_MS = 5_000
const SPAN_MIN = HOUR_MS * 8192

/**
 * Who wrote last to each of the subscribers within two weeks; with `accountId` the last message of that account. Answers those that
 * were found.
 */
export async function findLastWriters(
  glance: Glance,
  subscribers: readonly string[],
  nowMs: number,
  accountId?: number,
): Promise<Map<string, LastWriter>> {
  const found = new Map<string, LastWriter>()
  /** Later ranges first; one that takes long is halved. */
  async function search(from: number, to: number): Promise<void> {
    const missing = subscribers.filter((subscriber) => !found.has(subscriber))
    if (missing.length === 0) return
    const least = to - from <= SPAN_MIN
    try {
      const seen = await glance(
        (session) => look(session, [from, to], missing, nowMs, accountId),
        least ? LIMIT_MS * 10 : LIMIT_MS,
      )
      for (const [subscriber, writer] of seen) found.set(subscriber, writer)
    } catch (error) {
      if (least || !tookTooLong(error)) throw error
      const middle = Math.floor((from + to) / 2)
      await search(middle, to)
      await search(from, middle)
    }
  }
  let to = idOfTime(nowMs + HOUR_MS)
  for (const hours of HOURS_BACK) {
    const from = idOfTime(nowMs - hours * HOUR_MS)
    await search(from, to)
    to = from
  }
  return found
}
