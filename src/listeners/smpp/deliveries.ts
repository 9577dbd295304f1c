import { now } from '../../clock.ts'
import { log } from '../../log.ts'
import type { Pdu } from '../../protocols/smpp/pdu.ts'
import type { Asked, Session } from '../../protocols/smpp/session.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Delivery } from './bound.ts'
import { survives } from './mishap.ts'
import type { Traffic } from './traffic.ts'
import type { Wire } from './wire.ts'

type Ended = (status: number | undefined) => void

/** A deliver_sm that waits for its response. */
export interface Delivering extends Asked {
  readonly ended: Ended
}

/** What one session was sent of receipts and messages. Times are the session's. */
export interface Deliveries {
  deliver(fields: Delivery, ended: Ended, atMs: number): void
  answered(delivering: Delivering, response: Pdu): void
  /** Those written before are waited for no longer. */
  expire(before: number): void
  close(): void
}

export function createDeliveries(machine: Session<Delivering>, wire: Wire, traffic: Traffic): Deliveries {
  return {
    deliver(fields, ended, atMs) {
      const sequence = machine.ask({ command: 'deliver_sm', sentAt: 0, ended }, atMs)
      try {
        wire.write({ command: 'deliver_sm', ...fields, sequence })
      } catch (error) {
        machine.withdraw(sequence)
        log.error('a deliver_sm has no form on the wire', { listener: 'smpp', error })
        process.nextTick(ended, STATUS.ESME_RX_P_APPN)
      }
    },

    answered({ ended }, { command, status }) {
      const said = command === 'generic_nack' && status === 0 ? STATUS.ESME_RUNKNOWNERR : status
      if (said === 0) traffic.delivered++
      else {
        traffic.undelivered++
        traffic.refuse(command, said, now())
      }
      ended(said)
    },

    expire(before) {
      for (const { ended } of machine.expire(before)) {
        traffic.undelivered++
        traffic.fail('a deliver_sm had no response in time', now())
        ended(undefined)
      }
    },

    close() {
      for (const { ended } of machine.close()) survives('a delivery that ended', () => ended(undefined))
    },
  }
}
