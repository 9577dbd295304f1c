import type { NamedZone, Prices, ReadPrices } from '../../../account/prices.ts'
import { formatMoney, type Money } from '../../../domain/money.ts'
import type { PriceCode } from '../../../domain/price-zones.ts'
import type { Language } from '../../../domain/status.ts'
import { inLine, type Members, print, type Shape } from '../answer.ts'
import type { ScriptCall } from '../script.ts'

export interface PriceServices {
  readonly readPrices: ReadPrices
  readonly language: Language
}

/** get_price: what things cost the account. */
export const priceOf =
  ({ readPrices, language }: PriceServices) =>
  async ({ account, fmt }: ScriptCall): Promise<string> =>
    print(PRICES, await readPrices(account, language), fmt)

/** SMSC API, get_price: zones, then networks in which the account pays a price of its own where there are any, then the price of an e-mail. */
const PRICES: Shape<Prices> = {
  element: 'price',
  list: 'list',
  members: ({ zones, codes, mail }) => [
    ['zones', zones.map(zoneMembers)],
    ...(codes.length > 0 ? ([['codes', codes.map(codeMembers)]] as const) : []),
    ['mail', money(mail)],
  ],
  text: ({ zones, codes, mail }) =>
    [...zones.map(zoneMembers), ...codes.map(codeMembers), [['mail', money(mail)] as const]]
      .map((members) => inLine(members.map(([name, value]) => `${name} = ${value}`).join(', ')))
      .join('\n'),
  commas: ({ zones, codes, mail }) =>
    [...zones.map(zoneMembers), ...codes.map(codeMembers), [['mail', money(mail)] as const]]
      .map((members) => inLine(members.map(([, value]) => value).join(',')))
      .join('\n'),
}

const zoneMembers = ({ zone, name, api, mass, mms, hlr, call }: NamedZone): Members => [
  ['zone', String(zone)],
  ['name', name],
  ['api', money(api)],
  ['mass', money(mass)],
  ['mms', money(mms)],
  ['hlr', money(hlr)],
  ['call', money(call)],
]

const codeMembers = ({ mccmnc, cost }: PriceCode): Members => [
  ['mccmnc', mccmnc],
  ['cost', money(cost)],
]

/** At least two decimals, and as many more as the price has; empty where nothing of the kind is sold. */
const money = (price: Money | undefined): string =>
  price === undefined ? '' : formatMoney(price, price % 10_000n === 0n ? 'two' : 'trim')
