import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeBound } from '../../../test/support/smpp-bound.ts'
import type { CancelMessages } from '../../lifecycle/orders.ts'
import type { PduOf } from '../../protocols/smpp/pdu.ts'
import { createCancelSm } from './cancel-sm.ts'

type Asked = Omit<Parameters<CancelMessages>[0], 'account'>

function desk(of: { count?: number; enabled?: boolean; mayPass?: boolean } = {}) {
  const asked: Asked[] = []
  const operation = createCancelSm({
    cancel: async ({ account: _, ...which }) => {
      asked.push(which)
      return of.count ?? 1
    },
    mayPass: () => of.mayPass ?? true,
    enabled: of.enabled ?? true,
  })
  const cancel = (pdu: Partial<PduOf<'cancel_sm'>>): Promise<number | undefined> =>
    new Promise((resolve) => {
      const whole = { message_id: '', source_addr: '', destination_addr: '', ...pdu } as PduOf<'cancel_sm'>
      operation(fakeBound(), whole, ({ status }) => resolve(status))
    })
  return { asked, cancel }
}

test('a message is named by its id, or all by their addresses', async () => {
  const { asked, cancel } = desk()
  assert.equal(await cancel({ message_id: '12', source_addr: 'Shop' }), 0)
  assert.equal(await cancel({ source_addr: 'Shop', destination_addr: '+79161234567' }), 0)
  assert.deepEqual(asked, [
    { ref: 12, source: 'Shop', destination: '' },
    { ref: undefined, source: 'Shop', destination: '+79161234567' },
  ])
})

test('what names no message of ours fails and touches nothing', async () => {
  const { asked, cancel } = desk()
  assert.equal(await cancel({ message_id: 'x7', destination_addr: '79161234567' }), 0x11)
  assert.equal(await cancel({ source_addr: 'Shop' }), 0x11)
  assert.deepEqual(asked, [])
})

test('nothing that could be cancelled is a failure', async () => {
  assert.equal(await desk({ count: 0 }).cancel({ message_id: '12' }), 0x11)
})

test('switched off it is a command nobody knows; over the throughput it is throttled', async () => {
  assert.equal(await desk({ enabled: false }).cancel({ message_id: '12' }), 3)
  assert.equal(await desk({ mayPass: false }).cancel({ message_id: '12' }), 0x58)
})
