import type { Socket } from 'node:net'
import { now } from '../../clock.ts'
import type { IpRange } from '../../domain/ip.ts'
import type { SmppTap } from '../../operator/smpp-watches.ts'
import type { Listener } from '../listener.ts'
import type { TlsFiles } from '../tls.ts'
import { createAccountBinds } from './account-binds.ts'
import { createAdmission, type Place } from './admission.ts'
import { type BindRefusal, createBindRefusals } from './bind-refusals.ts'
import type { Operations, SessionEvents } from './bound.ts'
import { type Door, openDoor } from './door.ts'
import { createFigures, type SmppFigures } from './figures.ts'
import { createJournal } from './journal.ts'
import { SMPP_LIMITS, type SmppLimits } from './limits.ts'
import { survives } from './mishap.ts'
import { createRounds } from './rounds.ts'
import { openSession, type SmppSession } from './session.ts'
import type { Signing } from './standing.ts'
import type { SessionView } from './view.ts'
import { createWatching } from './watching.ts'

export interface SmppListenerOptions {
  readonly host: string
  readonly port: number // 0: any free one
  readonly tls?: (TlsFiles & { readonly port: number }) | undefined
  readonly trustedProxies: readonly IpRange[] // HELIOGRAM_TRUSTED_PROXIES
  readonly signing: Signing
  readonly operations: Operations
  readonly events: SessionEvents
  readonly limits?: Partial<SmppLimits>
}

export interface SmppListener extends Listener {
  /** The ports it listens on, as bound. */
  ports(): { readonly smpp: number; readonly smppTls: number | undefined }
  /** Everybody who is connected, the oldest first. */
  sessions(): SessionView[]
  figures(): SmppFigures
  /** Who was refused at the bind lately, the latest last. */
  refusals(): BindRefusal[]
  /** Unbinds a session, once what is under way is answered. False: there is no such session. */
  disconnect(id: number): boolean
  /** Tells every PDU of a login, both ways, as it passes, its binds included; until the function that this returns is called. */
  readonly watch: SmppTap
}

/** The SMPP server that customers bind to. What they may ask for there is done by the operations. */
export function createSmppListener(options: SmppListenerOptions): SmppListener {
  const limits = { ...SMPP_LIMITS, ...options.limits }
  const admission = createAdmission(limits)
  const binds = createAccountBinds()
  const figures = createFigures()
  const journal = createJournal()
  const refusals = createBindRefusals()
  const sessions = createRounds<SmppSession>()
  /** Those among them that still are sessions; of the others only the sockets are there. */
  const live = new Set<SmppSession>()
  const watching = createWatching(() => live.values())
  const doors: Door[] = []
  let lastId = 0
  let stopping = false
  let allGone = (): void => {}

  const gone = (session: SmppSession): void => {
    sessions.delete(session)
    if (sessions.size() === 0) allGone()
  }

  const enter = (socket: Socket, ip: string, tls: boolean, place: Place): void => {
    if (stopping) return void socket.destroy()
    lastId++
    const session = openSession(socket, {
      ...{ id: lastId, ip, tls, limits, binds, journal },
      signing: options.signing,
      operations: options.operations,
      events: options.events,
      witnessOf: watching.witnessOf,
      told: {
        bound: place.bound,
        refused(status, login, why) {
          figures.bindRefused(status)
          refusals.note(login, ip, why, now())
        },
        ended(one) {
          live.delete(one)
          figures.ended(one)
        },
        gone,
      },
    })
    sessions.add(session)
    live.add(session)
  }

  const tick = (session: SmppSession, elapsedMs: number): void => {
    if (!survives('tick', () => session.tick(elapsedMs))) session.destroy()
  }

  return {
    name: 'smpp',

    async start() {
      const { host, port, tls, trustedProxies } = options
      const door = { host, limits, trustedProxies, admission, enter, refused: figures.connectionRefused }
      doors.push(await openDoor(door, port))
      try {
        if (tls) doors.push(await openDoor(door, tls.port, tls))
      } catch (error) {
        for (const one of doors) one.close()
        throw error
      }
      sessions.start(limits.tickMs, tick)
    },

    /** Everybody is unbound, once what is under way is answered; who does not go is cut off. */
    async stop() {
      stopping = true
      for (const door of doors) door.close()
      if (sessions.size() > 0) {
        const left = new Promise<void>((resolve) => {
          allGone = resolve
        })
        for (const session of sessions.all) session.leave('the centre stops')
        const cutOff = setTimeout(() => {
          for (const session of sessions.all) session.destroy()
        }, limits.drainMs)
        await left
        clearTimeout(cutOff)
      }
      sessions.stop()
    },

    ports: () => ({ smpp: doors[0]?.port() ?? 0, smppTls: doors[1]?.port() }),
    sessions: () => Array.from(live, (session) => session.view()),
    figures: () => figures.read(live, admission.counts()),
    refusals: refusals.list,
    watch: watching.watch,
    disconnect(id) {
      for (const session of live) {
        if (session.id !== id) continue
        session.leave('an operator ended the session')
        return true
      }
      return false
    },
  }
}
