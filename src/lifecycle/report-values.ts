import { crc32 } from 'node:zlib'
import { formatDate } from '../domain/calendar.ts'
import { CHANNELS, type Channel } from '../domain/channel.ts'
import { formatMoney } from '../domain/money.ts'
import type { Language } from '../domain/status.ts'
import type { MessageReport } from './report.ts'
import { stateNameOf } from './state-name.ts'

/** A message, and how its account reads it. */
export interface ReadReport {
  readonly message: MessageReport
  readonly utcOffsetMinutes: number
  readonly language: Language
}

/** What the history tells of a message, in the order of XML and JSON (SMSC API, get_messages). */
export const REPORT_MEMBERS = [
  ...(['status', 'last_date', 'last_timestamp', 'err', 'send_date', 'send_timestamp', 'phone', 'cost', 'sender_id'] as const),
  ...(['status_name', 'message', 'mccmnc', 'country', 'operator', 'region', 'type', 'id', 'int_id', 'sms_cnt'] as const),
  ...(['format', 'crc'] as const),
] as const

export type ReportMember = (typeof REPORT_MEMBERS)[number]

/** The values of these, numbers where the API has numbers. */
export function reportValues({
  message,
  utcOffsetMinutes,
  language,
}: ReadReport): Readonly<Record<ReportMember, number | string>> {
  const { channel, stateAtMs } = message
  const sentAtMs = message.sentAtMs || message.acceptedAtMs
  const type = CHANNELS[channel as Channel] ?? 0
  const dateOf = (ms: number): string => (ms === 0 ? '' : formatDate(ms, utcOffsetMinutes))
  return {
    status: message.state,
    last_date: dateOf(stateAtMs),
    last_timestamp: Math.floor(stateAtMs / 1000),
    err: message.err,
    send_date: dateOf(sentAtMs),
    send_timestamp: Math.floor(sentAtMs / 1000),
    phone: message.phone,
    cost: formatMoney(message.price),
    sender_id: channel === 'hlr' ? 'HLR' : message.sender,
    status_name: stateNameOf(message, utcOffsetMinutes, language),
    message: message.text,
    mccmnc: message.mccmnc,
    country: language === 'en' ? message.countryEn : message.country,
    operator: message.operator,
    region: message.region,
    type,
    id: message.ref,
    int_id: String(message.id),
    sms_cnt: message.parts,
    format: type,
    crc: crc32(message.text),
  }
}
