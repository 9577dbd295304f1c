import type { Account } from '../../domain/account.ts'
import type { Bind } from '../../protocols/smpp/operations.ts'
import type { Fields, PduInput, PduOf, Request } from '../../protocols/smpp/pdu.ts'
import type { Tlvs } from '../../protocols/smpp/tlv.ts'

/** A customer's session that is bound, as the operations on it see it. */
export interface Bound {
  readonly id: number // differs from every other session of this process
  readonly bind: Bind
  readonly interfaceVersion: number // as the customer wrote it: 0x33, 0x34, 0x50
  readonly systemType: string
  readonly ip: string
  /** As it was last signed in. */
  account(): Account
  /**
   * Signs in anew, since the account was found changed. A Refusal of bad_credentials: it may not go on, and the session is being
   * closed; another one: nobody can tell now (the store is away), and the session goes on.
   */
  signInAgain(): Promise<Account>
  /** A request of ours can be written: the session takes deliveries, is open, and its socket is not behind. */
  mayDeliver(): boolean
  /**
   * Writes a deliver_sm. `ended` is called once, never before this returns: with the response's command_status, or undefined when none
   * came in time or the session ended first. Fields that have no form on the wire end with ESME_RX_P_APPN: nothing was written, nor would
   * it be the next time.
   */
  deliver(fields: Delivery, ended: (status: number | undefined) => void): void
  /**
   * Ends the session at once: what it has asked and was not answered stays without an answer. For a request of which nobody knows
   * whether it is stored; `reason` is a sentence for the operator.
   */
  drop(reason: string): void
}

export type Delivery = Partial<Fields<'deliver_sm'>> & { readonly tlvs?: Tlvs }

/** Writes the response to a request, with its sequence number; called once for each request, now or later, unless its session was dropped. */
export type Answer<R extends Request> = (reply: Reply<R>) => void
export type Reply<R extends Request> = Omit<PduInput<`${R}_resp`>, 'command' | 'sequence'>

/**
 * What customers may ask for once they are bound. Octets of the PDU are views, good until the operation returns. An operation answers
 * every request, whatever it holds; what it throws is a bug, answered with ESME_RSYSERR.
 */
export type Operation<R extends Request> = (session: Bound, pdu: PduOf<R>, answer: Answer<R>) => void

export interface Operations {
  readonly submit_sm: Operation<'submit_sm'>
  readonly submit_multi: Operation<'submit_multi'>
  readonly data_sm: Operation<'data_sm'>
  readonly query_sm: Operation<'query_sm'>
  readonly cancel_sm: Operation<'cancel_sm'>
  readonly replace_sm: Operation<'replace_sm'>
}

/** What the listener tells of its sessions. */
export interface SessionEvents {
  bound(session: Bound): void
  /** It will deliver nothing more; every delivery under way has ended before. */
  unbound(session: Bound): void
  /** It may deliver again: its socket has caught up. */
  ready(session: Bound): void
}
