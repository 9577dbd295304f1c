import { ipSource } from '../../domain/ip.ts'
import type { SmppLimits } from './limits.ts'

/** Connections at this moment: how many there may be, in all and of one address. An IPv6 /64 counts as one address. */
export interface Admission {
  /** Counts a connection in, not bound yet; or says why there are too many. */
  enter(ip: string): Place | string
  counts(): { readonly connections: number; readonly unbound: number }
}

/** A connection's place in the counts. */
export interface Place {
  bound(): void
  leave(): void
}

export function createAdmission(limits: SmppLimits): Admission {
  const sources = new Map<string, { connections: number; unbound: number }>()
  let connections = 0
  let unbound = 0

  return {
    counts: () => ({ connections, unbound }),

    enter(ip) {
      const name = ipSource(ip)
      const source = sources.get(name) ?? { connections: 0, unbound: 0 }
      if (connections >= limits.connectionsMax) return 'too many connections'
      if (unbound >= limits.unboundMax) return 'too many connections that are not bound'
      if (source.connections >= limits.perAddressMax) return 'too many connections of one address'
      if (source.unbound >= limits.unboundPerAddressMax) return 'too many connections of one address that are not bound'
      sources.set(name, source)
      connections++
      unbound++
      source.connections++
      source.unbound++
      let waits = true
      const settle = (): void => {
        if (!waits) return
        waits = false
        unbound--
        source.unbound--
      }
      return {
        bound: settle,
        leave() {
          settle()
          connections--
          source.connections--
          if (source.connections === 0) sources.delete(name)
        },
      }
    },
  }
}
