import { now } from '../../clock.ts'
import type { SmppSeen } from '../../operator/smpp-watches.ts'
import type { SmppSession } from './session.ts'
import type { Witness } from './wire.ts'

type Told = (watched: SmppSeen) => void

/** Who looks at which login's PDUs. A session that nobody looks at is asked one question for each PDU. */
export interface Watching {
  witnessOf(login: string, session: SmppSession): Witness | undefined
  /** Until the function that this returns is called. */
  watch(login: string, told: Told): () => void
}

export function createWatching(sessions: () => Iterable<SmppSession>): Watching {
  const watchers = new Map<string, Set<Told>>()

  const witnessOf = (login: string, { id, ip }: SmppSession): Witness | undefined => {
    const tolds = watchers.get(login)
    if (!tolds) return undefined
    return (sent, octets) => {
      const watched = { sessionId: id, ip, sent, octets, atMs: now() }
      for (const told of tolds) told(watched)
    }
  }

  const refresh = (login: string): void => {
    for (const session of sessions()) if (session.bound()?.account().login === login) session.watch(witnessOf(login, session))
  }

  return {
    witnessOf,

    watch(login, told) {
      const tolds = watchers.get(login) ?? new Set()
      watchers.set(login, tolds.add(told))
      refresh(login)
      return () => {
        tolds.delete(told)
        if (tolds.size === 0 && watchers.get(login) === tolds) watchers.delete(login)
        refresh(login)
      }
    },
  }
}
