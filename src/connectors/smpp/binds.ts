import type { Asked } from '../../protocols/smpp/session.ts'
import type { ConnectionEvents } from './connection.ts'
import { type Link, startLink } from './link.ts'
import type { SmppSettings } from './settings.ts'

/** All binds to one carrier. */
export interface Binds<T extends Asked> {
  start(eventsOf: (link: Link<T>) => ConnectionEvents<T>): void
  /** The submitting bind with the most room, so that parts spread; undefined when none has any. */
  widest(): Link<T> | undefined
  room(): number
  window(): number
  unanswered(): number
  owed(): number
  /** Whether anything can be submitted. */
  up(): boolean
  /** Why they are not all bound; empty when they are. */
  trouble(): string
  reconnects(): number
  tick(elapsedMs: number): void
  unbind(): void
  allClosed(): boolean
  close(): void
}

export function createBinds<T extends Asked>(settings: SmppSettings, carrier: string): Binds<T> {
  const links: Link<T>[] = []
  const sum = (of: (link: Link<T>) => number): number => {
    let total = 0
    for (const link of links) total += of(link)
    return total
  }
  const roomOf = (link: Link<T>): number => (link.submits ? link.connection().room() : 0)

  return {
    start(eventsOf) {
      const commands =
        settings.bind === 'trx' ? (['bind_transceiver'] as const) : (['bind_transmitter', 'bind_receiver'] as const)
      for (let bind = 0; bind < settings.binds; bind++) {
        for (const command of commands) links.push(startLink(settings, command, carrier, eventsOf))
      }
    },

    widest() {
      let best: Link<T> | undefined
      let most = 0
      for (const link of links) {
        const room = roomOf(link)
        if (room <= most) continue
        best = link
        most = room
      }
      return best
    },

    room: () => sum(roomOf),
    window: () => settings.binds * settings.window,
    unanswered: () => sum((link) => link.connection().unanswered()),
    owed: () => sum((link) => link.connection().owed()),
    up: () => links.some((link) => link.submits && link.connection().bound()),

    trouble() {
      const down = links.filter((link) => link.trouble() !== '')
      const [first] = down
      if (!first) return ''
      return down.length === links.length
        ? first.trouble()
        : `${links.length - down.length} of ${links.length} binds: ${first.trouble()}`
    },

    reconnects: () => sum((link) => link.connections() - 1),
    tick: (elapsedMs) => {
      for (const link of links) link.connection().tick(elapsedMs)
    },
    unbind() {
      for (const link of links) {
        link.retire()
        link.connection().unbind()
      }
    },
    allClosed: () => links.every((link) => link.connection().closed()),
    close() {
      for (const link of links) link.connection().close('stopped')
    },
  }
}
