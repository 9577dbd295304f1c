import { formatDate } from '../../../domain/calendar.ts'
import { CHANNELS, type Channel } from '../../../domain/channel.ts'
import { formatMoney } from '../../../domain/money.ts'
import type { Language } from '../../../domain/status.ts'
import type { MessageQuestion, MessageReport } from '../../../lifecycle/report.ts'
import { stateNameOf } from '../../../lifecycle/state-name.ts'
import { inLine, type Member, type Members, type Shape } from '../answer.ts'

/** One row of status.php: what was asked for, and what was found. */
export interface StatusRow {
  readonly question: MessageQuestion
  /** The number as it was asked for. */
  readonly phone: string
  readonly message: MessageReport | undefined
  /** Several were asked for: a row says which it is. */
  readonly many: boolean
  readonly all: 0 | 1 | 2
  /** The account wants to know of each part. */
  readonly parts: boolean
  readonly utcOffsetMinutes: number
  readonly language: Language
}

/**
 * SMSC API, answers of status.php. XML and JSON have the members in one order and the lines in another: country, operator and
 * region stand before the cost there, the answers of an HLR look-up before all that `all` adds.
 */
export const STATUS: Shape<StatusRow> = {
  element: 'sms',
  list: 'list',
  members: (row) => (row.message ? foundMembers(row, row.message) : lostMembers(row)),
  text: (row) => (row.message ? foundText(row, row.message) : lostText(row)),
  commas: (row) => (row.message ? foundCommas(row, row.message) : lostCommas(row)),
}

const HLR_FIELDS = ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet'] as const
const NOT_FOUND = -3
/** Expired, undeliverable, wrong number, denied, no money, no route. */
const FAILED: ReadonlySet<number> = new Set([3, 20, 22, 23, 24, 25])

function foundMembers(row: StatusRow, message: MessageReport): Members {
  const { all, many } = row
  const members: Member[] = [
    ['status', message.state],
    ['last_date', dateOf(message.stateAtMs, row)],
    ['last_timestamp', seconds(message.stateAtMs)],
    ['flag', message.flag],
  ]
  if (hasErr(message)) members.push(['err', message.err])
  if (message.channel === 'hlr') members.push(...HLR_FIELDS.map((name, at): Member => [name, message.hlr?.[at] ?? '']))
  if (all > 0) {
    members.push(
      ['send_date', dateOf(sendMs(message), row)],
      ['send_timestamp', seconds(sendMs(message))],
      ['phone', message.phone],
      ['cost', formatMoney(message.price)],
      ['sender_id', senderOf(message)],
      ['status_name', stateNameOf(message, row.utcOffsetMinutes, row.language)],
      ['message', message.text],
      ['comment', message.comment],
      ['mccmnc', message.mccmnc],
    )
    if (all === 2) members.push(['country', countryOf(row, message)], ['operator', message.operator], ['region', message.region])
    members.push(['type', typeOf(message)], ['sms_cnt', message.parts])
  }
  if (many) members.push(['id', message.ref])
  if (many && all === 0) members.push(['phone', row.phone])
  if (row.parts && message.partStatuses) members.push(['parts', message.partStatuses])
  return members
}

function foundText(row: StatusRow, message: MessageReport): string {
  const { all, many } = row
  const pairs: [name: string, value: string | number][] = [
    ['Status', message.state],
    ['check_time', dateOf(message.stateAtMs, row)],
    ['err', message.err],
  ]
  if (message.channel === 'hlr') for (const [at, name] of HLR_FIELDS.entries()) pairs.push([name, message.hlr?.[at] ?? ''])
  if (all > 0) {
    pairs.push(['send_date', dateOf(sendMs(message), row)], ['phone', message.phone])
    if (all === 2) pairs.push(['country', countryOf(row, message)], ['operator', message.operator], ['region', message.region])
    pairs.push(
      ['cost', formatMoney(message.price)],
      ['sender_id', senderOf(message)],
      ['status_name', stateNameOf(message, row.utcOffsetMinutes, row.language)],
      ['message', message.text],
      ['comment', message.comment],
      ['type', typeOf(message)],
    )
  }
  if (many) pairs.push(['ID', message.ref])
  if (many && all === 0) pairs.push(['phone', row.phone])
  if (row.parts && message.partStatuses) pairs.push(['parts', message.partStatuses])
  return inLine(pairs.map(([name, value]) => `${name} = ${value}`).join(', '))
}

function foundCommas(row: StatusRow, message: MessageReport): string {
  const { all, many } = row
  const values: (string | number)[] = [message.state, seconds(message.stateAtMs), message.err]
  if (message.channel === 'hlr') for (const at of HLR_FIELDS.keys()) values.push(message.hlr?.[at] ?? '')
  if (all > 0) {
    values.push(seconds(sendMs(message)), message.phone)
    if (all === 2) values.push(countryOf(row, message), message.operator, message.region)
    values.push(formatMoney(message.price), senderOf(message), stateNameOf(message, row.utcOffsetMinutes, row.language))
    values.push(message.text, message.comment, typeOf(message))
  }
  if (many) values.push(message.ref)
  if (many && all === 0) values.push(row.phone)
  return inLine(values.join(','))
}

/** A message that is not there has a status too. It has no other fields, so it says its number whatever `all` is. */
function lostMembers({ question, phone, many }: StatusRow): Members {
  const members: Members = [
    ['status', NOT_FOUND],
    ['last_date', ''],
    ['last_timestamp', 0],
  ]
  return many ? [...members, ['id', question.ref], ['phone', phone]] : members
}

const lostText = ({ question, phone, many }: StatusRow): string =>
  `Status = ${NOT_FOUND}, check_time = , err = 0${many ? `, ID = ${question.ref}, phone = ${inLine(phone)}` : ''}`

const lostCommas = ({ question, phone, many }: StatusRow): string =>
  `${NOT_FOUND},0,0${many ? `,${question.ref},${inLine(phone)}` : ''}`

/** As recorded: not for a message on its good way; always for a failed one, and for look-ups, where 0 is the answer. */
const hasErr = ({ err, state, channel }: MessageReport): boolean =>
  err !== 0 || FAILED.has(state) || channel === 'hlr' || channel === 'ping'

/** Clients know an HLR row by this sender. */
const senderOf = ({ channel, sender }: MessageReport): string => (channel === 'hlr' ? 'HLR' : sender)

const typeOf = ({ channel }: MessageReport): number => CHANNELS[channel as Channel] ?? 0

const countryOf = ({ language }: StatusRow, { country, countryEn }: MessageReport): string =>
  language === 'en' ? countryEn : country

const sendMs = ({ sentAtMs, acceptedAtMs }: MessageReport): number => sentAtMs || acceptedAtMs

const seconds = (ms: number): number => Math.floor(ms / 1000)

const dateOf = (ms: number, { utcOffsetMinutes }: StatusRow): string => (ms === 0 ? '' : formatDate(ms, utcOffsetMinutes))
