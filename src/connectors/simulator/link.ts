import { monotonic, now } from '../../clock.ts'
import type { Connector, ConnectorEvents, LinkState } from '../connector.ts'
import { createAlarms } from './alarms.ts'
import { createFarEnd } from './far-end.ts'
import { createGate } from './gate.ts'
import { type Answer, answerQuery } from './life.ts'
import { createLine } from './line.ts'
import { partsOf } from './parts.ts'
import { createPending, type Part, unknown } from './pending.ts'
import type { Settings } from './settings.ts'
import { startTimerHeap } from './timer-heap.ts'
import { createTurn } from './turn.ts'

/** The simulated carrier, and what one can do to it that no real one would allow. */
export interface Simulator extends Connector {
  /** A message from a handset, now. A long text comes in parts, as from a network. */
  simulateIncoming(message: { readonly from: string; readonly to: string; readonly text: string }): void
  /** Takes the line down, or lets it up again as far as the settings allow. */
  switchLine(isOn: boolean): void
  /** Receipts and incoming messages that were handed over and are not acknowledged. */
  unacknowledged(): number
}

const REPEAT_MS = 10_000 // what is not acknowledged by then is sent again
const LEASE_MS = 100 // how often we look whether we may write again

export function createSimulator(settings: Settings): Simulator {
  const timers = startTimerHeap<() => void>((due) => {
    for (const act of due) act()
    endTurn()
  })
  const setAlarm = createAlarms(timers)
  const turn = createTurn()
  const pending = createPending(turn)
  const gate = createGate(settings, monotonic())
  const line = createLine(settings.outages)
  const farEnd = createFarEnd(settings, timers, turn, {
    answer: (part, answer) => void answers.push([part, answer]),
    timeout: (part) => void pending.settle(part, unknown('No answer in time')),
    break(untilMs) {
      line.breakUntil(untilMs)
      goDown('outage caused by a message')
      wantTurn()
      setAlarm('line', untilMs, followLine) // not before this turn is over, however short the outage
    },
  })

  let events: ConnectorEvents | undefined
  let state: LinkState = 'down'
  let reason = 'not started'
  let connects = 0
  let held: readonly Part[] = []
  let answers: (readonly [Part, Answer])[] = [] // of this turn
  let isFull = true // there was no room when last looked at, so its return is to be announced
  let turnEnd: NodeJS.Immediate | undefined
  let stopping: Promise<void> | undefined
  let resolveStop = () => {}
  let isOver = false

  function wantTurn(): void {
    turnEnd ??= setImmediate(endTurn)
  }

  /** What happened in this turn is told at once, and what it made room for is written. */
  function endTurn(): void {
    clearImmediate(turnEnd)
    turnEnd = undefined
    if (events === undefined) return
    const due = answers
    answers = []
    for (const [part, answer] of due) {
      if (pending.settle(part, answer) && answer.pauseMs > 0) gate.pause(monotonic() + answer.pauseMs)
    }
    turn.tell(events, state === 'up')
    if (isOver) return
    if (turn.owed() > 0) setAlarm('repeat', monotonic() + REPEAT_MS, () => state === 'up' && turn.repeat(REPEAT_MS))
    write()
    if (look() > 0 && isFull) {
      isFull = false
      events.ready()
    }
    if (stopping !== undefined && pending.size === 0) finish()
  }

  const mayWrite = (): boolean => state === 'up' && stopping === undefined && events?.mayWrite() === true

  function write(): void {
    if (held.length === 0 || !mayWrite()) return
    const nowMs = monotonic()
    const wallMs = now()
    let written = 0
    for (const part of held) {
      if (state !== 'up' || gate.room(nowMs, pending.size) === 0) break
      written++
      gate.pass(nowMs)
      pending.add(part)
      farEnd.receive(part, nowMs, wallMs)
    }
    held = held.slice(written)
    if (answers.length > 0) wantTurn()
  }

  /** The room there is; when there is none, we look again as soon as there may be. */
  function look(): number {
    const nowMs = monotonic()
    const free = mayWrite() ? gate.room(nowMs, pending.size) - held.length : 0
    if (free > 0) return free
    isFull = true
    if (state === 'up' && stopping === undefined) {
      setAlarm('opening', mayWrite() ? gate.opensAtMs(nowMs, pending.size) : nowMs + LEASE_MS, () => {})
    }
    return 0
  }

  function giveBack(parts: readonly Part[]): void {
    for (const part of parts) pending.giveBack(part, 'Not sent: the link is stopping')
    wantTurn()
  }

  function followLine(): void {
    if (events === undefined || isOver) return
    const { isUp, reason: why, changesInMs } = line.look(monotonic(), now())
    setAlarm('line', monotonic() + changesInMs, followLine)
    if (state === (isUp ? 'up' : 'down')) return
    if (isUp) goUp(why)
    else goDown(why)
    wantTurn()
  }

  function goUp(why: string): void {
    connects++
    if (connects > 1) tellState('connecting', why)
    tellState('up', why)
    turn.repeat(0)
  }

  function goDown(why: string): void {
    pending.settleAll(unknown(`The line went down: ${why}`))
    tellState('down', why)
  }

  function tellState(wanted: LinkState, why: string): void {
    state = wanted
    reason = why
    events?.link(wanted, why)
  }

  function finish(): void {
    if (isOver) return
    isOver = true
    pending.settleAll(unknown('The link stopped before the answer came'))
    if (events) turn.tell(events, state === 'up')
    timers.clear()
    tellState('down', 'stopped')
    resolveStop()
  }

  return {
    start(listener) {
      events = listener
      tellState('connecting', 'simulated carrier')
      timers.push(monotonic(), followLine)
    },

    free: look,

    submit(batch) {
      const parts = batch.flatMap((message) => {
        const of = partsOf(message.content)
        const numbers = message.parts ?? Array.from({ length: of }, (_, index) => index + 1)
        return numbers.map((part) => ({ message, part, of }))
      })
      if (stopping !== undefined) return giveBack(parts)
      held = held.length === 0 ? parts : held.concat(parts)
      write()
      look()
    },

    query(batch) {
      if (isOver) return
      const wallMs = now()
      for (const { carrierId, from } of batch) turn.receipt(answerQuery(carrierId, from, wallMs), false)
      wantTurn()
    },

    stop(graceMs) {
      if (stopping !== undefined) return stopping
      stopping = new Promise((resolve) => {
        resolveStop = resolve
      })
      giveBack(held)
      held = []
      if (graceMs > 0) timers.push(monotonic() + graceMs, finish)
      endTurn()
      if (graceMs <= 0 || events === undefined) finish()
      return stopping
    },

    stats() {
      const nowMs = monotonic()
      const pausedMs = gate.pausedUntilMs(nowMs)
      return {
        state,
        reason,
        window: settings.window,
        windowMax: settings.window,
        unanswered: pending.size,
        held: held.length,
        pausedUntilMs: pausedMs === undefined ? undefined : now() + Math.ceil(pausedMs - nowMs),
        ...pending.counts,
        ...turn.told,
        reconnects: Math.max(0, connects - 1),
      }
    },

    simulateIncoming({ from, to, text }) {
      if (isOver) return
      farEnd.comeIn(from, to, text)
      wantTurn()
    },

    switchLine(isOn) {
      line.switch(isOn)
      followLine()
    },

    unacknowledged: turn.owed,
  }
}
