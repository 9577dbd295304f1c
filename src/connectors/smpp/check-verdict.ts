import {
  type CheckAsk,
  type Conclusions,
  concludeReceipts,
  type Finding,
  isRefused,
  isTaken,
  type Look,
  type ObservedProbe,
  type Proposal,
} from '../../domain/carrier-check.ts'
import { describeRelation, type IdRelation, relationOf, settingsFor } from '../../domain/receipt-id.ts'
import { concludeAlphabet } from './check-alphabet.ts'
import { goodSender, SENDER_KINDS, SENDER_SETTING, SENDER_TITLES, tonNpiText, WAY_NAMES, WAYS } from './check-series.ts'
import type { SmppSettings } from './settings.ts'

/** What the fate of the series says of the carrier's settings. Proposes only what differs from what it has. */
export function concludeCheck(settings: SmppSettings, ask: CheckAsk, observed: readonly ObservedProbe[]): Conclusions {
  const parts = [
    concludeRescue(observed),
    ...SENDER_KINDS.map((kind) => concludeSender(kind, settings, ask, observed)),
    concludeAlphabet(settings, observed),
    concludeLong(settings, observed),
    concludeIds(settings, observed),
    concludeDates(settings, observed),
    concludePace(observed),
  ]
  return {
    findings: [...concludeReceipts(observed), ...parts.flatMap(({ findings = [] }) => findings)],
    proposals: parts.flatMap(({ proposals = [] }) => proposals),
    looks: parts.flatMap(({ looks = [] }) => looks),
  }
}

type Part = Partial<Conclusions>

const reasonOf = (probe: ObservedProbe | undefined): string =>
  probe?.parts.find(({ outcome }) => outcome === 'rejected')?.reason.replace(/,.*$/, '') ?? ''

/** Nothing was taken until something else was changed. */
function concludeRescue(observed: readonly ObservedProbe[]): Part {
  const good = goodSender(observed)
  if (!good?.name.startsWith('rescue ')) return {}
  const [, setting = '', value = setting === 'validity' ? 'none' : 'false'] = good.name.split(' ')
  const because = `The carrier refuses everything else, and took the message ${good.title}.`
  return { proposals: [{ setting, value, because, sure: 'seen' }] }
}

function concludeSender(
  kind: (typeof SENDER_KINDS)[number],
  settings: SmppSettings,
  { from }: CheckAsk,
  observed: readonly ObservedProbe[],
): Part {
  const tries = observed.filter(({ name }) => name.startsWith(`sender ${kind}`))
  const [first] = tries
  const taken = tries.find(isTaken)
  if (!first || !tries.some(isRefused)) return {}
  const what = `a ${SENDER_TITLES[kind]}`
  if (taken) {
    const value = taken.name.split(' ')[2] ?? ''
    const because = `${what} as the sender is refused with ${tonNpiText(settings[SENDER_SETTING[kind]])}, and taken with ${value}.`
    return { proposals: [{ setting: SENDER_SETTING[kind], value, because: capital(because), sure: 'seen' }] }
  }
  if (!goodSender(observed)) return {}
  const finding: Finding = {
    sure: 'seen',
    says: `The carrier refuses ${what} as the sender (${first.from}): ${reasonOf(first)}. Ask it which ${SENDER_PLURALS[kind]} it allows; messages from others will be refused.`,
  }
  const good = goodSender(observed)
  const because = `Messages without a sender of their own need one that it takes, as it took ${from}.`
  const proposals: Proposal[] =
    kind === 'name' && settings.sender === '' && from !== '' && good?.from === from
      ? [{ setting: 'sender', value: from, because, sure: 'likely' }]
      : []
  return { findings: [finding], proposals }
}

const SENDER_PLURALS = { name: 'names', number: 'numbers', short: 'short codes' } as const
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function concludeLong(settings: SmppSettings, observed: readonly ObservedProbe[]): Part {
  const long = WAYS.flatMap((way) => {
    const probe = observed.find(({ name }) => name === `long ${way}`)
    return probe && probe.parts.length > 0 ? [{ way, probe }] : []
  })
  const taken = long.filter(({ probe }) => isTaken(probe))
  const own = long.find(({ way }) => way === settings.longMessages)
  const better = taken.find(({ probe }) => delivered(probe)) ?? taken[0]
  const refused = long.filter(({ probe }) => isRefused(probe))
  const proposals: Proposal[] =
    own && isRefused(own.probe) && better
      ? [
          {
            setting: 'longMessages',
            value: better.way,
            because: `Long messages by ${WAY_NAMES[own.way]} are refused (${reasonOf(own.probe)}); by ${WAY_NAMES[better.way]} they are taken.`,
            sure: 'seen',
          },
        ]
      : []
  const findings: Finding[] = [
    ...refused
      .filter(({ way }) => way !== settings.longMessages || !better)
      .map(({ way, probe }) => ({
        sure: 'seen' as const,
        says: `Long messages by ${WAY_NAMES[way]} are refused: ${reasonOf(probe)}.`,
      })),
    ...taken.flatMap(({ way, probe }) => receiptsOfLong(way, probe)),
  ]
  const looks: Look[] = taken.map(({ way, probe }) => ({
    probe: probe.name,
    expect: 'ONE message, from ALPHA to OMEGA',
    otherwise: `in pieces or not at all: do not use --long-messages ${way}`,
  }))
  return { proposals, findings, looks }
}

const delivered = ({ receipts }: ObservedProbe): boolean => receipts.some(({ state }) => state === 'delivered')

function receiptsOfLong(way: (typeof WAYS)[number], { parts, receipts }: ObservedProbe): Finding[] {
  const got = new Set(receipts.map(({ part }) => part)).size
  if (parts.length < 2 || receipts.length === 0 || got >= parts.length) return []
  return [
    {
      sure: 'seen',
      says: `By ${WAY_NAMES[way]} the carrier sends ${got} receipt for ${parts.length} parts: such messages stay without a final status until the receipt limit. ${way === 'payload' ? '' : 'With message_payload a long message is one part.'}`.trim(),
    },
  ]
}

/** How ids are written, from all pairs of answer and receipt. */
function concludeIds(settings: SmppSettings, observed: readonly ObservedProbe[]): Part {
  const pairs = observed.flatMap(({ parts, receipts }) =>
    receipts.flatMap(({ part, ids }) => {
      const answered = parts.find(({ number }) => number === part)?.carrierId ?? parts[0]?.carrierId ?? ''
      return ids.map((received) => ({ answered, received, relation: relationOf(answered, received) }))
    }),
  )
  const [sample] = pairs
  if (!sample) return {}
  const relations = pairs.map(({ relation }) => relation).filter((relation) => relation !== undefined)
  const [first] = relations
  if (!first) {
    return {
      findings: [
        {
          sure: 'seen',
          says: `Receipts carry ids (${sample.received}) that have nothing in common with those of the answers (${sample.answered}); they were told by number and time only. Ask the carrier which id its receipts carry.`,
        },
      ],
    }
  }
  const kinds = new Set(relations.map(describeRelation))
  const words = [...kinds].join('; also: ')
  if (kinds.size > 1) return { findings: [{ sure: 'seen', says: `Ids are written in several ways: ${words}.` }] }
  return concludeNotation(settings, first, pairs.find(({ relation }) => relation !== undefined) ?? sample)
}

function concludeNotation(
  settings: SmppSettings,
  relation: IdRelation,
  { answered, received }: { readonly answered: string; readonly received: string },
): Part {
  const words = describeRelation(relation)
  const wanted = settingsFor(relation)
  const detail = answered === received ? '' : ` (${answered} and ${received})`
  if (!wanted) {
    return {
      findings: [{ sure: 'seen', says: `Ids are ${words}${detail}. No setting covers this yet: receipts are attached by hand.` }],
    }
  }
  const proposals = Object.entries({ receiptIds: 'auto', receiptIdEndsAt: '', ...wanted })
    .filter(([setting, value]) => settings[setting as 'receiptIds' | 'receiptIdEndsAt'] !== value)
    .map(([setting, value]) => ({ setting, value, because: `Ids are ${words}${detail}.`, sure: 'seen' as const }))
  return proposals.length > 0 ? { proposals } : { findings: [{ sure: 'seen', says: `Ids are ${words}${detail}.` }] }
}

const QUARTER_MS = 15 * 60_000
const NEAR_MS = 4 * 60_000

/** Dates in receipts name no zone: one that is hours away from the moment a receipt comes tells it. */
function concludeDates(settings: SmppSettings, observed: readonly ObservedProbe[]): Part {
  const dated = observed.flatMap(({ receipts }) => receipts).filter(({ doneAtMs }) => doneAtMs > 0)
  const offsets = dated.map(({ doneAtMs, atMs }) => Math.round((doneAtMs - atMs) / QUARTER_MS) * QUARTER_MS)
  const [offset] = offsets
  if (offset === undefined || offset === 0 || dated.length < 2 || offsets.some((other) => other !== offset)) return {}
  if (dated.some(({ doneAtMs, atMs }) => Math.abs(doneAtMs - atMs - offset) > NEAR_MS)) return {}
  const minutes = settings.utcOffsetMinutes + offset / 60_000
  if (minutes < -720 || minutes > 840) return {}
  const because = `The dates in its receipts are ${Math.abs(offset / 60_000)} minutes ${offset > 0 ? 'ahead of' : 'behind'} ours.`
  return { proposals: [{ setting: 'utcOffsetMinutes', value: String(minutes), because, sure: 'likely' }] }
}

function concludePace(observed: readonly ObservedProbe[]): Part {
  const pushed = observed.filter(({ pushedBack }) => pushedBack > 0)
  const [first] = pushed
  if (!first) return {}
  const times = pushed.reduce((sum, { pushedBack }) => sum + pushedBack, 0)
  return {
    findings: [
      {
        sure: 'seen',
        says: `It pushed back ${times === 1 ? 'once' : `${times} times`} (${first.pushedBackBy.replace(/,.*$/, '')}) though messages of a check go one at a time: ask for the rate it allows and set --rate.`,
      },
    ],
  }
}
