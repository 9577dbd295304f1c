import type { Account } from '../domain/account.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { asksFor } from '../domain/opt-out.ts'
import { log } from '../log.ts'
import type { FollowUp } from '../store/follow-ups.ts'
import type { Incoming } from '../store/incoming.ts'
import type { Found, IncomingTask } from '../store/incoming-tasks.ts'
import type { LastWriter } from '../store/last-writers.ts'
import type { Session } from '../store/session.ts'
import { type ClaimedWork, makeClaimedWork } from './claimed-work.ts'
import { consequencesOf, forwardedTo } from './incoming-consequences.ts'
import { isSubscriber, makeFindOwners, type OwnersStore } from './incoming-owners.ts'

/** What is done with incoming messages after they are stored, and asks of the store. */
export interface IncomingWorkStore extends OwnersStore {
  claim(limit: number, nobodys: boolean): Promise<IncomingTask[]>
  retry(ids: readonly number[], dueAtMs: number): Promise<void>
  leave(ids: readonly number[]): Promise<void>
  assign(found: readonly Found[], tell: readonly number[]): Promise<Incoming>
  accounts(ids: readonly number[]): Promise<ReadonlyMap<number, Account>>
  ownNumbers(numbers: readonly string[]): Promise<ReadonlySet<string>>
  templateText(accountId: number, id: number): Promise<string | undefined>
  /** The last message of an account to a subscriber. */
  lastOf(accountId: number, subscriber: string): Promise<LastWriter | undefined>
  /** Ends a task with what is owed; in a transaction of the caller's where one is given. */
  finish(taskId: number, followUps: readonly FollowUp[], session?: Session): Promise<{ finished: boolean; owed: number }>
}

/** What a subscriber wrote, by which he asked for no more messages, or for messages again. */
export interface Evidence {
  readonly subscriber: string
  readonly text: string
  readonly number: string // he wrote to
  readonly answeredId: number // the message he answered; 0: none was found
  readonly atMs: number
}

/** The blacklist, as far as subscribers change it themselves. `finish` is run in the same transaction; false: it was done before. */
export interface OptOuts {
  stop(accountId: number, evidence: Evidence, finish: (session: Session) => Promise<boolean>): Promise<void>
  start(accountId: number, evidence: Evidence, finish: (session: Session) => Promise<boolean>): Promise<void>
}

export interface IncomingWorkParts {
  readonly store: IncomingWorkStore
  readonly optOuts: OptOuts
  readonly profile: NumberProfile
  readonly takeIds: (count: number) => number[]
  readonly now: () => number
  /** Accounts whose handlers are told of incoming messages. */
  readonly tell: () => readonly number[]
  /** Something that these accounts are to be told was committed. */
  readonly told: (incoming: Incoming) => void
  /** Messages are owed now. */
  readonly owed: () => void
}

const TASKS = 100
const ROUTES = 500
const RETRY_MS = { first: 2_000, most: 600_000 }
/** About a week of tries; then a bug of ours stands in the log, and not in the way. */
const ATTEMPTS_MAX = 1_000

/**
 * Finds out whose messages to shared numbers are; then sees to opt-outs, and writes down what is to be forwarded and answered. Each
 * message's task ends in the transaction with what it leads to, so whatever happens it leads to that once.
 */
export function startIncomingWork(parts: IncomingWorkParts): ClaimedWork {
  const { store, profile, now } = parts
  const findOwners = makeFindOwners(store, parts.takeIds)

  const routes = makeClaimedWork({
    limit: ROUTES,
    claim: (limit) => store.claim(limit, true),
    async work(tasks) {
      const found = await findOwners(tasks)
      if (found.length > 0) parts.told(await store.assign(found, parts.tell()))
      const owned = new Set(found.map(({ id }) => id))
      const left = tasks.filter(({ id }) => !owned.has(id))
      if (left.length > 0) await store.leave(left.map(({ id }) => id))
      if (found.length > 0) acts.wake()
    },
  })

  const acts = makeClaimedWork({
    limit: TASKS,
    claim: (limit) => store.claim(limit, false),
    async work(tasks) {
      const accounts = await store.accounts([...new Set(tasks.map(({ accountId }) => accountId))])
      const phones = [...accounts.values()].flatMap((account) => forwardedTo(account, profile) ?? [])
      const own = await store.ownNumbers([...new Set([...phones, ...tasks.map(({ sender }) => sender)])])
      for (const task of tasks) await act(task, accounts.get(task.accountId), own).catch((error: unknown) => later(task, error))
    },
  })

  async function act(task: IncomingTask, account: Account | undefined, own: ReadonlySet<string>): Promise<void> {
    if (!account) return store.leave([task.id])
    const asked = isSubscriber(task.sender) ? asksFor(task.body, account.settings) : undefined
    const facts = { profile, own, reply: await replyOf(account), optedOut: asked === 'stop', nowMs: now() }
    const consequences = account.blocked ? [] : consequencesOf(task, account, facts)
    const ids = parts.takeIds(consequences.length)
    const followUps = consequences.map((consequence, at): FollowUp => ({ ...consequence, id: ids[at] as number }))

    let owed = 0
    const finish = async (session?: Session): Promise<boolean> => {
      const ended = await store.finish(task.id, followUps, session)
      owed = ended.owed
      return ended.finished
    }
    if (asked === undefined) await finish()
    else await parts.optOuts[asked](account.id, await evidenceOf(task), finish)
    if (owed > 0) parts.owed()
  }

  async function evidenceOf(task: IncomingTask): Promise<Evidence> {
    const { sender, body, recipient, atMs } = task
    const answeredId = task.answeredId || ((await store.lastOf(task.accountId, sender))?.messageId ?? 0)
    return { subscriber: sender, text: body, number: recipient, answeredId, atMs }
  }

  /** SMSC API, answ: a text, or the number of a template of the account; 0 and nothing: no answer. */
  async function replyOf({ id, settings }: Account): Promise<string> {
    const answer = String(settings.answ ?? '').trim()
    if (answer === '0' || !/^\d{1,9}$/.test(answer)) return answer === '0' ? '' : answer
    return (await store.templateText(id, Number(answer))) ?? answer
  }

  async function later({ id, attempts, accountId }: IncomingTask, error: unknown): Promise<void> {
    if (attempts % 20 === 0) log.warn('an incoming message is looked at again later', { id, account: accountId, error })
    if (attempts >= ATTEMPTS_MAX) return store.leave([id])
    await store.retry([id], now() + Math.min(RETRY_MS.first * 2 ** Math.min(attempts, 20), RETRY_MS.most))
  }

  return {
    wake() {
      routes.wake()
      acts.wake()
    },
    stop: async () => void (await Promise.all([routes.stop(), acts.stop()])),
  }
}
