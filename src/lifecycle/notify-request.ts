import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { CHANNELS, channelOf } from '../domain/channel.ts'
import type { HandlerRequest } from '../domain/handler-call.ts'
import { type HandlerUrl, readHandlerUrl, type SignatureKind } from '../domain/handler-url.ts'
import { FLAG } from '../domain/message.ts'
import { fieldsOf, type Notification, signedText } from '../domain/notification.ts'
import { writeBody } from '../domain/notification-body.ts'
import { templateWord } from '../domain/operator-template.ts'
import { sayParts } from '../domain/parts.ts'
import { encode } from '../domain/text/charset.ts'
import type { HandlerRow } from '../store/handlers.ts'
import { KIND, type Waiting } from '../store/outbox.ts'

/** A row of the outbox in the words of the API; undefined: what it tells of is no longer stored. */
export function notificationOf(row: Waiting, tracksParts = false): Notification | undefined {
  const { atMs, message, incoming } = row
  if (row.kind === KIND.call) {
    const [phone = '', called = ''] = row.detail?.split('\n') ?? []
    return { kind: 'wait-call', phone, called, atMs }
  }
  if (row.kind === KIND.incoming) {
    return (
      incoming && {
        kind: 'incoming',
        id: row.messageId,
        phone: incoming.sender,
        to: incoming.recipient,
        text: incoming.body,
        atMs,
      }
    )
  }
  if (!message) return undefined
  const type = CHANNELS[channelOf(message.channel)]
  return {
    kind: 'status',
    id: message.refText ?? message.ref,
    phone: message.recipient,
    status: row.state,
    err: row.err,
    atMs,
    type,
    cost: message.price - message.refunded,
    parts: message.parts,
    ...(tracksParts && { partStatuses: sayParts(message.partStates) }),
    flag: type | (message.flags & FLAG.electronic ? 0x20 : 0) | templateWord(message.flags),
    sender: message.sender,
    mccmnc: message.mccmnc,
    hlr: message.hlr ?? undefined,
  }
}

/**
 * The request that tells a handler. `eventId` stays the same however often it is told (webhook-id). A sentence instead: the
 * address, taken when it was set, is none any more.
 */
export function requestOf(
  notification: Notification,
  handler: Pick<HandlerRow, 'url' | 'utcOffsetMinutes' | 'webhookKey'>,
  eventId: string,
  nowMs: number,
): HandlerRequest | { readonly problem: string } {
  const to = readHandlerUrl(handler.url)
  if ('problem' in to) return to
  const signatures = to.signatures.map(({ kind, secret }) => [kind, signatureOf(notification, kind, secret, to)] as const)
  const { type, octets } = writeBody([...fieldsOf(notification, handler.utcOffsetMinutes), ...signatures], to)
  const headers = { 'Content-Type': type, 'Content-Length': String(octets.length), 'User-Agent': 'Heliogram' }
  const signed = handler.webhookKey === '' ? {} : webhookHeaders(handler.webhookKey, eventId, nowMs, octets)
  return { url: to.url, headers: { ...headers, ...signed }, body: octets }
}

/** Over the octets as they are transmitted: in the handler's charset. */
function signatureOf(notification: Notification, kind: SignatureKind, secret: string, { charset }: HandlerUrl): string {
  const octets = encode(signedText(notification, secret), charset)
  return kind === 'crc32' ? String(crc32(octets)) : createHash(kind).update(octets).digest('hex')
}

/** What the key of an account's headers begins with; behind it stands its base64 (Standard Webhooks 1.0). */
export const WEBHOOK_KEY_START = 'whsec_'

/** Standard Webhooks 1.0, symmetric: HMAC-SHA256 of `id.timestamp.body`. */
export function webhookHeaders(key: string, eventId: string, nowMs: number, body: Uint8Array): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const secret = Buffer.from(key.slice(WEBHOOK_KEY_START.length), 'base64')
  const signature = createHmac('sha256', secret).update(`${eventId}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': eventId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

/** The event's name for the receiver: it may come twice, and is recognised by this. */
export const eventIdOf = (id: number): string => `event_${id}`
