import type { Account } from '../domain/account.ts'
import { BULK_ABOVE } from '../domain/message.ts'
import { Refusal } from '../domain/refusal.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import { sendingRulesOf } from '../domain/sending-rules.ts'
import { refusalOfStatus } from '../domain/status.ts'
import type { Catalogue } from './catalogue.ts'
import { type Bars, compose, type House } from './compose.ts'
import { type CountDay, type Counted, dayLimitsOf } from './day-limits.ts'
import { type Draft, refuse } from './draft.ts'
import { amountOf, type Entry, type Stored } from './entry.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Numbering } from './numbering.ts'
import { withPorted } from './ported.ts'
import {
  type Accept,
  type Accepted,
  type EstimateRequest,
  OutcomeUnknown,
  type RecipientOutcome,
  type SendRequest,
} from './request.ts'

/** Recipients of one request, over all its lines. */
export const RECIPIENTS_MAX = 200_000
/** So many are composed or stored in one go; others' messages go in between. */
export const SLICE = 700

/** What an account has of it; undefined: nothing. A promise while that is asked for. */
type Asked<T> = T | undefined | Promise<T | undefined>

/**
 * Step 1: a request becomes stored messages, charged for in the same commit; the answer means that we owe their
 * delivery or a reason. A request longer than a slice is priced whole first and stored slice by slice.
 */
export function makeAccept(parts: {
  catalogue: () => Catalogue
  house: House
  numbering: Pick<Numbering, 'hasNoPorted' | 'lookUp' | 'ported'>
  commits: GroupCommit
  takeId: () => number
  /** What an account's payer can spend of its main purse, and of its second one, in millionths. */
  funds: (accountId: number) => Promise<{ available: bigint; electronic: bigint }>
  /** Whether the disk has room for a request; a bulk one needs more. */
  hasRoom: (bulk: boolean) => boolean
  /** Whether one more message of this account to a number is one too many. */
  isOver: (account: SendRequest['account'], to: string) => boolean
  /** Whom an account must not write to. */
  barsOf?: ((accountId: number) => Asked<Bars>) | undefined
  /** Under which senders an account may send; undefined: any. */
  maySendOf?: ((account: Account) => Asked<MaySend>) | undefined
  /** Counts what an account sends in a day, where its settings limit that. */
  countDay?: CountDay | undefined
  /** A request of several commits begins to be stored, and is. */
  storing?: { begin(): void; end(): void }
  /** Looks at what is about to be stored; may hold or refuse some of it. */
  guard: (account: Account, drafts: readonly Draft[]) => void
}): { accept: Accept; estimate: EstimateRequest } {
  const { catalogue, commits, numbering } = parts
  const houseFor = (standard: House) => (request: SendRequest) => {
    const rules = sendingRulesOf(request.account)
    const house = rules ? { ...standard, rules } : standard
    const bars = parts.barsOf?.(request.account.id)
    const maySend = parts.maySendOf?.(request.account)
    if (bars instanceof Promise || maySend instanceof Promise) return withAsked(house, request, bars, maySend)
    const own = bars || maySend ? { ...house, bars, maySend } : house
    return numbering.hasNoPorted() ? own : withPorted(own, request, numbering)
  }
  const withAsked = async (house: House, request: SendRequest, bars: Asked<Bars>, maySend: Asked<MaySend>) => {
    const asked = Promise.resolve(maySend).catch(() => {
      throw new Refusal('unavailable')
    })
    const own = { ...house, bars: await bars, maySend: await asked }
    return numbering.hasNoPorted() ? own : withPorted(own, request, numbering)
  }
  const sending = houseFor(parts.house)
  /** Who only asks for a price loses nothing. */
  const asking = houseFor({ ...parts.house, lossWatch: undefined })

  const store = (
    request: SendRequest,
    drafts: readonly Draft[],
    rest: Pick<Entry, 'bulk' | 'divisible' | 'ref' | 'text'> & { readonly electronic?: boolean },
  ): Promise<Stored> =>
    new Promise((resolve, reject) => {
      const hash = rest.ref === request.ref || drafts.length === 0 ? request.hash : 0n
      const { bulk, divisible, electronic = false, ref, text } = rest
      const { account, part, slice } = request
      commits.add({ account, bulk, divisible, electronic, drafts, ref, hash, text, part, slice, resolve, reject })
    })

  async function accept(request: SendRequest): Promise<Accepted> {
    if (!parts.hasRoom(countOf(request) > BULK_ABOVE)) throw new Refusal('overloaded')
    const drafts = await composeAll(request, catalogue, sending)
    for (const draft of drafts) if (draft.state === -1 && parts.isOver(request.account, draft.recipient)) refuse(draft, 23, 251)
    parts.guard(request.account, drafts)
    const limits = dayLimitsOf(request.account)
    const counted = limits && (await parts.countDay?.(request, drafts, limits))
    return counted ? storeCounted(request, drafts, counted) : storeAll(request, drafts)
  }

  /** What is not stored as good after all does not count on its day. */
  async function storeCounted(request: SendRequest, drafts: readonly Draft[], counted: Counted): Promise<Accepted> {
    try {
      const stored = await storeAll(request, drafts)
      await counted.settle('stored')
      return stored
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) await counted.settle('lost')
      throw error
    }
  }

  async function storeAll(request: SendRequest, drafts: readonly Draft[]): Promise<Accepted> {
    if (drafts.length > SLICE) {
      parts.storing?.begin()
      return acceptBulk(request, drafts).finally(() => parts.storing?.end())
    }
    const shared = drafts.find((draft) => draft.sharesText)
    const text = shared && textEntry(shared, parts.takeId())
    const bulk = drafts.length > BULK_COMMIT || request.slice !== undefined
    const stored = await store(request, drafts, { bulk, divisible: false, ref: request.ref, text })
    return accepted(drafts, stored)
  }

  async function acceptBulk(request: SendRequest, drafts: readonly Draft[]): Promise<Accepted> {
    const funds = await parts.funds(request.account.id)
    const total = amountOf(drafts)
    const electronic = total > funds.available && total <= funds.electronic
    if (total > funds.available && !electronic && total > 0n)
      for (const draft of drafts) if (draft.state === -1) refuse(draft, 24, 0)

    const shared = drafts.find((draft) => draft.sharesText)
    const text = shared && textEntry(shared, parts.takeId())
    let stored: Stored | undefined
    for (let from = 0; from < drafts.length; from += SLICE) {
      const slice = drafts.slice(from, from + SLICE)
      const rest = {
        bulk: true,
        divisible: true,
        electronic,
        ref: stored?.ref ?? request.ref,
        text: text && (from === 0 ? text : { id: text.id, body: undefined }),
      }
      try {
        stored = await store(from === 0 ? request : { ...request, hash: 0n }, slice, rest)
      } catch (error) {
        // What is stored is stored and will be sent: the rest is answered as refused, not as a failure of all.
        if (!stored || error instanceof OutcomeUnknown) throw error
        for (const draft of drafts.slice(from)) if (draft.state === -1) refuse(draft, 25, 248)
        break
      }
    }
    return accepted(drafts, stored as Stored)
  }

  return {
    accept,
    async estimate(request) {
      const drafts = await composeAll(request, catalogue, asking)
      const outcomes = drafts.map(outcomeOf)
      return { parts: partsOf(drafts), price: amountOf(drafts), recipients: outcomes, refusal: refusalOf(drafts) }
    },
  }
}

/** Above this a request takes the bulk lane of the commits. */
const BULK_COMMIT = 50

const textEntry = (draft: Draft, id: number): Entry['text'] =>
  draft.content.kind === 'text' ? { id, body: draft.content.text } : undefined

const BAD_SENDER = 254 // SMSC API, delivery errors

/** In turns: a request with 100,000 numbers does not hold the event loop. */
async function composeAll(
  request: SendRequest,
  catalogue: () => Catalogue,
  houseFor: (request: SendRequest) => House | Promise<House>,
): Promise<Draft[]> {
  const count = countOf(request)
  if (count === 0) throw new Refusal('bad_request', { field: 'phones' })
  if (count > RECIPIENTS_MAX) throw new Refusal('bad_request', { field: 'phones', most: RECIPIENTS_MAX })
  const drafts: Draft[] = []
  const own = houseFor(request)
  const house = own instanceof Promise ? await own : own
  let isDenied = false
  for (const draft of compose(request, catalogue(), house)) {
    drafts.push(draft)
    if (draft.err === BAD_SENDER) isDenied = true
    if (drafts.length % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  // A sender that may not be used refuses the whole request; a mailing is so long that its other lines go out.
  if (isDenied && request.mailing !== true) for (const draft of drafts) if (isGood(draft)) refuse(draft, 23, BAD_SENDER)
  return drafts
}

const countOf = (request: SendRequest): number => request.lines.reduce((sum, line) => sum + line.phones.length, 0)

const isGood = (draft: Draft): boolean => draft.state < 22

const partsOf = (drafts: readonly Draft[]): number => {
  let parts = 0
  for (const draft of drafts) if (isGood(draft)) parts += draft.parts
  return parts
}

const outcomeOf = (draft: Draft): RecipientOutcome => ({
  phone: draft.recipient,
  mccmnc: draft.mccmnc,
  price: draft.price,
  parts: draft.parts,
  status: isGood(draft) ? 0 : draft.state,
  err: isGood(draft) ? 0 : draft.err,
})

/** No recipient was accepted: the first one's reason is the request's, but a bad sender goes before a bad number. */
function refusalOf(drafts: readonly Draft[]): Accepted['refusal'] {
  if (drafts.some(isGood)) return undefined
  const state = drafts[0]?.state ?? 25
  if (state === 22 && drafts.some(({ err }) => err === BAD_SENDER)) return 'denied'
  return refusalOfStatus(state as 22 | 23 | 24 | 25)
}

const accepted = (drafts: readonly Draft[], stored: Stored): Accepted => ({
  ref: stored.ref,
  parts: partsOf(drafts),
  price: amountOf(drafts),
  balance: stored.balance,
  recipients: drafts.map(outcomeOf),
  refusal: refusalOf(drafts),
})
