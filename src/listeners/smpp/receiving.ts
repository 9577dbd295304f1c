import type { Deliveries, Receiver } from '../../lifecycle/deliveries.ts'
import type { Bound, SessionEvents } from './bound.ts'
import { isLatin1ByDefault } from './data-coding.ts'
import { deliverSmOf, type Reader } from './deliver-sm.ts'

/** Customers' sessions as what they are owed sees them. */
export function makeReceiving(deliveries: Pick<Deliveries, 'bound' | 'unbound' | 'ready'>): SessionEvents {
  const receivers = new Map<number, Receiver>()

  return {
    bound(session) {
      if (session.bind === 'bind_transmitter') return
      const receiver = receiverOf(session)
      receivers.set(session.id, receiver)
      deliveries.bound(receiver)
    },
    unbound(session) {
      const receiver = receivers.get(session.id)
      receivers.delete(session.id)
      if (receiver) deliveries.unbound(receiver)
    },
    ready(session) {
      const receiver = receivers.get(session.id)
      if (receiver) deliveries.ready(receiver)
    },
  }
}

function receiverOf(session: Bound): Receiver {
  const isLatin1 = isLatin1ByDefault(session)
  return {
    id: session.id,
    account: session.account,
    mayDeliver: () => session.mayDeliver(),
    deliver(delivery, ended) {
      const { interfaceVersion } = session
      const reader: Reader = { interfaceVersion, isLatin1, utcOffsetMinutes: session.account().utcOffsetMinutes }
      session.deliver(deliverSmOf(delivery, reader), ended)
    },
  }
}
