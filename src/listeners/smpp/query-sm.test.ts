import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeBound } from '../../../test/support/smpp-bound.ts'
import { messageStateOf } from '../../domain/message-state.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { QueryMessage } from '../../lifecycle/query.ts'
import type { PduOf } from '../../protocols/smpp/pdu.ts'
import type { Reply } from './bound.ts'
import { createQuerySm } from './query-sm.ts'

const NOON = Date.UTC(2026, 10, 22, 12, 0, 0)

async function ask(
  messageId: string,
  wish: { query?: QueryMessage; mayPass?: boolean; interfaceVersion?: number } = {},
): Promise<Reply<'query_sm'>> {
  const query: QueryMessage = wish.query ?? (async () => undefined)
  const operation = createQuerySm({ query, mayPass: () => wish.mayPass ?? true })
  const pdu = { message_id: messageId } as PduOf<'query_sm'>
  const session = fakeBound({ interfaceVersion: wish.interfaceVersion ?? 0x34 })
  return new Promise((resolve) => operation(session, pdu, resolve))
}

const standing =
  (state: number, err = 0, receipt: string | null = null): QueryMessage =>
  async () => {
    const reached = messageStateOf({ state, receipt })
    return { state: reached, err, finalAtMs: reached.final ? NOON : undefined }
  }

test('a message on its way has no final date', async () => {
  const reply = await ask('855469', { query: standing(0) })
  assert.deepEqual(reply, { message_id: '855469', final_date: '', message_state: 6, error_code: 0 })
})

test('a final state comes with its date in the time zone of the account, and its error', async () => {
  const reply = await ask('7', { query: standing(20, 13) })
  assert.deepEqual(reply, { message_id: '7', final_date: '261122150000012+', message_state: 5, error_code: 13 })
})

test('only who speaks SMPP 5.0 is asked about the schedule', async () => {
  const asked: boolean[] = []
  const query: QueryMessage = async (_, __, knowsScheduled) => void asked.push(knowsScheduled)
  for (const interfaceVersion of [0x33, 0x34, 0x50]) await ask('7', { query, interfaceVersion })
  assert.deepEqual(asked, [false, false, true])
})

test('an id that we never gave, or of nobody, is not found', async () => {
  for (const id of ['', '0', 'A1', '-1', ' 7', '99999999999999999', '9007199254740993', '1e3'])
    assert.deepEqual(await ask(id, { query: standing(1) }), { status: 0x67, message_id: id }, id)
  assert.deepEqual(await ask('7'), { status: 0x67, message_id: '7' })
})

test('a request over the throughput is throttled and not looked at', async () => {
  let looked = 0
  const query: QueryMessage = async () => {
    looked += 1
    return undefined
  }
  assert.equal((await ask('7', { query, mayPass: false })).status, 0x58)
  assert.equal(looked, 0)
})

test('a store that is away is a system error, too many questions are throttled', async () => {
  const failing = (error: Error) => () => Promise.reject(error)
  assert.equal((await ask('7', { query: failing(new Error('gone')) })).status, 8)
  assert.equal((await ask('7', { query: failing(new Refusal('overloaded')) })).status, 0x58)
})
