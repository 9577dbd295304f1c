import type { Channel } from '../domain/channel.ts'
import { channelOf } from '../domain/channel.ts'
import { FLAG, interfaceOf } from '../domain/message.ts'
import { timeOfId } from '../domain/message-id.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { countParts, segmentText } from '../domain/text/segments.ts'
import type { StoredCapture } from '../store/captures.ts'
import type { TraceRow } from '../store/trace.ts'

type Pair = readonly [name: string, value: string]

/** The switch of send.php for a channel; a plain message has none. */
const SWITCH: Partial<Record<Channel, string>> = { soc: 'soc', tg: 'tg', bot: 'bot' }
const TEXT_CHARACTERS_MAX = 100_000

/** What the customer asked for, made again from what is stored; what came word for word is there while a switch is on. */
export function requestOf(row: TraceRow, captures: readonly StoredCapture[]) {
  return {
    at: new Date(timeOfId(row.id)).toISOString(),
    via: interfaceOf(row.flags) ?? null,
    account: row.account,
    ref: row.refText ?? row.ref,
    rebuilt: rebuiltRequest(row).map(([name, value]) => ({ name, value })),
    captured: captures
      .filter(({ carrierId }) => carrierId === 0)
      .map(({ atMs, octets }) => ({ at: new Date(atMs).toISOString(), says: Buffer.from(octets).toString('utf8') })),
  }
}

function rebuiltRequest(row: TraceRow): Pair[] {
  const channel = channelOf(row.channel)
  const acceptedAtMs = timeOfId(row.id)
  const text = row.body ?? (row.octets ? `0x${row.octets.toString('hex')}` : '')
  return [
    ['phones', row.recipient],
    ...(text === '' ? [] : [['mes', text.slice(0, TEXT_CHARACTERS_MAX)] as Pair]),
    ['sender', row.control?.first?.sender ?? row.sender],
    ['id', String(row.refText ?? row.ref)],
    ...(channel === 'sms' ? [] : [[SWITCH[channel] ?? channel, '1'] as Pair]),
    ...(row.dueAtMs > acceptedAtMs + 1_000 ? [['time', new Date(row.dueAtMs).toISOString()] as Pair] : []),
    [
      'valid',
      `${Math.round((row.control?.validityMs ?? row.expiresAtMs - Math.max(row.dueAtMs, acceptedAtMs)) / 60_000)} minutes`,
    ],
    ...((row.flags & FLAG.tracked) === 0 ? [] : [['tinyurl', '1'] as Pair]),
    ...(row.comment === null ? [] : [['comment', row.comment] as Pair]),
  ]
}

/** What became of number and text before anything was sent. */
export function normalisedOf(row: TraceRow, plan: NumberPlan) {
  return {
    recipient: row.recipient,
    country: plan.countryEn,
    operator: plan.operator,
    region: plan.region,
    mccmnc: row.mccmnc,
    mccmnc_today: plan.mcc + plan.mnc,
    utc_offset_minutes: plan.utcOffsetMinutes ?? null,
    ...textOf(row),
    parts: row.parts,
  }
}

function textOf({ body, octets }: TraceRow): { alphabet: string; length: number; unit: string } {
  const isHeader = body !== null && octets?.length === 1 + (octets?.[0] ?? 0) // of a text, which stands beside it
  if (octets && !isHeader) return { alphabet: 'binary', length: octets.length, unit: 'octets' }
  if (body === null) return { alphabet: 'none', length: 0, unit: 'characters' }
  const long = body.length > TEXT_CHARACTERS_MAX
  const alphabet = long || countParts(body) > 255 ? 'ucs2' : segmentText(body).alphabet
  return { alphabet: alphabet === 'gsm7' ? 'GSM 7-bit' : 'UCS-2', length: body.length, unit: 'characters' }
}
