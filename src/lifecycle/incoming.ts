import type { Incoming } from '../connectors/connector.ts'
import type { IncomingPart, IncomingRow } from '../store/incoming.ts'
import { untilStored } from './until-stored.ts'

/**
 * Step 5: a message from a handset. Whole ones are stored for the account whose number it is; parts are stored
 * before the carrier is told that we have them, and joined by whoever completes the message.
 */
export interface IncomingMessages {
  receive(carrierId: number, messages: readonly Incoming[], acknowledge: () => void): void
  /** Joins what is complete, and after 10 minutes what will not be. */
  sweep(): Promise<void>
  readonly counters: { messages: number; parts: number; joined: number }
}

export interface IncomingStore {
  storeIncoming(rows: readonly IncomingRow[]): Promise<void>
  storeIncomingParts(parts: readonly IncomingPart[]): Promise<void>
  joinIncoming(giveUpBeforeMs: number, firstId: number): Promise<number>
}

const INCOMPLETE_AFTER_MS = 10 * 60_000
/** So many messages one join may make: as many ids are kept for it. */
export const JOINED_AT_ONCE = 250
const TEXT_MAX = 10_000

export function makeIncoming(store: IncomingStore, take: (count: number) => number[], now: () => number): IncomingMessages {
  const counters = { messages: 0, parts: 0, joined: 0 }

  async function join(): Promise<void> {
    const [first = 0] = take(JOINED_AT_ONCE)
    counters.joined += await store.joinIncoming(now() - INCOMPLETE_AFTER_MS, first)
  }

  async function keep(carrierId: number, messages: readonly Incoming[]): Promise<void> {
    const whole = messages.filter((message) => !message.part)
    const ids = take(whole.length)
    if (whole.length > 0) {
      await store.storeIncoming(
        whole.map((message, at) => ({
          id: ids[at] as number,
          carrierId,
          sender: clean(message.from),
          recipient: clean(message.to),
          body: clean(message.text),
          complete: true,
          atMs: message.atMs,
        })),
      )
      counters.messages += whole.length
    }
    const parts = messages.flatMap((message) => (message.part ? [partOf(carrierId, message, message.part)] : []))
    if (parts.length > 0) {
      await store.storeIncomingParts(parts)
      counters.parts += parts.length
    }
  }

  return {
    counters,
    receive(carrierId, messages, acknowledge) {
      untilStored(() => keep(carrierId, messages))
        .then(() => {
          acknowledge()
          return messages.some((message) => message.part) ? join() : undefined
        })
        .catch(() => undefined) // not acknowledged: the carrier sends it again
    },
    sweep: join,
  }
}

const partOf = (carrierId: number, message: Incoming, part: NonNullable<Incoming['part']>): IncomingPart => ({
  carrierId,
  sender: clean(message.from),
  recipient: clean(message.to),
  reference: part.reference,
  total: part.of,
  number: part.number,
  body: clean(message.text),
  atMs: message.atMs,
})

/** PostgreSQL takes no NUL and no half characters; everything from outside has a limit. */
const clean = (text: string): string => text.slice(0, TEXT_MAX).replace(/[\0\p{Surrogate}]/gu, '')
