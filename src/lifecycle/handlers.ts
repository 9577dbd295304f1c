import { asksForReceipt } from '../domain/delivery.ts'
import { FLAG } from '../domain/message.ts'
import type { NewMessage } from '../store/accept.ts'
import { type HandlerRow, handlersMark, readHandlers } from '../store/handlers.ts'
import type { Told } from '../store/outbox.ts'
import type { Session } from '../store/session.ts'
import type { Change } from '../store/settle.ts'

/** The accounts that have a handler, in memory. Everything that happens to a message asks here whether anybody wants to know. */
export interface Handlers {
  of(accountId: number): HandlerRow | undefined
  /** Accounts that are told of incoming messages. */
  readonly incoming: readonly number[]
  /** What the handlers are to be told of changes that are about to be written; undefined: nothing. */
  toldOf(changes: readonly Change[]): readonly Told[] | undefined
  /** The same of messages in test mode, which end as they are stored. */
  toldOfVirtual(messages: readonly NewMessage[]): readonly Told[] | undefined
  /** Reads them again when one of them changed. */
  refresh(): Promise<void>
  /** A handler answered that it wants no more, at this address. */
  stopped(accountId: number, url: string): void
}

export async function openHandlers(session: Session, takeId: () => number): Promise<Handlers> {
  let mark = ''
  let rows = new Map<number, HandlerRow>()
  let statuses = new Map<number, HandlerRow>()
  let incoming: readonly number[] = []

  function sort(): void {
    const called = [...rows.values()].filter(({ url, stoppedUrl }) => url !== stoppedUrl)
    statuses = new Map(called.filter((row) => row.statuses).map((row) => [row.accountId, row]))
    incoming = called.filter((row) => row.incoming).map((row) => row.accountId)
  }

  async function look(): Promise<void> {
    const found = await handlersMark(session)
    if (found === mark) return
    rows = new Map((await readHandlers(session)).map((row) => [row.accountId, row]))
    mark = found
    sort()
  }

  let looked = look()
  /** One look after the other: an answer that was overtaken would bring back what was changed. */
  const refresh = (): Promise<void> => {
    looked = looked.catch(() => undefined).then(look)
    return looked
  }

  await looked
  return {
    of: (accountId) => rows.get(accountId),
    get incoming() {
      return incoming
    },
    toldOf(changes) {
      if (statuses.size === 0) return undefined
      let told: Told[] | undefined
      for (const { accountId, id: messageId, wasState, state, err, stateAtMs, flags = 0 } of changes) {
        if (state === wasState || state < 0 || asksForReceipt(flags)) continue
        const handler = statuses.get(accountId)
        if (!handler || (state === 0 && !handler.passed)) continue
        told ??= []
        told.push({ id: takeId(), accountId, messageId, state, err, atMs: stateAtMs })
      }
      return told
    },
    toldOfVirtual(messages) {
      if (statuses.size === 0) return undefined
      let told: Told[] | undefined
      for (const { accountId, id: messageId, flags, state, err, stateAtMs: atMs } of messages) {
        if ((flags & FLAG.virtual) === 0 || state <= 0 || !statuses.has(accountId) || asksForReceipt(flags)) continue
        told ??= []
        told.push({ id: takeId(), accountId, messageId, state, err, atMs })
      }
      return told
    },
    refresh,
    stopped(accountId, url) {
      const row = rows.get(accountId)
      if (row?.url !== url) return
      rows.set(accountId, { ...row, stoppedUrl: url })
      sort()
    },
  }
}
