import type { createTrace } from '../../../operator/trace.ts'
import { type Endpoint, param } from './endpoint.ts'

export function messageEndpoints(trace: ReturnType<typeof createTrace>): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/messages/:id/trace',
      run: (request) => trace(param(request, 'id'), request.query.get('account') ?? undefined),
    },
  ]
}
