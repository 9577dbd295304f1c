import type { Account } from '../domain/account.ts'
import { channelOf } from '../domain/channel.ts'
import { FLAG } from '../domain/message.ts'
import { replacedBy } from '../domain/message-state.ts'
import { lookUp } from '../domain/number/plan.ts'
import { asRead } from '../domain/number/recipient.ts'
import { templateFlags } from '../domain/operator-template.ts'
import { openingFor } from '../domain/sending-hours.ts'
import { sendingRulesOf } from '../domain/sending-rules.ts'
import { WAITING } from '../domain/waiting.ts'
import type { MessageId, ReceiptTarget } from '../store/receipts.ts'
import type { Replaceable, Replacement, ReplaceOutcome } from '../store/replace.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { EstimateRequest, SendRequest } from './request.ts'
import type { SettleCommit } from './settle-commit.ts'
import type { Rule } from './text-rules.ts'
import { isUntouchedRow, SENT_ALREADY, withdrawUntouched } from './withdraw.ts'

/** What a waiting message becomes, told when that message is known; undefined: it can't become that. */
export type ReadNewContent = (old: { readonly text: string; readonly dueAtMs: number }) => NewContent | undefined

export interface NewContent {
  readonly text: string
  readonly comment: string // '': as it was
  readonly dueAtMs: number | undefined // Unix ms, 0: now; undefined: as it was
  readonly validityMs: number | undefined // from then on; undefined: as long as it was
  readonly wanted: number // FLAG.receipt and FLAG.intermediate
}

export interface ReplaceStore {
  readReplaceable(message: MessageId): Promise<Replaceable | undefined>
  readTargets(messages: readonly MessageId[]): Promise<readonly ReceiptTarget[]>
  replace(change: Replacement): Promise<ReplaceOutcome>
}

/** Replaces a text that no carrier has seen, and charges or gives back the difference. False: it cannot be, or cannot be paid for. */
export type Replace = (account: Account, message: MessageId, read: ReadNewContent) => Promise<boolean>

/** A claim may be faster than we are; then the message is in memory again. */
const TRIES_MAX = 3
/** Out of memory and into the due queue it goes for so long, so that no claim takes it meanwhile. */
const ASIDE_MS = 1_500

export function makeReplace(parts: {
  store: ReplaceStore
  owned: ReadonlyMap<number, CarrierQueue>
  settle: Pick<SettleCommit, 'changed' | 'stored'>
  estimate: EstimateRequest
  /** Signs and judges the new text. */
  rule?: Rule
  catalogue: () => { readonly version: number }
  takeIds: (count: number) => number[]
  now: () => number
}): Replace {
  const { store, settle, now } = parts

  /** Out of this node's memory, where it is there. */
  async function setAside(id: number): Promise<void> {
    const [item] = withdrawUntouched(parts.owned, (queued) => queued.id === id)
    if (!item) return
    item.move = { carrierId: item.carrierId, dueAtMs: now() + ASIDE_MS, reason: WAITING.replaced.code }
    settle.changed(item)
    await settle.stored()
  }

  async function attempt(account: Account, message: MessageId, read: ReadNewContent): Promise<ReplaceOutcome | 'refused'> {
    await setAside(message.id)
    const [old, target] = await Promise.all([store.readReplaceable(message), store.readTargets([message]).then(([row]) => row)])
    if (!old || !target || old.hops !== target.hops) return 'gone'
    const channel = channelOf(old.channel)
    const isText = old.isText && old.body !== null && (channel === 'sms' || channel === 'flash')
    if (!isText || !isUntouchedRow(target)) return 'refused'
    const dcs = old.dcs < 0 ? undefined : old.dcs
    const content = read({ text: old.body ?? '', dueAtMs: old.dueAtMs })
    if (!content) return 'refused'

    const rules = sendingRulesOf(account)
    const wantedMs = Math.max(now(), content.dueAtMs ?? old.dueAtMs)
    const dueAtMs = rules?.hours
      ? openingFor(rules.hours, wantedMs, {
          recipient: lookUp(old.recipient).utcOffsetMinutes,
          account: account.utcOffsetMinutes,
        })
      : wantedMs
    const validityMs = Math.min(
      content.validityMs ?? old.expiresAtMs - old.dueAtMs,
      rules?.validityMaxMs ?? Number.POSITIVE_INFINITY,
    )
    const line = {
      ...{ phones: [asRead(old.recipient)], text: content.text, comment: content.comment },
      ...{ sender: old.sender, dueAtMs: wantedMs },
    }
    const request = requestOf(account, { channel, line, dcs, validityMs })
    // A text that stays was signed and judged when it came.
    const ruled = parts.rule && content.text !== old.body ? await parts.rule(request) : undefined
    const priced = await parts.estimate(ruled ?? request)
    if (priced.refusal !== undefined) return 'refused'
    const { text = content.text, template } = ruled?.lines[0] ?? {}
    const judged = typeof template === 'number' ? templateFlags(template, priced.recipients[0]?.mccmnc ?? '') : 0
    const kept = old.flags & ~(ruled ? OF_THE_OLD | FLAG.template | FLAG.transactional : OF_THE_OLD)

    const [refundId = 0, chargeId = 0, newId = 0] = parts.takeIds(3)
    return store.replace({
      ...message,
      hops: old.hops,
      newId,
      refundId,
      chargeId,
      body: text,
      comment: content.comment === '' ? old.comment : content.comment,
      parts: priced.parts,
      price: priced.price,
      flags: kept | judged | content.wanted | FLAG.inPlace,
      routeVersion: parts.catalogue().version,
      dueAtMs,
      expiresAtMs: dueAtMs + validityMs,
      receipt: replacedBy(newId),
      nowMs: now(),
      reason: (dueAtMs > wantedMs ? WAITING.hours : dueAtMs > now() ? WAITING.scheduled : WAITING.replaced).code,
      except: [...SENT_ALREADY, WAITING.guarded.code],
    })
  }

  return async (account, message, read) => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const outcome = await attempt(account, message, read)
      if (outcome !== 'gone') return outcome === 'replaced'
    }
    return false
  }
}

const OF_THE_OLD = FLAG.handed | FLAG.tracked | FLAG.receipt | FLAG.intermediate

const requestOf = (
  account: Account,
  of: Pick<SendRequest, 'channel' | 'dcs'> & { line: SendRequest['lines'][number]; validityMs: number },
): SendRequest => ({
  account,
  channel: of.channel,
  lines: [of.line],
  sender: of.line.sender,
  ref: undefined,
  octets: undefined,
  dcs: of.dcs,
  pid: 0,
  translit: 0,
  shortenLinks: false,
  partsMax: 0,
  validityMs: of.validityMs,
  spread: undefined,
  bot: undefined,
  via: 'SMPP',
  hash: 0n,
})
