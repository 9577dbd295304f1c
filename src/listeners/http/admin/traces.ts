import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { TraceSwitches } from '../../../operator/trace-switches.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

const On = z
  .strictObject({
    account: z.string().max(64),
    carrier: z.string().max(100),
    for: z.string().max(20),
    limit: z.int(),
    texts: z.boolean(),
  })
  .partial()

/** What is kept of wires and requests, and what was kept. */
export function traceEndpoints(switches: TraceSwitches): Endpoint[] {
  return [
    { method: 'GET', path: '/trace-switches', run: () => switches.list() },
    { method: 'POST', path: '/trace-switches', run: (request) => switches.on(given(readBody(request, On))) },
    { method: 'DELETE', path: '/trace-switches', run: () => switches.off(0) },
    { method: 'DELETE', path: '/trace-switches/:id', run: (request) => switches.off(readId(param(request, 'id'))) },
    {
      method: 'GET',
      path: '/captures',
      run: ({ query }) =>
        switches.show(
          given({
            account: query.get('account') ?? undefined,
            carrier: query.get('carrier') ?? undefined,
            why: query.get('why') ?? undefined,
            last: query.has('last') ? Math.trunc(Number(query.get('last'))) || 1 : undefined,
          }),
        ),
    },
  ]
}

function readId(written: string): number {
  if (/^[1-9]\d{0,8}$/.test(written)) return Number(written)
  throw new Refusal('bad_request', { field: 'id', reason: 'A switch has a number; heliogram trace list shows it.' })
}
