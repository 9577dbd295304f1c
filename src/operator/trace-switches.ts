import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import { listCaptures, WHY, type Why } from '../store/captures.ts'
import { readCarrier } from '../store/carriers.ts'
import { readCarriers } from '../store/catalogue.ts'
import type { Session } from '../store/session.ts'
import { addSwitch, endSwitches, listSwitches, type SwitchDetails } from '../store/trace-switches.ts'
import type { Kinds } from './carrier-settings.ts'
import { presentPdu } from './trace-present.ts'
import { toldCapture } from './trace-wire.ts'

export interface SwitchOn {
  readonly account?: string
  readonly carrier?: string
  readonly for?: string // 30m, 2h, 1d
  readonly limit?: number
  readonly texts?: boolean
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const STANDARD_FOR = '30m'
const LONGEST_MS = 7 * UNITS.d
const ROWS = { standard: 10_000, most: 50_000 } as const
const ON_AT_ONCE_MAX = 20
const SHOWN = { standard: 20, most: 500 } as const

/** What is kept of wires and requests beyond errors: for a time, up to a number of rows, of an account or a carrier or both. */
export const createTraceSwitches = ({
  session,
  kinds,
  now,
  changed,
}: {
  session: Session
  kinds: Kinds
  now: () => number
  /** Called after the commit: the nodes open and close their taps. */
  changed: () => void
}) => {
  const findAccount = async (login: string | undefined): Promise<number> => {
    if (login === undefined) return 0
    const account = await readDetailsOf(session, login)
    if (account) return account.id
    throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
  }
  const findCarrier = async (name: string | undefined): Promise<number> => {
    if (name === undefined) return 0
    const carrier = name.includes('\0') ? undefined : await readCarrier(session, name)
    if (carrier) return carrier.id
    throw new Refusal('not_found', { field: 'carrier', reason: `There is no carrier '${name.slice(0, 40)}'.` })
  }

  const list = async () => (await listSwitches(session, now())).map((one) => presentSwitch(one, now()))

  return {
    list,

    async on(wish: SwitchOn) {
      if (wish.account === undefined && wish.carrier === undefined) {
        throw new Refusal('bad_request', { field: 'account', reason: 'Say whose: an account, a carrier, or both.' })
      }
      const rowLimit = wish.limit ?? ROWS.standard
      if (rowLimit < 1 || rowLimit > ROWS.most) {
        throw new Refusal('bad_request', { field: 'limit', reason: `limit must be from 1 to ${ROWS.most}.` })
      }
      const sinceMs = now()
      const id = await addSwitch(
        session,
        {
          accountId: await findAccount(wish.account),
          carrierId: await findCarrier(wish.carrier),
          texts: wish.texts ?? false,
          sinceMs,
          untilMs: sinceMs + readSpan(wish.for ?? STANDARD_FOR),
          rowLimit,
        },
        ON_AT_ONCE_MAX,
      )
      if (id === undefined) {
        const reason = `${ON_AT_ONCE_MAX} switches are on, and no more may be: switch one off with heliogram trace off ID.`
        throw new Refusal('bad_request', { reason })
      }
      changed()
      return (await list()).find((one) => one.id === id) ?? { id }
    },

    /** One by its number, or with 0 all; what they kept stays until it is a week old. */
    async off(id: number): Promise<{ readonly ended: number }> {
      const ended = await endSwitches(session, id, now())
      if (id > 0 && ended === 0) throw new Refusal('not_found', { field: 'id', reason: `No switch ${id} is on.` })
      changed()
      return { ended }
    },

    /** The newest that was kept, decoded, the oldest of it first. */
    async show(wish: { account?: string; carrier?: string; why?: string; last?: number }) {
      const why = (Object.keys(WHY) as Why[]).find((one) => one === wish.why)
      if (wish.why !== undefined && !why) {
        throw new Refusal('bad_request', { field: 'why', reason: `why must be one of ${Object.keys(WHY).join(', ')}.` })
      }
      const last = Math.min(SHOWN.most, Math.max(1, wish.last ?? SHOWN.standard))
      const wanted = { accountId: await findAccount(wish.account), carrierId: await findCarrier(wish.carrier), why, sinceMs: 0 }
      const captures = await listCaptures(session, wanted, last)
      const carriers = new Map((await readCarriers(session)).map((carrier) => [carrier.id, carrier]))
      const nameOf = (id: number) => carriers.get(id)?.name ?? `carrier ${id}`
      return captures.map((capture) =>
        capture.carrierId === 0
          ? { at: new Date(capture.atMs).toISOString(), request: Buffer.from(capture.octets).toString('utf8'), ref: capture.ref }
          : { ...presentPdu(toldCapture(capture, carriers, kinds), nameOf), message: capture.messageId || null },
      )
    },
  }
}

export type TraceSwitches = ReturnType<typeof createTraceSwitches>

function readSpan(written: string): number {
  const [, count, unit] = /^(\d{1,6})\s*([smhd])$/.exec(written.trim()) ?? []
  const ms = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  if (ms > 0 && ms <= LONGEST_MS) return ms
  const reason = `'${written.slice(0, 20)}' is no time a trace may take: write 30m, 2h or 1d, at most 7d.`
  throw new Refusal('bad_request', { field: 'for', reason })
}

const presentSwitch = (one: SwitchDetails, nowMs: number) => ({
  id: one.id,
  account: one.account ?? null,
  carrier: one.carrier ?? null,
  texts: one.texts,
  on: one.untilMs > nowMs && one.kept < one.rowLimit,
  since: new Date(one.sinceMs).toISOString(),
  until: new Date(one.untilMs).toISOString(),
  kept: one.kept,
  limit: one.rowLimit,
  dropped: one.dropped,
})
