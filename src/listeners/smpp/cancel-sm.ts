import type { Account } from '../../domain/account.ts'
import type { CancelMessages } from '../../lifecycle/orders.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Operation } from './bound.ts'
import { refOfMessageId } from './message-id.ts'
import { statusOfFailure } from './query-sm.ts'

/**
 * cancel_sm (SMPP 3.4, 4.9): messages that no carrier has seen are not sent, and their money goes back. By message_id, of a
 * submit_multi with all its recipients, or the one of destination_addr; without one, all from source_addr to destination_addr.
 * service_type is not compared. ESME_RCANCELFAIL: there was none that could be cancelled.
 */
export function createCancelSm(parts: {
  cancel: CancelMessages
  mayPass: (account: Account) => boolean
  /** Customers may cancel; else the operation is unknown here, as it was to the original. */
  enabled: boolean
}): Operation<'cancel_sm'> {
  return (session, pdu, answer) => {
    if (!parts.enabled) return answer({ status: STATUS.ESME_RINVCMDID })
    const account = session.account()
    if (!parts.mayPass(account)) return answer({ status: STATUS.ESME_RTHROTTLED })
    const { message_id: messageId, source_addr: source, destination_addr: destination } = pdu
    const ref = messageId === '' ? undefined : refOfMessageId(messageId)
    if (messageId === '' ? destination === '' : ref === undefined) return answer({ status: STATUS.ESME_RCANCELFAIL })
    parts.cancel({ account, ref, source, destination }).then(
      (count) => answer({ status: count > 0 ? STATUS.ESME_ROK : STATUS.ESME_RCANCELFAIL }),
      (error: unknown) => answer({ status: statusOfFailure(error, 'cancel_sm') }),
    )
  }
}
