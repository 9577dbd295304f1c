import { now } from '../clock.ts'
import { DAY_MS } from '../domain/calendar.ts'
import {
  GUARD_ACTIONS,
  GUARD_LIMITS_MAX,
  GUARD_MODES,
  type GuardAction,
  type GuardConfig,
  type GuardMode,
  isGuardAction,
  isGuardMode,
  isPumpingRule,
} from '../domain/guard.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { PUMPING_RULES, type PumpingLimits } from '../domain/pumping.ts'
import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { addConfirmations, addTrusted, readGuard, readTrusted, removeTrusted, writeGuard } from '../store/guard.ts'
import {
  countHeld,
  decideCase,
  type HeldMessage,
  listCases,
  readHeld,
  releaseHeld,
  type StoredCase,
} from '../store/guard-cases.ts'
import type { Session } from '../store/session.ts'

const CASES_MAX = 200
const SLICE = 500
const PHONES_MAX = 1000
const NO_ID = Number.MAX_SAFE_INTEGER

/** What the node itself knows of its watching. */
export interface GuardFigures {
  readonly watched: number
  readonly suspicious: number
  readonly held: number
  readonly refused: number
  readonly prefixes: number
}

export interface GuardChange {
  readonly mode?: string
  readonly account?: string // whose mode; 'default' takes it back
  readonly actions?: Readonly<Record<string, string>>
  readonly limits?: Readonly<Record<string, number>>
}

const refuse = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

/** The operator's side of the guard: what it does, what it noticed, and what becomes of what it holds. */
export const createGuard = (parts: {
  session: Session
  lookUp: LookUp
  /** Ends messages that wait: denied, given back. */
  drop: (messages: readonly HeldMessage[]) => Promise<number>
  figures: () => GuardFigures
  /** This node works by what was changed, and keeps what it noted, at once; the others do within seconds. */
  tick: () => Promise<void>
}) => {
  const { session, lookUp } = parts

  async function findAccount(login: string) {
    const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    return account
  }

  /** Changes are kept whole: one bad word, and nothing of it holds. */
  async function write(config: GuardConfig): Promise<void> {
    await writeGuard(session, config)
    await parts.tick()
  }

  async function caseNamed(id: number): Promise<StoredCase> {
    const [found] = Number.isSafeInteger(id) && id > 0 ? await listCases(session, { sinceMs: 0, login: '', id, limit: 1 }) : []
    if (!found) throw new Refusal('not_found', { field: 'case', reason: `There is no case ${id}. See: heliogram guard cases` })
    return found
  }

  /** Goes through held messages in slices; `each` answers how many of a slice it dealt with. */
  async function eachHeld(
    which: { accountId: number; messageId: number; prefix: string; country: string },
    each: (held: readonly HeldMessage[]) => Promise<number>,
  ): Promise<number> {
    let done = 0
    for (let afterId = 0; afterId < NO_ID; ) {
      const held = await readHeld(session, { ...which, afterId, limit: SLICE })
      const wanted = which.country === '' ? held : held.filter(({ recipient }) => lookUp(recipient).countryEn === which.country)
      if (wanted.length > 0) done += await each(wanted)
      afterId = held.length < SLICE ? NO_ID : (held.at(-1)?.id ?? NO_ID)
    }
    return done
  }

  const heldOf = ({ accountId, rule, subject }: StoredCase) => ({
    accountId,
    messageId: 0,
    prefix: rule === 'country' ? '' : subject,
    country: rule === 'country' ? subject : '',
  })

  async function decide(question: { case?: number; message?: number }, decided: 'released' | 'dropped') {
    const deal = (held: readonly HeldMessage[]): Promise<number> =>
      decided === 'dropped'
        ? parts.drop(held)
        : releaseHeld(
            session,
            held.map(({ id }) => id),
            now(),
          )
    if (question.message !== undefined) {
      const which = { accountId: 0, messageId: question.message, prefix: '', country: '' }
      const messages = Number.isSafeInteger(question.message) ? await eachHeld(which, deal) : 0
      if (messages > 0) return { messages }
      throw new Refusal('not_found', { field: 'message', reason: `The guard holds no message ${question.message}.` })
    }
    if (question.case === undefined) throw refuse('case', `Name a case, or a message with --message. See: heliogram guard cases`)
    const found = await caseNamed(question.case)
    const messages = await eachHeld(heldOf(found), deal)
    await decideCase(session, found.id, decided)
    return { case: found.id, messages }
  }

  return {
    async status() {
      await parts.tick()
      const { version: _, ...config } = await readGuard(session)
      const trusted = await readTrusted(session)
      const recent = await listCases(session, { sinceMs: now() - DAY_MS, login: '', id: 0, limit: 10_000 })
      return { ...config, trusted, held: await countHeld(session), cases: casesByRule(recent), node: parts.figures() }
    },

    async set({ mode, account, actions = {}, limits = {} }: GuardChange) {
      const { version: _, ...config } = await readGuard(session)
      if (account !== undefined) {
        await findAccount(account)
        if (mode === undefined) throw refuse('mode', 'Name the mode of the account: off, monitor, act, or default.')
        const { [account]: __, ...others } = config.accounts
        await write({ ...config, accounts: mode === 'default' ? others : { ...others, [account]: readMode(mode) } })
        return
      }
      await write({
        ...config,
        mode: mode === undefined ? config.mode : readMode(mode),
        actions: { ...config.actions, ...readActions(actions) },
        limits: { ...config.limits, ...readLimits(limits) },
      })
    },

    async cases(login = '', days = 7) {
      await parts.tick()
      return listCases(session, { sinceMs: now() - Math.min(365, Math.max(1, days)) * DAY_MS, login, id: 0, limit: CASES_MAX })
    },
    release: (question: { case?: number; message?: number }) => decide(question, 'released'),
    drop: (question: { case?: number; message?: number }) => decide(question, 'dropped'),

    /** Trusts an account, or numbers that begin so; `off` takes it back. */
    async trust(who: { account?: string; number?: string; note?: string; off?: boolean }) {
      const { account, note = '', off = false } = who
      const digits = (who.number ?? '').replace(/[\s()+-]/g, '')
      if ((account === undefined) === (who.number === undefined))
        throw refuse('number', 'Name a number, or an account with --account.')
      if (account !== undefined) await findAccount(account)
      else if (!/^\d{3,20}$/.test(digits))
        throw refuse('number', `'${who.number?.slice(0, 40)}' is no beginning of a number: 3 to 20 digits.`)
      if (note.length > 200 || note.includes('\0')) throw refuse('note', 'A note has at most 200 characters.')
      const [what, value] = account === undefined ? (['number', digits] as const) : (['account', account] as const)
      if (!off) await addTrusted(session, { what, value, note })
      else if (!(await removeTrusted(session, what, value)))
        throw new Refusal('not_found', { reason: `${value} was not trusted.` })
      const { version: _, ...config } = await readGuard(session)
      await write(config)
      return { what, value, trusted: !off }
    },

    /** Codes that subscribers entered: without them the rule of unconfirmed codes is silent. */
    async confirm(login: string, phones: readonly string[]) {
      const account = await findAccount(login)
      const numbers = phones.map((phone) => phone.replace(/[\s()+-]/g, ''))
      const bad = numbers.findIndex((number) => !/^\d{5,20}$/.test(number))
      if (bad >= 0) throw refuse('phones', `'${phones[bad]?.slice(0, 40)}' is no number: write it with its country code.`)
      if (numbers.length === 0 || numbers.length > PHONES_MAX) throw refuse('phones', `Name 1 to ${PHONES_MAX} numbers.`)
      await addConfirmations(session, account.id, numbers, now())
      return { account: login, confirmed: numbers.length }
    },
  }
}

export type GuardCases = ReturnType<typeof createGuard>

function readMode(word: string): GuardMode {
  if (!isGuardMode(word)) throw refuse('mode', `'${word.slice(0, 20)}' is no mode. There are: ${GUARD_MODES.join(', ')}.`)
  return word
}

function readActions(written: Readonly<Record<string, string>>): Record<string, GuardAction> {
  const actions: Record<string, GuardAction> = {}
  for (const [rule, action] of Object.entries(written)) {
    if (!isPumpingRule(rule)) throw refuse(rule, `'${rule.slice(0, 20)}' is no rule. There are: ${PUMPING_RULES.join(', ')}.`)
    if (!isGuardAction(action))
      throw refuse(rule, `'${action.slice(0, 20)}' is nothing the guard can do. It can: ${GUARD_ACTIONS.join(', ')}.`)
    actions[rule] = action
  }
  return actions
}

export function readLimits(written: Readonly<Record<string, number>>): Partial<PumpingLimits> {
  const limits: Record<string, number> = {}
  for (const [name, value] of Object.entries(written)) {
    const highest = Object.hasOwn(GUARD_LIMITS_MAX, name) ? GUARD_LIMITS_MAX[name as keyof PumpingLimits] : undefined
    if (highest === undefined) throw refuse(name, `There is no threshold '${name.slice(0, 40)}'.`)
    const least = name === 'windowMinutes' ? 1 : 0
    if (!Number.isInteger(value) || value < least || value > highest)
      throw refuse(name, `${name} must be a whole number from ${least} to ${highest}; 0 switches a rule off.`)
    limits[name] = value
  }
  return limits as Partial<PumpingLimits>
}

function casesByRule(cases: readonly StoredCase[]) {
  return PUMPING_RULES.map((rule) => {
    const own = cases.filter((each) => each.rule === rule)
    const sum = (of: (each: StoredCase) => number) => own.reduce((total, each) => total + of(each), 0)
    return { rule, cases: own.length, messages: sum((c) => c.messages), held: sum((c) => c.held), refused: sum((c) => c.refused) }
  })
}

export const presentCase = (found: StoredCase) => ({
  id: found.id,
  account: found.login,
  rule: found.rule,
  subject: found.subject,
  says: found.says,
  started_at: new Date(found.startedAtMs).toISOString(),
  last_at: new Date(found.lastAtMs).toISOString(),
  messages: found.messages,
  held: found.held,
  refused: found.refused,
  decided: found.decided,
  node: found.node,
})
