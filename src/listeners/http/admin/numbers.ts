import { z } from 'zod'
import { type Numbers, presentNumber } from '../../../operator/numbers.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

const text = z.string().max(100)
const Add = z
  .strictObject({ number: text, account: text, shared: z.boolean(), price: text })
  .partial({ account: true, shared: true, price: true })

const Price = z.strictObject({ price: text })

export function numberEndpoints(numbers: Numbers): Endpoint[] {
  return [
    { method: 'GET', path: '/numbers', run: async () => (await numbers.list()).map(presentNumber) },
    {
      method: 'POST',
      path: '/numbers',
      run: async (request) => presentNumber(await numbers.add(given(readBody(request, Add)))),
    },
    {
      method: 'PUT',
      path: '/numbers/:number/price',
      run: (request) => numbers.price(param(request, 'number'), readBody(request, Price).price),
    },
    { method: 'DELETE', path: '/numbers/:number', run: (request) => numbers.remove(param(request, 'number')) },
  ]
}
