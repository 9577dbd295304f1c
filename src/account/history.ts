import { type Account, isOn } from '../domain/account.ts'
import { idOfTime } from '../domain/message-id.ts'
import { Refusal } from '../domain/refusal.ts'
import { type ReportDays, spanOfHistory } from '../domain/report-span.ts'
import { wholeOf } from '../domain/whole-message.ts'
import type { HistoryRow } from '../store/history.ts'
import { type HistoryQuestion, historyOfNumbers, type ListedRow, walkHistory } from '../store/history-list.ts'
import { recipientsIndexedUntil } from '../store/recipient-index.ts'
import type { Session } from '../store/session.ts'
import { findSubclient } from '../store/subclients.ts'
import { readPartsOfMany } from '../store/whole-message.ts'

export interface HistoryRequest extends ReportDays {
  /** E-mails only, or everything else. */
  readonly mail: boolean
  /** To these only; none: to anybody. */
  readonly recipients: readonly string[]
  readonly count: number
  /** Only messages before this one, by the store's own number. */
  readonly beforeId?: number | undefined
  /** The login of a sub-client whose messages are meant; undefined: the account's own. */
  readonly user?: string | undefined
}

/**
 * An account's messages, the newest first, as `report` tells them. Months that are over are searched by recipients along their index;
 * the open one is read through. Refuses with bad_request a span that ends before it begins, with not_found where nothing is, with
 * no_subclient a login that is none of its sub-clients'.
 */
export const createHistory =
  <Report>({ session, now, report }: HistoryParts<Report>) =>
  async (account: Account, request: HistoryRequest): Promise<readonly Report[]> => {
    const whose = request.user === undefined ? account : await subclientOf(session, account, request.user)
    const rows = await readHistoryPage(session, historyQuestion(whose, request, now()))
    if (rows.length === 0) throw new Refusal('not_found')
    return report(rows)
  }

export interface HistoryParts<Report> {
  readonly session: Session
  readonly now: () => number
  /** Rows as they are told, in their order. */
  readonly report: (rows: readonly HistoryRow[]) => Promise<readonly Report[]>
}

export type ReadHistory<Report> = ReturnType<typeof createHistory<Report>>

/** A sub-client as its main account reads it: by the main account's clock, what is hidden from the sub-client too. */
async function subclientOf(session: Session, main: Account, login: string): Promise<Account> {
  const found = await findSubclient(session, main.id, { login })
  if (!found) throw new Refusal('no_subclient', { field: 'user' })
  return { ...main, id: found.id, settings: { ...found.settings, 'fl2[1]': 0 } }
}

/**
 * What is looked for, by the account's calendar and by how long it keeps its history. Refuses with not_found a sub-client from whom
 * messages are hidden, with bad_request a span that ends before it begins.
 */
export function historyQuestion(account: Account, request: HistoryRequest, nowMs: number): HistoryQuestion {
  if (isOn(account.settings['fl2[1]'])) throw new Refusal('not_found')
  const span = spanOfHistory(request, account.utcOffsetMinutes, nowMs, daysKept(account))
  if (!span) throw new Refusal('bad_request', { field: 'end' })
  const { mail, recipients, count: limit, beforeId = Number.POSITIVE_INFINITY } = request
  const toId = Math.min(idOfTime(span.toMs), beforeId)
  return { accountId: account.id, fromId: idOfTime(span.fromMs), toId, mail, recipients, limit }
}

/** At most `limit` messages, the newest first. The next page is before the id of the last. */
export async function readHistoryPage(session: Session, question: HistoryQuestion): Promise<readonly HistoryRow[]> {
  return asWholes(session, question.accountId, await readRows(session, question))
}

async function readRows(session: Session, question: HistoryQuestion): Promise<ListedRow[]> {
  const { fromId, toId, recipients, limit } = question
  if (fromId >= toId) return []
  if (recipients.length === 0) return walkHistory(session, question)
  const indexed = Math.min(Math.max(await recipientsIndexedUntil(session), fromId), toId)
  const open = indexed < toId ? await walkHistory(session, { ...question, fromId: indexed }) : []
  if (open.length === limit || indexed === fromId) return open
  return [...open, ...(await historyOfNumbers(session, { ...question, toId: indexed, limit: limit - open.length }))]
}

/** Messages that their customer submitted part by part, each as one: its first row, with the text, price and state of all. */
async function asWholes(session: Session, accountId: number, rows: readonly ListedRow[]): Promise<readonly HistoryRow[]> {
  const firsts = rows.filter(({ firstPartId }) => firstPartId > 0)
  if (firsts.length === 0) return rows
  const parts = await readPartsOfMany(session, accountId, firsts)
  return rows.map((row) => {
    const whole = wholeOf(parts.get(row.id) ?? [])
    if (!whole) return row
    const { state, err, stateAtMs } = whole.decided
    const count = whole.parts.reduce((sum, part) => sum + part.row.parts, 0)
    return { ...row, state, err, stateAtMs, price: whole.price, refunded: 0n, body: whole.text, octets: null, parts: count }
  })
}

/** Days that messages stay in the history (users.php, ktm); 0: as long as they are stored. */
const daysKept = ({ settings }: Account): number => (typeof settings.ktm === 'number' ? settings.ktm : 0)
