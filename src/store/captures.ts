import { boolArray, byteaArray, int2Array, int4Array, int8Array, textArray } from './binary.ts'
import type { Session, Statement } from './session.ts'

/** Why octets were kept; the number is stored. */
export const WHY = { asked: 1, error: 2, unreadable: 3 } as const
export type Why = keyof typeof WHY

/** Octets as they went over a wire, or a customer's request in words. 0 and '' where something is not known. */
export interface Capture {
  readonly atMs: number
  readonly carrierId: number // 0: the request of a customer
  readonly accountId: number
  readonly messageId: number
  readonly part: number
  readonly sent: boolean
  readonly why: Why
  readonly keys: readonly string[]
  readonly ref: string
  readonly length: number
  readonly octets: Uint8Array
}

export interface StoredCapture extends Capture {
  readonly id: number
}

/** What an operator asked to be kept. */
export interface TraceSwitch {
  readonly id: number
  readonly accountId: number // 0: of all accounts
  readonly carrierId: number // 0: of all carriers
  readonly texts: boolean
  readonly untilMs: number
  readonly left: number // rows it may still keep
}

/** What a switch has taken since it was last written. */
export interface Taken {
  readonly switchId: number
  readonly kept: number
  readonly dropped: number
}

const OPEN: Statement = {
  name: 'trace_switches_open',
  text: `select id, account_id, carrier_id, texts, until, row_limit - kept from trace_switches where until > $1 and kept < row_limit order by id`,
}

export const openSwitches = async (session: Session, nowMs: number): Promise<TraceSwitch[]> =>
  (await session.run(OPEN, [nowMs])).map(([id, accountId, carrierId, texts, until, left]) => ({
    id: id as number,
    accountId: accountId as number,
    carrierId: carrierId as number,
    texts: texts as boolean,
    untilMs: Number(until),
    left: left as number,
  }))

// A list of keys is text with line feeds: an array of arrays has one length.
const KEEP: Statement = {
  name: 'captures_keep',
  text: `
with counted as (
  update trace_switches s set kept = s.kept + t.kept, dropped = s.dropped + t.dropped
  from unnest($12::int4[], $13::int4[], $14::int4[]) as t(id, kept, dropped) where s.id = t.id
)
insert into captures (at, carrier_id, account_id, message_id, part, sent, why, keys, ref, length, octets)
select c.at, c.carrier_id, c.account_id, c.message_id, c.part, c.sent, c.why,
  case when c.keys = '' then '{}' else string_to_array(c.keys, E'\\n') end, c.ref, c.length, c.octets
from unnest($1::int8[], $2::int4[], $3::int4[], $4::int8[], $5::int2[], $6::bool[], $7::int2[], $8::text[], $9::text[], $10::int4[],
  $11::bytea[]) as c(at, carrier_id, account_id, message_id, part, sent, why, keys, ref, length, octets)`,
}

export async function keepCaptures(session: Session, rows: readonly Capture[], taken: readonly Taken[]): Promise<void> {
  await session.run(KEEP, [
    int8Array(rows.map((row) => row.atMs)),
    int4Array(rows.map((row) => row.carrierId)),
    int4Array(rows.map((row) => row.accountId)),
    int8Array(rows.map((row) => row.messageId)),
    int2Array(rows.map((row) => row.part)),
    boolArray(rows.map((row) => row.sent)),
    int2Array(rows.map((row) => WHY[row.why])),
    textArray(rows.map((row) => row.keys.join('\n'))),
    textArray(rows.map((row) => row.ref)),
    int4Array(rows.map((row) => row.length)),
    byteaArray(rows.map((row) => row.octets)),
    int4Array(taken.map((one) => one.switchId)),
    int4Array(taken.map((one) => one.kept)),
    int4Array(taken.map((one) => one.dropped)),
  ])
}

const PRUNE: Statement = {
  name: 'captures_prune',
  text: `
with old_switches as (delete from trace_switches where until < $1)
delete from captures where id in (
  select id from captures where at < $1 union all
  (select id from captures where why = 1 order by id desc offset $2) union all
  (select id from captures where why > 1 order by id desc offset $2)
)`,
}

/** Removes what is older than a moment, and what is over the number: of what was asked for, and of the rest. */
export async function pruneCaptures(session: Session, beforeMs: number, rowsMax: number): Promise<void> {
  await session.run(PRUNE, [beforeMs, rowsMax])
}

const COLUMNS = 'id, at, carrier_id, account_id, message_id, part, sent, why, keys, ref, length, octets'

const OF_MESSAGE: Statement = {
  name: 'captures_of_message',
  text: `
select ${COLUMNS} from captures where message_id = $1
union select ${COLUMNS} from captures where keys && $3::text[] and keys <> '{}' and carrier_id = any($2::int4[]) and at >= $4 and message_id in (0, $1)
union select ${COLUMNS} from captures where account_id = $5 and ref = $6 and ref <> '' and at between $4 - 60000 and $4 + 60000
order by at, id limit $7`,
}

/** What was kept of a message: its own, receipts with one of the carrier's ids, and the request it came with. */
export async function capturesOfMessage(
  session: Session,
  message: {
    readonly id: number
    readonly accountId: number
    readonly ref: string
    readonly carrierIds: readonly number[]
    readonly keys: readonly string[]
    readonly acceptedAtMs: number
  },
  limit: number,
): Promise<StoredCapture[]> {
  const { id, accountId, ref, carrierIds, keys, acceptedAtMs } = message
  const values = [id, int4Array([...carrierIds]), textArray([...keys]), acceptedAtMs, accountId, ref, limit]
  return (await session.run(OF_MESSAGE, values)).map(readCapture)
}

const LIST: Statement = {
  name: 'captures_list',
  text: `
select * from (
  select ${COLUMNS} from captures
  where ($1::int4 = 0 or carrier_id = $1) and ($2::int4 = 0 or account_id = $2) and ($3::int2 = 0 or why = $3) and at >= $4
  order by at desc, id desc limit $5
) c order by at, id`,
}

/** The newest ones, the oldest of them first. 0: of any carrier, account, reason. */
export const listCaptures = async (
  session: Session,
  wanted: { readonly carrierId: number; readonly accountId: number; readonly why: Why | undefined; readonly sinceMs: number },
  limit: number,
): Promise<StoredCapture[]> => {
  const { carrierId, accountId, why, sinceMs } = wanted
  return (await session.run(LIST, [carrierId, accountId, why ? WHY[why] : 0, sinceMs, limit])).map(readCapture)
}

const UNREADABLE: Statement = {
  name: 'captures_unreadable',
  text: `select count(*)::int4 from captures where why = 3 and carrier_id = any($1::int4[]) and at between $2 and $3 and message_id = 0`,
}

/** What came of these carriers in a span of time, and could not be read. */
export const unreadableOf = async (
  session: Session,
  carrierIds: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<number> =>
  ((await session.run(UNREADABLE, [int4Array([...carrierIds]), fromMs, toMs]))[0]?.[0] as number | undefined) ?? 0

const WHYS = Object.keys(WHY) as Why[]

const readCapture = (row: readonly unknown[]): StoredCapture => ({
  id: Number(row[0]),
  atMs: Number(row[1]),
  carrierId: row[2] as number,
  accountId: row[3] as number,
  messageId: Number(row[4]),
  part: row[5] as number,
  sent: row[6] as boolean,
  why: WHYS.find((why) => WHY[why] === row[7]) ?? 'asked',
  keys: row[8] as string[],
  ref: row[9] as string,
  length: row[10] as number,
  octets: row[11] as Buffer,
})
