import type { Store } from './connect.ts'
import type { Session } from './session.ts'
import { ACCEPT_SETTINGS, QUEUE_SETTINGS, SETTLE_SETTINGS } from './session-settings.ts'

/** The connections of a message's path, each for one step: none waits for another. `general` is for what is asked rarely. */
export async function openPathSessions(store: Pick<Store, 'client'>, general: Session) {
  const sessions = {
    accept: store.client('accept', ACCEPT_SETTINGS),
    settle: store.client('settle', SETTLE_SETTINGS),
    handOver: store.client('handover', QUEUE_SETTINGS),
    due: store.client('due', QUEUE_SETTINGS),
    general,
  }
  await Promise.all([sessions.accept.ready(), sessions.settle.ready(), sessions.handOver.ready(), sessions.due.ready()])
  return sessions
}
