import { encodePdu, readPdu } from '../../protocols/smpp/codec.ts'
import { describePdu } from '../../protocols/smpp/describe.ts'
import type { Outgoing, PartTold, Rebuilt, WireMessage } from '../connector.ts'
import { decodeText } from './alphabet.ts'
import { isReceipt, receiptOf } from './incoming.ts'
import { createEncoder } from './outgoing.ts'
import type { SmppSettings } from './settings.ts'

/**
 * The submit_sm of each part that is told and its answer, made by the encoder that sent them, from the message and today's
 * settings: the same octets, unless the settings have changed since. A string says why they can't be made.
 */
export function rebuild(settings: SmppSettings, message: Outgoing, told: readonly PartTold[]): readonly Rebuilt[] | string {
  const encoder = createEncoder(settings)
  const parts = encoder.cut({ ...message, parts: undefined })
  if (typeof parts === 'string') return parts
  const made: Rebuilt[] = []
  for (const { part: number, sequence, sentAtMs, status, answeredAtMs, carrierId } of told) {
    const part = parts.find((one) => one.number === Math.max(1, number))
    if (!part) continue
    try {
      made.push({ part: part.number, atMs: sentAtMs, sent: true, octets: encodePdu(encoder.pdu(part, sequence, sentAtMs)) })
      if (answeredAtMs === 0) continue
      const answer = { command: 'submit_sm_resp', sequence, status, message_id: carrierId } as const
      made.push({ part: part.number, atMs: answeredAtMs, sent: false, octets: encodePdu(answer) })
    } catch (error) {
      if (error instanceof RangeError) return error.message
      throw error
    }
  }
  return made
}

/** A PDU in words, its text read as this carrier writes it. */
export function explain(settings: SmppSettings, octets: Uint8Array): WireMessage {
  const words = describePdu(octets, (text, dataCoding) => decodeText(text, dataCoding, settings.alphabet))
  if (words.name !== 'deliver_sm' && words.name !== 'data_sm') return words
  const pdu = readPdu(Buffer.from(octets), 0, octets.length)
  if ((pdu.command !== 'deliver_sm' && pdu.command !== 'data_sm') || !isReceipt(pdu)) return words
  return { ...words, receipt: receiptOf(pdu, settings, 0) }
}
