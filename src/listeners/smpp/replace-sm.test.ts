import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeBound, received } from '../../../test/support/smpp-bound.ts'
import { FLAG } from '../../domain/message.ts'
import type { ReplaceMessage } from '../../lifecycle/orders.ts'
import type { NewContent } from '../../lifecycle/replace.ts'
import type { PduInput } from '../../protocols/smpp/pdu.ts'
import { absoluteTime } from '../../protocols/smpp/time.ts'
import { createReplaceSm } from './replace-sm.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000

/** Replaces a message with this text that is due at the time; answers the status and what was asked for. */
async function replace(
  pdu: Partial<PduInput<'replace_sm'>>,
  of: { old?: string; dueAtMs?: number; enabled?: boolean; mayPass?: boolean; done?: boolean; systemType?: string } = {},
): Promise<{
  status: number | undefined
  content: NewContent | undefined
  which: Omit<Parameters<ReplaceMessage>[0], 'account'> | undefined
}> {
  let content: NewContent | undefined
  let which: Omit<Parameters<ReplaceMessage>[0], 'account'> | undefined
  const operation = createReplaceSm({
    async replace({ account: _, ...named }, read) {
      which = named
      content = read({ text: of.old ?? 'Hello', dueAtMs: of.dueAtMs ?? NOW })
      return content !== undefined && of.done !== false
    },
    mayPass: () => of.mayPass ?? true,
    enabled: of.enabled ?? true,
    now: () => NOW,
  })
  const whole = received<'replace_sm'>({ command: 'replace_sm', sequence: 1, message_id: '12', ...pdu })
  const status = await new Promise<number | undefined>((resolve) => {
    operation(fakeBound({ systemType: of.systemType ?? '' }), whole, (reply) => resolve(reply.status))
  })
  return { status, content, which }
}

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

test('the octets are in the alphabet of the text that waits', async () => {
  const text = async (short_message: Buffer, old: string, systemType = '') =>
    (await replace({ short_message }, { old, systemType })).content?.text
  assert.equal(await text(Buffer.from([0x48, 0x69, 0x00]), 'Hello'), 'Hi@')
  assert.equal(await text(ucs2('Пока'), 'Привет'), 'Пока')
  assert.equal(await text(ucs2('😀 ok'), 'Привет'), '😀 ok')
  assert.equal(await text(ucs2('Hi there'), 'Hello'), 'Hi there', 'UCS-2, though the old one could be GSM')
  assert.equal(await text(Buffer.from('Grüße', 'latin1'), 'Hello', 'ISO'), 'Grüße')
  assert.equal(await text(ucs2('你好'), '再见'), '你好')
})

test('octets of another alphabet are no text, rather than nonsense', async () => {
  const cyrillic = Buffer.from('c0d5e8d5dddeb0e0', 'hex') // ISO-8859-5
  assert.equal((await replace({ short_message: cyrillic }, { old: 'Привет' })).status, 0x13)
  assert.equal((await replace({ short_message: cyrillic.subarray(1) }, { old: 'Привет' })).status, 0x13)
})

test('a prefix of another channel and a text that is empty or too long are refused', async () => {
  assert.equal((await replace({ short_message: Buffer.from('__HLR__') })).status, 0x13)
  assert.equal((await replace({ short_message: Buffer.alloc(0) })).status, 1)
  const message_payload = Buffer.from('x'.repeat(1001))
  assert.equal((await replace({ tlvs: { message_payload } })).status, 0x13)
  assert.equal((await replace({ tlvs: { message_payload: message_payload.subarray(1) } })).status, 0)
})

test('what is left empty stays; a comment, a receipt and times are taken over', async () => {
  const short_message = Buffer.from('Hi')
  const plain = await replace({ short_message, source_addr: 'Shop' })
  assert.deepEqual(plain.which, { ref: 12, source: 'Shop' })
  assert.deepEqual(plain.content, { text: 'Hi', comment: '', dueAtMs: undefined, validityMs: undefined, wanted: 0 })
  const all = await replace({
    short_message,
    registered_delivery: 0x11,
    schedule_delivery_time: absoluteTime(NOW + HOUR),
    validity_period: '000000020000000R',
  })
  assert.deepEqual(all.content, {
    text: 'Hi',
    comment: '',
    dueAtMs: NOW + HOUR,
    validityMs: 2 * HOUR,
    wanted: FLAG.receipt | FLAG.intermediate,
  })
})

test('a validity that names a moment ends at it, whenever the message is due', async () => {
  const short_message = Buffer.from('Hi')
  const validity_period = absoluteTime(NOW + 3 * HOUR)
  const { content } = await replace({ short_message, validity_period }, { dueAtMs: NOW + HOUR })
  assert.deepEqual([content?.dueAtMs, content?.validityMs], [undefined, 2 * HOUR])
})

test('times that are none are told', async () => {
  const short_message = Buffer.from('Hi')
  assert.equal((await replace({ short_message, schedule_delivery_time: 'tomorrow' })).status, 0x61)
  assert.equal((await replace({ short_message, validity_period: absoluteTime(NOW - HOUR) })).status, 0x62)
})

test('what cannot be replaced, is not asked for, or is switched off', async () => {
  const short_message = Buffer.from('Hi')
  assert.equal((await replace({ short_message }, { done: false })).status, 0x13)
  assert.equal((await replace({ short_message, message_id: 'x' })).which, undefined)
  assert.equal((await replace({ short_message, message_id: 'x' })).status, 0x13)
  assert.equal((await replace({ short_message }, { enabled: false })).status, 3)
  assert.equal((await replace({ short_message }, { mayPass: false })).status, 0x58)
})
