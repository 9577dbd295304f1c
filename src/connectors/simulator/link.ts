import { monotonic, now } from '../../clock.ts'
import { cutToParts, PARTS_MAX, segmentText } from '../../domain/text/segments.ts'
import type { Connector, ConnectorEvents, LinkState, Outgoing, PartResult } from '../connector.ts'
import { createAttempts } from './attempts.ts'
import { DELIVERED, fateOf } from './fate.ts'
import { createGate } from './gate.ts'
import { type Answer, answerQuery, lifeOf } from './life.ts'
import { createLine } from './line.ts'
import { partsOf } from './parts.ts'
import { SANDBOX_RULES } from './sandbox-rules.ts'
import type { Rule, Settings } from './settings.ts'
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

interface Part {
  readonly message: Outgoing
  readonly part: number
  readonly of: number
}

const REPEAT_MS = 10_000 // what is not acknowledged by then is sent again
const LEASE_MS = 100 // how often we look whether we may write again
const REFERENCES = 256

export function createSimulator(settings: Settings): Simulator {
  const rules = settings.preset === 'sandbox' ? [...settings.rules, ...SANDBOX_RULES] : settings.rules
  const gate = createGate(settings, monotonic())
  const line = createLine(settings.outages)
  const attempt = createAttempts()
  const turn = createTurn()
  const timers = startTimerHeap<() => void>((due) => {
    for (const act of due) act()
    endTurn()
  })
  const armedFor = { opening: Number.POSITIVE_INFINITY, line: Number.POSITIVE_INFINITY, repeat: Number.POSITIVE_INFINITY }
  const counts = { submitted: 0, taken: 0, rejected: 0, busy: 0, unknown: 0, connects: 0 }
  const unanswered = new Set<Part>()

  let events: ConnectorEvents | undefined
  let state: LinkState = 'down'
  let reason = 'not started'
  let held: Part[] = []
  let answers: { readonly part: Part; readonly answer: Answer }[] = [] // of this turn
  let isFull = true // there was no room when last looked at: its return is to be announced
  let turnEnd: NodeJS.Immediate | undefined
  let stopping: Promise<void> | undefined
  let finished: (() => void) | undefined
  let isOver = false
  let reference = 0

  // The end of a turn: everything that happened in it is told at once, and what it made room for is written.

  function wantTurn(): void {
    turnEnd ??= setImmediate(endTurn)
  }

  function endTurn(): void {
    clearImmediate(turnEnd)
    turnEnd = undefined
    if (events === undefined) return
    const due = answers
    answers = []
    for (const { part, answer } of due) {
      if (settle(part, answer) && answer.pauseMs > 0) gate.pause(monotonic() + answer.pauseMs)
    }
    turn.tell(events, state === 'up')
    if (isOver) return
    if (turn.owed() > 0) arm('repeat', monotonic() + REPEAT_MS, repeat)
    write()
    if (look() > 0 && isFull) {
      isFull = false
      events.ready()
    }
    if (stopping !== undefined && unanswered.size === 0) finish()
  }

  /** One task of each name at a time, unless a new one is due before it. */
  function arm(name: keyof typeof armedFor, atMs: number, act: () => void): void {
    if (atMs >= armedFor[name]) return
    armedFor[name] = atMs
    timers.push(atMs, () => {
      armedFor[name] = Number.POSITIVE_INFINITY
      act()
    })
  }

  function repeat(): void {
    if (state === 'up') turn.repeat(REPEAT_MS)
  }

  // Writing

  function room(): number {
    if (state !== 'up' || stopping !== undefined || !events?.mayWrite()) return 0
    return Math.max(0, gate.room(monotonic(), unanswered.size) - held.length)
  }

  /** The room there is; when there is none, we look again as soon as there may be. */
  function look(): number {
    const free = room()
    if (free > 0) return free
    isFull = true
    if (state === 'up' && stopping === undefined) {
      const nowMs = monotonic()
      arm('opening', events?.mayWrite() ? gate.opensAtMs(nowMs, unanswered.size) : nowMs + LEASE_MS, () => {})
    }
    return 0
  }

  function write(): void {
    if (held.length === 0 || stopping !== undefined || !events?.mayWrite()) return
    const nowMs = monotonic()
    const wallMs = now()
    let written = 0
    for (const part of held) {
      if (state !== 'up' || gate.room(nowMs, unanswered.size) === 0) break
      written++
      writeOne(part, nowMs, wallMs)
    }
    held = held.slice(written)
    if (answers.length > 0) wantTurn()
  }

  function writeOne(part: Part, nowMs: number, wallMs: number): void {
    gate.pass(nowMs)
    unanswered.add(part)
    counts.submitted++
    const fate = fateThisTime(part)
    const { answer, receipts, reply } = lifeOf(part.message, part.part, part.of, fate, settings, wallMs)

    if (answer === undefined || answer.afterMs > settings.responseTimeoutMs) {
      timers.push(nowMs + settings.responseTimeoutMs, () => settle(part, unknown('No answer in time')))
    } else if (answer.afterMs === 0) answers.push({ part, answer })
    else timers.push(nowMs + answer.afterMs, () => answers.push({ part, answer }))
    for (const { receipt, afterMs, isEarly } of receipts) timers.push(nowMs + afterMs, () => turn.receipt(receipt, isEarly))
    if (reply) {
      const to = /^\d+$/.test(part.message.from) ? part.message.from : settings.replyTo || part.message.from
      timers.push(nowMs + reply.afterMs, () => comeIn(part.message.to, to, reply.text))
    }
    if (fate.outcome === 'outage') {
      line.breakUntil(nowMs + fate.pauseMs)
      followLine()
    }
  }

  function fateThisTime({ message, part }: Part): Rule {
    const fate = fateOf(settings.seed, rules, message)
    if (fate.outcome !== 'busy' || fate.busyTimes === undefined) return fate
    return attempt(message.id, part) > fate.busyTimes ? DELIVERED : fate
  }

  const unknown = (why: string) => ({ outcome: 'unknown', carrierId: '', status: 0, reason: why }) as const

  type Settled = Pick<PartResult, 'outcome' | 'carrierId' | 'status' | 'reason'>

  /** False when it had its answer already, or the line went down before it came. */
  function settle(part: Part, settled: Settled): boolean {
    if (!unanswered.delete(part)) return false
    tellOf(part, settled)
    return true
  }

  function tellOf({ message, part, of }: Part, { outcome, carrierId, status, reason }: Settled): void {
    counts[outcome]++
    turn.settled({ id: message.id, part, of, outcome, carrierId, status, reason })
  }

  function giveBack(parts: readonly Part[]): void {
    for (const part of parts) tellOf(part, { outcome: 'busy', carrierId: '', status: 0, reason: 'Not sent: the link is stopping' })
    wantTurn()
  }

  function comeIn(from: string, to: string, text: string): void {
    const { segments } = segmentText(cutToParts(text, PARTS_MAX))
    const of = segments.length
    const joined = of > 1 ? (reference = (reference + 1) % REFERENCES) : 0
    turn.incoming(
      segments.map((segment, index) => {
        return { from, to, text: segment, part: of > 1 ? { reference: joined, number: index + 1, of } : undefined }
      }),
    )
  }

  // The line

  function followLine(): void {
    if (events === undefined || isOver) return
    const { isUp, reason: why, changesInMs } = line.look(monotonic(), now())
    arm('line', monotonic() + changesInMs, followLine)
    if (state === (isUp ? 'up' : 'down')) return
    if (isUp) {
      counts.connects++
      if (counts.connects > 1) tellState('connecting', why)
      tellState('up', why)
      turn.repeat(0)
    } else {
      for (const part of unanswered) settle(part, unknown(`The line went down: ${why}`))
      tellState('down', why)
    }
    wantTurn()
  }

  function tellState(wanted: LinkState, why: string): void {
    state = wanted
    reason = why
    events?.link(wanted, why)
  }

  function finish(): void {
    if (isOver) return
    isOver = true
    for (const part of unanswered) settle(part, unknown('The link stopped before the answer came'))
    if (events) turn.tell(events, state === 'up')
    timers.clear()
    tellState('down', 'stopped')
    finished?.()
  }

  return {
    start(listener) {
      events = listener
      tellState('connecting', 'simulated carrier')
      timers.push(monotonic(), followLine)
    },

    free: look,

    submit(batch) {
      const parts: Part[] = []
      for (const message of batch) {
        const of = partsOf(message.content)
        if (message.parts) for (const part of message.parts) parts.push({ message, part, of })
        else for (let part = 1; part <= of; part++) parts.push({ message, part, of })
      }
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
        finished = resolve
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
      const { connects, ...grown } = counts
      const pausedMs = gate.pausedUntilMs(nowMs)
      return {
        state,
        reason,
        window: settings.window,
        unanswered: unanswered.size,
        held: held.length,
        pausedUntilMs: pausedMs === undefined ? undefined : now() + Math.ceil(pausedMs - nowMs),
        ...grown,
        receipts: turn.told.receipts,
        incoming: turn.told.incoming,
        reconnects: Math.max(0, connects - 1),
      }
    },

    simulateIncoming({ from, to, text }) {
      if (isOver) return
      comeIn(from, to, text)
      wantTurn()
    },

    switchLine(isOn) {
      line.switch(isOn)
      followLine()
    },

    unacknowledged: turn.owed,
  }
}
