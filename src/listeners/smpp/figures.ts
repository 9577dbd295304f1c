import type { Bind } from '../../protocols/smpp/operations.ts'
import type { SmppSession } from './session.ts'

/** What the server tells of itself. Counters are totals since the start. */
export interface SmppFigures {
  readonly connections: number
  readonly unbound: number
  /** Sessions by how they are bound. */
  readonly sessions: ReadonlyMap<Bind, number>
  /** Requests of customers without our response, and deliver_sm without theirs. */
  readonly unanswered: number
  readonly delivering: number
  readonly pdusRead: number
  readonly pdusWritten: number
  /** By command_status. */
  readonly bindsRefused: ReadonlyMap<number, number>
  readonly requestsRefused: ReadonlyMap<number, number>
  /** By why. */
  readonly connectionsRefused: ReadonlyMap<string, number>
}

export interface FiguresOfServer {
  bindRefused(status: number): void
  connectionRefused(why: string): void
  /** What this session counted is kept. */
  ended(session: SmppSession): void
  read(sessions: Iterable<SmppSession>, counts: { readonly connections: number; readonly unbound: number }): SmppFigures
}

export function createFigures(): FiguresOfServer {
  const bindsRefused = new Map<number, number>()
  const connectionsRefused = new Map<string, number>()
  const past = { pdusRead: 0, pdusWritten: 0, requestsRefused: new Map<number, number>() }

  const count = (into: { pdusRead: number; pdusWritten: number; requestsRefused: Map<number, number> }, one: SmppSession) => {
    const view = one.view()
    into.pdusRead += view.pdus.read
    into.pdusWritten += view.pdus.written
    for (const [status, times] of view.refused) add(into.requestsRefused, status, times)
    return view
  }

  return {
    bindRefused: (status) => add(bindsRefused, status),
    connectionRefused: (why) => add(connectionsRefused, why),
    ended: (session) => void count(past, session),

    read(live, { connections, unbound }) {
      const total = { ...past, requestsRefused: new Map(past.requestsRefused) }
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
