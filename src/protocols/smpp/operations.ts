import type { Command } from './pdu.ts'

/** ESME: the client of a message centre. MC: the message centre (SMSC). */
export type Role = 'esme' | 'mc'

/** SMPP 5.0, 2.3. `unbinding` is ours: we asked to unbind and wait for the answer. */
export type SessionState = 'open' | 'bound_tx' | 'bound_rx' | 'bound_trx' | 'unbinding' | 'closed'

type Rule = { readonly [R in Role]?: readonly SessionState[] }

const OPEN = ['open'] as const
const BOUND = ['bound_tx', 'bound_rx', 'bound_trx', 'unbinding'] as const
const SUBMITTING = ['bound_tx', 'bound_trx'] as const
const ALWAYS = ['open', ...BOUND] as const

/**
 * Who may ask for what in which state (SMPP 5.0, 2.4: the operation matrix). One row is wider than the standard: a carrier
 * that delivers on a transmitter is heard, because a refused receipt is a lost one.
 */
const MATRIX: { readonly [C in Command]?: Rule } = {
  bind_transmitter: { esme: OPEN },
  bind_receiver: { esme: OPEN },
  bind_transceiver: { esme: OPEN },
  outbind: { mc: OPEN },
  unbind: { esme: BOUND, mc: BOUND },
  enquire_link: { esme: ALWAYS, mc: ALWAYS },
  submit_sm: { esme: SUBMITTING },
  submit_multi: { esme: SUBMITTING },
  query_sm: { esme: SUBMITTING },
  cancel_sm: { esme: SUBMITTING },
  replace_sm: { esme: SUBMITTING },
  data_sm: { esme: SUBMITTING, mc: BOUND },
  deliver_sm: { mc: BOUND },
  alert_notification: { mc: BOUND },
}

export const mayAsk = (command: Command, by: Role, state: SessionState): boolean =>
  MATRIX[command]?.[by]?.includes(state) ?? false

/** The state that a successful bind leads to. */
export const BOUND_STATE = {
  bind_transmitter: 'bound_tx',
  bind_receiver: 'bound_rx',
  bind_transceiver: 'bound_trx',
} as const satisfies Record<string, SessionState>

export type Bind = keyof typeof BOUND_STATE

export const isBind = (command: Command): command is Bind => command in BOUND_STATE
