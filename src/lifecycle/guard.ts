import type { Account } from '../domain/account.ts'
import { DAY_MS } from '../domain/calendar.ts'
import { HISTORY, halfDayOf, type Volume } from '../domain/country-volumes.ts'
import { actionOf, GUARD_DEFAULTS, type GuardMode } from '../domain/guard.ts'
import { LANE } from '../domain/message.ts'
import { compilePrefixes } from '../domain/number/longest-prefix.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { CODE, makePumping, type Pumping, type Suspicion } from '../domain/pumping.ts'
import { log } from '../log.ts'
import type { Confirmation, StoredGuard, Trusted } from '../store/guard.ts'
import type { GuardCase } from '../store/guard-cases.ts'
import { type Draft, refuse } from './draft.ts'

/** The guard against traffic pumping on this node: a look at every message that is about to be stored. */
export interface Guard {
  /** Notes the messages, and holds or refuses what is suspicious where the mode says so. */
  check(account: Account, drafts: readonly Draft[]): void
  /** Reads what changed, and keeps what was noted. Every few seconds; resolves when all is stored. */
  tick(): Promise<void>
  readonly pumping: Pumping
  readonly counters: { watched: number; suspicious: number; held: number; refused: number }
}

export interface GuardStore {
  readGuard(): Promise<StoredGuard>
  readTrusted(): Promise<Trusted[]>
  readVolumes(sinceHalfDay: number): Promise<Volume[]>
  addVolumes(volumes: readonly Volume[]): Promise<Volume[]>
  readConfirmations(afterMs: number, toMs: number): Promise<Confirmation[]>
  writeCases(cases: readonly GuardCase[]): Promise<void>
  forgetOld(beforeHalfDay: number, confirmedBeforeMs: number): Promise<void>
}

const CASE_PAUSE_MS = 3_600_000
const CASES_MAX = 1000
/** With many cases open, one that is quiet for so long makes room. */
const SOON_MS = 60_000
const LINES_MAX = 10
/** Rows that are written now may carry a time of a moment ago. */
const LATE_MS = 2000
const CHUNK = 1000

interface OpenCase {
  startedAtMs: number
  lastAtMs: number
  messages: number
  held: number
  refused: number
  says: string
  changed: boolean
  told: boolean
  readonly warns: boolean
  readonly accountId: number
  readonly login: string
  readonly rule: string
  readonly subject: string
}

/** Takes what there is no room for: it is counted, held or refused, and has no case of its own. */
const TOO_MANY: OpenCase = {
  startedAtMs: 0,
  lastAtMs: 0,
  messages: 0,
  held: 0,
  refused: 0,
  says: '',
  changed: false,
  told: true,
  warns: false,
  accountId: 0,
  login: '',
  rule: '',
  subject: '',
}

export function makeGuard(parts: { store: GuardStore; node: number; lookUp: LookUp; now: () => number }): Guard {
  const { store, lookUp, now } = parts
  const pumping = makePumping()
  const counters = { watched: 0, suspicious: 0, held: 0, refused: 0 }
  const cases = new Map<string, OpenCase>()
  let config: StoredGuard = { ...GUARD_DEFAULTS, mode: 'off', version: -1 } // until it is read
  let modes = new Map<string, GuardMode>()
  let isTrusted: ((number: string) => true | undefined) | undefined
  let asleep = true // off for everybody
  let confirmedToMs = 0
  let learntHalfDay = 0
  /** One for all messages: watching allocates nothing. */
  const sending = { accountId: 0, number: '', country: '', atMs: 0, bulk: false, isCode: false }

  function check(account: Account, drafts: readonly Draft[]): void {
    if (asleep) return
    const mode = modes.get(account.additional?.accountLogin ?? account.login) ?? config.mode
    if (mode === 'off') return
    sending.accountId = account.id
    sending.atMs = now()
    for (const draft of drafts) {
      const number = draft.recipient
      if (draft.state !== -1 || !isNumber(number) || draft.content.kind === 'none' || isTrusted?.(number)) continue
      sending.number = number
      sending.bulk = draft.lane === LANE.bulk
      sending.isCode = !sending.bulk && draft.content.kind === 'text' && CODE.test(draft.content.text)
      sending.country = lookUp(number).countryEn
      counters.watched += 1
      const suspicion = pumping.observe(sending, config.limits)
      if (suspicion) suspect(account, draft, mode, suspicion)
    }
  }

  function suspect(account: Account, draft: Draft, mode: GuardMode, suspicion: Suspicion): void {
    const action = actionOf(config, mode, suspicion.rule)
    counters.suspicious += 1
    const open = caseOf(account, suspicion, action !== 'note')
    open.messages += 1
    if (action === 'hold') {
      draft.held = true
      open.held += 1
      counters.held += 1
    } else if (action === 'refuse') {
      refuse(draft, DENIED.state, DENIED.err)
      open.refused += 1
      counters.refused += 1
    }
  }

  function caseOf(account: Account, { rule, subject, says }: Suspicion, warns: boolean): OpenCase {
    const nowMs = now()
    const key = `${account.id}/${rule}/${subject}`
    let open = cases.get(key)
    if (!open || nowMs - open.lastAtMs > CASE_PAUSE_MS) {
      if (cases.size >= CASES_MAX) return TOO_MANY
      const counts = { messages: 0, held: 0, refused: 0, changed: true, told: false }
      open = {
        accountId: account.id,
        login: account.login,
        warns,
        rule,
        subject,
        startedAtMs: nowMs,
        lastAtMs: nowMs,
        says,
        ...counts,
      }
      cases.set(key, open)
    }
    open.lastAtMs = nowMs
    open.says = says
    open.changed = true
    return open
  }

  /** In the log, but not on the way of a message, and never more than a few lines at once. */
  function tell(changed: readonly OpenCase[]): void {
    const news = changed.filter((open) => !open.told)
    for (const open of news) open.told = true
    for (const { login, rule, says } of news.filter(({ warns }) => warns).slice(0, LINES_MAX))
      log.warn('the guard suspects traffic pumping', { account: login, code: rule, reason: says })
    if (news.length > 0) log.info('the guard has new cases', { count: news.length })
  }

  async function readChanges(): Promise<void> {
    const stored = await store.readGuard()
    if (stored.version === config.version) return
    const trusted = await store.readTrusted()
    const numbers = trusted.filter(({ what }) => what === 'number')
    const accounts = trusted.filter(({ what }) => what === 'account')
    modes = new Map([...Object.entries(stored.accounts), ...accounts.map(({ value }) => [value, 'off'] as const)])
    isTrusted = numbers.length === 0 ? undefined : compilePrefixes(numbers.map(({ value }) => [value, true as const]))
    config = stored
    asleep = stored.mode === 'off' && [...modes.values()].every((mode) => mode === 'off')
  }

  async function learn(): Promise<void> {
    const nowMs = now()
    const fresh = pumping.volumes.takeNew()
    for (let at = 0; at < fresh.length; at += CHUNK)
      for (const total of await store.addVolumes(fresh.slice(at, at + CHUNK))) pumping.volumes.total(total)
    const halfDay = halfDayOf(nowMs)
    if (halfDay !== learntHalfDay) {
      pumping.volumes.learn(await store.readVolumes(halfDay - HISTORY.most), nowMs)
      await store.forgetOld(halfDay - HISTORY.most, nowMs - DAY_MS)
      learntHalfDay = halfDay
    }
    const from = confirmedToMs || nowMs - DAY_MS
    const found = await store.readConfirmations(from, nowMs - LATE_MS)
    for (const { accountId, number, atMs } of found) pumping.confirmed(accountId, number, atMs)
    confirmedToMs = nowMs - LATE_MS
  }

  async function keepCases(): Promise<void> {
    const changed = [...cases.values()].filter((open) => open.changed)
    tell(changed)
    for (const open of changed) open.changed = false
    try {
      for (let at = 0; at < changed.length; at += CHUNK)
        await store.writeCases(changed.slice(at, at + CHUNK).map((open) => ({ node: parts.node, ...open })))
    } catch (error) {
      for (const open of changed) open.changed = true
      throw error
    }
    for (const [key, open] of cases) {
      const quiet = now() - open.lastAtMs > (cases.size > CASES_MAX / 2 ? SOON_MS : CASE_PAUSE_MS)
      if (!open.changed && quiet) cases.delete(key)
    }
  }

  return {
    check,
    pumping,
    counters,
    async tick() {
      await readChanges()
      if (asleep && cases.size === 0) return
      await learn()
      await keepCases()
    },
  }
}

/** status.php: denied by the spam filter. It costs nothing. */
export const DENIED = { state: 23, err: 253 } as const

/** An address or a name has no prefix. */
function isNumber(recipient: string): boolean {
  const first = recipient.charCodeAt(0)
  return first >= 0x30 && first <= 0x39 && !recipient.includes('@')
}
