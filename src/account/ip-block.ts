import { LRUCache } from 'lru-cache'
import { monotonic as monotonicNow } from '../clock.ts'
import { ipSource, isLoopback } from '../domain/ip.ts'

/** Failed sign-ins of one address within `withinMs` that block it for `blockMs`. */
export interface IpBlockRule {
  readonly failures: number
  readonly withinMs: number
  readonly blockMs: number
}

export const IP_BLOCK: IpBlockRule = { failures: 20, withinMs: 5 * 60_000, blockMs: 10 * 60_000 }

const SOURCES_MAX = 50_000

/** Addresses that guess passwords. For all listeners of this node; an IPv6 /64 counts as one address. */
export interface IpBlock {
  isBlocked(ip: string): boolean
  /** Counts a failed sign-in. */
  failed(ip: string): void
}

/** `exemptLoopback`: in the sandbox a developer's own mistakes block nobody. */
export function createIpBlock(options: { exemptLoopback: boolean; rule?: IpBlockRule; monotonic?: () => number }): IpBlock {
  const { exemptLoopback, rule = IP_BLOCK, monotonic = monotonicNow } = options
  const failures = new LRUCache<string, number[]>({ max: SOURCES_MAX })
  const blockedUntil = new LRUCache<string, number>({ max: SOURCES_MAX })

  return {
    isBlocked(ip) {
      if (blockedUntil.size === 0) return false // the usual case costs nothing
      const source = ipSource(ip)
      const until = blockedUntil.get(source)
      if (until === undefined) return false
      if (until > monotonic()) return true
      blockedUntil.delete(source)
      return false
    },

    failed(ip) {
      if (exemptLoopback && isLoopback(ip)) return
      const source = ipSource(ip)
      const nowMs = monotonic()
      const recent = (failures.get(source) ?? []).filter((at) => at > nowMs - rule.withinMs)
      recent.push(nowMs)
      if (recent.length < rule.failures) {
        failures.set(source, recent)
        return
      }
      failures.delete(source)
      blockedUntil.set(source, nowMs + rule.blockMs)
    },
  }
}
