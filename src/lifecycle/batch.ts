import { channelCode } from '../domain/channel.ts'
import { ASKED } from '../domain/delivery.ts'
import { FLAG, referenceOf } from '../domain/message.ts'
import { newParts } from '../domain/parts.ts'
import type { Charge, ChargeOutcome, Commit, DueRow, NewMessage } from '../store/accept.ts'
import type { Delivery } from '../store/deliveries.ts'
import type { Told } from '../store/outbox.ts'
import type { Dispatch, Place } from './dispatch.ts'
import type { Draft } from './draft.ts'
import { amountOf, type Entry } from './entry.ts'
import type { Item, Owed } from './item.ts'
import { firstIdOf, makePartGroups, type PartEntry } from './part-groups.ts'

/** A commit made of entries: ids given out, places taken, and what to do with it once it is durable. */
export interface Batch {
  readonly commit: Commit
  /** The commit failed: gives the places back. */
  undo(): void
  /** The commit stands: hands the stored entries' messages to their carriers, or lets them queue. */
  release(stored: ReadonlySet<Entry>, outcomes: ReadonlyMap<number, ChargeOutcome>): void
  /** The same after a lost answer, when only the refs found in the store are known. */
  releaseFound(stored: ReadonlySet<Entry>, refs: ReadonlyMap<number, number>): void
  refOf(entry: Entry, outcome: ChargeOutcome): number | string
  refFound(entry: Entry, refs: ReadonlyMap<number, number>): number | string
  idsOf(entry: Entry): readonly number[]
}

export type MakeBatch = (entries: readonly Entry[]) => Batch

interface Row {
  readonly entry: Entry
  readonly message: NewMessage
  readonly item: Item | undefined // kept in this node's memory
  readonly place: Place | undefined
}

/** Who is told of messages in test mode, which end as they are stored. */
interface OfVirtual {
  told(messages: readonly NewMessage[]): readonly Told[] | undefined
  owed(messages: readonly NewMessage[]): readonly Delivery[] | undefined
}

/** How entries become a commit on this node. `take(n)` gives n ids in rising order. */
export function makeBatches(
  node: number,
  take: (count: number) => number[],
  dispatch: Dispatch,
  now: () => number,
  virtual: OfVirtual = { told: () => undefined, owed: () => undefined },
): MakeBatch {
  const groups = makePartGroups(now)

  return (entries) => {
    const atMs = now()
    const rowCount = entries.reduce((sum, entry) => sum + entry.drafts.length, 0)
    const ids = take(rowCount + 1)
    const commitId = ids[0] as number
    const owed: Owed = { id: commitId, left: 0 }
    const charges = new Map<number, { charge: Charge & { refs: number; amount: bigint; electronic: bigint }; ordinal: number }>()
    const ordinals = new Map<Entry, number>()
    const firstRow = new Map<Entry, number>()
    const rows: Row[] = []
    const due: DueRow[] = []
    const spills: { readonly place: Place; readonly lane: number; readonly accountId: number }[] = []
    const links: Commit['links'][number][] = []
    const grouped: { readonly entry: Entry; readonly part: PartEntry }[] = []
    let next = 1
    let controlled = false

    for (const entry of entries) {
      const { account } = entry
      let charge = charges.get(account.id)
      if (!charge) {
        const { id: accountId, version, payerId } = account
        charge = { charge: { accountId, version, payerId, refs: 0, amount: 0n, electronic: 0n }, ordinal: 0 }
        charges.set(account.id, charge)
      }
      if (entry.ref === undefined) {
        charge.charge.refs += 1
        ordinals.set(entry, charge.charge.refs)
      }
      if (entry.electronic) charge.charge.electronic += amountOf(entry.drafts)
      else charge.charge.amount += amountOf(entry.drafts)
      firstRow.set(entry, rows.length)
      for (const draft of entry.drafts) {
        const id = ids[next] as number
        next += 1
        const place = draft.state === -1 ? dispatch.place(draft, account.id, atMs) : undefined
        const kept = place?.kind === 'handed' || place?.kind === 'queued'
        if (place?.kind === 'due' && place.own) spills.push({ place, lane: draft.lane, accountId: account.id })
        if (place?.kind === 'due')
          due.push({
            carrierId: place.carrierId,
            lane: draft.lane,
            accountId: account.id,
            dueAtMs: place.dueAtMs,
            id,
            reason: place.reason,
          })
        if (draft.links) for (const link of draft.links) links.push({ ...link, accountId: account.id, messageId: id })
        if (kept) owed.left += 1
        if (draft.control) controlled = true
        const message = toMessage(entry, draft, id, ordinals.get(entry) ?? 0, place, atMs, rows.length === firstRow.get(entry))
        if (entry.part) {
          const { sender, recipient } = draft
          const part = groups.enter({ accountId: account.id, sender, recipient, part: entry.part, id })
          grouped.push({ entry, part })
          message.firstPartId = firstIdOf(part)
        }
        rows.push({
          entry,
          message,
          item: kept && place ? toItem(entry, draft, id, place, owed, atMs) : undefined,
          place,
        })
      }
    }

    const messages = rows.map((row) => row.message)
    const commit: Commit = {
      id: commitId,
      node,
      charges: [...charges.values()].map(({ charge }) => charge),
      messages,
      due,
      links,
      told: virtual.told(messages),
      owed: virtual.owed(messages),
      grouped: grouped.length > 0,
      controlled,
      texts: entries.flatMap(({ text }) => (text?.body === undefined ? [] : [{ id: text.id, body: text.body }])),
    }

    /** A receipt over SMPP names its message by the customer's number. */
    const number = (refOf: (row: Row) => number | string) => {
      for (const row of rows) if (row.item && (row.item.flags & ASKED) !== 0) row.item.ref = Number(refOf(row))
    }
    const endSpills = () => {
      for (const { place, lane, accountId } of spills.splice(0)) dispatch.spilled(place, lane, accountId)
    }
    const ungroup = (stored?: ReadonlySet<Entry>) => {
      for (const { entry, part } of [...grouped].reverse()) if (!stored?.has(entry)) groups.takeBack(part)
    }
    const releaseWhere = (stored: ReadonlySet<Entry>) => {
      endSpills()
      if (grouped.length > 0) ungroup(stored)
      const gone = rows.filter((row) => row.item && !stored.has(row.entry))
      owed.left -= gone.length
      dispatch.cancelPlaces(gone.map((row) => row.place as Place))
      dispatch.release(
        rows
          .filter((row) => row.item && stored.has(row.entry))
          .map((row) => ({ item: row.item as Item, place: row.place as Place })),
      )
      if (owed.left === 0) dispatch.journalDone(commitId)
    }

    return {
      commit,
      undo() {
        endSpills()
        ungroup()
        dispatch.cancelPlaces(rows.flatMap((row) => (row.item && row.place ? [row.place] : [])))
      },
      release(stored, outcomes) {
        number(({ entry }) => entry.ref ?? (outcomes.get(entry.account.id)?.lastRef ?? 0) + (ordinals.get(entry) ?? 0))
        releaseWhere(stored)
      },
      releaseFound(stored, refs) {
        for (const row of rows) if (row.item && row.place) dispatch.takePlace(row.place)
        for (const { part } of grouped) groups.restore(part)
        number(({ message }) => refs.get(message.id) ?? 0)
        releaseWhere(stored)
      },
      refOf: (entry, outcome) => entry.ref ?? outcome.lastRef + (ordinals.get(entry) ?? 0),
      refFound: (entry, refs) => entry.ref ?? refs.get(rows[firstRow.get(entry) ?? 0]?.message.id ?? 0) ?? 0,
      idsOf(entry) {
        const from = firstRow.get(entry) ?? 0
        return rows.slice(from, from + entry.drafts.length).map((row) => row.message.id)
      },
    }
  }
}

function toMessage(
  entry: Entry,
  draft: Draft,
  id: number,
  ordinal: number,
  place: Place | undefined,
  atMs: number,
  first: boolean,
): NewMessage & { firstPartId: number } {
  const { account, ref } = entry
  const dueAtMs = Math.max(draft.dueAtMs, atMs)
  return {
    id,
    accountId: account.id,
    payerId: account.payerId,
    ref: typeof ref === 'number' ? ref : 0,
    refOrdinal: ordinal,
    refText: typeof ref === 'string' ? ref : null,
    recipient: draft.recipient,
    sender: draft.sender,
    body: draft.content.kind === 'text' && !draft.sharesText ? draft.content.text : draft.historyText,
    textId: draft.sharesText ? (entry.text?.id ?? 0) : 0,
    octets: draft.octets,
    comment: draft.comment,
    channel: channelCode(draft.channel),
    lane: draft.lane,
    parts: draft.parts,
    price: draft.price,
    mccmnc: draft.mccmnc,
    flags: flagsOf(entry, draft) | (place?.kind === 'handed' ? FLAG.handed : 0),
    dcs: draft.dcs ?? -1,
    pid: draft.pid,
    priority: draft.priority,
    carrierId: place?.carrierId ?? 0,
    routeVersion: draft.routeVersion,
    state: draft.state,
    err: draft.err,
    stateAtMs: atMs,
    dueAtMs,
    expiresAtMs: dueAtMs + draft.validityMs,
    hops: place?.kind === 'due' ? 1 : 0,
    requestHash: first ? entry.hash : 0n,
    firstPartId: 0,
    control: draft.control === undefined || draft.state !== -1 ? null : JSON.stringify(draft.control),
  }
}

const flagsOf = (entry: Entry, draft: Draft): number => (entry.electronic ? draft.flags | FLAG.electronic : draft.flags)

const NONE: readonly number[] = []

function toItem(entry: Entry, draft: Draft, id: number, place: Place, journal: Owed, atMs: number): Item {
  return {
    id,
    channel: draft.channel,
    from: draft.sender,
    to: draft.recipient,
    content: draft.content,
    dcs: draft.dcs,
    pid: draft.pid,
    messageClass: draft.messageClass,
    priority: draft.priority,
    reference: referenceOf(id),
    expiresAtMs: Math.max(draft.dueAtMs, atMs) + draft.validityMs,
    wantsReceipt: true,
    parts: undefined,
    possibleDuplicate: false,
    ref: 0,
    accountId: entry.account.id,
    payerId: entry.account.payerId,
    lane: draft.lane,
    mccmnc: draft.mccmnc,
    flags: flagsOf(entry, draft),
    charged: draft.parts,
    price: draft.price,
    journal,
    weight: place.weight,
    carrierId: place.carrierId,
    hops: 0,
    attempts: 0,
    duplicates: 0,
    sentAtMs: 0,
    tried: NONE,
    bound: false,
    trace: [],
    control: draft.control,
    state: -1,
    err: 0,
    stateAtMs: 0,
    refunded: 0n,
    cost: 0n,
    partStates: place.weight > 1 ? newParts(place.weight) : undefined,
    carrierIds: [],
    receipt: null,
    hlr: null,
    move: undefined,
    storedState: -1,
    storedRefunded: 0n,
    stateInCommit: -1,
    refundedInCommit: 0n,
    dirty: false,
    done: false,
    marked: place.kind === 'handed',
    handed: undefined,
    window: undefined,
    unanswered: 0,
    newIds: [],
    lastRefusal: 0,
  }
}
