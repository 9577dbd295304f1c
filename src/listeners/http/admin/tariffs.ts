import { z } from 'zod'
import { type Costs, presentCosts } from '../../../operator/costs.ts'
import { type Currencies, presentCurrency } from '../../../operator/currencies.ts'
import { type createMargin, presentMargin } from '../../../operator/margin.ts'
import { presentPlan } from '../../../operator/present-preview.ts'
import { FILE_MAX } from '../../../operator/price-import.ts'
import type { ListKind, PriceLists } from '../../../operator/price-lists.ts'
import { presentVersion } from '../../../operator/price-versions.ts'
import { presentTariff, type Tariffs } from '../../../operator/tariffs.ts'
import type { Zones } from '../../../operator/zones.ts'
import { type AdminRequest, answerSlowly, type Endpoint, fileOf, given, param, readBody } from './endpoint.ts'

export interface PriceParts {
  readonly tariffs: Tariffs
  readonly costs: Costs
  readonly priceLists: PriceLists
  readonly currencies: Currencies
  readonly zones: Zones
  readonly margin: ReturnType<typeof createMargin>
}

const list = z.string().max(20_000) // with commas between
const name = z.string().max(100)
const money = z.union([z.string().max(40), z.number()]).transform(String)

const Place = z
  .strictObject({ channel: name, prefix: list, mccmnc: list, country: list, default: z.boolean(), from: name })
  .partial()
const Row = Place.extend({ price: money, mass: money.optional(), zone: z.int().optional(), currency: name.optional() })
const Price = Row.extend({ tariff: name.optional(), charged: z.enum(['accepted', 'delivered']).optional() })

/** Prices, costs, currencies and zones. */
export function priceEndpoints({ tariffs, costs, priceLists, currencies, zones, margin }: PriceParts): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/tariffs',
      run: async ({ query }) => (await tariffs.list(query.get('name') ?? '')).map(presentTariff),
    },
    {
      method: 'PUT',
      path: '/prices',
      run: async (request) => presentTariff(await tariffs.set(given(readBody(request, Price)))),
    },
    {
      method: 'DELETE',
      path: '/prices',
      run: (request) => tariffs.remove(given(readBody(request, Place.extend({ tariff: name.optional() })))),
    },
    {
      method: 'PUT',
      path: '/tariffs/:name/number',
      run: async (request) => {
        const { number } = readBody(request, z.strictObject({ number: z.number().nullable() }))
        return presentTariff(await tariffs.number(param(request, 'name'), number))
      },
    },
    ...listEndpoints('tariff', '/tariffs', priceLists, zones),
    {
      method: 'GET',
      path: '/costs',
      run: async ({ query }) => (await costs.list(query.get('carrier') ?? '')).map(presentCosts),
    },
    {
      method: 'PUT',
      path: '/costs',
      run: async (request) => presentCosts(await costs.set(given(readBody(request, Row.extend({ carrier: name }))))),
    },
    {
      method: 'DELETE',
      path: '/costs',
      run: (request) => costs.remove(given(readBody(request, Place.extend({ carrier: name })))),
    },
    ...listEndpoints('cost', '/costs', priceLists, zones),
    { method: 'GET', path: '/currencies', run: async () => (await currencies.list()).map(presentCurrency) },
    {
      method: 'PUT',
      path: '/currencies',
      run: async (request) => {
        const { rates } = readBody(request, z.strictObject({ rates: z.array(z.string().max(60)).max(1_000) }))
        return (await currencies.set(rates)).map(presentCurrency)
      },
    },
    { method: 'GET', path: '/zones', run: async () => (await zones.list()).map(presentZone) },
    {
      method: 'PUT',
      path: '/zones/:number',
      run: async (request) => {
        const names = given(readBody(request, z.strictObject({ name, name_en: name }).partial()))
        return presentZone(
          await zones.set(Number(param(request, 'number')), {
            ...names,
            ...(names.name_en !== undefined && { nameEn: names.name_en }),
          }),
        )
      },
    },
    {
      method: 'GET',
      path: '/margin',
      run: (request) => {
        const ask = (key: string) => (request.query.has(key) ? { [key]: request.query.get(key) ?? '' } : {})
        return answerSlowly(request, margin({ ...ask('from'), ...ask('to'), ...ask('by') }).then(presentMargin))
      },
    },
  ]
}

/** Files and versions of a list, below its name. */
function listEndpoints(kind: ListKind, at: string, priceLists: PriceLists, zones: Zones): Endpoint[] {
  const wish = (request: AdminRequest) => {
    const currency = request.query.get('currency')
    return {
      file: fileOf(request),
      fileName: request.query.get('file') ?? '',
      merge: request.query.has('merge'),
      ...(currency !== null && { currency }),
    }
  }
  const plan = async (request: AdminRequest) =>
    presentPlan(await priceLists.plan(kind, param(request, 'name'), wish(request)), await zones.nameEn())
  return [
    { method: 'POST', path: `${at}/:name/preview`, fileMax: FILE_MAX, run: (request) => answerSlowly(request, plan(request)) },
    {
      method: 'POST',
      path: `${at}/:name/import`,
      fileMax: FILE_MAX,
      run: async (request) =>
        (await priceLists.apply(kind, param(request, 'name'), wish(request))) ?? { version: null, added: 0, removed: 0 },
    },
    {
      method: 'GET',
      path: `${at}/:name/file`,
      run: async (request) => ({ csv: await priceLists.file(kind, param(request, 'name'), request.query.has('spreadsheet')) }),
    },
    {
      method: 'GET',
      path: `${at}/:name/versions`,
      run: async (request) => (await priceLists.versions(kind, param(request, 'name'))).map(presentVersion),
    },
    {
      method: 'POST',
      path: `${at}/:name/undo`,
      run: async (request) => {
        const { to } = readBody(request, z.strictObject({ to: z.int().min(1).max(0x7fff_ffff) }).partial())
        const { back, ...written } = await priceLists.undo(kind, param(request, 'name'), to)
        return { ...written, back: presentVersion(back) }
      },
    },
  ]
}

const presentZone = ({ number, name: russian, nameEn, ...rest }: { number: number; name: string; nameEn: string }) => ({
  number,
  name: russian,
  name_en: nameEn,
  ...rest,
})
