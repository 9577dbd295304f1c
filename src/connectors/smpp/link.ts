import { monotonic } from '../../clock.ts'
import { log } from '../../log.ts'
import type { Bind } from '../../protocols/smpp/operations.ts'
import type { Asked } from '../../protocols/smpp/session.ts'
import { type Connection, type ConnectionEvents, openConnection } from './connection.ts'
import type { SmppSettings } from './settings.ts'

/** One bind that heals itself: when its connection ends, the next one begins after a wait. */
export interface Link<T extends Asked> {
  /** Whether it is a bind that submits; a receiver is not. */
  readonly submits: boolean
  readonly connection: () => Connection<T>
  readonly connections: () => number
  /** Why it is not bound; empty when it is. */
  readonly trouble: () => string
  /** From now on the end of the connection is the end of the link. */
  retire(): void
}

export function startLink<T extends Asked>(
  settings: SmppSettings,
  command: Bind,
  carrier: string,
  eventsOf: (link: Link<T>) => ConnectionEvents<T>,
): Link<T> {
  const { reconnectMinMs, reconnectMaxMs } = settings
  let waitMs = reconnectMinMs
  let timer: NodeJS.Timeout | undefined
  let boundAt: number | undefined
  let connections = 0
  let trouble = 'connecting'
  let retired = false

  const link: Link<T> = {
    submits: command !== 'bind_receiver',
    connection: () => connection,
    connections: () => connections,
    trouble: () => trouble,
    retire() {
      retired = true
      clearTimeout(timer)
    },
  }
  const events = eventsOf(link)

  const open = (): Connection<T> => {
    connections++
    return openConnection(settings, command, {
      ...events,
      bound() {
        trouble = ''
        boundAt = monotonic()
        events.bound()
      },
      closed(reason, unanswered) {
        trouble = reason
        if (!retired) reconnect(reason)
        events.closed(reason, unanswered)
      },
    })
  }

  /** A link that held for long starts anew; one that is refused, or breaks at once, waits longer each time. */
  const reconnect = (reason: string): void => {
    if (boundAt !== undefined && monotonic() - boundAt > reconnectMaxMs) waitMs = reconnectMinMs
    boundAt = undefined
    const delayMs = waitMs * (0.5 + Math.random() / 2) // links that fell together do not come back together
    waitMs = Math.min(reconnectMaxMs, waitMs * 2)
    log.warn('smpp link down', { carrier, reason, ms: Math.round(delayMs) })
    timer = setTimeout(() => {
      connection = open()
    }, delayMs)
  }

  let connection = open()
  return link
}
