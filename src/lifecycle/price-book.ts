import { now } from '../clock.ts'
import { type Channel, channelOf } from '../domain/channel.ts'
import { BASE_CURRENCY, convert, RATE_UNIT, type Rate } from '../domain/currency.ts'
import type { Money } from '../domain/money.ts'
import { lookUp } from '../domain/number/plan.ts'
import type { PricedPlan } from '../domain/price.ts'
import { compilePriceList, type ListRow, type Origin, type PriceList, priceIn } from '../domain/price-list.ts'
import { type CurrencyRow, readForeignPayers } from '../store/currencies.ts'
import { type PriceListHead, readRowsOf } from '../store/price-lists.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { Session } from '../store/session.ts'
import type { Item } from './item.ts'

/** What is asked of tariffs and of carriers' costs, in memory. Money in millionths. */
export interface Prices {
  /**
   * Price of one part in the tariff's currency, which is its accounts'; undefined: the tariff has none for it. A price that the account
   * has for itself goes before.
   */
  priceOf(
    tariffId: number,
    channel: Channel,
    number: string,
    plan: PricedPlan,
    origin?: Origin,
    accountId?: number,
  ): Money | undefined
  /** What a carrier takes for one part, in the base currency; undefined: its costs are not known. */
  costOf(carrierId: number, channel: Channel, number: string, plan: PricedPlan): Money | undefined
  /** Whether anything is known of a carrier's costs: one look into a map. */
  hasCosts(carrierId: number): boolean
  /** An amount in a tariff's currency, in the base currency, to be compared with costs; undefined: there is no rate. */
  inBase(tariffId: number, amount: Money): Money | undefined
  /** An amount in the base currency, in that of the account that pays; 0n when there is no rate for it. */
  inCurrencyOf(payerId: number, amount: Money): Money
}

interface Compiled {
  readonly head: PriceListHead
  readonly rows: readonly ListRow[]
  list: PriceList
}

export interface PriceBook extends Prices {
  /** Takes in what has changed: reads the rows of lists whose version rose. */
  read(heads: readonly PriceListHead[], currencies: readonly CurrencyRow[]): Promise<void>
  /** New accounts that pay in other currencies than the base. */
  readPayers(): Promise<void>
}

/**
 * Tariffs and costs as they hold now. Rows entered in advance take force at the first question after their moment, on this node's
 * clock; what was compiled stays until then.
 */
export function makePriceBook(session: Session): PriceBook {
  const compiled = new Map<number, Compiled>() // by list
  let tariffs = new Map<number, Compiled>()
  let costs = new Map<number, Compiled>()
  let exceptions = new Map<number, Compiled>() // by account
  let rates: ReadonlyMap<string, Rate> = new Map()
  const payers = new Map<number, string>()
  let lastPayer = 0
  /** When the first row entered in advance takes force. */
  let changesAtMs = Number.POSITIVE_INFINITY

  function compileDue(): void {
    const nowMs = now()
    if (nowMs < changesAtMs) return
    for (const each of compiled.values()) if (each.list.changesAtMs <= nowMs) each.list = compilePriceList(each.rows, nowMs)
    findNextChange()
  }

  function findNextChange(): void {
    changesAtMs = Number.POSITIVE_INFINITY
    for (const { list } of compiled.values()) changesAtMs = Math.min(changesAtMs, list.changesAtMs)
  }

  const rateOf = (list: Compiled | undefined): Rate | undefined => list && rates.get(list.head.currency)

  return {
    priceOf(tariffId, channel, number, plan, origin = 'api', accountId = 0) {
      if (changesAtMs !== Number.POSITIVE_INFINITY) compileDue()
      const own = exceptions.size > 0 ? exceptions.get(accountId)?.list.rowFor(channel, number, plan) : undefined
      const row = own ?? tariffs.get(tariffId)?.list.rowFor(channel, number, plan)
      return row && priceIn(row, origin)
    },
    costOf(carrierId, channel, number, plan) {
      if (costs.size === 0) return undefined
      if (changesAtMs !== Number.POSITIVE_INFINITY) compileDue()
      const own = costs.get(carrierId)
      const row = own?.list.rowFor(channel, number, plan)
      const rate = rateOf(own)
      return row && rate && convert(row.price, rate, RATE_UNIT)
    },
    hasCosts: (carrierId) => costs.has(carrierId),
    inBase(tariffId, amount) {
      const rate = rateOf(tariffs.get(tariffId))
      return rate && convert(amount, rate, RATE_UNIT)
    },
    inCurrencyOf(payerId, amount) {
      const currency = payers.get(payerId)
      const rate = currency === undefined ? undefined : rates.get(currency)
      if (currency === undefined) return amount
      return rate ? convert(amount, RATE_UNIT, rate) : 0n
    },
    async read(heads, currencies) {
      const stale = heads.filter((head) => compiled.get(head.id)?.head.version !== head.version)
      const rows = await readRowsOf(
        session,
        stale.map((head) => head.id),
      )
      const nowMs = now()
      const there = new Set(heads.map((head) => head.id))
      for (const id of [...compiled.keys()]) if (!there.has(id)) compiled.delete(id)
      for (const head of stale) {
        const own = rows.get(head.id) ?? []
        compiled.set(head.id, { head, rows: own, list: compilePriceList(own, nowMs) })
      }
      findNextChange()
      const lists = [...compiled.values()]
      rates = new Map(currencies.map(({ code, rate }) => [code, rate]))
      tariffs = new Map(lists.filter(({ head }) => head.tariffId > 0).map((each) => [each.head.tariffId, each]))
      // A list without rows says nothing of its account or its carrier.
      exceptions = new Map(
        lists.filter(({ head, rows }) => head.accountId > 0 && rows.length > 0).map((each) => [each.head.accountId, each]),
      )
      costs = new Map(
        lists.filter(({ head, rows }) => head.carrierId > 0 && rows.length > 0).map((each) => [each.head.carrierId, each]),
      )
    },
    async readPayers() {
      if (costs.size === 0) return
      for (const [id, currency] of await readForeignPayers(session, lastPayer, BASE_CURRENCY)) {
        payers.set(id, currency)
        lastPayer = Math.max(lastPayer, id)
      }
    },
  }
}

/** What its carrier takes for one part of a message, in the payer's currency; 0n where its costs are not known. */
export function costOfPart(item: Pick<Item, 'carrierId' | 'channel' | 'to' | 'mccmnc' | 'payerId'>, prices: Prices): Money {
  if (!prices.hasCosts(item.carrierId)) return 0n
  const cost = prices.costOf(item.carrierId, item.channel, item.to, planWith(item.to, item.mccmnc))
  return cost === undefined ? 0n : prices.inCurrencyOf(item.payerId, cost)
}

/** The same for a message that was read back, and whose receipt shows that a part of it was taken. */
export const costOfTaken = ({ carrierId, channel, recipient, payerId }: ReceiptTarget, prices: Prices): Money =>
  costOfPart({ carrierId, channel: channelOf(channel), to: recipient, mccmnc: '', payerId }, prices)

/** The plan of a number; its network is the one the message was accepted for. */
function planWith(number: string, mccmnc: string): PricedPlan {
  const plan = lookUp(number)
  if (mccmnc === '' || mccmnc === plan.mcc + plan.mnc) return plan
  return { ...plan, mcc: mccmnc.slice(0, 3), mnc: mccmnc.slice(3) }
}
