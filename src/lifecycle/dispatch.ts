import type { Content } from '../connectors/connector.ts'
import { WAITING } from '../domain/waiting.ts'
import { candidatesFor, type Routed } from './candidates.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import type { Catalogue } from './catalogue.ts'
import type { Draft } from './draft.ts'
import { type Item, leaveWindow } from './item.ts'
import { type Hold, type HoldOf, waitUntil } from './pauses.ts'

/** Where a message goes with its commit: to the carrier at once, into this node's memory, or into the due queue. */
export interface Place {
  readonly kind: 'handed' | 'queued' | 'due'
  readonly carrierId: number // 0: to be routed when due
  /** The carrier's queue as it was when the place was promised: it may have been restarted since. */
  readonly own: CarrierQueue | undefined
  readonly weight: number // parts on the carrier's wire
  readonly dueAtMs: number
  readonly reason: number // domain/waiting.ts
}

/** Chooses carriers and hands messages over. Every promise it makes is one of the commit's. */
export interface Dispatch {
  place(draft: Draft, accountId: number, nowMs: number): Place
  /** Commits that failed, and those found to stand after all. */
  cancelPlaces(places: readonly Place[]): void
  takePlace(place: Place): void
  /** The commit of a spilled message has ended. */
  spilled(place: Place, lane: number, accountId: number): void
  /** The commit stands: messages go out or queue. */
  release(rows: readonly { readonly item: Item; readonly place: Place }[]): void
  /** A message that is in memory for another try: to the best carrier that has not refused it. False: none is left. */
  again(item: Item): boolean
  /** Whether the message's own routes have another carrier for it than this one, whose link is up. */
  hasOtherWay(message: Routed, carrierId: number): boolean
  journalDone(id: number): void
  /** Carriers of this node. */
  readonly owned: ReadonlyMap<number, CarrierQueue>
}

interface Choice {
  readonly carrierId: number
  readonly up: boolean
  readonly hold: Hold | undefined
}

export function makeDispatch(parts: {
  owned: ReadonlyMap<number, CarrierQueue>
  catalogue: () => Catalogue
  weigh: (carrierId: number, content: Content) => number
  moved: (item: Item) => void
  journalDone: (id: number) => void
  /** What is paused at a carrier. */
  holdOf?: HoldOf
  now: () => number
}): Dispatch {
  const { owned, catalogue, weigh } = parts

  const isUp = (carrierId: number): boolean => owned.get(carrierId)?.up ?? catalogue().carrier(carrierId)?.link === 'up'

  /**
   * The first candidate with a link that is up; without any, the first: it waits there. One that is paused for this message
   * holds it, or is passed over where a rule says so.
   */
  const choose = (candidates: readonly number[], mccmnc: string, sender: string): Choice => {
    let passed: Hold | undefined
    for (const carrierId of candidates) {
      if (!isUp(carrierId)) continue
      const hold = parts.holdOf?.(carrierId, mccmnc, sender)
      if (!hold) return { carrierId, up: true, hold: undefined }
      if (!hold.elsewhere) return { carrierId, up: true, hold }
      if (!passed || hold.untilMs < passed.untilMs) passed = hold
    }
    return { carrierId: candidates[0] ?? 0, up: passed !== undefined, hold: passed }
  }

  const later = (carrierId: number, weight: number, dueAtMs: number, reason: number, own?: CarrierQueue): Place => ({
    kind: 'due',
    carrierId,
    own,
    weight,
    dueAtMs,
    reason,
  })

  /** A place is used, or its commit failed. */
  function giveUp({ kind, own, weight }: Place): void {
    if (kind === 'handed') own?.unreserve(weight)
    else if (own && kind === 'queued') own.expected -= 1
  }

  /** To the due queue, though the carrier is ours: until these rows are drained, all of the line goes that way. */
  function spill(own: CarrierQueue, draft: Draft, accountId: number, weight: number, nowMs: number, reason: number): Place {
    own.spills(draft.lane, accountId)
    return later(own.carrierId, weight, nowMs, reason, own)
  }

  /** What a carrier may have goes to no other: it waits for this one, unless this one has refused it. */
  function backToItsOwn(item: Item): boolean {
    if (item.tried.includes(item.carrierId)) return false
    item.move = { carrierId: item.carrierId, dueAtMs: parts.now(), reason: WAITING.again.code }
    parts.moved(item)
    return true
  }

  return {
    owned,
    place(draft, accountId, nowMs) {
      if (draft.held) {
        const untilMs = Math.max(draft.dueAtMs, nowMs) + draft.validityMs
        return later(0, draft.parts, untilMs, WAITING.guarded.code)
      }
      if (draft.dueAtMs > nowMs) {
        return later(0, draft.parts, draft.dueAtMs, (draft.outside ? WAITING.hours : WAITING.scheduled).code)
      }
      const { carrierId, up, hold } = choose(draft.candidates, draft.mccmnc, draft.sender)
      const own = owned.get(carrierId)
      const weight = draft.parts === 1 && draft.content.kind === 'none' ? 1 : weigh(carrierId, draft.content)
      if (hold) return later(0, weight, Math.min(hold.untilMs, nowMs + draft.validityMs), WAITING.paused.code)
      if (!own) return later(carrierId, weight, nowMs, (up ? WAITING.other_node : WAITING.link_down).code)
      if (!up) return spill(own, draft, accountId, weight, nowMs, WAITING.link_down.code)
      if (!own.admits(draft.lane, accountId, weight)) return spill(own, draft, accountId, weight, nowMs, WAITING.spilled.code)
      if (own.queue.size === 0 && own.expected === 0 && own.room(draft.lane) >= weight) {
        own.reserve(weight)
        return { kind: 'handed', carrierId, own, weight, dueAtMs: 0, reason: 0 }
      }
      own.expected += 1
      return { kind: 'queued', carrierId, own, weight, dueAtMs: 0, reason: 0 }
    },
    cancelPlaces(places) {
      for (const place of places) giveUp(place)
      for (const own of new Set(places.map((place) => place.own))) own?.pump()
    },
    takePlace({ kind, own, weight }) {
      if (kind === 'handed') own?.reserve(weight)
      else if (own && kind === 'queued') own.expected += 1
    },
    spilled: ({ own }, lane, accountId) => own?.spilled(lane, accountId),
    release(rows) {
      const out = new Map<CarrierQueue, Item[]>()
      for (const { item, place } of rows) {
        const { own } = place
        giveUp(place)
        if (!own || owned.get(place.carrierId) !== own) {
          item.move = { carrierId: 0, dueAtMs: parts.now(), reason: WAITING.rerouted.code }
          parts.moved(item)
          continue
        }
        if (place.kind === 'handed') {
          const items = out.get(own)
          if (items) items.push(item)
          else out.set(own, [item])
        } else {
          own.push(item)
          if (!out.has(own)) out.set(own, [])
        }
      }
      for (const [own, items] of out) {
        own.submit(items)
        own.pump()
      }
    },
    again(item) {
      leaveWindow(item)
      if (item.bound) return backToItsOwn(item)
      const candidates = candidatesFor(catalogue(), item, parts.now())
      if (candidates.length === 0) return false
      const { carrierId, up, hold } = choose(candidates, item.mccmnc, item.from)
      const own = owned.get(carrierId)
      if (hold) {
        item.move = waitUntil(hold, item)
        parts.moved(item)
      } else if (up && own?.admits(item.lane, item.accountId, item.weight)) {
        item.weight = weigh(carrierId, item.content)
        item.carrierId = carrierId
        own.push(item)
        own.pump()
      } else {
        const reason = !up ? WAITING.link_down : own ? WAITING.spilled : WAITING.other_node
        item.move = { carrierId, dueAtMs: parts.now(), reason: reason.code }
        parts.moved(item)
      }
      return true
    },
    hasOtherWay: (message, carrierId) =>
      candidatesFor(catalogue(), message, parts.now()).some((other) => other !== carrierId && isUp(other)),
    journalDone: parts.journalDone,
  }
}
