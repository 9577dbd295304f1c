import type { Account } from '../domain/account.ts'
import type { Control } from '../domain/delivery-control.ts'
import type { NumberPlan } from '../domain/number/plan.ts'
import { isAlways, openingFor, type SendingHours } from '../domain/sending-hours.ts'
import type { SendingRules } from '../domain/sending-rules.ts'
import type { SendRequest } from './request.ts'

/** Status and err of a refused message (SMSC API, status codes). */
export interface Verdict {
  readonly state: number
  readonly err: number
}

/** What the account's settings, and the centre's hours for mailings, make of one request: found out once for all its recipients. */
export interface Ruling {
  /** All of it. */
  readonly forbidden: Verdict | undefined
  readonly rules: SendingRules | undefined
  readonly hours: SendingHours | undefined
}

/** The name would be replaced, and the account does not want that (users.php, fl2[12]). */
export const SENDER_REPLACED: Verdict = { state: 23, err: 254 }
const MAILINGS_FORBIDDEN: Verdict = { state: 23, err: 244 }
const NO_CONTRACT: Verdict = { state: 23, err: 243 }
const OUTSIDE_HOURS: Verdict = { state: 23, err: 246 }
const NOT_A_DESTINATION: Verdict = { state: 23, err: 250 }

/**
 * Undefined: nothing is to be looked at. The centre's hours are for mailings and advertising; an account's own replace them, and hold
 * for everything it sends. A look-up and a ping are read by nobody, so no hour is wrong for them.
 */
export function rulingOf(
  request: SendRequest,
  bulk: boolean,
  { rules, hours: standard }: { readonly rules?: SendingRules | undefined; readonly hours?: SendingHours | undefined },
): Ruling | undefined {
  const mailing = request.mailing === true
  const advertising = request.advertising === true
  if (!rules && !mailing && !advertising) return undefined
  const wanted = rules?.hours ?? ((mailing && !request.toGroups) || advertising ? standard : undefined)
  const silent = request.channel === 'hlr' || request.channel === 'ping'
  const hours = wanted && !silent && !isAlways(wanted.window) ? wanted : undefined
  if (!rules && !hours) return undefined
  const forbidden =
    rules?.noMailings && (bulk || mailing)
      ? MAILINGS_FORBIDDEN
      : rules?.noMassMessages && (bulk || mailing || advertising)
        ? NO_CONTRACT
        : undefined
  return { forbidden, rules, hours }
}

/** When a message may go that is wanted at `dueAtMs` (Unix ms; 0: now): then, or when its hours begin. */
export function sendableAt(
  { hours }: Ruling,
  dueAtMs: number,
  nowMs: number,
  { plan, accountOffset }: { readonly plan: NumberPlan; readonly accountOffset: number },
): number {
  if (!hours) return dueAtMs
  const wanted = dueAtMs === 0 ? nowMs : dueAtMs
  const opening = openingFor(hours, wanted, { recipient: plan.utcOffsetMinutes, account: accountOffset })
  return opening === wanted ? dueAtMs : opening
}

/** The second attempt under delivery control keeps to the same hours, and is tried for no longer. */
export function controlRuled(control: Control, { hours, rules }: Ruling, plan: NumberPlan, account: Account): Control {
  const validityMs = Math.min(control.validityMs, rules?.validityMaxMs ?? control.validityMs)
  if (!hours) return validityMs === control.validityMs ? control : { ...control, validityMs }
  const offsetMinutes = (hours.byRecipient ? plan.utcOffsetMinutes : undefined) ?? account.utcOffsetMinutes
  return { ...control, validityMs, hours: { ...hours.window, offsetMinutes } }
}

/** Why settings keep a message from this recipient; `outside`: its hours have to be waited for. */
export function forbids({ forbidden, rules, hours }: Ruling, to: string, outside: boolean): Verdict | undefined {
  if (rules?.destinations?.(to) === false) return NOT_A_DESTINATION
  return forbidden ?? (outside && hours?.refuses ? OUTSIDE_HOURS : undefined)
}
