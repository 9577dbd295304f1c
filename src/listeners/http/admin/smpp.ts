import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { SmppDesk } from '../../../operator/smpp-desk.ts'
import { type Endpoint, param, readBody } from './endpoint.ts'

const Watch = z.strictObject({ login: z.string().max(64) })

/** Customers' SMPP sessions on this node, and what passes over them. */
export function smppEndpoints(desk: SmppDesk): Endpoint[] {
  return [
    { method: 'GET', path: '/smpp/sessions', run: ({ query }) => desk.sessions(query.get('login') ?? undefined) },
    {
      method: 'DELETE',
      path: '/smpp/sessions/:id',
      run: async (request) => desk.disconnect(whole(param(request, 'id'), 'id')),
    },
    { method: 'POST', path: '/smpp/watches', run: (request) => desk.watch(readBody(request, Watch).login) },
    {
      method: 'GET',
      path: '/smpp/watches/:watch',
      run: async (request) =>
        desk.poll(whole(param(request, 'watch'), 'watch'), whole(request.query.get('after') ?? '0', 'after')),
    },
    {
      method: 'DELETE',
      path: '/smpp/watches/:watch',
      run: async (request) => {
        desk.endWatch(whole(param(request, 'watch'), 'watch'))
        return { ended: true }
      },
    },
  ]
}

function whole(written: string, field: string): number {
  if (/^\d{1,15}$/.test(written)) return Number(written)
  throw new Refusal('bad_request', { field, reason: `${field} must be a whole number.` })
}
