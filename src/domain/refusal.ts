/**
 * Why a request may be turned down. Every listener maps every code to its own wire (SMSC error number,
 * SMPP command_status, SMTP reply, admin status); a code added here does not compile until it does.
 */
export const REFUSALS = {
  bad_request: 'A parameter is missing or malformed',
  bad_credentials: 'The login, password or key is wrong, or the IP address is not allowed',
  insufficient_funds: 'The balance does not cover the request',
  ip_blocked: 'The IP address is blocked for a while after many failed sign-ins',
  bad_time: 'The date or time is not one we can read',
  denied: 'The text, the sender or the bot is not allowed',
  bad_number: 'The number is not one a message can be sent to',
  no_route: 'No carrier takes messages of this kind for this destination',
  duplicate: 'The same request was made a moment ago',
  too_many_requests: 'Too many requests at once',
  overloaded: 'The centre has more work than it can store right now',
  not_found: 'There is no such record',
  no_subclient: 'The account has no such sub-client',
  shared_balance: 'The sub-client spends the balance of its main account, or the money is in the other purse',
  not_saved: 'The login is taken, or the password is too weak',
  unavailable: 'The store does not answer',
} as const

export type RefusalCode = keyof typeof REFUSALS

/**
 * An expected "no": the caller's fault or the account's state, never a bug of ours.
 * Anything else that is thrown is a bug or an outage.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  /** What the caller may do about it, in machine-readable form: `{ field: 'to' }`. */
  readonly detail: Readonly<Record<string, string | number>>

  constructor(code: RefusalCode, detail: Refusal['detail'] = {}) {
    super(REFUSALS[code])
    this.code = code
    this.detail = detail
  }
}
