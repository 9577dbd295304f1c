import { CHANNELS, channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { timeOfId } from '../domain/message-id.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { templateWord } from '../domain/operator-template.ts'
import { sayParts } from '../domain/parts.ts'
import type { HistoryRow } from '../store/history.ts'
import type { Numbering } from './numbering.ts'
import { lookUpOf } from './ported.ts'
import type { FindMessages, MessageQuestion, MessageReport } from './report.ts'

/** A stored message in the words of status.php; country, operator and region are what the plan says of the number. */
export function reportOf(row: HistoryRow, lookUp: LookUp): MessageReport {
  const plan = lookUp(row.recipient)
  const channel = channelOf(row.channel)
  return {
    id: row.id,
    ref: row.refText ?? row.ref,
    accountId: row.accountId,
    phone: row.recipient,
    state: row.state,
    err: row.err,
    stateAtMs: row.stateAtMs,
    heldUntilMs: row.heldUntilMs,
    acceptedAtMs: timeOfId(row.id),
    sentAtMs: row.sentAtMs,
    price: row.price - row.refunded,
    sender: row.sender,
    text: row.body ?? (row.octets ? row.octets.toString('hex').toUpperCase() : ''),
    comment: row.comment ?? '',
    channel,
    parts: row.parts,
    partStatuses: sayParts(row.partStates),
    mccmnc: row.mccmnc,
    country: plan.country,
    countryEn: plan.countryEn,
    operator: plan.operator,
    region: plan.region,
    flag: CHANNELS[channel] | (row.flags & FLAG.electronic ? 0x20 : 0) | templateWord(row.flags),
    hlr: row.hlr ?? undefined,
  }
}

/** Tells rows in the words of status.php; who a number belongs to is looked up as the plan is now. */
export const makeReport =
  (numbering: Numbering) =>
  async (rows: readonly HistoryRow[]): Promise<MessageReport[]> => {
    const lookUp = numbering.hasNoPorted()
      ? numbering.lookUp
      : await lookUpOf(numbering, new Set(rows.map(({ recipient }) => recipient)))
    return rows.map((row) => reportOf(row, lookUp))
  }

/** Finds messages by the customer's numbers. */
export const makeFind = (
  findMessages: (accountId: number, questions: readonly MessageQuestion[]) => Promise<(HistoryRow | undefined)[]>,
  numbering: Numbering,
): FindMessages => {
  const report = makeReport(numbering)
  return async (accountId, questions) => {
    const rows = await findMessages(accountId, questions)
    const found = rows.filter((row) => row !== undefined)
    const reports = await report(found)
    const reportOfRow = new Map(found.map((row, at) => [row, reports[at]]))
    return rows.map((row) => row && reportOfRow.get(row))
  }
}
