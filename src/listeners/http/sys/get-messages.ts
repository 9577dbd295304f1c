import type { Limits } from '../../../account/account.ts'
import type { ReadHistory } from '../../../account/history.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { splitPhones } from '../../../domain/number/recipient.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import type { MessageReport } from '../../../lifecycle/report.ts'
import { REPORT_MEMBERS, type ReadReport, type ReportMember, reportValues } from '../../../lifecycle/report-values.ts'
import { inLine, printMany, type Shape } from '../answer.ts'
import { malformed, readCount, readDay, readId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptCall } from '../script.ts'
import type { Parameter } from './parameters.ts'
import { recipientOf } from './status-questions.ts'

export const MESSAGES_PARAMETERS = [
  {
    name: 'phone',
    meaning: '`get_messages`: only messages to this number, or to these, with commas between',
    ru: '`get_messages`: только сообщения на этот номер или на эти номера, через запятую',
    octetsMax: 40_000,
  },
  {
    name: 'email',
    meaning: '`get_messages`: only e-mails to this address, or to these, with commas between',
    ru: '`get_messages`: только письма на этот адрес или на эти адреса, через запятую',
    octetsMax: 300_000,
  },
  {
    name: 'format',
    meaning: '`get_messages`: 0 everything but e-mails (default), 8 e-mails (default where only `email` is given)',
    ru: '`get_messages`: 0 – всё, кроме писем (по умолчанию), 8 – письма (по умолчанию, если задан только `email`)',
    octetsMax: 10,
  },
  {
    name: 'prev_id',
    meaning: '`get_messages`: only messages sent before the one with this `int_id`',
    ru: '`get_messages`: только сообщения, отправленные до сообщения с этим `int_id`',
    octetsMax: 30,
  },
  {
    name: 'user',
    meaning: '`get_messages`: the messages of this sub-client instead of your own (an extension of ours)',
    ru: '`get_messages`: сообщения этого субклиента, а не ваши (наше расширение)',
    octetsMax: 400,
  },
] as const satisfies readonly Parameter[]

const COUNT = { max: 1_000, otherwise: 100 }
const RECIPIENTS_MAX = 1_000

export interface MessagesServices {
  readonly readHistory: ReadHistory<MessageReport>
  readonly limits: Limits
  readonly numberProfile: NumberProfile
  readonly language: Language
}

/** get_messages: what an account sent, the newest first. */
export const messagesOf =
  ({ readHistory, limits, numberProfile, language }: MessagesServices) =>
  async ({ params, account, fmt }: ScriptCall): Promise<string> => {
    const request = {
      ...readRecipients(params, numberProfile),
      start: readDay(params, 'start'),
      end: readDay(params, 'end'),
      count: readCount(params, 'cnt', COUNT.max, COUNT.otherwise),
      beforeId: readId(params, 'prev_id'),
      user: params.text('user')?.trim() || undefined,
    }
    if (!limits.allow(account, 'history', '')) throw new Refusal('duplicate')
    const messages = await readHistory(account, request)
    const { utcOffsetMinutes } = account
    return printMany(
      HISTORY,
      messages.map((message) => ({ message, utcOffsetMinutes, language })),
      fmt,
    )
  }

/** E-mails are meant by `format=8`, and by an `email` without a `phone`. */
export function readRecipients(params: Params, profile: NumberProfile): { mail: boolean; recipients: string[] } {
  const format = params.text('format')?.trim() ?? ''
  if (!['', '0', '8'].includes(format)) throw malformed('format')
  const isGiven = (name: string): boolean => (params.text(name)?.trim() ?? '') !== ''
  const mail = format === '8' || (isGiven('email') && !isGiven('phone'))
  const name = mail ? 'email' : 'phone'
  const recipients = splitPhones(params.text(name) ?? '').map((entry) => recipientOf(entry, profile))
  if (recipients.length > RECIPIENTS_MAX || (recipients.length === 0 && isGiven(name))) throw malformed(name)
  return { mail, recipients }
}

/** Names in a line, where they are not those of XML and JSON; the order differs too. */
const TEXT: readonly (readonly [name: string, member: ReportMember])[] = [
  ['Status', 'status'],
  ['check_time', 'last_date'],
  ...same('err', 'send_date', 'phone', 'mccmnc', 'country', 'operator', 'region', 'cost', 'sender_id', 'status_name', 'message'),
  ...same('type'),
  ['ID', 'id'],
  ...same('int_id', 'sms_cnt', 'format', 'crc'),
]
const COMMAS = TEXT.map(([, member]) => inSeconds(member))

/** SMSC API, get_messages: 21 members in XML and JSON, 19 values in a line. */
export const HISTORY: Shape<ReadReport> = {
  element: 'sms',
  list: 'list',
  members: (line) => {
    const values = reportValues(line)
    return REPORT_MEMBERS.map((name) => [name, values[name]] as const)
  },
  text: (line) => {
    const values = reportValues(line)
    return inLine(TEXT.map(([name, member]) => `${name} = ${values[member]}`).join(', '))
  },
  commas: (line) => {
    const values = reportValues(line)
    return inLine(COMMAS.map((member) => values[member]).join(','))
  },
}

function same(...names: readonly ReportMember[]): (readonly [string, ReportMember])[] {
  return names.map((name) => [name, name])
}

/** Dates are Unix seconds between commas. */
function inSeconds(member: ReportMember): ReportMember {
  return member === 'last_date' ? 'last_timestamp' : member === 'send_date' ? 'send_timestamp' : member
}
