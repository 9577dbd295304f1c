import type { SmppNodeFigures } from '../../operator/metrics-smpp.ts'
import type { Bind } from '../../protocols/smpp/operations.ts'
import { statusName } from '../../protocols/smpp/status.ts'
import type { SmppSession } from './session.ts'

/** What the server tells of itself. Counters are totals since the start. */
export type SmppFigures = Omit<SmppNodeFigures, 'owed'>

export interface FiguresOfServer {
  bindRefused(status: number): void
  connectionRefused(why: string): void
  /** What this session counted is kept. */
  ended(session: SmppSession): void
  read(sessions: Iterable<SmppSession>, counts: { readonly connections: number; readonly unbound: number }): SmppFigures
}

interface Counts {
  pdusRead: number
  pdusWritten: number
  submits: number
  accepted: number
  delivered: number
  undelivered: number
  readonly requestsRefused: Map<string, number>
}

const NOTHING = { pdusRead: 0, pdusWritten: 0, submits: 0, accepted: 0, delivered: 0, undelivered: 0 }

export function createFigures(): FiguresOfServer {
  const bindsRefused = new Map<string, number>()
  const connectionsRefused = new Map<string, number>()
  const past: Counts = { ...NOTHING, requestsRefused: new Map() }

  const count = (into: Counts, one: SmppSession) => {
    const view = one.view()
    into.pdusRead += view.pdus.read
    into.pdusWritten += view.pdus.written
    into.submits += view.submits
    into.accepted += view.accepted
    into.delivered += view.delivered
    into.undelivered += view.undelivered
    for (const [status, times] of view.refused) add(into.requestsRefused, statusName(status), times)
    return view
  }

  return {
    bindRefused: (status) => add(bindsRefused, statusName(status)),
    connectionRefused: (why) => add(connectionsRefused, why),
    ended: (session) => void count(past, session),

    read(live, { connections, unbound }) {
      const total: Counts = { ...past, requestsRefused: new Map(past.requestsRefused) }
      const sessions = new Map<Bind, number>()
      let unanswered = 0
      let delivering = 0
      for (const session of live) {
        const view = count(total, session)
        if (view.bind) add(sessions, view.bind)
        unanswered += view.unanswered
        delivering += view.delivering
      }
      return { connections, unbound, sessions, unanswered, delivering, ...total, bindsRefused, connectionsRefused }
    },
  }
}

const add = <Key>(counts: Map<Key, number>, key: Key, times = 1): void => void counts.set(key, (counts.get(key) ?? 0) + times)
