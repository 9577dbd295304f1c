import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { CarrierReceipt, Connector, ConnectorEvents, Incoming, LinkState, Outgoing, PartResult } from './connector.ts'

/** A connector under test, and a carrier at its far end that does as it is told. */
export interface Rig {
  readonly connector: Connector
  /** Numbers for which the far end answers in the given way, every time. */
  readonly numbers: {
    readonly delivered: string // taken, and a receipt soon after
    readonly rejected: string
    readonly busy: string
    readonly silent?: string // never answered; absent when the kind always has an answer
  }
  /** Receipts that the carrier was told we have; absent when the kind can't tell it. */
  acknowledged?(): number
  /** Takes the far end away for good; absent when the kind has none. */
  cut?(): Promise<void> | void
  close(): Promise<void>
}

/** Everything a connector said, in order. `holding` keeps acknowledgements back until `release`. */
export interface Seen extends ConnectorEvents {
  readonly results: PartResult[]
  readonly got: CarrierReceipt[]
  readonly messages: Incoming[]
  readonly links: { readonly state: LinkState; readonly reason: string }[]
  holding: boolean
  writable: boolean
  readies: number
  release(): void
}

/** An account of a connector's events, for its tests. */
export function watch(): Seen {
  const owed: (() => void)[] = []
  const owe = (acknowledge: () => void) => {
    if (seen.holding) owed.push(acknowledge)
    else acknowledge()
  }
  const seen: Seen = {
    results: [],
    got: [],
    messages: [],
    links: [],
    holding: false,
    writable: true,
    readies: 0,
    release: () => {
      for (const acknowledge of owed.splice(0)) acknowledge()
    },
    settled: (results) => void seen.results.push(...results),
    receipts: (receipts, acknowledge) => {
      seen.got.push(...receipts)
      owe(acknowledge)
    },
    incoming: (messages, acknowledge) => {
      seen.messages.push(...messages)
      owe(acknowledge)
    },
    link: (state, reason) => void seen.links.push({ state, reason }),
    ready: () => void seen.readies++,
    mayWrite: () => seen.writable,
  }
  return seen
}

/** Resolves once the condition holds; gives up after 30 s, which only a broken connector needs. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it never came true that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** A short text to a handset; say only what matters to the test. */
export const outgoing = (override: Partial<Outgoing> = {}): Outgoing => ({
  id: 1,
  channel: 'sms',
  from: 'Centre',
  to: '79161234560',
  content: { kind: 'text', text: 'hello' },
  dcs: undefined,
  pid: 0,
  messageClass: undefined,
  priority: 1,
  reference: 7,
  expiresAtMs: Date.now() + 3_600_000,
  wantsReceipt: true,
  parts: undefined,
  possibleDuplicate: false,
  ...override,
})

/** What every connector must do, whatever it speaks. Each kind's own test calls this first. */
export function testConnector(name: string, makeRig: () => Promise<Rig> | Rig): void {
  describe(`${name} keeps the connector contract`, () => {
    let rig: Rig
    let seen: Seen

    beforeEach(async () => {
      rig = await makeRig()
      seen = watch()
    })
    afterEach(() => rig.close())

    const start = async () => {
      rig.connector.start(seen)
      await until(() => seen.links.at(-1)?.state === 'up', 'the link is up')
    }
    const answered = (count: number) => until(() => seen.results.length >= count, `${count} parts are answered`)

    test('nothing can be sent before the link is up, something after', async () => {
      assert.equal(rig.connector.free(), 0)
      await start()
      await until(() => rig.connector.free() > 0, 'there is room')
      assert.ok(seen.readies > 0, 'the room was announced')
      assert.equal(rig.connector.stats().state, 'up')
    })

    test('a message is taken, and its receipt names it', async () => {
      await start()
      rig.connector.submit([outgoing({ id: 11, to: rig.numbers.delivered })])
      await answered(1)
      const [result] = seen.results
      assert.deepEqual([result?.id, result?.part, result?.of, result?.outcome], [11, 1, 1, 'taken'])
      await until(() => seen.got.length > 0, 'a receipt comes')
      assert.ok(seen.got[0]?.carrierIds.includes(result?.carrierId ?? ''))
      assert.equal(seen.got[0]?.state, 'delivered')
      assert.equal(seen.got[0]?.queried, false)
    })

    test('a refusal is an answer, not an exception', async () => {
      await start()
      rig.connector.submit([outgoing({ to: rig.numbers.rejected })])
      await answered(1)
      assert.equal(seen.results[0]?.outcome, 'rejected')
      assert.notEqual(seen.results[0]?.reason, '')
    })

    test('a busy carrier gives all back in the order they came, and is tried again', async () => {
      await start()
      const ids = [21, 22, 23, 24, 25]
      rig.connector.submit(ids.map((id) => outgoing({ id, to: rig.numbers.busy })))
      await answered(ids.length)
      assert.deepEqual(
        seen.results.map(({ id, outcome }) => [id, outcome]),
        ids.map((id) => [id, 'busy']),
      )
      await until(() => rig.connector.free() > 0, 'the pause ends')
      rig.connector.submit([outgoing({ id: 26, to: rig.numbers.delivered })])
      await answered(ids.length + 1)
      assert.deepEqual([seen.results.at(-1)?.id, seen.results.at(-1)?.outcome], [26, 'taken'])
    })

    test('a long text is answered for part by part, and only the parts asked for are sent', async () => {
      await start()
      const content = { kind: 'text', text: 'a'.repeat(400) } as const
      rig.connector.submit([outgoing({ id: 31, to: rig.numbers.delivered, content })])
      await answered(1)
      const of = seen.results[0]?.of ?? 0
      await answered(of)
      const every = Array.from({ length: of }, (_, index) => index + 1)
      assert.deepEqual(seen.results.map(({ part }) => part).sort(), every)

      rig.connector.submit([outgoing({ id: 32, to: rig.numbers.delivered, content, parts: [of] })])
      await answered(of + 1)
      assert.deepEqual([seen.results[of]?.id, seen.results[of]?.part, seen.results[of]?.of], [32, of, of])
    })

    test('the carrier is told that we have a receipt only once it is safe', async (t) => {
      const acknowledged = rig.acknowledged
      if (acknowledged === undefined) return t.skip('this kind has no acknowledgement')
      seen.holding = true
      await start()
      rig.connector.submit([outgoing({ id: 41, to: rig.numbers.delivered })])
      await until(() => seen.got.length === 1, 'the receipt comes')
      rig.connector.submit([outgoing({ id: 42, to: rig.numbers.rejected })])
      await answered(2)
      assert.equal(acknowledged(), 0)
      seen.release()
      await until(() => acknowledged() === 1, 'the receipt is acknowledged')
    })

    test('a far end that went away leaves no room, and every part has an answer', async (t) => {
      const { cut } = rig
      if (cut === undefined) return t.skip('this kind has no far end')
      await start()
      await cut()
      await until(() => seen.links.at(-1)?.state !== 'up', 'the link goes down')
      assert.equal(rig.connector.free(), 0)
      rig.connector.submit([outgoing({ id: 51, to: rig.numbers.delivered })])
      await rig.connector.stop(0)
      assert.deepEqual([seen.results.length, seen.results[0]?.outcome], [1, 'busy'])
    })

    test('a part without an answer is unknown when the connector stops', async (t) => {
      const { silent } = rig.numbers
      if (silent === undefined) return t.skip('this kind always answers')
      await start()
      rig.connector.submit([outgoing({ id: 61, to: silent })])
      await until(() => rig.connector.stats().unanswered === 1, 'the part is sent')
      await rig.connector.stop(0)
      assert.deepEqual([seen.results.length, seen.results[0]?.outcome], [1, 'unknown'])
    })

    test('stop settles everything that was submitted, once, and takes no more', async () => {
      await start()
      const ids = Array.from({ length: 300 }, (_, index) => 100 + index)
      rig.connector.submit(ids.map((id) => outgoing({ id, to: rig.numbers.delivered })))
      await rig.connector.stop(20_000)
      assert.deepEqual(seen.results.map(({ id }) => id).sort(), ids)
      assert.equal(rig.connector.free(), 0)
      assert.equal(seen.links.at(-1)?.state, 'down')

      rig.connector.submit([outgoing({ id: 999, to: rig.numbers.delivered })])
      await answered(ids.length + 1)
      assert.deepEqual([seen.results.at(-1)?.id, seen.results.at(-1)?.outcome], [999, 'busy'])
    })
  })
}
