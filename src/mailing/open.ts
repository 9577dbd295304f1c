import { monotonic, now } from '../clock.ts'
import { DAY_MS, HOUR_MS } from '../domain/calendar.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import type { Node } from '../lifecycle/node.ts'
import type { Path } from '../lifecycle/path.ts'
import type { Session } from '../store/session.ts'
import type { AddParts } from './add.ts'
import { createMailingDesk, type MailingDesk } from './desk.ts'
import { createMailingOffice, type MailingOffice } from './office.ts'
import type { RecipientParts } from './recipients.ts'
import { startMailings } from './runner.ts'

/** They are kept as long as their messages. */
const MONTH_MS = 31 * DAY_MS

export interface MailingParts {
  readonly session: Session
  readonly node: Node
  readonly path: Pick<Path, 'accept' | 'estimate' | 'orders'>
  readonly bookOf: RecipientParts['bookOf']
  readonly maySendOf?: AddParts['maySendOf']
  readonly config: {
    readonly numberProfile: NumberProfile
    readonly mailingLatestHours: number
    readonly mailingBadPercent: number
    readonly retentionMonths: number
  }
}

export interface OpenMailings {
  readonly desk: MailingDesk // for customers
  readonly office: MailingOffice // for the operator
  stop(): Promise<void>
}

/** Mailings on this node: asked for, looked after, and run. */
export function openMailings({ session, node, path, bookOf, maySendOf, config }: MailingParts): OpenMailings {
  const recipients = { session, profile: config.numberProfile, bookOf }
  const runner = startMailings({
    ...recipients,
    ...{ accept: path.accept, withdraw: path.orders.withdraw, now, monotonic, node: node.number, mayWrite: node.mayWrite },
    ...{ latestStartMs: config.mailingLatestHours * HOUR_MS, badPercent: config.mailingBadPercent },
    keptMs: config.retentionMonths * MONTH_MS,
  })
  return {
    desk: createMailingDesk({ ...recipients, estimate: path.estimate, maySendOf, now }),
    office: createMailingOffice({ session, now }),
    stop: runner.stop,
  }
}
