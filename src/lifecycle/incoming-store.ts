import { now } from '../clock.ts'
import { readAccounts } from '../store/accounts.ts'
import * as followUps from '../store/follow-ups.ts'
import * as tasks from '../store/incoming-tasks.ts'
import { findLastWriters } from '../store/last-writers.ts'
import { ownNumbers } from '../store/numbers.ts'
import type { Glance } from '../store/pool-session.ts'
import type { Session } from '../store/session.ts'
import { readTemplateText } from '../store/templates.ts'
import type { FollowUpStore } from './follow-ups.ts'
import type { IncomingWorkStore } from './incoming-work.ts'

/** What is asked about incoming messages after they are stored. `glance`: for looks that may take long. */
export const incomingWorkStore = (session: Session, glance: Glance, node: number): IncomingWorkStore => ({
  claim: (limit, nobodys) => tasks.claimTasks(session, { node, nowMs: now(), limit }, nobodys),
  retry: (ids, dueAtMs) => tasks.retryTasks(session, ids, dueAtMs),
  leave: (ids) => tasks.leaveTasks(session, ids),
  assign: (found, tell) => tasks.assignIncoming(session, found, tell, now()),
  ownersOfWords: (words) => tasks.ownersOfWords(session, words),
  lastWriters: (subscribers) => findLastWriters(glance, subscribers, now()),
  lastOf: async (accountId, subscriber) => (await findLastWriters(glance, [subscriber], now(), accountId)).get(subscriber),
  accounts: (ids) => readAccounts(session, ids),
  ownNumbers: (numbers) => ownNumbers(session, numbers),
  templateText: (accountId, id) => readTemplateText(session, accountId, id),
  finish: (taskId, rows, within = session) => followUps.finishTask(within, taskId, rows, now()),
})

export const followUpStore = (session: Session, node: number): FollowUpStore => ({
  claim: (limit) => followUps.claimFollowUps(session, { node, nowMs: now(), limit }),
  end: (ids) => followUps.endFollowUps(session, ids),
  retry: (ids, dueAtMs) => followUps.retryFollowUps(session, ids, dueAtMs),
  accounts: (ids) => readAccounts(session, ids),
})
