import { z } from 'zod'
import type { createExplain } from '../../../operator/route-explain.ts'
import type { createListQuality } from '../../../operator/route-quality.ts'
import { presentRoute, type Routes } from '../../../operator/routes.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

const list = z.string().max(20_000) // with commas between
const word = z.string().max(120)

const Change = z
  .strictObject({ priority: z.int(), weight: z.int(), losses: word, no_receipt_after: z.int(), replace_sender: word })
  .partial()

const Add = Change.extend({
  carrier: z.string().max(100),
  channel: word.optional(),
  prefix: list.optional(),
  mccmnc: list.optional(),
  account: word.optional(),
  sender: word.optional(),
  hours: word.optional(),
  zone: word.optional(),
})

const Choose = z.strictObject({ priority: z.int(), channel: word.optional(), by: word.optional(), sticky: word.optional() })

const Explain = z
  .strictObject({ to: word, from: word, account: word, channel: word, at: word })
  .partial({ from: true, account: true, channel: true, at: true })

/** The wire says no_receipt_after, the use case noReceiptAfter. */
const named = <T extends { no_receipt_after?: number | undefined; replace_sender?: string | undefined }>({
  no_receipt_after: noReceiptAfter,
  replace_sender: replaceSender,
  ...rest
}: T) => ({
  ...given(rest),
  ...(noReceiptAfter !== undefined && { noReceiptAfter }),
  ...(replaceSender !== undefined && { replaceSender }),
})

export function routeEndpoints(
  routes: Routes,
  explain: ReturnType<typeof createExplain>,
  quality: ReturnType<typeof createListQuality>,
): Endpoint[] {
  return [
    { method: 'GET', path: '/routes', run: async () => (await routes.list()).map(presentRoute) },
    {
      method: 'POST',
      path: '/routes',
      run: async (request) => (await routes.add(named(readBody(request, Add)))).map(presentRoute),
    },
    {
      method: 'PATCH',
      path: '/routes/:id',
      run: async (request) => {
        const route = await routes.set(Number(param(request, 'id')), named(readBody(request, Change)))
        return route && presentRoute(route)
      },
    },
    { method: 'DELETE', path: '/routes/:id', run: (request) => routes.remove(Number(param(request, 'id'))) },
    { method: 'POST', path: '/routes/explain', run: (request) => explain(given(readBody(request, Explain))) },
    { method: 'GET', path: '/routes/quality', run: () => quality() },
    { method: 'GET', path: '/routes/sets', run: () => routes.sets() },
    { method: 'PUT', path: '/routes/sets', run: (request) => routes.choose(given(readBody(request, Choose))) },
    { method: 'GET', path: '/routes/losses', run: async () => ({ losses: await routes.losses() }) },
    {
      method: 'PUT',
      path: '/routes/losses',
      run: async (request) => ({ losses: await routes.setLosses(readBody(request, z.strictObject({ losses: word })).losses) }),
    },
  ]
}
