import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { listNodes } from '../store/nodes.ts'
import type { Session } from '../store/session.ts'
import type { Owed } from './smpp-owed.ts'
import type { SmppWatches } from './smpp-watches.ts'

/** A customer's session, as the SMPP listener tells it. Counts are since the connection. */
export interface SmppSessionTold {
  readonly id: number
  readonly ip: string
  readonly tls: boolean
  readonly since: number // Unix ms
  /** Undefined: not bound yet. */
  readonly login: string | undefined
  readonly bind: string | undefined
  readonly interfaceVersion: number | undefined
  readonly systemType: string | undefined
  /** Requests of the customer that have no response yet: now, and at most. */
  readonly unanswered: number
  readonly unansweredPeak: number
  readonly submitRate: number // a second, of the last seconds
  readonly submits: number
  readonly accepted: number
  /** By command_status. */
  readonly refused: readonly (readonly [status: number, count: number])[]
  /** deliver_sm: under way, acknowledged, refused or never answered. */
  readonly delivering: number
  readonly delivered: number
  readonly undelivered: number
  readonly lastError: { readonly atMs: number; readonly words: string } | undefined
  readonly state: 'not bound' | 'bound' | 'held' | 'leaving'
}

/** Who was refused at the bind, for one reason, so many times. */
export interface BindRefusalTold {
  readonly login: string // as it was written
  readonly ip: string
  readonly why: string
  readonly times: number
  readonly lastMs: number // Unix ms
}

/** The door for customers' SMPP on this node. */
export interface SmppDoor {
  sessions(): readonly SmppSessionTold[]
  /** Of late, the latest last. */
  refusals(): readonly BindRefusalTold[]
  /** Unbinds and closes. False: there is no such session. */
  disconnect(id: number): boolean
}

/** What the person who runs the centre sees of customers' SMPP sessions, and does to them. One node knows its own. */
export const createSmppDesk = <Told>({
  session,
  door,
  watches,
  owed,
  node,
}: {
  readonly session: Session
  readonly door: () => SmppDoor
  readonly watches: SmppWatches<Told>
  readonly owed: () => Promise<readonly Owed[]>
  readonly node: number
}) => {
  const check = async (login: string): Promise<void> => {
    if (!login.includes('\0') && (await readDetailsOf(session, login))) return
    throw new Refusal('not_found', {
      field: 'login',
      reason: `There is no account '${login.slice(0, 64)}': heliogram account list.`,
    })
  }

  return {
    /** Everybody's, or those of one account, which may have none. */
    async sessions(login?: string) {
      if (login !== undefined) await check(login)
      const isAsked = (one: { readonly login: string | undefined }) => login === undefined || one.login === login
      const [told, nodes] = await Promise.all([owed(), listNodes(session)])
      return {
        node,
        other_nodes: nodes.filter((one) => one.alive && one.node !== node).map((one) => one.node),
        sessions: door().sessions().filter(isAsked).map(presentSession),
        owed: told.filter(isAsked).map(({ login: whose, waiting, sinceMs, going }) => ({
          login: whose,
          waiting,
          since: sinceMs === 0 ? null : new Date(sinceMs).toISOString(),
          going,
        })),
        refused_binds: door()
          .refusals()
          .filter(isAsked)
          .map(({ lastMs, ...one }) => ({ ...one, last: new Date(lastMs).toISOString() })),
      }
    },

    async watch(login: string) {
      await check(login)
      const bound = door()
        .sessions()
        .filter((one) => one.login === login).length
      return { ...watches.begin(login), sessions: bound }
    },

    poll: (watch: number, after: number) => watches.poll(watch, after),

    endWatch: (watch: number): void => watches.end(watch),

    /** Unbinds and closes a session. */
    disconnect(id: number) {
      const told = door()
        .sessions()
        .find((one) => one.id === id)
      if (told && door().disconnect(id)) return presentSession(told)
      throw new Refusal('not_found', { field: 'id', reason: `There is no session ${id} here: heliogram smpp sessions.` })
    },
  }
}

export type SmppDesk = ReturnType<typeof createSmppDesk>

const presentSession = (one: SmppSessionTold) => ({
  id: one.id,
  login: one.login ?? null,
  bind: one.bind?.slice('bind_'.length) ?? null,
  version: one.interfaceVersion === undefined ? null : `${one.interfaceVersion >> 4}.${one.interfaceVersion & 15}`,
  system_type: one.systemType ?? null,
  state: one.state,
  ip: one.ip,
  tls: one.tls,
  since: new Date(one.since).toISOString(),
  unanswered: one.unanswered,
  unanswered_most: one.unansweredPeak,
  rate: Math.round(one.submitRate * 10) / 10,
  submits: one.submits,
  accepted: one.accepted,
  refused: Object.fromEntries(one.refused.map(([status, count]) => [`0x${status.toString(16).padStart(8, '0')}`, count])),
  delivering: one.delivering,
  delivered: one.delivered,
  undelivered: one.undelivered,
  last_error: one.lastError ? { at: new Date(one.lastError.atMs).toISOString(), says: one.lastError.words } : null,
})
