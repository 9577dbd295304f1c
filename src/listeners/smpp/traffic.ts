import { describeStatus } from '../../protocols/smpp/status.ts'
import type { SessionView } from './view.ts'

/** Seconds that a rate is the mean of. */
const RATE_SECONDS = 5

/** What went over one session, for who looks at it, and how much of it may be of no use. */
export interface Traffic {
  submits: number
  accepted: number
  delivered: number // deliver_sm that were acknowledged
  undelivered: number // refused, or without a response in time
  /** What is left, this second, of PDUs that bring no message or are refused. */
  patience: number
  refuse(command: string, status: number, atMs: number): void
  fail(words: string, atMs: number): void
  /** Lets time pass. */
  tick(elapsedMs: number): void
  view(): Pick<SessionView, 'submitRate' | 'submits' | 'accepted' | 'refused' | 'delivered' | 'undelivered' | 'lastError'>
}

export function createTraffic(uselessASecond: number): Traffic {
  const refused = new Map<number, number>()
  const seconds: number[] = []
  let submitsThen = 0
  let passedMs = 0
  // The words are put together for who asks: most errors are never looked at.
  let last: { readonly atMs: number; readonly words: string; readonly status: number | undefined } | undefined

  const lastError = (): SessionView['lastError'] =>
    last && { atMs: last.atMs, words: last.status === undefined ? last.words : `${last.words}: ${describeStatus(last.status)}` }

  const traffic: Traffic = {
    submits: 0,
    accepted: 0,
    delivered: 0,
    undelivered: 0,
    patience: uselessASecond,

    refuse(command, status, atMs) {
      traffic.patience--
      refused.set(status, (refused.get(status) ?? 0) + 1)
      last = { atMs, words: command, status }
    },

    fail(words, atMs) {
      last = { atMs, words, status: undefined }
    },

    tick(elapsedMs) {
      traffic.patience = Math.min(uselessASecond, traffic.patience + (uselessASecond * elapsedMs) / 1_000)
      passedMs += elapsedMs
      if (passedMs < 1_000) return
      seconds.push(((traffic.submits - submitsThen) * 1_000) / passedMs)
      if (seconds.length > RATE_SECONDS) seconds.shift()
      submitsThen = traffic.submits
      passedMs = 0
    },

    view() {
      const { submits, accepted, delivered, undelivered } = traffic
      const submitRate = seconds.length === 0 ? 0 : seconds.reduce((sum, one) => sum + one, 0) / seconds.length
      return { submitRate, submits, accepted, refused: [...refused], delivered, undelivered, lastError: lastError() }
    },
  }
  return traffic
}
