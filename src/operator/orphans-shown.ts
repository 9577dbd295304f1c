import type { Orphan } from '../domain/orphan.ts'
import { describeRelation, settingsFor } from '../domain/receipt-id.ts'
import type { CarrierDetails } from '../store/carriers.ts'
import type { Matched } from './orphans.ts'

/** An orphan for people and programs. Numbers are whole, as `message trace` shows them. */
export const presentOrphan = (orphan: Orphan, carrier: CarrierDetails | undefined, match: Matched | undefined) => ({
  id: orphan.id,
  carrier: carrier?.name ?? null,
  came_at: new Date(orphan.atMs).toISOString(),
  ids: orphan.ids,
  stat: orphan.stat,
  err: orphan.err,
  to: orphan.to,
  from: orphan.from,
  match: match
    ? {
        message: match.message.id,
        account: match.message.account,
        recipient: match.message.recipient,
        sender: match.message.sender,
        sent_at: new Date(match.message.sentAtMs).toISOString(),
        carriers_ids: match.message.carrierIds,
        part: match.part || null,
        sure: match.sure,
        because: match.because,
        ids_are: match.relation ? describeRelation(match.relation) : null,
      }
    : null,
})

type Found = { readonly orphan: Orphan; readonly match: Matched | undefined }

/** What the orphans of one carrier have in common, and what would have matched them. `known`: the settings of its kind. */
export function presentSummary(
  carrierId: number,
  count: number,
  carrier: CarrierDetails | undefined,
  known: readonly string[],
  found: readonly Found[],
) {
  const name = carrier?.name ?? `carrier ${carrierId}`
  const certain = found.filter(({ match }) => match?.sure === 'certain').length
  const likely = found.filter(({ match }) => match?.sure === 'likely').length
  return {
    carrier: name,
    count,
    shown: found.length,
    certain,
    likely,
    causes: carrier ? causesOf(carrier, known, found) : [],
    attach_command: certain > 0 ? `heliogram receipts attach --all --carrier ${name}` : null,
  }
}

/** Each way in which the ids differ, the commonest first. */
function causesOf(carrier: CarrierDetails, known: readonly string[], found: readonly Found[]) {
  const groups = new Map<
    string,
    { count: number; settings: Readonly<Record<string, string>> | undefined; example: readonly string[] }
  >()
  for (const { orphan, match } of found) {
    if (!match?.relation) continue
    const words = describeRelation(match.relation)
    const group = groups.get(words)
    const example = [match.message.carrierIds[Math.max(0, match.part - 1)] ?? '', orphan.ids[0] ?? '']
    if (group) group.count += 1
    else groups.set(words, { count: 1, settings: settingsFor(match.relation), example })
  }
  return [...groups]
    .sort(([, one], [, other]) => other.count - one.count)
    .map(([words, { count, settings, example }]) => {
      const wanted = Object.entries(settings ?? {}).filter(([setting]) => known.includes(setting))
      const missing = wanted.filter(([setting, value]) => carrier.settings[setting] !== value)
      const options = missing.map(([setting, value]) => `--${KEBAB[setting] ?? setting} ${shellWord(value)}`)
      return {
        ids_are: words,
        count,
        answered: example[0] ?? '',
        received: example[1] ?? '',
        set: wanted.length > 0 && missing.length === 0,
        command: options.length > 0 ? `heliogram carrier set ${carrier.name} ${options.join(' ')}` : null,
      }
    })
}

const KEBAB: Readonly<Record<string, string>> = { receiptIds: 'receipt-ids', receiptIdEndsAt: 'receipt-id-ends-at' }

const shellWord = (value: string): string => (/^[\w./+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`)
