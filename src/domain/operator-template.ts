import { FLAG } from './message.ts'

/** Which operators take a template as what: `srv` service, `trn` transactional (SMSC API, op_templates.php). In the order of their bits. */
export const OPERATOR_FLAGS = [
  'mts_srv',
  'mts_trn',
  'mega_srv',
  'mega_trn',
  'bee_srv',
  'bee_trn',
  'tele2_srv',
  'tele2_trn',
] as const

export type OperatorFlag = (typeof OPERATOR_FLAGS)[number]

export const operatorBits = (isSet: (name: OperatorFlag) => boolean): number =>
  OPERATOR_FLAGS.reduce((bits, name, at) => (isSet(name) ? bits | (1 << at) : bits), 0)

/** What its status is, as that of a sender name: the original tells of none. Texts are compared with those in use. */
export const TEMPLATE_STATUS = { rejected: -1, waiting: 0, active: 1 } as const
export type TemplateStatus = (typeof TEMPLATE_STATUS)[keyof typeof TEMPLATE_STATUS]

/** The transactional bit of the operator that a network belongs to. */
const TRANSACTIONAL: Readonly<Record<string, number>> = { '25001': 1 << 1, '25002': 1 << 3, '25099': 1 << 5, '25020': 1 << 7 }

/**
 * Bits of messages.flags for a message that a template with these bits stands for: transactional where the recipient's
 * operator takes it so, else service.
 */
export const templateFlags = (bits: number, mccmnc: string): number =>
  (bits & (TRANSACTIONAL[mccmnc] ?? 0)) === 0 ? FLAG.template : FLAG.template | FLAG.transactional

/** As the customer sees them, bit 8 and the two of the class (SMSC API, flag). */
export const templateWord = (flags: number): number =>
  (flags & FLAG.template) === 0 ? 0 : (flags & FLAG.transactional) === 0 ? 0x100 : 0x300
