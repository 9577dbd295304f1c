import { formatDate } from './calendar.ts'
import { formatMoney } from './money.ts'

/** What a handler is told of. */
export type Notification = StatusNotification | IncomingNotification | CallNotification

/** A message has a new status. */
export interface StatusNotification {
  readonly kind: 'status'
  readonly id: number | string // the customer's number or text for it
  readonly phone: string
  readonly status: number
  readonly err: number
  readonly atMs: number
  readonly type: number
  readonly cost: bigint // what it costs now, refunds taken off
  readonly parts: number
  /** Of each part, where its account tracks them and there are several: part:status:err between commas. */
  readonly partStatuses?: string
  readonly flag: number
  readonly sender: string
  readonly mccmnc: string
  /** imsi, msc, mcc, mnc, cn, net, rcn, rnet; undefined: no look-up. */
  readonly hlr: readonly string[] | undefined
}

/** A subscriber has written to a number of the account's. */
export interface IncomingNotification {
  readonly kind: 'incoming'
  readonly id: number
  readonly phone: string
  readonly to: string
  readonly text: string
  readonly atMs: number
}

/** A subscriber has called the number he was asked to call. */
export interface CallNotification {
  readonly kind: 'wait-call'
  readonly phone: string
  readonly called: string
  readonly atMs: number
}

export type Fields = readonly (readonly [name: string, value: string])[]

const HLR_FIELDS = ['imsi', 'msc', 'mcc', 'mnc', 'cn', 'net', 'rcn', 'rnet'] as const

/**
 * The fields of the SMSC API's callback, in their order, all of them text. An incoming message is known by `mes`, a call by
 * `waitcall`; a status has neither. Times are the account's.
 */
export function fieldsOf(notification: Notification, utcOffsetMinutes: number): Fields {
  const time = formatDate(notification.atMs, utcOffsetMinutes)
  const ts = String(Math.floor(notification.atMs / 1000))
  if (notification.kind === 'wait-call') {
    return [
      ['phone', notification.phone],
      ['waitcall', notification.called],
      ['time', time],
      ['ts', ts],
    ]
  }
  if (notification.kind === 'incoming') {
    const { id, phone, text, to } = notification
    return [
      ['id', String(id)],
      ['phone', phone],
      ['mes', text],
      ['to', to],
      ['time', time],
      ['ts', ts],
    ]
  }
  const { id, phone, status, err, type, cost, parts, partStatuses = '', flag, sender, mccmnc, hlr } = notification
  return [
    ['id', String(id)],
    ['phone', phone],
    ['status', String(status)],
    ['time', time],
    ['ts', ts],
    ...(err === 0 && !hlr ? [] : [['err', String(err)] as const]),
    ['type', String(type)],
    ['cost', formatMoney(cost)],
    ['cnt', String(parts)],
    ['flag', String(flag)],
    ...filled([
      ['sender', sender],
      ['mccmnc', mccmnc],
      ...HLR_FIELDS.map((name, at) => [name, hlr?.[at] ?? ''] as const),
      ['parts', partStatuses],
    ]),
  ]
}

const filled = (fields: Fields): Fields => fields.filter(([, value]) => value !== '')

/** What is hashed for the signature: the fields that say what happened, and the secret word. */
export function signedText(notification: Notification, secret: string): string {
  if (notification.kind === 'incoming') return `${notification.phone}:${notification.text}:${notification.to}:${secret}`
  if (notification.kind === 'wait-call') return `${notification.phone}:${Math.floor(notification.atMs / 1000)}:${secret}`
  return `${notification.id}:${notification.phone}:${notification.status}:${secret}`
}

/** What `heliogram notify test` tells a handler; the id is one that no message has. */
export function sampleOf(kind: Notification['kind'], atMs: number): Notification {
  const phone = '79990000000'
  if (kind === 'incoming') return { kind, id: 0, phone, to: '79990000001', text: 'Тест test', atMs }
  if (kind === 'wait-call') return { kind, phone, called: '79990000001', atMs }
  const message = { status: 1, err: 0, type: 0, cost: 1_000_000n, parts: 1, flag: 0, sender: 'Test', mccmnc: '25001' }
  return { kind, id: 0, phone, atMs, hlr: undefined, ...message }
}
