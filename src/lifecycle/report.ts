/** What is known of one message, as status.php and the operator's trace need it. Instants are Unix ms, 0: never. */
export interface MessageReport {
  readonly id: number // the store's
  readonly ref: number | string // the customer's
  readonly accountId: number
  readonly phone: string
  readonly state: number // status.php's code
  readonly err: number
  readonly stateAtMs: number
  /** It is held for this moment: its sending hours begin. */
  readonly heldUntilMs?: number | undefined
  readonly acceptedAtMs: number
  readonly sentAtMs: number
  readonly price: bigint // millionths, what stays charged
  readonly sender: string
  readonly text: string
  readonly comment: string
  readonly channel: string // domain/channel.ts
  readonly parts: number
  readonly partStatuses?: string // of each, where it has several: part:status:err between commas
  readonly mccmnc: string
  readonly country: string
  readonly countryEn: string
  readonly operator: string
  readonly region: string
  readonly flag: number // SMSC API, flag: type in bits 0-3, purse in bit 5, template in bit 8, its class in 9 and 10
  readonly hlr: readonly string[] | undefined // imsi, msc, mcc, mnc, cn, net, rcn, rnet
}

/** A question for one message: by the customer's id and the recipient; the newest one is meant. */
export interface MessageQuestion {
  readonly ref: number | string
  readonly phone: string // digits without '+', or an address
}

/** Answers in the order of the questions; undefined: not found. Bounded by the caller (1,000). */
export type FindMessages = (
  accountId: number,
  questions: readonly MessageQuestion[],
) => Promise<readonly (MessageReport | undefined)[]>

/** Takes a message out of the history, and out of the queue if it was not handed over. 'undeletable': a carrier has it now. */
export type RemoveMessage = (accountId: number, question: MessageQuestion) => Promise<'removed' | 'not_found' | 'undeletable'>
