import type { Bind } from '../../protocols/smpp/operations.ts'

/** A session at one moment, for who runs the centre. */
export interface SessionView {
  readonly id: number
  readonly ip: string
  readonly tls: boolean
  readonly since: number // Unix ms: bound, or connected
  /** Of these four, nothing is known before the bind. */
  readonly login: string | undefined
  readonly bind: Bind | undefined
  readonly interfaceVersion: number | undefined
  readonly systemType: string | undefined
  /** The customer's requests that wait for our response, now and at most. */
  readonly unanswered: number
  readonly unansweredPeak: number
  readonly submitRate: number // a second, over the last few
  readonly submits: number
  readonly accepted: number // of all requests
  readonly refused: readonly (readonly [status: number, count: number])[]
  /** deliver_sm: without a response now, acknowledged, and refused or left without one. */
  readonly delivering: number
  readonly delivered: number
  readonly undelivered: number
  readonly pdus: { readonly read: number; readonly written: number }
  readonly lastError: { readonly atMs: number; readonly words: string } | undefined
  /** held: its octets wait, for it floods, does not read, or has all the requests under way that it may. */
  readonly state: 'not bound' | 'bound' | 'held' | 'leaving'
}
