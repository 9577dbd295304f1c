import type { Account } from '../../domain/account.ts'
import type { ReplaceMessage } from '../../lifecycle/orders.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Operation } from './bound.ts'
import { refOfMessageId } from './message-id.ts'
import { statusOfFailure } from './query-sm.ts'
import { readReplacement } from './replacement.ts'

/**
 * replace_sm (SMPP 3.4, 4.10): another text for a message that no carrier has seen, under the same message_id; the difference in
 * price is charged or given back. An empty schedule or validity stays as it was; registered_delivery counts anew.
 * ESME_RREPLACEFAIL: it is not there or not from source_addr, it is no text by itself, or the new one can't be read or paid for.
 */
export function createReplaceSm(parts: {
  replace: ReplaceMessage
  mayPass: (account: Account) => boolean
  /** Customers may replace; else the operation is unknown here, as it was to the original. */
  enabled: boolean
  now: () => number
}): Operation<'replace_sm'> {
  return (session, pdu, answer) => {
    if (!parts.enabled) return answer({ status: STATUS.ESME_RINVCMDID })
    const account = session.account()
    if (!parts.mayPass(account)) return answer({ status: STATUS.ESME_RTHROTTLED })
    const ref = refOfMessageId(pdu.message_id)
    if (ref === undefined) return answer({ status: STATUS.ESME_RREPLACEFAIL })
    const read = readReplacement(session, pdu, parts.now())
    if (typeof read === 'number') return answer({ status: read })
    parts.replace({ account, ref, source: pdu.source_addr }, read).then(
      (done) => answer({ status: done ? STATUS.ESME_ROK : STATUS.ESME_RREPLACEFAIL }),
      (error: unknown) => answer({ status: statusOfFailure(error, 'replace_sm') }),
    )
  }
}
