import type { ClassName } from './classes.ts'
import type { Conditions, Rule } from './rule.ts'

const EVERYWHERE: Conditions = { on: 'answer', carrierId: 0, mccmnc: '', status: -1, text: '', stat: '', err: '' }

const rule = (name: ClassName, conditions: Partial<Conditions>): Rule => ({
  ...EVERYWHERE,
  ...conditions,
  id: 0,
  class: name,
  action: 'none',
  seconds: 0,
  after: 0,
})

/** command_status by class (SMPP 3.4, 5.1.3; 5.0, 4.7.6). */
const STATUSES: readonly (readonly [ClassName, readonly number[]])[] = [
  // ESME_RMSGQFUL, ESME_RTHROTTLED. The link pauses by itself and keeps its order.
  ['busy', [0x14, 0x58]],
  // ESME_RSYSERR, ESME_RX_T_APPN, ESME_RINVBNDSTS (a link that is not what it seems), ESME_RSERTYPUNAVAIL
  ['temporary', [0x08, 0x64, 0x04, 0x102]],
  // ESME_RINVSRCADR, ESME_RINVSRCTON, ESME_RINVSRCNPI
  ['sender', [0x0a, 0x48, 0x49]],
  // ESME_RINVDSTADR, ESME_RINVDSTTON, ESME_RINVDSTNPI
  ['number', [0x0b, 0x50, 0x51]],
]

/** MAP errors (3GPP TS 29.002), which many carriers write into err. */
const ERRS: readonly (readonly [ClassName, readonly string[]])[] = [
  ['unknown-subscriber', ['1']],
  ['absent-subscriber', ['6', '27']],
  ['blocked-subscriber', ['9', '13']],
  ['no-service', ['11']],
  ['handset', ['12']],
  ['unsupported', ['21']],
]

/**
 * What the standard statuses mean where no rule of the operator says otherwise: everything that is not named is refused by
 * this carrier, and may be taken by another. None of them has an action: what is pushed back pauses the link in any case.
 */
export const BUILT_IN: readonly Rule[] = [
  ...STATUSES.flatMap(([name, statuses]) => statuses.map((status) => rule(name, { status }))),
  rule('rejected-here', {}),
  ...ERRS.flatMap(([name, errs]) => errs.map((err) => rule(name, { on: 'receipt', err }))),
  rule('rejected', { on: 'receipt' }),
]
