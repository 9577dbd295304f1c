import { z } from 'zod'
import type { CarrierChecks } from '../../../operator/carrier-checks.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

const Wish = z
  .strictObject({ to: z.string().max(40), from: z.string().max(40), wait_seconds: z.int() })
  .partial({ from: true, wait_seconds: true })

export function carrierCheckEndpoints(checks: CarrierChecks): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/carriers/:name/checks',
      run: async (request) => {
        const { to, from, wait_seconds: waitSeconds } = readBody(request, Wish)
        return checks.ask(param(request, 'name'), { to, ...given({ from, waitSeconds }) })
      },
    },
    { method: 'GET', path: '/carriers/:name/checks/last', run: async (request) => checks.last(param(request, 'name')) },
    { method: 'GET', path: '/carrier-checks/:id', run: async (request) => checks.read(Number(param(request, 'id'))) },
  ]
}
