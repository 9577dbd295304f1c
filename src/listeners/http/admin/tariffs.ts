import { z } from 'zod'
import { presentTariff, type Tariffs } from '../../../operator/tariffs.ts'
import { type Endpoint, given, readBody } from './endpoint.ts'

const list = z.string().max(20_000) // with commas between
const name = z.string().max(100)

const money = z.union([z.string().max(40), z.number()]).transform(String)
const Place = z
  .strictObject({ tariff: name, channel: name, prefix: list, mccmnc: list, country: list, default: z.boolean(), from: name })
  .partial()
const Price = Place.extend({
  price: money,
  mass: money.optional(),
  zone: z.int().optional(),
  currency: z.string().max(10).optional(),
  charged: z.enum(['accepted', 'delivered']).optional(),
})

export function tariffEndpoints(tariffs: Tariffs): Endpoint[] {
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
    { method: 'DELETE', path: '/prices', run: (request) => tariffs.remove(given(readBody(request, Place))) },
  ]
}
