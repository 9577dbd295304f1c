import type { CarrierReceipt, Connector, ConnectorEvents, Outgoing, PartResult } from '../../src/connectors/connector.ts'

/** A connector that does what the test says, when the test says it. */
export interface ScriptedConnector extends Connector {
  /** Everything that was submitted, in order. */
  readonly sent: Outgoing[]
  /** Ids that were asked for by query. */
  readonly queried: string[]
  window: number
  /** Resolves with everything sent, once that is so many. */
  afterSending(count: number): Promise<readonly Outgoing[]>
  /** Takes a part of what was sent last, or of `of`; its id is `id` or the message's own. */
  take(wish?: { of?: Outgoing | undefined; id?: string; part?: number; parts?: number }): void
  answer(
    outcome: 'rejected' | 'busy' | 'unknown',
    wish?: { of?: Outgoing | undefined; part?: number; parts?: number; status?: number; text?: string },
  ): void
  /** Resolves when the receipt was acknowledged. */
  receive(receipt: Partial<CarrierReceipt>): Promise<void>
  link(state: 'up' | 'down'): void
}

export function scriptedConnector(window = 1000, now: () => number = Date.now): ScriptedConnector {
  let events: ConnectorEvents | undefined
  /** Messages with parts that wait for an answer, and how many once that is known. */
  const owed = new Map<number, number | undefined>()
  let up = true
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const sent: Outgoing[] = []
  const queried: string[] = []

  const settle = (result: Partial<PartResult>, of = sent.at(-1), part = 1, parts = 1): void => {
    if (!of) throw new Error('nothing was sent')
    const left = (owed.get(of.id) ?? of.parts?.length ?? parts) - 1
    if (left > 0) owed.set(of.id, left)
    else owed.delete(of.id)
    const plain = { outcome: 'taken', carrierId: '', status: 0, reason: '' } as const
    events?.settled([{ ...plain, id: of.id, part, of: parts, atMs: now(), ...result }])
  }

  const connector: ScriptedConnector = {
    sent,
    queried,
    window,
    start(given) {
      events = given
      given.link('up', '')
    },
    free: () => (up ? Math.max(0, connector.window - owed.size) : 0),
    submit(batch) {
      sent.push(...batch)
      for (const { id } of batch) owed.set(id, undefined)
      for (const each of waiting.splice(0)) {
        if (sent.length >= each.count) each.resolve()
        else waiting.push(each)
      }
    },
    query: (batch) => void queried.push(...batch.map(({ carrierId }) => carrierId)),
    stop: async () => {
      up = false
    },
    stats: () => ({
      state: up ? 'up' : 'down',
      reason: '',
      window: connector.window,
      windowMax: connector.window,
      unanswered: owed.size,
      held: 0,
      pausedUntilMs: undefined,
      submitted: sent.length,
      taken: 0,
      rejected: 0,
      busy: 0,
      unknown: 0,
      receipts: 0,
      incoming: 0,
      reconnects: 0,
    }),
    afterSending: (count) =>
      new Promise((resolve) => {
        if (sent.length >= count) resolve(sent)
        else waiting.push({ count, resolve: () => resolve(sent) })
      }),
    take: ({ of = sent.at(-1), id, part = 1, parts = 1 } = {}) => settle({ carrierId: id ?? `c${of?.id}` }, of, part, parts),
    answer: (outcome, { of, part, parts, status = 8, text } = {}) =>
      settle({ outcome, status, reason: 'scripted', ...(text !== undefined && { text }) }, of, part, parts),
    receive: (receipt) =>
      new Promise((resolve) => {
        const plain = { carrierIds: [], state: 'delivered', stat: 'DELIVRD', err: '000', to: '', from: '' } as const
        events?.receipts([{ ...plain, atMs: now(), doneAtMs: undefined, queried: false, ...receipt }], resolve)
      }),
    link(state) {
      up = state === 'up'
      events?.link(state, 'scripted')
      if (up) events?.ready()
    },
  }
  return connector
}
