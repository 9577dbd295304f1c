import { z } from 'zod'
import type { CarrierChange, Carriers } from '../../../operator/carriers.ts'
import { type Endpoint, param, readBody } from './endpoint.ts'

const Change = z
  .strictObject({
    settings: z.record(z.string().max(60), z.unknown()),
    unknown: z.string().max(20),
    query_after_minutes: z.int(),
    receipt_limit_minutes: z.int(),
    enabled: z.boolean(),
  })
  .partial()
const Add = Change.omit({ enabled: true }).extend({ kind: z.string().max(40), name: z.string().max(100) })

const asChange = (body: z.output<typeof Change>): CarrierChange => ({
  ...(body.settings && { settings: body.settings }),
  ...(body.unknown !== undefined && { unknown: body.unknown }),
  ...(body.query_after_minutes !== undefined && { queryAfterMinutes: body.query_after_minutes }),
  ...(body.receipt_limit_minutes !== undefined && { receiptLimitMinutes: body.receipt_limit_minutes }),
  ...(body.enabled !== undefined && { enabled: body.enabled }),
})

export function carrierEndpoints(carriers: Carriers): Endpoint[] {
  return [
    { method: 'GET', path: '/carrier-kinds', run: async () => carriers.kinds() },
    { method: 'GET', path: '/carriers', run: async () => (await carriers.list()).map(carriers.present) },
    {
      method: 'POST',
      path: '/carriers',
      run: async (request) => {
        const { kind, name, ...change } = readBody(request, Add)
        return carriers.present(await carriers.add(kind, name, asChange(change)))
      },
    },
    {
      method: 'GET',
      path: '/carriers/:name',
      run: async (request) => carriers.present(await carriers.find(param(request, 'name'))),
    },
    {
      method: 'PATCH',
      path: '/carriers/:name',
      run: async (request) => carriers.present(await carriers.set(param(request, 'name'), asChange(readBody(request, Change)))),
    },
    { method: 'DELETE', path: '/carriers/:name', run: (request) => carriers.remove(param(request, 'name')) },
  ]
}
