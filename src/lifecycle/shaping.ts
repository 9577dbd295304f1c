import type { CarrierReceipt, LinkStats, PartResult } from '../connectors/connector.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { PART, partOfReceipt } from '../domain/parts.ts'
import { BUILT_IN } from '../domain/throttle/built-in.ts'
import { CLASSES, type ClassName } from '../domain/throttle/classes.ts'
import { createHourlyCounter } from '../domain/throttle/counter.ts'
import { heldBy } from '../domain/throttle/pause.ts'
import { halved } from '../domain/throttle/rate.ts'
import { classOfAnswer, compileRules, type Rule } from '../domain/throttle/rule.ts'
import { TEXT_MAX } from '../domain/throttle/text-pattern.ts'
import { log } from '../log.ts'
import type { PauseRow } from '../store/shaping.ts'
import { makeAllowance } from './allowance.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import { isPartlyTaken, reroute } from './expire.ts'
import type { Item } from './item.ts'
import { type HoldOf, makePauses, type PauseStore, waitUntil } from './pauses.ts'
import type { Judged, JudgeReceipt } from './receipt.ts'

/**
 * Shaping by what carriers answer: what a "no" means for its message, and what it sets off for those behind it. Sees what
 * carriers say and never what we refuse ourselves, so nothing of ours can set off a rule.
 */
export interface Shaping {
  /** The class (domain/throttle/classes.ts) of a part that was not taken. */
  judge(item: Item, result: PartResult): number
  readonly judgeReceipt: JudgeReceipt
  readonly holdOf: HoldOf
  /** Parts that a carrier may be given now; asked whenever something is to be sent. */
  allowed(carrierId: number, stats: LinkStats): number
  /** True: the message does not stay with its carrier for now, and is on its way to where it waits. */
  setAside(item: Item): boolean
  /** Reads rules and pauses again, and stores what could not be stored before. */
  refresh(): Promise<void>
  pauses(): PauseRow[]
  /** How often a carrier's answers were of each class. */
  answers(carrierId: number): ReadonlyMap<ClassName, number>
}

export interface ShapingStore extends PauseStore {
  readRules(): Promise<Rule[]>
  readAbout(
    messages: readonly { readonly accountId: number; readonly id: number }[],
  ): Promise<Map<number, { readonly mccmnc: string; readonly sender: string }>>
}

/** Of failures that come faster than they can be read, some are enough. */
const UNREAD_MAX = 5_000

/** A rate is looked for in so much of the past, and is not halved again before that. */
const MEASURED_MS = 10_000

export function makeShaping(parts: {
  store: ShapingStore
  owned: ReadonlyMap<number, CarrierQueue>
  nameOf: (carrierId: number) => string
  lookUp: LookUp
  /** A message leaves memory. */
  moved: (item: Item) => void
  now: () => number
  monotonic: () => number
}): Shaping {
  const { store, owned, lookUp, now } = parts
  const pauses = makePauses(store, now)
  const allowance = makeAllowance(parts, (carrierId) => owned.get(carrierId)?.pump())
  const counter = createHourlyCounter()
  const counts = new Map<number, Map<ClassName, number>>()
  const sent = new Map<number, { readonly atMs: number; readonly parts: number }[]>() // samples, the oldest first
  const unread: { readonly rule: Rule; readonly carrierId: number; readonly message: Judged; readonly reason: string }[] = []
  let rules = compileRules(BUILT_IN)
  let version = -1

  function judge(item: Item, result: PartResult): number {
    const { carrierId, mccmnc } = item
    const text = (result.text ?? '').slice(0, TEXT_MAX)
    const network = mccmnc || lookUp(item.to).mcc // of some numbers the country alone is known
    const rule = rules.find({ on: 'answer', carrierId, mccmnc: network, status: result.status, text, stat: '', err: '' })
    const name = classOfAnswer(rule, result.outcome)
    count(carrierId, name)
    if (rule) act(rule, carrierId, { mccmnc, sender: item.from }, result.reason)
    if (CLASSES[name].fate === 'again' && result.outcome !== 'busy') allowance.backOff(carrierId)
    return CLASSES[name].code
  }

  const judgeReceipt: JudgeReceipt = (carrierId, receipt, to) => {
    if (!rules.forReceipts || !isBadNews(receipt)) return undefined
    const { mcc, mnc } = lookUp(to)
    const { stat, err } = receipt
    const said = { on: 'receipt', carrierId, mccmnc: mcc + mnc, status: -1, text: '', stat, err } as const
    const rule = rules.find(said)
    if (!rule || rule.id === 0) return undefined
    const { state, err: told } = CLASSES[rule.class]
    return {
      state,
      err: told,
      applied(message) {
        count(carrierId, rule.class)
        if (rule.action !== 'none') heard(rule, carrierId, message, `receipt ${stat} ${err}`.trim())
      },
    }
  }

  /** A receipt that a rule has something to do about. Network and sender are read, many at once, where they are not at hand. */
  function heard(rule: Rule, carrierId: number, message: Judged, reason: string): void {
    const { mccmnc, from } = message
    if (mccmnc !== undefined && from !== undefined) {
      act(rule, carrierId, { mccmnc, sender: from }, reason)
      return
    }
    if (unread.length === 0) setImmediate(() => void actOnUnread())
    if (unread.length < UNREAD_MAX) unread.push({ rule, carrierId, message, reason })
  }

  async function actOnUnread(): Promise<void> {
    const batch = unread.splice(0)
    try {
      const read = await store.readAbout(batch.map(({ message }) => message))
      for (const { rule, carrierId, message, reason } of batch) {
        const about = read.get(message.id)
        if (about) act(rule, carrierId, about, reason)
      }
    } catch (error) {
      log.warn('rules for receipts could not be followed', { count: batch.length, error })
    }
  }

  function count(carrierId: number, name: ClassName): void {
    const those = counts.get(carrierId) ?? new Map<ClassName, number>()
    counts.set(carrierId, those)
    those.set(name, (those.get(name) ?? 0) + 1)
  }

  /** What a rule says is done, at once or once it was heard often enough. */
  function act(rule: Rule, carrierId: number, about: { mccmnc: string; sender: string }, reason: string): void {
    const held = heldBy(rule, carrierId, about)
    if (!held) return
    const nowMs = now()
    const current = pauses.find(held)
    // What was on its way when the pause began says nothing new.
    if (current?.ruleId === rule.id && !(held.kind === 'rate' && nowMs - current.fromMs > MEASURED_MS)) return
    if (rule.after > 0) {
      const key = `${rule.id}/${carrierId}/${held.kind}/${held.key}`
      if (counter.note(key, nowMs) < rule.after) return
      counter.reset(key)
    }
    const untilMs = nowMs + rule.seconds * 1_000
    if (current && held.kind !== 'rate' && current.untilMs >= untilMs) return
    const rate = held.kind === 'rate' ? halved(Math.min(rateOf(carrierId), current?.rate ?? Number.POSITIVE_INFINITY)) : 0
    const often = rule.after > 1 ? `, ${rule.after} times within an hour` : ''
    const pause = { id: 0, ...held, rate, ruleId: rule.id, reason: `${reason}${often}`.slice(0, 300), fromMs: nowMs, untilMs }
    if (!pauses.add(pause)) return
    log.info('shaping', { carrier: parts.nameOf(carrierId), code: held.kind, reason: pause.reason })
    begin(pause)
  }

  /** Parts a second that a carrier was given lately, at its busiest: a mailing may have begun a second ago. */
  function rateOf(carrierId: number): number {
    const samples = [
      ...(sent.get(carrierId) ?? []),
      { atMs: now(), parts: owned.get(carrierId)?.connector.stats().submitted ?? 0 },
    ]
    let most = 0
    for (const [at, { atMs, parts }] of samples.entries()) {
      const before = samples[at - 1] ?? { atMs, parts: 0 }
      if (at > 0 || samples.length === 1)
        most = Math.max(most, (parts - before.parts) / Math.max(1, (atMs - before.atMs) / 1_000))
    }
    return most
  }

  function measure(): void {
    const nowMs = now()
    for (const [carrierId, { connector }] of owned) {
      const samples = (sent.get(carrierId) ?? []).filter(({ atMs }) => nowMs - atMs < MEASURED_MS)
      sent.set(carrierId, [...samples, { atMs: nowMs, parts: connector.stats().submitted }])
    }
  }

  function begin({ carrierId, kind }: PauseRow): void {
    const own = owned.get(carrierId)
    if (own && kind !== 'link' && kind !== 'rate') clear(own)
  }

  /** What waits in memory and is held back makes room for the others. */
  function clear(own: CarrierQueue): void {
    if (own.queue.size === 0) return
    const held = own.withdraw((item) => {
      const hold = pauses.holdOf(own.carrierId, item.mccmnc, item.from)
      return hold !== undefined && !(hold.elsewhere && isPartlyTaken(item))
    })
    for (const item of held) if (!setAside(item)) own.push(item)
  }

  function setAside(item: Item): boolean {
    const hold = pauses.holdOf(item.carrierId, item.mccmnc, item.from)
    if (!hold || (hold.elsewhere && isPartlyTaken(item))) return false
    if (hold.elsewhere) reroute(item, now())
    else item.move = { ...waitUntil(hold, item), carrierId: isPartlyTaken(item) ? item.carrierId : 0 }
    parts.moved(item)
    return true
  }

  function allowed(carrierId: number, stats: LinkStats): number {
    if (!pauses.anyAt(carrierId) && !allowance.backsOff(carrierId)) return Number.POSITIVE_INFINITY
    const link = pauses.find({ carrierId, kind: 'link', key: '' })
    const rate = pauses.find({ carrierId, kind: 'rate', key: '' })
    return allowance.allowed(carrierId, stats, link, rate)
  }

  async function refresh(): Promise<void> {
    measure()
    const look = await pauses.refresh()
    if (look.version !== version) {
      rules = compileRules([...(await store.readRules()), ...BUILT_IN])
      version = look.version
    }
    for (const pause of look.begun) begin(pause)
    for (const { carrierId } of look.lifted) owned.get(carrierId)?.pump()
  }

  return {
    judge,
    judgeReceipt,
    holdOf: pauses.holdOf,
    allowed,
    setAside,
    refresh,
    pauses: pauses.all,
    answers: (carrierId) => counts.get(carrierId) ?? NO_COUNTS,
  }
}

const NO_COUNTS: ReadonlyMap<ClassName, number> = new Map()

/** A receipt that ends a message badly; a word that nobody knows ends nothing. */
function isBadNews({ state }: CarrierReceipt): boolean {
  const part = partOfReceipt(state)
  return part === PART.undelivered || part === PART.expired
}
