import { formatDate } from '../../../domain/calendar.ts'
import { CHANNELS, channelOf } from '../../../domain/channel.ts'
import { mailingStatus, mailingStatusName } from '../../../domain/mailing.ts'
import { formatMoney } from '../../../domain/money.ts'
import type { Language } from '../../../domain/status.ts'
import type { AddedMailing } from '../../../mailing/add.ts'
import type { MailingDesk } from '../../../mailing/desk.ts'
import { inLine, type Members, type Shape } from '../answer.ts'

/** The answer to `add` (SMSC API, answers of jobs.php). */
export const ADDED: Shape<AddedMailing> = {
  element: 'result',
  list: 'list',
  members: ({ id, price }) => [['id', id], ...(price === undefined ? [] : [['cost', formatMoney(price)] as const])],
  text: ({ id, price }) => `OK, ID - ${id}${price === undefined ? '' : `, COST - ${formatMoney(price)}`}`,
  commas: ({ id, price }) => (price === undefined ? String(id) : `${id},${formatMoney(price)}`),
}

type Listed = Awaited<ReturnType<MailingDesk['list']>>[number]
type Shown = Awaited<ReturnType<MailingDesk['show']>>

/** Commas part the values of a line, so within one they become semicolons; the last may have them. */
const plain = (value: string): string => inLine(value).replaceAll(',', ';')

function describe(offsetMinutes: number, language: Language) {
  const date = (ms: number): string => formatDate(ms, offsetMinutes)

  const members = (mailing: Listed): Members => {
    const { id, name, state, reason, createdAtMs, startAtMs, repeats, runsMax, channel, total, price, sender } = mailing
    const status = mailingStatus(state, reason)
    return [
      ['id', id],
      ['name', name],
      ['status', status],
      ['status_name', mailingStatusName(status, language)],
      ['create_date', date(createdAtMs)],
      ['start_date', date(startAtMs)],
      ['rpt', repeats],
      ['rptn', runsMax],
      ['type', CHANNELS[channelOf(channel)]],
      ['cnt', total],
      ['cost', formatMoney(price)],
      ['sender_id', sender],
    ]
  }

  /** Alike in fmt 0 and 1: scripts take the id from the beginning of a line. */
  const line = ({ id, state, reason, createdAtMs, startAtMs, repeats, total, price, sender, name }: Listed): string => {
    const dates = `${date(createdAtMs)},${date(startAtMs)}`
    return `${id},${mailingStatus(state, reason)},${dates},${repeats},${total},${formatMoney(price)},${plain(sender)}`.concat(
      `,${plain(name)}`,
    )
  }
  return { members, line }
}

/** A mailing of a list. */
export function listed(offsetMinutes: number, language: Language): Shape<Listed> {
  const { members, line } = describe(offsetMinutes, language)
  return { element: 'job', list: 'list', members, text: line, commas: line }
}

/** One mailing, with its text and what has become of its messages. */
export function shown(offsetMinutes: number, language: Language): Shape<Shown> {
  const { members, line } = describe(offsetMinutes, language)
  const whole = (mailing: Shown): string => `${line(mailing)},${inLine(mailing.text)}`
  return {
    element: 'job',
    list: 'list',
    members: (mailing) => [
      ...members(mailing),
      ['message', mailing.text],
      ['tz', mailing.tzHours],
      ['phones', mailing.total],
      ['waiting', mailing.counts.waiting],
      ['sent', mailing.counts.sent],
      ['delivered', mailing.counts.delivered],
      ['not_delivered', mailing.counts.notDelivered],
    ],
    text: whole,
    commas: whole,
  }
}
