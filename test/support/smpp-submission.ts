import assert from 'node:assert/strict'
import { encodeGsm7Unpacked } from '../../src/domain/text/gsm7.ts'
import type { SendRequest } from '../../src/lifecycle/request.ts'
import type { Bound } from '../../src/listeners/smpp/bound.ts'
import { readSubmission } from '../../src/listeners/smpp/submission.ts'
import type { PduInput } from '../../src/protocols/smpp/pdu.ts'
import { fakeBound, received } from './smpp-bound.ts'

export const NOW = Date.UTC(2026, 10, 22, 12)
export type Fields = Partial<Omit<PduInput<'submit_sm'>, 'command' | 'sequence'>>

export const read = (fields: Fields, session: Bound = fakeBound()): SendRequest | number =>
  readSubmission(
    session,
    received({ command: 'submit_sm', sequence: 1, source_addr: 'Centre', destination_addr: '79161234567', ...fields }),
    ['79161234567'],
    NOW,
  )

export function requestOf(fields: Fields, session?: Bound): SendRequest {
  const request = read(fields, session)
  assert.ok(typeof request === 'object', `refused with ${request}`)
  return request
}

export const octets = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
export const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
export const gsm = encodeGsm7Unpacked
export const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

export const sar = (reference: number, total: number, number: number) => ({
  sar_msg_ref_num: reference,
  sar_total_segments: total,
  sar_segment_seqnum: number,
})
