import { now as clockNow } from '../clock.ts'
import { errOfReceipt } from '../domain/receipt.ts'
import { Refusal } from '../domain/refusal.ts'
import { deliveryErrorName, statusName } from '../domain/status.ts'
import { BUILT_IN } from '../domain/throttle/built-in.ts'
import { CLASSES } from '../domain/throttle/classes.ts'
import { type Collision, collisionsOf } from '../domain/throttle/collision.ts'
import { writeDuration } from '../domain/throttle/duration.ts'
import { describeHeld } from '../domain/throttle/pause.ts'
import { ACTIONS, byRank, classOfAnswer, compileRules, type Rule, type Said, whyFirst } from '../domain/throttle/rule.ts'
import { listCarriers } from '../store/carriers.ts'
import {
  addRule,
  countPaused,
  liftPause,
  type PauseRow,
  RULES_MAX,
  readActive,
  readRules,
  releasePaused,
  removeRule,
} from '../store/shaping.ts'
import { kindNamed } from './carrier-settings.ts'
import type { CatalogueStore, createCarriers } from './carriers.ts'
import { fateInWords, type NewRule, readRule } from './shaping-rule.ts'

/** What a carrier could say, to be tried without it. */
export interface Trial {
  readonly carrier: string
  readonly mccmnc?: string
  readonly sender?: string
  readonly status?: number
  readonly text?: string
  readonly stat?: string
  readonly err?: string
}

/** Until every node has heard that a pause is lifted; only then its messages are looked at again. */
const HEARD_MS = 4_000
const SLICE = 5_000

type NameOf = (carrierId: number) => string

/** Rules for what carriers answer, and the pauses they have led to. */
export const createShaping = ({
  session,
  kinds,
  changed,
  carriers,
  now = clockNow,
}: CatalogueStore & { carriers: Pick<ReturnType<typeof createCarriers>, 'find'>; now?: () => number }) => {
  const names = async (): Promise<NameOf> => {
    const byId = new Map((await listCarriers(session)).map(({ id, name }) => [id, name]))
    return (id) => byId.get(id) ?? `carrier ${id}`
  }
  const idOf = async (carrier: string | undefined): Promise<number> => (carrier ? (await carriers.find(carrier)).id : 0)

  return {
    /** The operator's rules, then the built-in ones, each the most specific first. */
    async rules() {
      const nameOf = await names()
      return [...(await readRules(session)), ...BUILT_IN].sort(byRank).map((rule) => presentRule(rule, nameOf))
    },

    /** Refuses a rule that could never count; tells of those it meets. */
    async add(written: NewRule) {
      const rule = readRule(written, await idOf(written.carrier))
      const known = await readRules(session)
      const nameOf = await names()
      // Not yet stored, it is younger than all others.
      const met = collisionsOf({ ...rule, id: Number.MAX_SAFE_INTEGER }, known)
      const same = met.find(({ kind }) => kind === 'same')
      if (same) {
        const reason = `Rule ${same.with.id} is for the very same answers (${describeRule(same.with, nameOf)}). Remove it first: heliogram shaping rule remove ${same.with.id}.`
        throw new Refusal('duplicate', { field: 'status', reason })
      }
      const id = await addRule(session, rule)
      if (id === undefined)
        throw new Refusal('bad_request', { reason: `There are at most ${RULES_MAX} rules: remove some first.` })
      changed()
      return { ...presentRule({ ...rule, id }, nameOf), warnings: met.map((each) => warn(each, nameOf)) }
    },

    async remove(id: number): Promise<void> {
      if (!isId(id) || !(await removeRule(session, id))) {
        throw new Refusal('not_found', {
          field: 'id',
          reason: `There is no rule ${id} of yours: heliogram shaping rules lists them.`,
        })
      }
      changed()
    },

    async pauses() {
      const nameOf = await names()
      const { pauses } = await readActive(session, now())
      const waiting = await countPaused(
        session,
        pauses.map(({ untilMs }) => untilMs),
      )
      return pauses.map((pause, at) => ({ ...presentPause(pause, nameOf), waiting: waiting[at] ?? 0 }))
    },

    /** Ends a pause now. What waits for it goes on within seconds, unless another pause holds it. */
    async lift(id: number) {
      const pause = isId(id) ? await liftPause(session, id, now()) : undefined
      if (!pause) {
        const reason = `There is no pause ${id} in force: heliogram shaping pauses lists them.`
        throw new Refusal('not_found', { field: 'id', reason })
      }
      changed()
      let released = 0
      for (let slice = SLICE; slice === SLICE; released += slice) {
        slice = await releasePaused(session, now() + HEARD_MS, pause.untilMs, SLICE)
      }
      return { ...presentPause(pause, await names()), released }
    },

    /** What would happen if a carrier said this, by which rule, and what others would have said. */
    async test(trial: Trial) {
      const carrier = await carriers.find(trial.carrier)
      const on = trial.stat !== undefined || trial.err !== undefined ? 'receipt' : 'answer'
      if (on === 'answer' && trial.status === undefined && trial.text === undefined) {
        throw new Refusal('bad_request', {
          field: 'status',
          reason: 'Say what the carrier answers: --status or --text, or --stat or --err of a receipt.',
        })
      }
      const { mccmnc = '', status = 0xff, text = '', stat = '', err = '' } = trial
      const said: Said = { on, carrierId: carrier.id, mccmnc, status, text, stat, err }
      const nameOf = await names()
      const [rule, ...others] = compileRules([...(await readRules(session)), ...BUILT_IN]).findAll(said)
      const busy = on === 'answer' && connectorCalls(kinds, carrier).includes(status)
      const name = classOfAnswer(rule, busy ? 'busy' : 'rejected')
      const end = rule?.id === 0 && on === 'receipt' ? endOfReceipt(stat, err) : CLASSES[name]
      const { says, fate } = CLASSES[name]
      const ends = on === 'receipt' || fate === 'end' || fate === 'elsewhere'
      return {
        class: name,
        class_says: says,
        message: fateInWords(name, on),
        state: ends ? end.state : null,
        err: ends ? end.err : null,
        customer: ends
          ? `status ${end.state} ${statusName(end.state, 'en')}, err ${end.err} ${deliveryErrorName(end.err, 'en')}`
          : null,
        action: rule ? actionInWords(rule) : ACTIONS.none,
        rule: rule ? presentRule(rule, nameOf) : null,
        by_settings: busy && rule?.id === 0,
        others: others.map((other) => ({ ...presentRule(other, nameOf), lost: rule ? whyFirst(rule, other) : '' })),
      }
    },
  }
}

/** A built-in rule leaves a receipt its own end. */
function endOfReceipt(stat: string, err: string): { state: number; err: number } {
  const expired = stat.toUpperCase() === 'EXPIRED'
  return { state: expired ? 3 : 20, err: errOfReceipt(expired ? 'expired' : 'undelivered', err) }
}

export type Shaping = ReturnType<typeof createShaping>

const isId = (id: number): boolean => Number.isInteger(id) && id > 0 && id <= 0x7fff_ffff

/** Statuses that a carrier's own settings call busy. */
function connectorCalls(kinds: CatalogueStore['kinds'], carrier: { kind: string; settings: unknown }): readonly number[] {
  const parsed = kindNamed(kinds, carrier.kind).settings.safeParse(carrier.settings)
  return (parsed.data as { busyStatuses?: readonly number[] } | undefined)?.busyStatuses ?? []
}

const presentRule = (rule: Rule, nameOf: NameOf) => ({
  id: rule.id === 0 ? null : rule.id,
  built_in: rule.id === 0,
  on: rule.on,
  carrier: rule.carrierId === 0 ? null : nameOf(rule.carrierId),
  mccmnc: rule.mccmnc,
  status: rule.status < 0 ? null : rule.status,
  text: rule.text,
  stat: rule.stat,
  err: rule.err,
  class: rule.class,
  class_says: CLASSES[rule.class].says,
  action: rule.action,
  for: rule.seconds === 0 ? null : writeDuration(rule.seconds),
  after: rule.after,
  does: actionInWords(rule),
})

function actionInWords({ action, seconds, after }: Rule): string {
  if (action === 'none') return ACTIONS.none
  return `${ACTIONS[action]} for ${writeDuration(seconds)}${after > 1 ? `, after ${after} within an hour` : ', at once'}`
}

const presentPause = (pause: PauseRow, nameOf: NameOf) => ({
  id: pause.id,
  carrier: nameOf(pause.carrierId),
  kind: pause.kind,
  key: pause.key,
  says: describeHeld(pause, nameOf(pause.carrierId), pause.rate),
  reason: pause.reason,
  rule: pause.ruleId === 0 ? null : pause.ruleId,
  since: new Date(pause.fromMs).toISOString(),
  until: new Date(pause.untilMs).toISOString(),
})

/** `mts, network 250, status 69 "spam": spam` */
function describeRule(rule: Rule, nameOf: NameOf): string {
  const where = [rule.carrierId === 0 ? 'all carriers' : nameOf(rule.carrierId), rule.mccmnc && `network ${rule.mccmnc}`]
  const what = [
    rule.status < 0 ? '' : `status 0x${rule.status.toString(16).padStart(2, '0')}`,
    rule.text && `text "${rule.text}"`,
    rule.stat && `stat ${rule.stat}`,
    rule.err && `err ${rule.err}`,
  ]
  const action = rule.action === 'none' ? '' : `, ${rule.action} for ${writeDuration(rule.seconds)}`
  return `${[...where, ...what].filter((part) => part !== '').join(', ')}: ${rule.class}${action}`
}

function warn({ with: other, winner, why }: Collision, nameOf: NameOf): string {
  const counts = winner === other ? `rule ${other.id} counts` : 'this one counts'
  return `Some answers fit rule ${other.id} too (${describeRule(other, nameOf)}); for them ${counts}: ${why}.`
}
