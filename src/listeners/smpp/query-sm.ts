import type { Account } from '../../domain/account.ts'
import { errorCodeOf } from '../../domain/message-state.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { QueryMessage } from '../../lifecycle/query.ts'
import { log } from '../../log.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { absoluteTime } from '../../protocols/smpp/time.ts'
import type { Operation } from './bound.ts'
import { refOfMessageId } from './message-id.ts'

/** SCHEDULED is a word of SMPP 5.0; who speaks an older one is told ENROUTE. */
const VERSION_5 = 0x50

/**
 * query_sm (SMPP 3.4, 4.8): how a message stands, by its message_id; source_addr is not compared. Of a submit_multi, the state of
 * the message that still waits, or else fared worst. final_date is in the account's time zone.
 */
export function createQuerySm(parts: {
  query: QueryMessage
  /** One more request of this account is within its throughput. */
  mayPass: (account: Account) => boolean
}): Operation<'query_sm'> {
  return (session, { message_id: messageId }, answer) => {
    const account = session.account()
    const refuse = (status: number) => answer({ status, message_id: messageId })
    if (!parts.mayPass(account)) return refuse(STATUS.ESME_RTHROTTLED)
    const ref = refOfMessageId(messageId)
    if (ref === undefined) return refuse(STATUS.ESME_RQUERYFAIL)
    parts.query(account.id, ref, session.interfaceVersion >= VERSION_5).then(
      (standing) => {
        if (!standing) return refuse(STATUS.ESME_RQUERYFAIL)
        const { state, err, finalAtMs } = standing
        answer({
          message_id: messageId,
          final_date: finalAtMs === undefined ? '' : absoluteTime(finalAtMs, account.utcOffsetMinutes),
          message_state: state.state,
          error_code: errorCodeOf(err),
        })
      },
      (error: unknown) => refuse(statusOfFailure(error, 'query_sm')),
    )
  }
}

/** What an operation on a stored message is answered with when it could not be carried out at all. */
export function statusOfFailure(error: unknown, operation: string): number {
  if (error instanceof Refusal && error.code === 'overloaded') return STATUS.ESME_RTHROTTLED
  if (!(error instanceof Refusal)) log.error('an SMPP operation failed', { error, reason: operation })
  return STATUS.ESME_RSYSERR
}
