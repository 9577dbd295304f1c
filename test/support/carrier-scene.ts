import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import { type Carrier, type Script, startCarrier } from './carrier.ts'
import { type Centre, startCentre } from './centre.ts'
import { type Connection, connect, setPrice } from './connect.ts'
import type { Customer } from './customer.ts'

/** What stories about carriers have in common: a centre in production, a customer with money, parts that cost 1.50. */
export interface CarrierScene {
  readonly centre: Centre
  readonly shop: Customer
  /** A carrier for this story alone: all numbers that `phone` makes go to it. */
  carrierFor(
    t: TestContext,
    script?: Partial<Script>,
    more?: Partial<Connection>,
  ): Promise<{ carrier: Carrier; prefix: string; name: string; phone: (number: number) => string }>
  /** What the customer's balance fell by meanwhile. */
  spent(deed: () => Promise<void>): Promise<number>
  /** What `message trace` prints. */
  trace(id: number): Promise<string>
}

/** For a test file: the centre starts before its stories and ends after them. `settings`: of the customer. */
export function carrierScene(settings: object = {}): CarrierScene {
  let centre: Centre
  let shop: Customer
  let stories = 0
  before(async () => {
    centre = await startCentre({ mode: 'serve', database: 'test' })
    await setPrice(centre, '1.50')
    shop = await centre.account('shop', 10_000, settings)
  })
  after(() => centre?.stop())

  return {
    get centre() {
      return centre
    },
    get shop() {
      return shop
    },
    async carrierFor(t, script = {}, more = {}) {
      stories += 1
      const prefix = `7900${String(stories).padStart(3, '0')}`
      const name = `carrier-${stories}`
      const carrier = await startCarrier(script)
      t.after(async () => {
        await carrier.stop()
        await centre.admin('PATCH', `/carriers/${name}`, { enabled: false })
      })
      await connect(centre, carrier, { name, prefix, ...more })
      return { carrier, prefix, name, phone: (number: number) => `${prefix}${String(number).padStart(4, '0')}` }
    },
    async spent(deed) {
      const before = Number(await shop.balance())
      await deed()
      return Math.round((before - Number(await shop.balance())) * 100) / 100
    },
    async trace(id) {
      const { code, output } = await centre.cli('message', 'trace', String(id), '--account', 'shop')
      assert.equal(code, 0, output)
      return output
    },
  }
}
