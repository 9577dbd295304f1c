import type { Connector, Outgoing } from '../connectors/connector.ts'
import {
  type CheckAsk,
  type CheckPlan,
  type Conclusions,
  isComplete,
  isTaken,
  type ObservedProbe,
  type Probe,
} from '../domain/carrier-check.ts'
import type { StrayReceipt } from '../store/carrier-checks.ts'
import type { CheckNotes } from './check-notes.ts'
import { keyOf } from './receipt-matching.ts'

/** What is kept of a check, and shown while it runs. */
export interface CheckReport {
  readonly phase: 'link' | 'sending' | 'receipts' | 'done'
  readonly link: string // its state and the reason, in words
  readonly untilMs: number // this phase ends by then
  readonly probes: readonly ObservedProbe[]
  readonly conclusions?: Conclusions
}

/** So long each step of a check may take, whatever the carrier does. */
export const CHECK_LIMITS = {
  linkMs: 30_000,
  sendingMs: 90_000,
  /** For the answer to one message; after `unansweredMax` without an answer in a row no more are sent. */
  answerMs: 15_000,
  unansweredMax: 2,
  /** So long room in the window is waited for. */
  roomMs: 3_000,
  retries: 3, // of a message that was pushed back
  /** Without news, when all that is expected has come: carriers repeat receipts. */
  quietMs: 2_000,
  /** A receipt without a message that came so long ago is nobody else's: an answer under way would have been stored. */
  strayMs: 3_000,
}
export type CheckLimits = typeof CHECK_LIMITS

/** A check that cannot go on; the message is for the operator. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded'
}

const VALID_MS = 3_600_000
const STEP_MS = 50
const SAVE_MS = 250
const STRAY_EVERY_MS = 1_000

/** Sends the series over a carrier's connector, waits for what comes back, and concludes. Ends within its limits. */
export async function runCheck(parts: {
  ask: CheckAsk
  waitMs: number // for receipts
  limits: CheckLimits
  plan: CheckPlan<unknown>
  settings: unknown
  notes: CheckNotes
  /** The connector of the moment; a carrier that is set anew has another one. Throws CheckEnded when there will be none. */
  connector: () => Connector
  takeId: () => number
  /** The ids by which this probe's receipts are known from now on. */
  keep: (probe: ObservedProbe, keys: readonly string[]) => Promise<void>
  strays: () => Promise<StrayReceipt[]>
  takeStrays: (taken: readonly { readonly id: number; readonly probe: number }[]) => Promise<void>
  save: (report: CheckReport) => Promise<void>
  now: () => number
  monotonic: () => number
  sleep: (ms: number) => Promise<void>
}): Promise<CheckReport> {
  const { ask, limits, notes, plan, settings, now, monotonic } = parts
  let phase: CheckReport['phase'] = 'link'
  let until = 0 // monotonic
  let savedAt = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  let newsAt = monotonic()
  let linkWas = ''
  const begunMs = now()
  const seen = new Set<number>()

  const linkWords = (): string => {
    const { state, reason } = parts.connector().stats()
    return reason === '' || reason === 'bound' ? state : `${state}: ${reason}`
  }
  const report = (conclusions?: Conclusions): CheckReport => ({
    phase,
    link: linkWas,
    untilMs: Math.round(now() + until - monotonic()),
    probes: notes.observed,
    ...(conclusions && { conclusions }),
  })

  function enter(next: CheckReport['phase'], forMs: number): void {
    phase = next
    until = monotonic() + forMs
    savedAt = Number.NEGATIVE_INFINITY
  }

  /** Lets a moment pass; what is new is saved, and stray receipts are looked for. */
  async function step(): Promise<void> {
    await parts.sleep(STEP_MS)
    const link = linkWords()
    const time = monotonic()
    if (notes.takeNews()) newsAt = time
    else if (link === linkWas && time - savedAt < 5_000 && newsAt < savedAt) return look(time)
    linkWas = link
    if (time - savedAt >= SAVE_MS) {
      savedAt = time
      await parts.save(report())
    }
    await look(time)
  }

  /** Receipts that came before their answer, or whose ids look different. */
  async function look(time: number): Promise<void> {
    if (time - lookedAt < STRAY_EVERY_MS || phase === 'link') return
    lookedAt = time
    await takeStrays((stray) => notes.findStray(stray))
  }

  async function takeStrays(find: (stray: StrayReceipt) => number | undefined): Promise<void> {
    const found = (await parts.strays()).flatMap((stray) => {
      if (seen.has(stray.id)) return []
      const probe = find(stray)
      return probe === undefined ? [] : [{ id: stray.id, probe }]
    })
    if (found.length === 0) return
    for (const { id } of found) seen.add(id)
    await parts.takeStrays(found)
  }

  /** True: it came true in time. */
  async function reached(condition: () => boolean, byTime: number): Promise<boolean> {
    while (!condition()) {
      if (monotonic() >= byTime) return false
      await step()
    }
    return true
  }

  const outgoing = (probe: Probe, id: number, again: readonly number[] | undefined): Outgoing => ({
    id,
    channel: 'sms',
    from: probe.from,
    to: ask.to,
    content: { kind: 'text', text: probe.text },
    dcs: undefined,
    pid: 0,
    messageClass: undefined,
    priority: 1,
    reference: id % 65_536,
    expiresAtMs: now() + VALID_MS,
    wantsReceipt: true,
    parts: again,
    possibleDuplicate: again !== undefined,
    ...(probe.form && { form: probe.form }),
  })

  /** Sends one and waits for its answer, also when it is pushed back for a while. False: it was not answered. */
  async function send(probe: Probe): Promise<boolean> {
    const id = parts.takeId()
    notes.begin(probe, id, now())
    for (let again: readonly number[] | undefined, tries = 0; ; tries++) {
      if (!(await reached(mayGo(), until))) {
        notes.remark(id, `not sent: the link is ${linkWords()}`)
        return false
      }
      parts.connector().submit([outgoing(probe, id, again)])
      const answered = await reached(() => notes.isAnswered(id), Math.min(until, monotonic() + limits.answerMs))
      await keep(id)
      if (!answered) {
        notes.remark(id, `no answer within ${Math.round(limits.answerMs / 1000)} s`)
        return false
      }
      again = notes.takePushedBack(id)
      if (again.length === 0) return !isLost(id)
      if (tries === limits.retries) {
        notes.remark(id, `pushed back ${tries + 1} times`)
        return true
      }
    }
  }

  const find = (id: number): ObservedProbe | undefined => notes.observed.find((probe) => probe.id === id)
  const isLost = (id: number): boolean => find(id)?.parts.some(({ outcome }) => outcome === 'unknown') ?? true

  /** When there is room; beside customers' messages, which leave none for long, it stands in line inside the connector. */
  function mayGo(): () => boolean {
    const lineUpAt = monotonic() + limits.roomMs
    return () => {
      const connector = parts.connector()
      return connector.free() > 0 || (monotonic() >= lineUpAt && connector.stats().state === 'up')
    }
  }

  async function keep(id: number): Promise<void> {
    const probe = find(id)
    const keys = probe?.parts.map(({ carrierId }) => keyOf(carrierId)).filter((key) => key !== '') ?? []
    if (probe && keys.length > 0) await parts.keep(probe, keys)
  }

  async function sendSeries(): Promise<void> {
    let unanswered = 0
    for (let probe = plan.next(settings, ask, notes.observed); probe; probe = plan.next(settings, ask, notes.observed)) {
      unanswered = (await send(probe)) ? 0 : unanswered + 1
      if (unanswered >= limits.unansweredMax || monotonic() >= until) return
    }
  }

  async function awaitReceipts(): Promise<void> {
    const quiet = () => notes.observed.filter(isTaken).every(isComplete) && monotonic() - newsAt >= limits.quietMs
    await reached(quiet, until)
    const before = now() - limits.strayMs
    await takeStrays(
      (stray) => notes.findStray(stray) ?? (stray.atMs >= begunMs && stray.atMs <= before ? notes.guessStray(stray) : undefined),
    )
    for (const { id } of notes.observed) await keep(id)
  }

  enter('link', limits.linkMs)
  linkWas = linkWords()
  await parts.save(report())
  const up = await reached(() => parts.connector().stats().state === 'up', until)
  linkWas = linkWords()
  if (!up) throw new CheckEnded(`The link did not come up within ${Math.round(limits.linkMs / 1000)} s: it is ${linkWas}.`)
  enter('sending', limits.sendingMs)
  await sendSeries()
  if (notes.observed.some(isTaken)) {
    enter('receipts', parts.waitMs)
    await awaitReceipts()
  }
  phase = 'done'
  return report(plan.conclude(settings, ask, notes.observed))
}
