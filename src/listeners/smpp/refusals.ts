import { Refusal, type RefusalCode } from '../../domain/refusal.ts'
import type { RecipientOutcome } from '../../lifecycle/request.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

/** command_status of our "no", by the reason. */
export type RefusalTable = Readonly<Record<RefusalCode, number>>

/** What clients repeat by themselves (throttled, queue full, system error) stands here only where to repeat it helps. */
const TABLE: RefusalTable = {
  bad_request: STATUS.ESME_RSUBMITFAIL,
  bad_credentials: STATUS.ESME_RBINDFAIL, // the account was changed: bind again
  insufficient_funds: STATUS.ESME_RSUBMITFAIL,
  ip_blocked: STATUS.ESME_RBINDFAIL,
  bad_time: STATUS.ESME_RINVSCHED,
  denied: STATUS.ESME_RSUBMITFAIL,
  bad_number: STATUS.ESME_RINVDSTADR,
  no_route: STATUS.ESME_RINVDSTADR,
  duplicate: STATUS.ESME_RSUBMITFAIL,
  too_many_requests: STATUS.ESME_RTHROTTLED,
  overloaded: STATUS.ESME_RTHROTTLED,
  not_found: STATUS.ESME_RINVMSGID,
  no_subclient: STATUS.ESME_RSUBMITFAIL,
  shared_balance: STATUS.ESME_RSUBMITFAIL,
  not_saved: STATUS.ESME_RSUBMITFAIL,
  unavailable: STATUS.ESME_RSYSERR,
}

/** `noMoney`: the command_status for a balance that does not cover a message; operators may choose one of their own. */
export const refusalTable = (noMoney: number = TABLE.insufficient_funds): RefusalTable => ({
  ...TABLE,
  insufficient_funds: noMoney,
})

/** Anything but a Refusal is a bug or an outage. */
export const statusOfError = (error: unknown, table: RefusalTable): number =>
  error instanceof Refusal ? table[error.code] : STATUS.ESME_RSYSERR

const SENDER_NOT_REGISTERED = 254 // SMSC API, delivery errors

/** Of a recipient that was refused: its status and err say why (SMSC API, status codes). */
export function statusOfRecipient({ status, err }: Pick<RecipientOutcome, 'status' | 'err'>, table: RefusalTable): number {
  switch (status) {
    case 0:
      return STATUS.ESME_ROK
    case 22:
      return table.bad_number
    case 23:
      return err === SENDER_NOT_REGISTERED ? STATUS.ESME_RINVSRCADR : table.denied
    case 24:
      return table.insufficient_funds
    case 25:
      return table.no_route
    default:
      return table.bad_request
  }
}
