import { z } from 'zod'
import { presentRoute, type Routes } from '../../../operator/routes.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

const list = z.string().max(20_000) // with commas between

const Add = z
  .strictObject({ carrier: z.string().max(100), channel: z.string().max(20), prefix: list, mccmnc: list, priority: z.int() })
  .partial({ channel: true, prefix: true, mccmnc: true, priority: true })

export function routeEndpoints(routes: Routes): Endpoint[] {
  return [
    { method: 'GET', path: '/routes', run: async () => (await routes.list()).map(presentRoute) },
    {
      method: 'POST',
      path: '/routes',
      run: async (request) => (await routes.add(given(readBody(request, Add)))).map(presentRoute),
    },
    { method: 'DELETE', path: '/routes/:id', run: (request) => routes.remove(Number(param(request, 'id'))) },
  ]
}
