import { now } from '../clock.ts'
import type { Conclusions, ObservedProbe } from '../domain/carrier-check.ts'
import { Refusal } from '../domain/refusal.ts'
import { askCheck, type CheckRow, lastCheck, lateReceipts, openCheck, readCheck } from '../store/carrier-checks.ts'
import type { Session } from '../store/session.ts'
import type { Carriers } from './carriers.ts'

/** What a check keeps while it runs and when it has ended; every field may be missing from one that never began. */
interface Report {
  readonly phase?: string
  readonly link?: string
  readonly untilMs?: number
  readonly probes?: readonly ObservedProbe[]
  readonly conclusions?: Conclusions
}

export interface CheckWish {
  readonly to: string
  readonly from?: string
  readonly waitSeconds?: number
}

export const WAIT_SECONDS = { standard: 60, max: 600 } as const

export const createCarrierChecks = (parts: {
  session: Session
  carriers: Pick<Carriers, 'find'>
  /** A check waits for its node: this one looks at once. */
  asked: () => void
}) => {
  const { session, carriers } = parts

  async function find(id: number): Promise<CheckRow> {
    const check = Number.isSafeInteger(id) && id > 0 ? await readCheck(session, id) : undefined
    if (!check) throw new Refusal('not_found', { field: 'id', reason: 'There is no check of this number.' })
    return check
  }

  return {
    /** Asks for a check, which some node runs. Rejects while one of this carrier is under way. */
    async ask(name: string, wish: CheckWish) {
      const to = readRecipient(wish.to)
      const from = readSender(wish.from ?? '')
      const waitSeconds = readWait(wish.waitSeconds ?? WAIT_SECONDS.standard)
      const carrier = await carriers.find(name)
      const id = await askCheck(session, { carrierId: carrier.id, to, from, waitSeconds, atMs: now() })
      if (id === undefined) {
        const other = await openCheck(session, carrier.id)
        const reason = `A check of ${carrier.name} is under way${other ? ` (number ${other.id}, to ${other.to})` : ''}. It ends by itself: wait for it.`
        throw new Refusal('duplicate', { field: 'name', reason })
      }
      parts.asked()
      return present(await find(id), new Map())
    },

    /** The newest check of a carrier, with receipts that came after its end. */
    async last(name: string) {
      const carrier = await carriers.find(name)
      const check = await lastCheck(session, carrier.id)
      if (!check)
        throw new Refusal('not_found', { reason: `${name} was never checked: heliogram carrier check ${name} --to NUMBER.` })
      return present(check, await lateReceipts(session, check.id))
    },

    async read(id: number) {
      const check = await find(id)
      return present(check, await lateReceipts(session, id))
    },
  }
}

export type CarrierChecks = ReturnType<typeof createCarrierChecks>

function readRecipient(written: string): string {
  const to = written.replace(/[\s()-]/g, '').replace(/^\+/, '')
  if (/^[1-9]\d{6,14}$/.test(to)) return to
  throw new Refusal('bad_request', {
    field: 'to',
    reason: 'The telephone is written with its country code, digits only: --to 79161234567. Take one that you can look at.',
  })
}

function readSender(from: string): string {
  if (/^[\x20-\x7e]{0,11}$/.test(from) || /^\+?\d{1,20}$/.test(from)) return from
  throw new Refusal('bad_request', {
    field: 'from',
    reason: 'A sender is a name of up to 11 Latin letters and digits, or a number.',
  })
}

function readWait(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= WAIT_SECONDS.max) return seconds
  throw new Refusal('bad_request', { field: 'wait', reason: `The wait for receipts is 0 to ${WAIT_SECONDS.max} seconds.` })
}

const instant = (ms: number | undefined): string | null => (ms ? new Date(ms).toISOString() : null)

function present(check: CheckRow, late: ReadonlyMap<number, readonly [number, string, string][]>) {
  const report = check.report as Report
  return {
    id: check.id,
    carrier: check.carrier,
    kind: check.kind,
    state: check.state,
    reason: check.reason,
    node: check.node ?? null,
    to: check.to,
    from: check.from,
    wait_seconds: check.waitSeconds,
    asked_at: instant(check.askedAtMs),
    phase: report.phase ?? 'asked',
    link: report.link ?? '',
    until: instant(report.untilMs),
    tests: (report.probes ?? []).map((probe, at) => presentProbe(probe, at, late.get(probe.id) ?? [])),
    findings: report.conclusions?.findings ?? [],
    proposals: (report.conclusions?.proposals ?? []).map((proposal) => ({
      ...proposal,
      option: optionOf(proposal),
    })),
    looks: (report.conclusions?.looks ?? []).map(({ probe, expect, otherwise }) => ({
      test: (report.probes ?? []).findIndex(({ name }) => name === probe) + 1,
      expect,
      otherwise,
    })),
    command: commandOf(check, report.conclusions),
  }
}

/** One command that sets everything proposed; null: nothing is. */
function commandOf({ carrier }: CheckRow, conclusions: Conclusions | undefined): string | null {
  const options = (conclusions?.proposals ?? []).map(optionOf)
  return options.length === 0 ? null : `heliogram carrier set ${carrier} ${options.join(' ')}`
}

const optionOf = ({ setting, value }: { readonly setting: string; readonly value: string }): string =>
  `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${quoted(value)}`

const quoted = (value: string): string => (/^[\w./+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`)

function presentProbe(probe: ObservedProbe, at: number, late: readonly [number, string, string][]) {
  const { title, from, text, sentAtMs, parts, receipts, pushedBack, note } = probe
  return {
    number: at + 1,
    title,
    from,
    text,
    sent_at: instant(sentAtMs),
    answer: answerOf(probe),
    pushed_back: pushedBack,
    note,
    parts: parts.map(({ number, of, outcome, status, reason, carrierId }) => ({
      number,
      of,
      outcome,
      status,
      reason,
      id: carrierId,
    })),
    receipts: [
      ...receipts.map((receipt) => ({
        part: receipt.part || null,
        ids: receipt.ids,
        state: receipt.state,
        stat: receipt.stat,
        err: receipt.err,
        text: receipt.text,
        after_ms: receipt.atMs - sentAtMs,
        carriers_date: instant(receipt.doneAtMs),
        found_by: receipt.by,
        late: false,
      })),
      ...late.map(([atMs, stat, err]) => ({
        part: null,
        ids: [],
        state: '',
        stat,
        err,
        text: '',
        after_ms: atMs - sentAtMs,
        carriers_date: null,
        found_by: 'id' as const,
        late: true,
      })),
    ],
  }
}

/** The worst part's outcome, in a word. */
function answerOf({ parts, note, pushedBack }: ObservedProbe): string {
  for (const outcome of ['rejected', 'unknown', 'busy'] as const) {
    if (parts.some((part) => part.outcome === outcome)) return { rejected: 'refused', unknown: 'lost', busy: 'busy' }[outcome]
  }
  if (note !== '') return note.startsWith('not sent') ? 'not sent' : pushedBack > 0 ? 'busy' : 'unanswered'
  return parts.length === 0 ? 'waiting' : 'taken'
}
