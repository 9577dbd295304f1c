import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { listNodes } from '../store/nodes.ts'
import type { Session } from '../store/session.ts'
import type { SmppWatches } from './smpp-watches.ts'

/** A customer's session, as the SMPP listener tells it. Counts are since the bind. */
export interface SmppSessionTold {
  readonly id: number
  readonly accountId: number
  readonly login: string
  readonly bind: 'bind_transmitter' | 'bind_receiver' | 'bind_transceiver'
  readonly interfaceVersion: number
  readonly systemType: string
  readonly ip: string
  readonly tls: boolean
  readonly sinceMs: number
  /** Requests of the customer that have no response yet. */
  readonly unanswered: number
  readonly submits: number
  readonly accepted: number
  /** Requests refused, by command_status. */
  readonly refused: ReadonlyMap<number, number>
  readonly rate: number // submits a second, of the last seconds
  readonly delivered: number // deliver_sm that were acknowledged
  readonly undelivered: number // refused, or without a response in time
  /** deliver_sm under way. */
  readonly delivering: number
  readonly lastError: { readonly atMs: number; readonly words: string } | undefined
}

/** The door for customers' SMPP on this node. */
export interface SmppDoor {
  sessions(): readonly SmppSessionTold[]
  /** Unbinds and closes. False: there is no such session. */
  disconnect(id: number): boolean
}

/** Receipts and incoming messages that wait for an account, on any node: how many, at most how many. */
export type OwedTo = (accountId: number) => Promise<{ readonly waiting: number; readonly limit: number } | undefined>

/** What the person who runs the centre sees of customers' SMPP sessions, and does to them. One node knows its own. */
export const createSmppDesk = <Told>({
  session,
  door,
  watches,
  owedTo,
  node,
}: {
  readonly session: Session
  readonly door: SmppDoor
  readonly watches: SmppWatches<Told>
  readonly owedTo: OwedTo
  readonly node: number
}) => {
  const find = async (login: string): Promise<{ readonly id: number; readonly login: string }> => {
    const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
    if (account) return { id: account.id, login }
    throw new Refusal('not_found', {
      field: 'login',
      reason: `There is no account '${login.slice(0, 64)}': heliogram account list.`,
    })
  }

  return {
    /** Of all accounts that have a session here, or of one, which may have none. */
    async sessions(login?: string) {
      const asked = login === undefined ? [] : [await find(login)]
      const told = door.sessions().filter((one) => login === undefined || one.accountId === asked[0]?.id)
      const accounts = new Map(
        [...asked, ...told.map(({ accountId: id, login: name }) => ({ id, login: name }))].map((one) => [one.id, one]),
      )
      const owed = await Promise.all([...accounts.values()].map(async (one) => ({ ...one, owed: await owedTo(one.id) })))
      const others = (await listNodes(session)).filter((one) => one.alive && one.node !== node)
      return {
        node,
        other_nodes: others.map((one) => one.node),
        sessions: told.map(presentSession),
        accounts: owed.map(({ id, login: name, owed: one }) => ({
          login: name,
          sessions: told.filter(({ accountId }) => accountId === id).length,
          waiting: one?.waiting ?? 0,
          waiting_limit: one?.limit ?? 0,
        })),
      }
    },

    async watch(login: string) {
      const account = await find(login)
      const bound = door.sessions().filter(({ accountId }) => accountId === account.id).length
      return { ...watches.begin(login), login, sessions: bound }
    },

    poll: (watch: number, after: number) => watches.poll(watch, after),

    endWatch: (watch: number): void => watches.end(watch),

    disconnect(id: number) {
      const told = door.sessions().find((one) => one.id === id)
      if (told && door.disconnect(id)) return presentSession(told)
      throw new Refusal('not_found', { field: 'id', reason: `There is no session ${id} here: heliogram smpp sessions.` })
    },
  }
}

export type SmppDesk = ReturnType<typeof createSmppDesk>

const presentSession = (one: SmppSessionTold) => ({
  id: one.id,
  login: one.login,
  bind: one.bind.slice('bind_'.length),
  version: `${one.interfaceVersion >> 4}.${one.interfaceVersion & 15}`,
  system_type: one.systemType,
  ip: one.ip,
  tls: one.tls,
  since: new Date(one.sinceMs).toISOString(),
  unanswered: one.unanswered,
  rate: Math.round(one.rate * 10) / 10,
  submits: one.submits,
  accepted: one.accepted,
  refused: Object.fromEntries([...one.refused].map(([status, count]) => [`0x${status.toString(16).padStart(8, '0')}`, count])),
  delivered: one.delivered,
  undelivered: one.undelivered,
  delivering: one.delivering,
  last_error: one.lastError ? { at: new Date(one.lastError.atMs).toISOString(), says: one.lastError.words } : null,
})
