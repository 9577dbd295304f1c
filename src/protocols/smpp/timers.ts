/**
 * The timers of an SMPP session (SMPP 3.4, 7.2) without a clock: the caller says what happened and what time it is,
 * and is told what to do. So a day of silence takes a test no time.
 */
export interface TimerLimits {
  readonly sessionInitMs: number // connected, and no bind yet
  readonly enquireLinkMs: number // silence after which we ask if anyone is there
  readonly responseMs: number // and how long we wait for an answer
  readonly inactivityMs: number // no message either way, the peer is alive but useless; Infinity: never
}

export interface Timers {
  readonly limits: TimerLimits
  readonly connectedAt: number
  readonly bound: boolean
  readonly heardAt: number // last octets of any kind from the peer
  readonly messageAt: number // last PDU that carried a message
  readonly askedAt: number | undefined // an enquire_link of ours is unanswered
}

export type TimerAction = 'wait' | 'send_enquire_link' | 'close:session_init' | 'close:enquire_link' | 'close:inactivity'

export const startTimers = (limits: TimerLimits, now: number): Timers => ({
  limits,
  connectedAt: now,
  bound: false,
  heardAt: now,
  messageAt: now,
  askedAt: undefined,
})

export const onBound = (timers: Timers, now: number): Timers => ({ ...onMessage(timers, now), bound: true })
export const onMessage = (timers: Timers, now: number): Timers => ({ ...onHeard(timers, now), messageAt: now })

/** Whatever the peer sent shows that it is there: a peer that is busy answering submits is not asked, nor given up. */
export const onHeard = (timers: Timers, now: number): Timers => ({ ...timers, heardAt: now, askedAt: undefined })

export function onTick(timers: Timers, now: number): [Timers, TimerAction] {
  const { limits, bound, askedAt } = timers
  if (!bound) return [timers, now - timers.connectedAt > limits.sessionInitMs ? 'close:session_init' : 'wait']
  if (now - timers.messageAt > limits.inactivityMs) return [timers, 'close:inactivity']
  if (askedAt !== undefined) return [timers, now - askedAt > limits.responseMs ? 'close:enquire_link' : 'wait']
  if (now - timers.heardAt > limits.enquireLinkMs) return [{ ...timers, askedAt: now }, 'send_enquire_link']
  return [timers, 'wait']
}
