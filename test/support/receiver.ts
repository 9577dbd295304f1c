import { EventEmitter, once } from 'node:events'
import type { Account } from '../../src/domain/account.ts'
import type { Receiver } from '../../src/lifecycle/deliveries.ts'
import type { Delivery } from '../../src/store/deliveries.ts'

/** A customer's session that answers when the test says so. */
export interface Answering extends Receiver {
  open: boolean
  /** Ids, as they came. */
  readonly got: number[]
  readonly deliveries: Delivery[]
  readonly waiting: ((status: number | undefined) => void)[]
  /** The n-th cannot be written. */
  throwsAt: number
  /** Answers the first that is not answered, if there is one. */
  answer(status: number | undefined): void
  /** Answers everything from now on. */
  always(status: number): void
  /** Resolves when so many have come. */
  received(count: number): Promise<void>
}

let last = 0

export function fakeReceiver(account: Account): Answering {
  const came = new EventEmitter()
  let standing: number | undefined
  let calls = 0
  last += 1
  const receiver: Answering = {
    id: last,
    open: true,
    got: [],
    deliveries: [],
    waiting: [],
    throwsAt: 0,
    account: () => account,
    mayDeliver: () => receiver.open,
    deliver(delivery, ended) {
      calls += 1
      if (calls === receiver.throwsAt) throw new RangeError('too long')
      receiver.got.push(delivery.id)
      receiver.deliveries.push(delivery)
      if (standing === undefined) receiver.waiting.push(ended)
      else setImmediate(ended, standing)
      came.emit('one')
    },
    answer: (status) => receiver.waiting.shift()?.(status),
    always(status) {
      standing = status
      for (const ended of receiver.waiting.splice(0)) ended(status)
    },
    async received(count) {
      while (receiver.got.length < count) await once(came, 'one')
    },
  }
  return receiver
}

/** What is owed, in which only what is named differs from one receipt of a delivered message. */
export const delivery = (of: Partial<Delivery> = {}): Delivery => ({
  ...{ accountId: 1, lane: 1, id: 1, messageId: 1, atMs: 1, kind: 1, state: 1, err: 0, node: 0, attempts: 0, ref: 1 },
  ...{ recipient: '79161234567', sender: 'Sender', charged: 1_000_000n, parts: 1, arrived: 1, mccmnc: '25001', channel: 0 },
  ...{ flags: 64, hlr: null, body: null },
  ...of,
})
