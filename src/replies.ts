import type { PhoneBook } from './account/phone-book.ts'
import { now } from './clock.ts'
import type { NumberProfile } from './domain/number/parse.ts'
import type { Deliveries } from './lifecycle/deliveries.ts'
import { startFollowUps } from './lifecycle/follow-ups.ts'
import { followUpStore, incomingWorkStore } from './lifecycle/incoming-store.ts'
import { startIncomingWork } from './lifecycle/incoming-work.ts'
import type { Node } from './lifecycle/node.ts'
import type { Notifications } from './lifecycle/notify.ts'
import type { Path } from './lifecycle/path.ts'
import type { Incoming } from './store/incoming.ts'
import type { Glance } from './store/pool-session.ts'
import type { Session } from './store/session.ts'

/** What runs, and what was built before it, as incoming messages need it. */
export interface Built {
  readonly session: Session
  readonly glance: Glance
  readonly node: Node
  readonly path: Pick<Path, 'accept'>
  readonly phoneBook: Pick<PhoneBook, 'optOuts'>
  readonly profile: NumberProfile
  readonly notifications: Pick<Notifications, 'incoming' | 'wake'>
  readonly deliveries: Pick<Deliveries, 'wake'>
}

/** What follows from messages of handsets once they are stored: whose they are, opt-outs, what is forwarded and answered. */
export function startReplies({ session, glance, node, path, phoneBook, profile, notifications, deliveries }: Built) {
  const told = (incoming: Incoming): void => {
    notifications.wake(incoming.told)
    deliveries.wake(incoming.owed)
  }
  const followUps = startFollowUps({ store: followUpStore(session, node.number), accept: path.accept, now })
  const work = startIncomingWork({
    store: incomingWorkStore(session, glance, node.number),
    ...{ optOuts: phoneBook.optOuts, profile, takeIds: node.ids.take, now, tell: notifications.incoming },
    told,
    owed: followUps.wake,
  })
  return {
    /** Messages came to accounts that nobody had before. */
    told(incoming: Incoming) {
      told(incoming)
      work.wake()
    },
    /** Messages were stored that something is to be done with. */
    wake: work.wake,
    /** Messages of the centre's own were called for. */
    owed: followUps.wake,
    stop: async (): Promise<void> => {
      await work.stop()
      await followUps.stop()
    },
  }
}

export type Replies = ReturnType<typeof startReplies>
