import type { Incoming } from '../connectors/connector.ts'
import { handsetAddress } from '../domain/number/handset-address.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { log } from '../log.ts'
import type { IncomingRow, Incoming as Told } from '../store/incoming.ts'
import { type IncomingPart, withHalves } from '../store/incoming-parts.ts'
import { inTurns } from './in-turns.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { storable } from './storable.ts'
import { untilStored } from './until-stored.ts'

/**
 * Step 5: a message from a handset. Whole ones are stored for the account whose number it is; parts are stored
 * before the carrier is told that we have them, and joined by whoever completes the message.
 */
export interface IncomingMessages {
  receive(carrierId: number, messages: readonly Incoming[], acknowledge: () => void): void
  /** Joins what is complete, and after 10 minutes what will not be; nothing of it is under way any more when it resolves. */
  sweep(): Promise<void>
  readonly counters: { messages: number; parts: number; joined: number }
}

export interface IncomingStore {
  /** Answers the accounts of `tell` whose handlers are to be told of one, and those whose SMPP sessions are. */
  storeIncoming(rows: readonly IncomingRow[], tell: readonly number[]): Promise<Told>
  storeIncomingParts(parts: readonly IncomingPart[]): Promise<void>
  joinIncoming(giveUpBeforeMs: number, ids: readonly number[], tell: readonly number[]): Promise<Told & { joined: number }>
}

const INCOMPLETE_AFTER_MS = 10 * 60_000
/** So many messages one join may make: as many ids are kept for it. */
const JOINED_AT_ONCE = 50
const NAME_MAX = 100

/** Accounts whose handlers want to know, and that something waits for them. */
export interface Telling {
  readonly accounts: () => readonly number[]
  readonly written: (told: Told) => void
}

const NOBODY: Telling = { accounts: () => [], written: () => undefined }

interface IncomingSurroundings {
  readonly store: IncomingStore
  readonly takeIds: (count: number) => number[]
  readonly now: () => number
  readonly profile: NumberProfile
  readonly told?: Telling
}

export function makeIncoming({ store, takeIds, now, profile, told = NOBODY }: IncomingSurroundings): IncomingMessages {
  const counters = { messages: 0, parts: 0, joined: 0 }

  /** Who asks for what came after an id misses nothing: a later id is not seen before an earlier one (of the same node). */
  const inOrder = inTurns()

  const join = oneAtATime(async () => {
    for (let joined = JOINED_AT_ONCE; joined === JOINED_AT_ONCE; ) {
      const done = await inOrder(() => store.joinIncoming(now() - INCOMPLETE_AFTER_MS, takeIds(JOINED_AT_ONCE), told.accounts()))
      joined = done.joined
      counters.joined += joined
      told.written(done)
    }
  })

  /** What is tried again has the same ids then, and what is stored stays as it is. */
  async function keepWhole(carrierId: number, messages: readonly Incoming[]): Promise<void> {
    const rows = wholeOf(carrierId, messages, takeIds)
    await untilStored(async () => told.written(await store.storeIncoming(rows, told.accounts())))
  }

  async function keep(carrierId: number, messages: readonly Incoming[], parts: readonly IncomingPart[]): Promise<void> {
    if (messages.length > parts.length) await inOrder(() => keepWhole(carrierId, messages))
    if (parts.length > 0) await untilStored(() => store.storeIncomingParts(parts))
  }

  return {
    counters,
    receive(carrierId, messages, acknowledge) {
      const heard = messages.map((message) => storableOf(message, profile))
      const parts = heard.flatMap((message) => (message.part ? [partOf(carrierId, message, message.part)] : []))
      keep(carrierId, heard, parts)
        .then(() => {
          counters.messages += messages.length - parts.length
          counters.parts += parts.length
          acknowledge()
          return parts.length > 0 ? join() : undefined
        })
        .catch((error: unknown) => log.warn('incoming messages wait to be sent again', { code: carrierId, error }))
    },
    sweep: join,
  }
}

/** Carriers write anything, and numbers in any way. */
const storableOf = (message: Incoming, profile: NumberProfile): Incoming => ({
  ...message,
  from: handsetAddress(storable(message.from, NAME_MAX), profile),
  to: handsetAddress(storable(message.to, NAME_MAX), profile),
  text: storable(message.part ? withHalves(message.text) : message.text),
})

function wholeOf(carrierId: number, messages: readonly Incoming[], takeIds: (count: number) => number[]): IncomingRow[] {
  const whole = messages.filter((message) => !message.part)
  const ids = takeIds(whole.length)
  return whole.map((message, at) => ({
    id: ids[at] as number,
    carrierId,
    sender: message.from,
    recipient: message.to,
    body: message.text,
    complete: true,
    atMs: message.atMs,
  }))
}

const partOf = (carrierId: number, message: Incoming, part: NonNullable<Incoming['part']>): IncomingPart => ({
  carrierId,
  sender: message.from,
  recipient: message.to,
  reference: part.reference,
  total: part.of,
  number: part.number,
  body: message.text,
  atMs: message.atMs,
})
