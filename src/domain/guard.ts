import { PUMPING_LIMITS, PUMPING_RULES, type PumpingLimits, type PumpingRule } from './pumping.ts'

/** off: nothing is looked at. monitor: what is suspicious is noted, nothing else. act: each rule does what is set for it. */
export const GUARD_MODES = ['off', 'monitor', 'act'] as const
export type GuardMode = (typeof GUARD_MODES)[number]

/** note: a case is kept. alert: and the log warns. hold: and the message waits for the operator. refuse: it is not sent and costs nothing. */
export const GUARD_ACTIONS = ['note', 'alert', 'hold', 'refuse'] as const
export type GuardAction = (typeof GUARD_ACTIONS)[number]

export interface GuardConfig {
  readonly mode: GuardMode
  /** What a rule does in mode act. */
  readonly actions: Readonly<Record<PumpingRule, GuardAction>>
  readonly limits: PumpingLimits
  /** Modes of single accounts, by login. */
  readonly accounts: Readonly<Record<string, GuardMode>>
}

export const GUARD_DEFAULTS: GuardConfig = {
  mode: 'monitor',
  actions: { velocity: 'hold', sequence: 'hold', unconfirmed: 'hold', country: 'alert' },
  limits: PUMPING_LIMITS,
  accounts: {},
}

/** What is done about a message that a rule suspects. */
export const actionOf = ({ actions }: GuardConfig, mode: GuardMode, rule: PumpingRule): GuardAction =>
  mode === 'act' ? actions[rule] : 'note'

export const isGuardMode = (word: string): word is GuardMode => GUARD_MODES.some((mode) => mode === word)
export const isGuardAction = (word: string): word is GuardAction => GUARD_ACTIONS.some((action) => action === word)
export const isPumpingRule = (word: string): word is PumpingRule => PUMPING_RULES.some((rule) => rule === word)

/** Highest values: a threshold beyond them would never be reached. */
export const GUARD_LIMITS_MAX: Readonly<Record<keyof PumpingLimits, number>> = {
  velocity: 100_000,
  windowMinutes: 1440,
  sequence: 255,
  codes: 60_000,
  confirmedPercent: 100,
  countryMessages: 1_000_000_000,
  deviations: 1000,
}
